"""Colours of the two themes, of classes and of continuous values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """The colours of the window, as #rrggbb; text on panel and canvas has a contrast of at least 4.5:1."""

    window: str
    panel: str
    canvas: str  # behind the dots
    control: str
    control_hovered: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    wrong: str
    warning: str
    loss: str  # the loss curve
    accuracy: str  # the accuracy curve
    matrix: str  # the full colour of a matrix cell


THEMES = {
    "dark": Theme(
        window="#171b21",
        panel="#1b2027",
        canvas="#0e1116",
        control="#242a33",
        control_hovered="#2e3641",
        border="#323a45",
        text="#eef1f5",
        muted="#a3adba",
        accent="#79b1ff",
        on_accent="#0b1320",
        wrong="#ff6b6b",
        warning="#f2b84b",
        loss="#e69f00",
        accuracy="#79b1ff",
        matrix="#5b8fd6",
    ),
    "light": Theme(
        window="#ffffff",
        panel="#ffffff",
        canvas="#fafafa",
        control="#f1f3f6",
        control_hovered="#e4e8ee",
        border="#d3d9e1",
        text="#14181e",
        muted="#566070",
        accent="#1a6ce8",
        on_accent="#ffffff",
        wrong="#c62828",
        warning="#8a5a00",
        loss="#b36b00",
        accuracy="#1a6ce8",
        matrix="#6ea2f2",
    ),
}
