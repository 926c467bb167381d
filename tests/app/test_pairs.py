"""The panel of pairs and triplets: what it says where there is nothing, and that its figures are the frame's."""

from collections.abc import Callable

import numpy as np
import pytest

from latentarium.app.charts.pairs import NO_FOCUS, WAITING, PairsPanel, Question, question_of
from latentarium.app.looker import answer
from latentarium.app.session import Session
from latentarium.core.looked import Looked
from latentarium.core.objectives import Contrastive, Triplet
from latentarium.jobs.looking import NO_PAIRS
from latentarium.runs.run import Run

RunMaker = Callable[..., Run]
Seat = Callable[..., Session]


def find_out(panel: PairsPanel, session: Session) -> tuple[Question, Looked]:
    """Do at once what the looker does beside the window."""
    question = question_of(session.state)
    assert question is not None
    looked = answer(question)
    assert looked is not None
    panel.show_looked(question, looked)
    return question, looked


def test_it_says_why_there_is_nothing(make_run: RunMaker, small_run: Run, seat: Seat) -> None:
    panel = PairsPanel()
    seat(panel, small_run, focus=3)
    assert panel.empty.text() == NO_PAIRS  # cross-entropy looks at one image at a time

    panel = PairsPanel()
    session = seat(panel, make_run(name="triplets", objective=Triplet()))
    assert panel.empty.text() == NO_FOCUS
    session.update(focus=3)
    assert panel.empty.text() == WAITING
    question = question_of(session.state)
    assert question is not None
    panel.show_looked(question, None)
    assert panel.empty.text() == "This frame cannot be read."


def test_images_never_trained_on_are_pulled_by_nothing(make_run: RunMaker, seat: Seat) -> None:
    run = make_run(classes=("a", "b", "c"), trained=2, objective=Triplet())
    panel = PairsPanel()
    session = seat(panel, run, focus=2)
    find_out(panel, session)
    assert panel.empty.isVisible()
    assert "class c" in panel.empty.text()


@pytest.mark.parametrize("mining", ["random", "semi-hard", "batch-hard"])
def test_triplets_show_their_hinge(make_run: RunMaker, seat: Seat, mining: str) -> None:
    run = make_run(objective=Triplet(mining=mining, margin=2.0))
    panel = PairsPanel()
    session = seat(panel, run, focus=4, moment=3.0)
    find_out(panel, session)
    frame = run.frame(3)
    rows = panel.triplets.shown()
    assert rows
    active = 0
    for row in rows:
        anchor, positive, negative = row.tiles.tiles
        assert anchor.row == 4
        assert anchor.sample is run.probe
        assert run.reference.labels[positive.row] == run.probe.labels[4] != run.reference.labels[negative.row]
        near, far = (
            float(np.sum((frame.embeddings[4].astype(float) - frame.reference_embeddings[tile.row]) ** 2))
            for tile in (positive, negative)
        )
        assert (positive.figure, negative.figure) == (f"{near:.2f}", f"{far:.2f}")
        hinge = near - far + 2.0
        assert row.verdict.text() == (f"active · {hinge:.2f}" if hinge > 0 else "inactive · 0")
        assert row.sum.text() == f"{near:.2f} − {far:.2f} + 2"
        active += hinge > 0
    assert panel.triplets.about == f"{active} of {len(rows)} active, {mining}"


def test_springs_are_apart_and_the_strongest_come_first(make_run: RunMaker, seat: Seat) -> None:
    run = make_run(objective=Contrastive(margin=4.0))
    panel = PairsPanel()
    session = seat(panel, run, focus=0, moment=4.0)
    _, looked = find_out(panel, session)
    assert not panel.chips["Triplets"].isVisible()  # pairs only
    assert panel.springs.isVisible()
    frame = run.frame(4)
    away = np.linalg.norm(frame.reference_embeddings.astype(float) - frame.embeddings[0], axis=1)
    same = run.reference.labels == run.probe.labels[0]
    pulls = sorted(np.flatnonzero(same), key=lambda row: -away[row])
    pushes = sorted(np.flatnonzero(~same & (away < 4.0)), key=lambda row: away[row])
    assert [tile.row for tile in panel.springs.attraction.tiles] == pulls[:6]
    assert [tile.row for tile in panel.springs.repulsion.tiles] == pushes[:6]
    first = (panel.springs.attraction.tiles[0].figure, panel.springs.repulsion.tiles[0].figure)
    assert "1.00" in first
    assert looked.springs is not None


def test_springs_of_random_triplets_are_all_that_the_views_draw(make_run: RunMaker, seat: Seat) -> None:
    run = make_run(objective=Triplet(margin=2.0))
    panel = PairsPanel()
    session = seat(panel, run, focus=4, moment=3.0)
    _, looked = find_out(panel, session)
    frame = run.frame(3)
    away = np.sum((frame.reference_embeddings.astype(float) - frame.embeddings[4]) ** 2, axis=1)
    same = run.reference.labels == run.probe.labels[4]
    expected = {
        int(row)
        for near in np.flatnonzero(same)
        for far in np.flatnonzero(~same)
        if away[near] - away[far] + 2.0 > 0
        for row in (near, far)
    }
    assert looked.springs is not None
    assert set(looked.springs.rows.tolist()) == expected


def test_the_rows_of_the_frame_before_stay_until_the_next_are_known(make_run: RunMaker, seat: Seat) -> None:
    panel = PairsPanel()
    session = seat(panel, make_run(objective=Triplet()), focus=4, moment=3.0)
    before, _ = find_out(panel, session)
    session.update(moment=5.0)
    assert panel.triplets.isVisible()
    after = question_of(session.state)
    assert after is not None
    assert panel.answered(before)
    assert not panel.answered(after)
    session.update(focus=5)
    assert panel.empty.text() == WAITING
    session.update(focus=None)
    assert panel.empty.text() == NO_FOCUS
