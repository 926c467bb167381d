"""The table of the points: its fields, its search, its colours, its words beside dots."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from latentarium.core.annotations import NO_ANNOTATIONS, Annotations
from latentarium.core.arrays import frozen_bytes, frozen_ints
from latentarium.core.dataset import Sample
from latentarium.core.errors import LatentariumError
from latentarium.runs.run import Run
from latentarium.scene.column_colours import coloured_field, colouring_changes, column_colours, named_groups
from latentarium.scene.compose import compose
from latentarium.scene.desk import default_views, open_run
from latentarium.scene.metadata import SMALL, Field, natural, relabelled, sorted_naturally, table_for, table_of
from latentarium.scene.palettes import class_colours
from latentarium.scene.scene import Flag
from latentarium.scene.searching import quoted, search
from latentarium.scene.state import ColourBy, Selection, State
from latentarium.scene.tags import MOST, TAG

RunMaker = Callable[..., Run]
WRITERS = ("Anna", "ben", "Chloë: 2nd", "")
ROWS = 60


def with_metadata(run: Run, **columns: tuple[str, ...]) -> Run:
    """The run as if it had been recorded with these columns."""
    run.probe = replace(run.probe, metadata=dict(columns))
    return run


@pytest.fixture
def run(make_run: RunMaker) -> Run:
    return with_metadata(
        make_run(),
        writer=tuple(WRITERS[row % 4] for row in range(ROWS)),
        score=tuple("" if row == 7 else f"{row / 7 - 3:.3f}" for row in range(ROWS)),
        grade=tuple(str(row % 5 + 1) for row in range(ROWS)),
        label=tuple(f"item {row}" for row in range(ROWS)),
    )


def shown(run: Run, **changes: object) -> State:
    views = default_views(run)
    return State(runs=(open_run(run, views),), views=views, moment=float(len(run) - 1), **changes)  # type: ignore[arg-type]


def test_numbers_and_groups_are_told_apart() -> None:
    assert Field("a", ("1.5", "", "NaN", "-2")).limits == (-2.0, 1.5)
    assert Field("a", ("1", "2", "3", "n/a")).limits is None, "few whole numbers are names"
    assert Field("a", tuple(str(row) for row in range(20))).limits == (0.0, 19.0)
    assert Field("a", ("1", "2", "three")).numbers is None
    assert Field("a", ("1_0", "2")).numbers is None
    assert Field("a", ("inf", "2")).numbers is None
    assert Field("a", ("", "none")).numbers is None
    field = Field("a", ("b10", "b9", "", "B9x", "b9"))
    assert field.groups == ("b9", "B9x", "b10")
    assert field.codes.tolist() == [2, 0, -1, 1, 0]
    np.testing.assert_array_equal(field.ranks, [2, 0, np.nan, 1, 0])
    assert sorted(["x10", "X9", "x1a", "9", "10"], key=natural) == ["9", "10", "x1a", "X9", "x10"]


def test_many_texts_are_sorted_as_few_are() -> None:
    texts = [f"{'aAb'[number % 3]}{number * 7919 % 10007}" for number in range(2 * SMALL)]
    texts += [text.swapcase() for text in texts]  # those that are alike keep their order
    assert sorted_naturally(texts) == tuple(sorted(texts, key=natural))
    assert sorted_naturally([]) == ()


def test_the_table_names_every_column_once(run: Run) -> None:
    table = table_for(run, None, NO_ANNOTATIONS)
    assert list(table.fields) == ["id", "label", "writer", "score", "grade", "label (table)"]
    assert table is table_for(run, None, NO_ANNOTATIONS)
    labelled = table_for(run, None, NO_ANNOTATIONS.with_labels(["test-3"], "odd"))
    assert list(labelled.fields)[-2:] == ["label by hand", "edited"]
    own = labelled.fields["label"].cells
    assert own == tuple(run.classes[label] for label in run.probe.labels)
    assert labelled.fields["label by hand"].cells == (*own[:3], "odd", *own[4:])
    assert labelled.fields["edited"].cells[2:5] == ("no", "yes", "no")
    assert labelled.fields["writer"] is table.fields["writer"], "what stays is not read again"


def test_a_second_run_adds_what_it_alone_knows(run: Run, make_run: RunMaker) -> None:
    other = with_metadata(
        make_run(),
        writer=run.probe.metadata["writer"],
        grade=tuple(str(row) for row in range(ROWS)),
        place=("here",) * ROWS,
    )
    state = replace(shown(run), runs=(open_run(run), open_run(other)))
    table = table_of(state)
    assert table is not None
    assert list(table.fields)[6:] == ["grade (B)", "place"]
    assert table_of(state) is table
    fewer = with_metadata(make_run(points=30), place=("there",) * 30)
    alone = table_of(replace(state, runs=(open_run(run), open_run(fewer))))
    assert alone is not None
    assert "place" not in alone.fields, "other points"


def test_a_points_own_label_needs_none_by_hand(run: Run) -> None:
    own = run.classes[run.probe.labels[3]]
    rows = [row for row in range(10) if row == 3 or run.classes[run.probe.labels[row]] != own]
    some = relabelled(run, NO_ANNOTATIONS, range(5), "odd")
    after = relabelled(run, some, rows, f" {own} ")
    expected = {f"test-{row}": "odd" for row in range(5) if row not in rows} | {
        f"test-{row}": own for row in rows if row != 3
    }
    assert dict(after.labels) == expected
    assert dict(relabelled(run, after, range(10), "").labels) == {}


def slow_search(query: Callable[[dict[str, str]], bool], run: Run) -> list[int]:
    table = table_for(run, None, NO_ANNOTATIONS)
    rows = [{name: field.cells[row] for name, field in table.fields.items()} for row in range(ROWS)]
    return [row for row, cells in enumerate(rows) if query(cells)]


def anywhere(word: str) -> Callable[[dict[str, str]], bool]:
    return lambda cells: any(word in cell.casefold() for cell in cells.values())


def number(cells: dict[str, str], name: str) -> float:
    return float(cells[name] or "nan")


@pytest.mark.parametrize(
    ("query", "slowly"),
    [
        ("", lambda cells: True),
        ("ANNA", anywhere("anna")),
        ("ann 3", lambda cells: anywhere("ann")(cells) and anywhere("3")(cells)),
        ("-anna", lambda cells: not anywhere("anna")(cells)),
        ("writer:b", lambda cells: "b" in cells["writer"].casefold()),
        ("writer=BEN", lambda cells: cells["writer"] == "ben"),
        ('writer=""', lambda cells: cells["writer"] == ""),
        ('"Chloë: 2nd"', anywhere("chloë: 2nd")),
        ('writer="chloë: 2nd" grade=1', lambda cells: cells["writer"] == "Chloë: 2nd" and cells["grade"] == "1"),
        ("score>0.5", lambda cells: number(cells, "score") > 0.5),
        ("score<=-1 -writer:a", lambda cells: number(cells, "score") <= -1 and "a" not in cells["writer"].casefold()),
        ("score=0.000", lambda cells: number(cells, "score") == 0),
        ("grade=2.0", lambda cells: cells["grade"] == "2"),
        ("grade!=2", lambda cells: cells["grade"] != "2"),
        ('"label (table)":"item 1"', lambda cells: "item 1" in cells["label (table)"]),
        ("nowhere:3", lambda cells: False),
        ("2nd: x", lambda cells: anywhere("2nd:")(cells) and anywhere("x")(cells)),
        ("test-1", anywhere("test-1")),
    ],
)
def test_a_search_finds_what_a_loop_finds(query: str, slowly: Callable[[dict[str, str]], bool], run: Run) -> None:
    assert search(query, table_for(run, None, NO_ANNOTATIONS)).tolist() == slow_search(slowly, run)


def test_no_text_breaks_the_search(run: Run) -> None:
    table = table_for(run, None, NO_ANNOTATIONS)
    generator = np.random.default_rng(0)
    signs = list('abn "":=<>!- .0[](*\\\x1fé')
    for _ in range(300):
        query = "".join(generator.choice(signs, generator.integers(1, 12)))
        rows = search(query, table)
        assert len(rows) <= ROWS
    for query, words in (("writer>3", "no numbers"), ("score>high", "compared with a number")):
        with pytest.raises(LatentariumError, match=words):
            search(query, table)


@pytest.mark.parametrize("name", ["a", "a b", "x:y", "-1", "", ">2", 'say "hi"'])
def test_a_group_is_found_by_its_query(name: str, make_run: RunMaker) -> None:
    run = with_metadata(make_run(), **{"odd name: 1": tuple(name if row % 3 else "zzz" for row in range(ROWS))})
    if '"' in name:
        return  # quotes cannot be quoted; such a group is found by its other words
    found = search(quoted("odd name: 1", name), table_for(run, None, NO_ANNOTATIONS))
    assert found.tolist() == [row for row in range(ROWS) if row % 3]


@pytest.mark.parametrize("dark", [True, False])
def test_amounts_have_a_scale_and_groups_a_palette(run: Run, dark: bool) -> None:
    state = shown(run, colour_by=ColourBy.COLUMN, column="score", dark=dark)
    scene = compose(state.runs[0], state, 1)
    low, high = -3.0, 59 / 7 - 3
    assert scene.scale == ("score", pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))
    assert scene.dots.colours[0] == 0
    assert scene.dots.colours[59] == 255
    assert scene.dots.colours[7] == 256, "nothing is grey"
    assert (np.diff(np.delete(scene.dots.colours, 7).astype(int)) >= 0).all()

    state = replace(state, column="writer")
    scene = compose(state.runs[0], state, 0)
    assert scene.scale is None
    colours = scene.dots.palette[scene.dots.colours]
    assert len({tuple(colour) for colour in colours.tolist()}) == 4
    groups = named_groups(state)
    assert [(name, count) for name, _, count in groups] == [
        ("Anna", 15),
        ("ben", 15),
        ("Chloë: 2nd", 15),
        ("nothing", 15),
    ]
    for row in range(4):
        assert "#{:02x}{:02x}{:02x}".format(*colours[row][:3].tolist()) == groups[row][1]
    assert compose(state.runs[0], state, 0).dots is scene.dots


def test_labels_by_hand_have_their_classes_colours(run: Run) -> None:
    label = 2 if run.probe.labels[0] != 2 else 0
    annotations = NO_ANNOTATIONS.with_labels(["test-0"], run.classes[label])
    state = shown(run, colour_by=ColourBy.COLUMN, column="label by hand", annotations=annotations)
    dots = compose(state.runs[0], state, 1).dots
    expected = class_colours(3, True)[[label, *run.probe.labels[1:4]]]
    np.testing.assert_array_equal(dots.palette[dots.colours[:4]], expected)


def test_of_many_groups_the_largest_have_colours(make_run: RunMaker) -> None:
    cells = tuple(f"g{row % 57}" for row in range(ROWS))  # three twice
    run = with_metadata(make_run(), many=cells)
    state = shown(run, colour_by=ColourBy.COLUMN, column="many")
    colouring = column_colours(state, run)
    grey = [row for row, colour in enumerate(colouring.rows) if colour == 256]
    assert len(grey) == 7
    assert not {cells[row] for row in grey} & {"g0", "g1", "g2"}
    assert named_groups(state)[-1][0] == "others"
    assert named_groups(state)[-1][2] == 7


def test_the_key_goes_from_column_to_column(run: Run) -> None:
    state = shown(run)
    assert coloured_field(state).name == "writer"  # type: ignore[union-attr]
    names = []
    for _ in range(6):
        state = replace(state, **colouring_changes(state, ColourBy.COLUMN))
        names.append(coloured_field(state).name)  # type: ignore[union-attr]
    assert names == ["writer", "score", "grade", "label (table)", "label", "writer"]
    assert coloured_field(State()) is None


def test_the_cell_of_a_sweep_is_coloured_too(run: Run) -> None:
    state = State(colour_by=ColourBy.COLUMN, column="score", views=default_views(run))
    assert compose(open_run(run, default_views(run)), state, 1).scale is not None
    assert named_groups(state) == ()


def test_a_filter_hides_the_others(run: Run) -> None:
    kept = Selection(frozen_ints([1, 2, 30, 999]), "writer:x")
    gone = int(run.probe.labels[2])
    state = shown(run, filtered=kept, hidden=frozenset({gone}))
    scene = compose(state.runs[0], state, 1)
    visible = np.flatnonzero((scene.dots.flags & Flag.HIDDEN) == 0)
    expected = [row for row in (1, 2, 30) if run.probe.labels[row] != gone]
    assert visible.tolist() == expected
    assert scene.status.startswith(f"{len(expected)} of 60 shown")
    assert "only “writer:x”" in scene.note


def test_few_words_stand_beside_dots_and_those_looked_at_come_first(run: Run) -> None:
    def words(**changes: object) -> list[str]:
        state = shown(run, show_neighbours=False, **changes)
        return [label.text for label in compose(state.runs[0], state, 1).labels if label.kind == TAG]

    assert words() == []
    assert len(words(tag="id")) == MOST
    assert words(tag="id", hovered=9, focus=3, selection=Selection(frozen_ints([3, 20]))) == [
        "test-9",
        "test-3",
        "test-20",
    ]
    assert words(tag="id", filtered=Selection(frozen_ints([5]))) == ["test-5"]
    assert words(tag="id", hovered=9)[0] == "test-9"
    assert set(words(tag="id", hovered=9)) >= set(words(tag="id")) - {"test-9"}, "the others stay"
    assert words(tag="writer", filtered=Selection(frozen_ints([3]))) == [], "nothing to say"
    assert words(tag="elsewhere") == []


def test_points_without_label_and_without_metadata(make_run: RunMaker) -> None:
    run = make_run()
    images = frozen_bytes(np.zeros((ROWS, 2, 2, 1)))
    run.probe = Sample(images, frozen_ints(np.full(ROWS, -1)), run.probe.ids, "test")
    table = table_for(run, None, Annotations())
    assert list(table.fields) == ["id"]
    assert search("test-5", table).tolist() == [5, *range(50, 60)]
    assert column_colours(replace(shown(run), column="gone"), run).rows[0] == 256
