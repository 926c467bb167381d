"""What the recipe's tables have in common."""

from typing import Any

from pydantic import BaseModel, ConfigDict

ADVANCED: dict[str, Any] = {"advanced": True}


class Table(BaseModel):
    """A frozen table of the recipe; an unknown field is an error that names it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
