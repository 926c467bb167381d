"""The ways from one query to the next: at random, or from the least to the most alike."""

from typing import Any

import numpy as np

from latentarium.scene.query import random_row, stepped
from latentarium.scene.state import State

STEPS = {
    "random": ("Random", "Some point (R in a view)"),
    "least": ("Least", "The point whose neighbours the two spaces have least in common"),
    "less": ("‹", "The point before this one from the least to the most alike (comma in a view)"),
    "more": ("›", "The point after this one from the least to the most alike (full stop in a view)"),
    "most": ("Most", "The point whose neighbours the two spaces have most in common"),
}
MENU = (  # name, words, key
    ("random", "Query a random point", "R"),
    ("less", "Query the point before, less alike", ","),
    ("more", "Query the point after, more alike", "."),
    ("least", "Query the least alike point", ""),
    ("most", "Query the most alike point", ""),
)
_STRIDES = {"least": -(1 << 62), "less": -1, "more": 1, "most": 1 << 62}


def asked_for(step: str, state: State) -> dict[str, Any]:
    """The changes that focus the point of a step: random, least, less, more or most; nothing where there is none."""
    if state.compared is None:
        return {}
    if step == "random":
        row = random_row(state, np.random.default_rng())
    else:
        row = stepped(state.compared, state, _STRIDES[step])
    return {} if row is None else {"focus": row}
