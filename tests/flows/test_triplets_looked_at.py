"""The triplets of the dot in focus, as the objective's own mining finds them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from latentarium.core.recipe_text import assign_all, preset
from latentarium.jobs.training import train_and_record
from latentarium.training.control import Control

from .conftest import Pilot

SHORT = {"optimiser.steps": 10, "frames.count": 4, "data.probe": 100, "data.reference": 80, "frames.pace": 0}


def test_a_dot_shows_its_triplets(take_off: Callable[..., Pilot], tmp_path: Path) -> None:
    train_and_record(assign_all(preset("triplet-voronoi"), SHORT), tmp_path / "run", Control())
    pilot = take_off(tmp_path / "run")
    window, panel, row = pilot.window, pilot.window.panels.pairs, 11
    window.actions_table["dock pairs"].trigger()
    window.parts.session.ask({"focus": row, "moment": 2.0, "following": False})
    pilot.wait(lambda: bool(panel.triplets.shown()))
    frame, run = pilot.run.frame(2), pilot.run
    away = np.square(frame.reference_embeddings.astype(float) - frame.embeddings[row].astype(float)).sum(1)
    for line in panel.triplets.shown():
        anchor, positive, negative = line.tiles.tiles
        assert anchor.row == row
        assert run.reference.labels[positive.row] == run.probe.labels[row]
        assert run.reference.labels[negative.row] != run.probe.labels[row]
        margin = float(line.sum.text().split("+")[1])
        active = away[positive.row] - away[negative.row] + margin > 0
        assert line.verdict.text().startswith("active") == active
