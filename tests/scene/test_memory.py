"""What is kept with a noun."""

import gc
import weakref

from latentarium.scene.memory import PLACES, kept


class Noun:
    pass


def test_it_is_made_once_and_dies_with_its_noun() -> None:
    noun, made = Noun(), []

    def make() -> Noun:
        made.append(Noun())
        return made[-1]

    assert kept(noun, "a", make) is kept(noun, "a", make)
    assert kept(noun, "b", make) is not kept(noun, "a", make)
    assert len(made) == 2
    watched = weakref.ref(made[0])
    made.clear()
    gc.collect()
    assert watched() is not None
    del noun
    gc.collect()
    assert watched() is None


def test_the_ones_used_last_stay() -> None:
    noun = Noun()
    first = kept(noun, "first", Noun)
    for number in range(PLACES + 5):
        kept(noun, number, Noun)
        assert kept(noun, "first", Noun) is first
    second = kept(noun, "second", Noun)
    for number in range(PLACES):
        kept(noun, -number, Noun)
    assert kept(noun, "second", Noun) is not second
