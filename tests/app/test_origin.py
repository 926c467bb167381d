"""What About says of a space that was brought in."""

from pytestqt.qtbot import QtBot

from latentarium.app.start.origin_table import OriginTable
from latentarium.core.origin import Origin


def test_each_thing_that_is_known_has_a_line(qtbot: QtBot) -> None:
    table = OriginTable()
    qtbot.addWidget(table)
    params = '{"epochs": 20, "note": "<b>x</b>", "mean": [0.5, 0.4]}'
    table.show_origin(Origin(format="projector", source="config.json", model="resnet", params=params))
    assert not table.isHidden()
    assert table.rows() == (
        ("Format", "projector"),
        ("Source", "config.json"),
        ("Model", "resnet"),
        ("epochs", "20"),
        ("note", "<b>x</b>"),
        ("mean", "[0.5, 0.4]"),
    )
    table.grab()
    table.show_origin(Origin(format="vectory", params="no JSON"))
    assert table.rows() == (("Format", "vectory"), ("Parameters", "no JSON"))
    table.show_origin(None)
    assert table.isHidden()
