"""The verification panel: distances, threshold, pairs, verdicts, and figures beside raw pixels and step 0."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from latentarium.analysis.verification import best_threshold, pair_distances, threshold_accuracy
from latentarium.app.charts.curves import CurvesPanel, Record
from latentarium.app.charts.shown_frame import ShownFrame
from latentarium.app.charts.throttle import Throttle
from latentarium.app.charts.unseen_figures import UnseenFigures
from latentarium.app.charts.verification import VerificationPanel, ask, chosen_pair
from latentarium.app.inspector.inspector import Inspector
from latentarium.app.session import Session
from latentarium.core.arrays import frozen_ints
from latentarium.core.recipe import Data, Frames, Network, Optimiser, Recipe
from latentarium.jobs.training import train_and_record
from latentarium.jobs.zero_shot import Compared
from latentarium.runs.recording import Header, record
from latentarium.runs.run import Run
from latentarium.scene.state import NOTHING, Selection, State
from latentarium.training.control import Control

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def run(make_run: Callable[..., Run]) -> Run:
    return make_run(classes=("3", "5", "8", "7", "9"), trained=3, rows=100)


@pytest.fixture
def settle(qtbot: QtBot) -> Callable[..., None]:
    def wait(panel: VerificationPanel) -> None:
        throttle = panel.findChild(Throttle)
        qtbot.waitUntil(lambda: not throttle.pending, timeout=3000)
        panel.grab()

    return wait


@pytest.fixture
def panel(run: Run, seat: Callable[..., Session], settle: Callable[..., None]) -> tuple[VerificationPanel, Session]:
    made = VerificationPanel()
    session = seat(made, run)
    settle(made)
    return made, session


def distances(run: Run, index: int) -> tuple[Any, Any]:
    question = ask(run)
    assert question is not None
    assert question.unseen
    return question.pairs, pair_distances(run.frame(index).embeddings, question.pairs.first, question.pairs.second)


def test_the_best_threshold_and_its_accuracy_on_the_other_half(panel: Any, run: Run, settle: Any) -> None:
    made, session = panel
    for index in (8, 2):
        session.update(moment=float(index))
        settle(made)
        pairs, away = distances(run, index)
        best = best_threshold(away[: pairs.half], pairs.same[: pairs.half])
        right = threshold_accuracy(away[pairs.half :], pairs.same[pairs.half :], best)
        assert made.threshold == best
        shown = made.plot.shown
        assert shown.words == f"{best:.2f} · accuracy {right:.3f}"
        assert shown.words.split()[-1] in made.plot.accessibleDescription()
        np.testing.assert_array_equal(np.sort(shown.same), np.sort(away[pairs.same]))
        np.testing.assert_array_equal(np.sort(shown.different), np.sort(away[~pairs.same]))


def test_the_threshold_is_dragged_typed_and_taken_back(panel: Any, run: Run) -> None:
    made, _ = panel
    plot, best = made.plot, made.threshold
    height = plot.height() // 2
    QTest.mousePress(plot, LEFT, pos=QPoint(round(plot.place_of(best)), height))
    assert made.threshold == best  # taken hold of, not moved
    QTest.mouseMove(plot, QPoint(round(plot.place_of(best / 2)), height))
    QTest.mouseRelease(plot, LEFT, pos=QPoint(round(plot.place_of(best / 2)), height))
    assert made.threshold == pytest.approx(best / 2, rel=0.05)
    pairs, away = distances(run, 8)
    right = threshold_accuracy(away[pairs.half :], pairs.same[pairs.half :], made.threshold)
    assert plot.shown.words.endswith(f"accuracy {right:.3f}")
    QTest.mouseMove(plot, QPoint(10, height))  # no button: the line stays
    assert made.threshold == pytest.approx(best / 2, rel=0.05)
    before = made.threshold
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert before < made.threshold < before * 1.1
    assert made.verdict.text() == f"About distance {made.threshold:.2f}:"
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert made.threshold == best
    QTest.mouseClick(plot, LEFT, pos=QPoint(round(plot.place_of(best * 1.5)), height))
    assert made.threshold == pytest.approx(best * 1.5, rel=0.05)
    QTest.mouseDClick(plot, LEFT, pos=QPoint(round(plot.place_of(best)), height))
    assert made.threshold == best


def test_pairs_at_the_pointer(panel: Any, run: Run, settle: Any) -> None:
    made, session = panel
    pairs, away = distances(run, 8)
    wrong = int(np.where(pairs.same, np.inf, away).argmin())
    assert {tile.row for tile in made.tiles.tiles[:2]} == {pairs.first[wrong], pairs.second[wrong]}
    middle = float(np.median(away))
    QTest.mouseMove(made.plot, QPoint(round(made.plot.place_of(middle)), made.plot.height() // 2))
    settle(made)
    rows = [tile.row for tile in made.tiles.tiles]
    labels = run.probe.labels[rows]
    assert labels[0] == labels[1]
    assert labels[2] != labels[3]
    assert (labels >= run.trained).all()
    for first, second in (rows[:2], rows[2:]):
        distance = np.linalg.norm(run.frame(8).embeddings[first] - run.frame(8).embeddings[second])
        assert abs(distance - middle) < made.plot.place_of(0) + 0.2 * float(away.max())
    assert made.tiles.tiles[0].figure in made.tiles.tiles[0].about
    made.tiles.clicked.emit(rows[0])
    assert session.state.focus == rows[0]


@pytest.mark.parametrize("how", ["selection", "focus and pointer"])
def test_a_verdict_on_two_dots(panel: Any, run: Run, settle: Any, how: str) -> None:
    made, session = panel
    for first, second in ((0, 5), (3, 4), (0, 4)):  # labels follow each other in turn
        if how == "selection":
            session.update(selection=Selection(frozen_ints([first, second])))
        else:
            session.update(focus=first, hovered=second)
        settle(made)
        distance = np.linalg.norm(run.frame(8).embeddings[first] - run.frame(8).embeddings[second])
        same = distance <= made.threshold
        right = same == (run.probe.labels[first] == run.probe.labels[second])
        expected = (
            f"Verdict: {'same' if same else 'different'}, distance {distance:.2f}: {'right' if right else 'wrong'}."
        )
        assert made.verdict.text() == expected
        assert [tile.row for tile in made.tiles.tiles] == [first, second]
    session.update(selection=NOTHING, focus=None, hovered=None)
    settle(made)
    assert len(made.tiles.tiles) == 4


def test_two_dots_are_a_pair_and_one_is_not() -> None:
    assert chosen_pair(State(focus=3)) is None
    assert chosen_pair(State(focus=3, hovered=3)) is None
    assert chosen_pair(State(hovered=3)) is None
    assert chosen_pair(State(focus=3, hovered=4)) == (3, 4)
    assert chosen_pair(State(focus=3, selection=Selection(frozen_ints([1, 9])))) == (1, 9)
    assert chosen_pair(State(selection=Selection(frozen_ints([1, 2, 9])))) is None


def test_without_held_out_classes_pairs_are_of_trained_ones(
    make_run: Any, seat: Callable[..., Session], settle: Any
) -> None:
    made = VerificationPanel()
    session = seat(made, make_run())
    settle(made)
    assert "trained classes" in made.about.text()
    assert "Name some in the recipe" in made.figures.words.text()
    session.update(runs=())
    settle(made)
    assert made.plot.shown is None
    assert np.isnan(made.threshold)


def test_figures_say_plainly_where_pixels_are_better(run: Run, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    from latentarium.app.charts import unseen_figures

    better = Compared("verification_accuracy", 0.9, 0.6, 0.5)
    worse = Compared("knn_accuracy_5_shot", 0.5, 0.75, 0.4)
    table = UnseenFigures()
    qtbot.addWidget(table)
    for figures, words in (
        ((better,), "Better than raw pixels in every figure."),
        ((better, worse), "Raw pixels are better in 1 of 2 figures: 5-shot k-NN."),
        ((worse,), "Raw pixels are better in every figure"),
        ((replace(worse, pixels=None),), "no figures of raw pixels"),
    ):
        monkeypatch.setattr(unseen_figures, "compare", lambda _run, _index, figures=figures: figures)
        table.show_frame(ShownFrame(run, 2))
        assert words in table.words.text()
        assert list(table.texts()) == [figure.title for figure in figures]
    assert table.texts() == {"5-shot k-NN": ("0.500", "–", "0.400")}
    monkeypatch.setattr(unseen_figures, "compare", lambda _run, _index: (worse,))
    table.show_frame(ShownFrame(run, 2))
    assert {label.text() for label in table.findChildren(QLabel) if label.property("role") == "wrong"} == {"0.500"}
    table.keep(run, 2, (Compared("linear_probe", 0.9, 0.8, 0.7),))
    assert table.texts()["linear probe"] == ("0.900", "0.800", "0.700")
    table.show_frame(ShownFrame(run, 3))
    assert "linear probe" not in table.texts()
    table.show_frame(ShownFrame(run, 2))
    assert "linear probe" in table.texts()


def test_the_first_frame_is_named_by_its_step(run: Run, qtbot: QtBot, tmp_path: Path) -> None:
    about, samples = run.description, (run.probe, run.reference)
    header = Header(run.recipe, run.classes, run.trained, *samples, about.dataset.name, "0" * 64, 1, "cpu")
    name = "knn_accuracy_5_shot"
    frames = (replace(run.frame(index), scalars={name: 0.5}) for index in (2, 3))
    for _ in record(frames, tmp_path / "later", header):
        pass
    later = Run.open(tmp_path / "later")
    table = UnseenFigures()
    qtbot.addWidget(table)
    table.show_frame(ShownFrame(later, 1))
    assert table.texts() == {"5-shot k-NN": ("0.500", "–", "0.500")}
    assert "step 4" in [label.text() for label in table.findChildren(QLabel)]
    later.close()


def test_curves_and_inspector_speak_of_unseen_classes(
    make_run: Any, seat: Callable[..., Session], settle: Any, tmp_path: Path
) -> None:
    recipe = Recipe(
        data=Data(classes=("0", "1"), held_out=("3", "8"), per_class=30, probe=48, reference=20),
        network=Network(name="mlp", embedding=2, hidden=(8,)),
        optimiser=Optimiser(steps=4, batch=20),
        frames=Frames(count=3),
    )
    train_and_record(recipe, tmp_path / "run", Control())
    run = Run.open(tmp_path / "run")
    curves, inspector, name = CurvesPanel(), Inspector(), "knn_accuracy_5_shot"
    session = seat(curves, run)
    settle(curves)
    chip = next(button for button in curves.findChildren(QAbstractButton) if button.text() == "unseen")
    assert chip.isVisible()
    chip.click()
    settle(curves)
    assert curves.share == name
    record = Record()
    record.follow(session.state.runs[0])
    drawn = record.curves(name, session.state.runs[0])
    assert drawn.left.tolist() == [entry.scalars[name] for entry in run.entries]
    assert dict(drawn.levels) == {"step 0": run.entries[0].scalars[name], "raw pixels": run.baselines[f"pixels_{name}"]}
    seat(inspector, run)
    texts = inspector.figures.texts()
    assert texts["unseen classes, 5-shot"] == f"{run.entries[-1].scalars[name]:.3f}"
    assert texts["its raw pixels · step 0"].startswith(f"{run.baselines[f'pixels_{name}']:.2f} · ")
    other = make_run()
    session.update(runs=(replace(session.state.runs[0], run=other, count=len(other)),))
    settle(curves)
    assert not chip.isVisible()
    assert curves.share == "accuracy"


def test_every_control_has_a_name(panel: Any) -> None:
    made, _ = panel
    for button in made.findChildren(QAbstractButton):
        assert button.accessibleName()
    assert made.plot.accessibleName()
