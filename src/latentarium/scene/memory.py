"""What was made from a noun, kept for as long as the noun lives.

Nouns are frozen, so what follows from them can be kept without asking whether it still holds; and being kept,
it is the very same object the next time, which is how a view knows that nothing changed.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")

PLACES = 24  # for each noun; the ones used last

_shelves: WeakKeyDictionary[Any, OrderedDict[Hashable, Any]] = WeakKeyDictionary()


def kept(noun: object, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` returned when it was first asked for under `key` and this noun.

    Neither the key nor what is made may refer to the noun, or it would live for ever.
    """
    shelf = _shelves.get(noun)
    if shelf is None:
        shelf = _shelves.setdefault(noun, OrderedDict())
    if key in shelf:
        shelf.move_to_end(key)
        found: T = shelf[key]
        return found
    made = shelf[key] = make()
    while len(shelf) > PLACES:
        shelf.popitem(last=False)
    return made
