"""The histogram of the neighbour overlap in little room."""

import numpy as np
from pytestqt.qtbot import QtBot

from latentarium.app.charts.overlap_plot import LEAST, Bars, OverlapPlot


def test_bars_stay_readable_where_there_is_little_room(qtbot: QtBot) -> None:
    plot = OverlapPlot()
    qtbot.addWidget(plot)
    levels = (("mean", 0.326), ("chance", 0.062), ("in class", 0.215))
    plot.show_bars(Bars((0.1,) * 10, 100, np.zeros(10, np.int64), levels), True)
    plot.resize(plot.minimumSizeHint())
    assert plot._box().height() >= LEAST
    assert "in class .215" in plot.toolTip(), "what there is no room for is said on hovering"
    plot.resize(150, 300)
    assert len(plot._names()) == 3
    assert plot._box().height() >= LEAST
    plot.grab()
