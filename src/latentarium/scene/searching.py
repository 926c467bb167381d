"""Which points a person's words mean.

Words find points whose table has all of them, in any column; large and small letters are alike. `column:word` looks
in one column, `column=text` for the whole cell, `column>3`, `>=`, `<`, `<=` and `!=` compare numbers; a minus before
any of them finds the points that do not fit; quotes keep words, or the name of a column, together.
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from latentarium.core.arrays import Bools, Ints, frozen_ints
from latentarium.core.errors import LatentariumError
from latentarium.scene.metadata import Field, Table

_QUOTED = r'"(?:[^"]*)"'
_TERM = re.compile(
    rf"(?P<minus>-?)(?:(?P<field>{_QUOTED}|[^\s\":=<>!]+)(?P<how><=|>=|!=|:|=|<|>))?(?P<value>{_QUOTED}|\S+)"
)
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Term:
    """One condition: what is looked for, in which field (None: all), how, and whether it must not hold."""

    value: str
    field: Field | None = None
    how: str = ":"
    inverted: bool = False


def parse(query: str, fields: Iterable[Field]) -> tuple[Term, ...]:
    """The conditions of a query. LatentariumError where a column that has no numbers is to be compared with one."""
    by_name = {field.name.casefold(): field for field in fields}
    return tuple(_term(found, by_name) for found in _TERM.finditer(query))


def search(query: str, table: Table, further: Iterable[Field] = ()) -> Ints:
    """Rows of the points that fit all of a query, sorted; all where it says nothing.

    The fields in `further` are looked in where they are named. Raises LatentariumError as `parse` does.
    """
    fitting = np.ones(len(table), bool)
    for term in parse(query, (*table.fields.values(), *further)):
        fitting &= _holds(term, table) ^ term.inverted
    return frozen_ints(np.flatnonzero(fitting))


def quoted(name: str, value: str) -> str:
    """A query for the points whose field `name` is `value`."""
    return f"{_kept(name)}={_kept(value)}"


def compared(name: str, sign: str, value: float) -> str:
    """A query for the points whose number in field `name` is so to `value`."""
    return f"{_kept(name)}{sign}{value:.6g}"


def _kept(text: str) -> str:
    text = text.replace('"', " ")
    return f'"{text}"' if re.search(r"[\s:=<>!]", text) or not text or text.startswith("-") else text


def _term(found: "re.Match[str]", fields: Mapping[str, Field]) -> Term:
    inverted, value = bool(found["minus"]), found["value"]
    if found["field"] is None:
        return Term(_bare(value), inverted=inverted)
    field, how = fields.get(_bare(found["field"]).casefold()), found["how"]
    if field is None:  # no column of this table: a text that has a colon in it, such as a path or a time
        return Term(found["field"] + how + value, inverted=inverted)
    if how == "!=":
        return Term(_bare(value), field, "=", not inverted)
    if how in _ORDER:
        _check_numbers(field, _bare(value))
    return Term(_bare(value), field, how, inverted)


def _holds(term: Term, table: Table) -> Bools:
    if term.field is None:
        word = term.value.casefold()
        holds = np.zeros(len(table), bool)
        for block in table.blocks:
            holds |= np.array([word in line for line in block.lines], bool)
        return holds
    field, word = term.field, term.value.casefold()
    if term.how in _ORDER:
        assert field.numbers is not None
        with np.errstate(invalid="ignore"):
            compared: Bools = _ORDER[term.how](field.numbers, float(word))
        return compared
    if term.how == "=":
        number = _as_number(word)
        if field.numbers is not None and number is not None:
            same: Bools = field.numbers == number
            return same
        return np.array([cell == word for cell in field.plain], bool)
    return np.array([word in cell for cell in field.plain], bool)


def _check_numbers(field: Field, value: str) -> None:
    if field.numbers is None:
        raise LatentariumError(f"“{field.name}” has no numbers to compare; write {_kept(field.name)}:{value} instead.")
    if _as_number(value) is None:
        raise LatentariumError(f"“{field.name}” is compared with a number, which “{value}” is not.")


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _bare(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
