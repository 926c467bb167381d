"""The main job: train, look, scrub, pause, step, stop, close, reopen."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QToolButton

from latentarium.app.trainer import Phase
from latentarium.core.recipe import Recipe
from latentarium.core.recipe_text import assign, preset
from latentarium.runs.run import Run

from .conftest import Pilot

SIMPLEX, EMBEDDING = 0, 1


def recipe(pace: float) -> Recipe:
    """The default preset on a smaller probe, with fewer frames."""
    made = preset("triangle")
    for field, value in {"data.probe": 300, "data.reference": 200, "frames.count": 60, "frames.pace": pace}.items():
        made = assign(made, field, value)
    return made


def start(pilot: Pilot, pace: float) -> None:
    pilot.window.panels.form.set_recipe(recipe(pace))
    pilot.window.bar.set_pace(pace)
    pilot.press("Train")
    pilot.wait(lambda: pilot.frames() > 0)


def pixels(image: QImage) -> np.ndarray:
    """The grey values of a picture, uint8 (H, W)."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].copy()


def enlarged(image: np.ndarray, side: int) -> np.ndarray:
    """`image` (H, W, 1) with each pixel as a square block, (side, side)."""
    factor = side // len(image)
    return np.kron(image[..., 0], np.ones((factor, factor), np.uint8))


def nearest(query: np.ndarray, points: np.ndarray, k: int) -> list[int]:
    """Rows of the k largest cosine similarities, the slow obvious way; the lower row first where equal."""
    lengths = np.linalg.norm(points.astype(np.float64), axis=1) * np.linalg.norm(query.astype(np.float64))
    distances = 1 - points.astype(np.float64) @ query.astype(np.float64) / lengths
    return sorted(range(len(points)), key=lambda row: (distances[row], row))[:k]


def test_a_class_watches_a_training(take_off: Callable[..., Pilot]) -> None:
    pilot = take_off()
    start(pilot, pace=12)
    assert pilot.state.following
    assert pilot.window.parts.trainer.status.phase is Phase.TRAINING
    for index, chip in ((SIMPLEX, "equilateral ▾"), (EMBEDDING, "raw ▾")):
        chips = [button.text() for button in pilot.view(index).controls.findChildren(QToolButton) if button.isVisible()]
        assert chip in chips

    # Scrub back while frames arrive: the screen stays where it was put, the frames go on.
    pilot.wait(lambda: pilot.frames() > 15)
    pilot.scrub(0.3)
    assert not pilot.state.following
    there, then = pilot.state.frame, pilot.frames()
    pilot.wait(lambda: pilot.frames() >= then + 4)
    assert pilot.state.frame == there

    # Go live: the newest frame, in a glide.
    pilot.press("Go live")
    pilot.wait(lambda: pilot.state.following and pilot.state.frame >= pilot.frames() - 2)

    # Pause halts; a step is one frame more; and Pause again is named Resume.
    pilot.press("Pause")
    pilot.wait(lambda: pilot.window.parts.trainer.status.phase is Phase.PAUSED)
    pilot.qtbot.wait(400)
    before = pilot.frames()
    pilot.qtbot.wait(500)
    assert pilot.frames() == before
    pilot.press("Step")
    pilot.wait(lambda: pilot.frames() == before + 1)
    pilot.qtbot.wait(500)
    assert pilot.frames() == before + 1

    # Hover a dot: the card shows that very image, pixel by pixel; the ring is on it in both views.
    pilot.wait(lambda: pilot.state.moment == pilot.frames() - 1)
    row = pilot.loneliest(SIMPLEX)
    pilot.point_at(SIMPLEX, row)
    assert pilot.state.hovered == row
    card = pilot.view(SIMPLEX).card
    pilot.wait(card.isVisible, 5)
    shown = pixels(card.image.picture.toImage())
    assert len(shown) % 28 == 0
    np.testing.assert_array_equal(shown, enlarged(pilot.run.probe.images[row], len(shown)))
    for index in (SIMPLEX, EMBEDDING):
        flags = pilot.scene(index).dots.flags
        assert np.flatnonzero(flags & 1).tolist() == [row]

    # Click it: its neighbours are those of brute force, in order.
    pilot.click(SIMPLEX, row)
    assert pilot.state.focus == row
    frame = pilot.run.frame(pilot.state.frame)
    tiles = pilot.window.panels.inspector.neighbours.tiles
    pilot.wait(lambda: len(tiles.tiles) == pilot.state.k, 5)
    expected = nearest(frame.embeddings[row], frame.reference_embeddings, pilot.state.k)
    assert [tile.row for tile in tiles.tiles] == expected
    ghosts = pilot.scene(EMBEDDING).ghosts
    assert ghosts is not None
    assert len(ghosts.positions) == pilot.state.k

    # Stop keeps the run.
    pilot.press("Stop")
    pilot.wait(lambda: not pilot.window.parts.trainer.status.busy)
    path, frames = pilot.run.path, pilot.frames()
    recorded = [pilot.run.frame(index) for index in range(frames)]
    assert pilot.close() < 5

    # Reopened, everything is there, and equal.
    again = take_off(path)
    assert again.frames() == frames
    assert again.run.check() == []
    for index, frame in enumerate(recorded):
        np.testing.assert_array_equal(again.run.frame(index).embeddings, frame.embeddings)
        np.testing.assert_array_equal(again.run.frame(index).probabilities, frame.probabilities)
        assert dict(again.run.frame(index).scalars) == pytest.approx(dict(frame.scalars), abs=0, rel=0)
    np.testing.assert_array_equal(again.run.probe.images, pilot.run.probe.images)
    again.wait(lambda: again.state.moment == frames - 1)


def test_closing_in_the_middle_keeps_the_run(take_off: Callable[..., Pilot]) -> None:
    pilot = take_off()
    start(pilot, pace=60)
    pilot.wait(lambda: pilot.frames() > 3)
    path = pilot.run.path
    assert pilot.close() < 5
    with_frames = Run.open(path)
    try:
        assert len(with_frames) > 3
        assert with_frames.check() == []
        assert not with_frames.writer_alive()
    finally:
        with_frames.close()


def test_replay_by_keys(take_off: Callable[..., Pilot]) -> None:
    pilot = take_off()
    start(pilot, pace=0)
    pilot.wait(lambda: not pilot.window.parts.trainer.status.busy)
    last = pilot.frames() - 1
    pilot.view(EMBEDDING).cloud.setFocus()
    pilot.key(Qt.Key.Key_Home)
    assert pilot.state.moment == 0
    pilot.key(Qt.Key.Key_Right)
    pilot.key(Qt.Key.Key_Right)
    assert pilot.state.moment == 2
    pilot.key(Qt.Key.Key_Left)
    assert pilot.state.moment == 1
    pilot.key(Qt.Key.Key_Space)
    assert pilot.state.playing
    pilot.wait(lambda: pilot.state.moment > 4)
    pilot.key(Qt.Key.Key_Space)
    assert not pilot.state.playing
    pilot.key(Qt.Key.Key_End)
    pilot.wait(lambda: pilot.state.moment == last)
    pilot.key(Qt.Key.Key_2)
    assert pilot.state.colour_by == "prediction"
    pilot.key(Qt.Key.Key_F11)
    pilot.wait(lambda: pilot.state.presenting)
    pilot.key(Qt.Key.Key_Escape)
    pilot.wait(lambda: not pilot.state.presenting)
