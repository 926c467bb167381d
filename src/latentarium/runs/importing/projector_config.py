"""TensorBoard's projector_config.pbtxt, and the JSON that the standalone projector reads."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from latentarium.core.errors import LatentariumError
from latentarium.runs.importing.arrays import check_regular

CONFIG = "projector_config.pbtxt"
LARGEST = 4 << 20
MOST = 10_000  # tensors
LONGEST_NAME, LONGEST_PATH = 200, 400  # characters
_DEEPEST = 8

_TOKEN = re.compile(
    r"""\s+|\#[^\n]*|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>[+-]?[0-9][0-9.eE+-]*)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<sign>[:{}<>\[\],;])""",
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True)
class Entry:
    """One tensor that a config names: paths as they stand there, empty for none.

    `shape` is (N, D), or empty where the config does not say; `cell` is the (width, height) of an image in the sprite.
    """

    name: str
    tensor: str
    metadata: str = ""
    sprite: str = ""
    shape: tuple[int, ...] = ()
    cell: tuple[int, int] = (0, 0)


def read_config(path: Path) -> tuple[Entry, ...] | None:
    """The tensors that a config names; None for a file that is none. LatentariumError for one that is damaged."""
    if path.suffix.lower() not in (".pbtxt", ".json"):
        return None
    pbtxt = path.suffix.lower() == ".pbtxt"
    if check_regular(path) > LARGEST:
        if pbtxt:
            raise LatentariumError(f"{path} is not read: a config has at most {LARGEST >> 20} MB.")
        return None
    text = path.read_bytes().decode(errors="replace")
    if not pbtxt and '"embeddings"' not in text:
        return None
    try:
        values = _message(_tokens(text, path), 0) if pbtxt else json.loads(text)
        listed = values.get("embeddings")
        entries = [_entry(each) for each in (listed if isinstance(listed, list) else [listed] if listed else [])]
    except (ValueError, RecursionError, AttributeError, TypeError, OverflowError) as error:
        raise LatentariumError(f"{path} is damaged: it is no config of TensorBoard's projector.") from error
    if len(entries) > MOST:
        raise LatentariumError(f"{path} names more than {MOST:,} tensors.")
    if not pbtxt and not any(entry.tensor for entry in entries):
        return None
    return _told_apart([entry for entry in entries if entry.tensor])


def _told_apart(entries: list[Entry]) -> tuple[Entry, ...]:
    """The entries with names that are all different."""
    names: dict[str, int] = {}
    made = []
    for entry in entries:
        count = names[entry.name] = names.get(entry.name, 0) + 1
        made.append(entry if count == 1 else replace(entry, name=f"{entry.name} ({count})"))
    return tuple(made)


def _entry(values: Mapping[str, Any]) -> Entry:
    """An entry by either spelling: tensorPath in JSON, tensor_path in the other."""
    plain = {key.replace("_", "").lower(): value for key, value in values.items()}
    sprite = {key.replace("_", "").lower(): value for key, value in (plain.get("sprite") or {}).items()}
    shape, cell = _numbers(plain.get("tensorshape")), _numbers(sprite.get("singleimagedim"))
    tensor = _text(plain.get("tensorpath"))
    return Entry(
        name=_text(plain.get("tensorname"))[:LONGEST_NAME] or Path(tensor).stem[:LONGEST_NAME],
        tensor=tensor,
        metadata=_text(plain.get("metadatapath")),
        sprite=_text(sprite.get("imagepath")),
        shape=shape if len(shape) == 2 else (),
        cell=(cell[0], cell[1]) if len(cell) == 2 else (cell[0], cell[0]) if len(cell) == 1 else (0, 0),
    )


def _text(value: Any) -> str:
    """A name or a path in one line; of a field that is given more than once, the last."""
    last = value[-1] if isinstance(value, list) and value else value
    return _CONTROL.sub(" ", str(last))[:LONGEST_PATH] if last else ""


def _numbers(value: Any) -> tuple[int, ...]:
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(int(number) for number in listed)


def _tokens(text: str, path: Path) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise LatentariumError(f"{path} is damaged: {text[place : place + 20]!r} means nothing there.")
        if match.lastgroup:
            yield match.lastgroup, match[match.lastgroup]
        place = match.end()


def _message(tokens: Iterator[tuple[str, str]], depth: int) -> dict[str, Any]:
    """The fields of a message; a field that comes again becomes a list. Raises ValueError."""
    if depth > _DEEPEST:
        raise ValueError("too deep")
    fields: dict[str, Any] = {}
    for kind, name in tokens:
        if kind == "sign" and name in "}>":
            if depth:
                return fields
            raise ValueError("an end without a beginning")
        if kind == "sign" and name in ",;":
            continue
        if kind != "name":
            raise ValueError(name)
        for value in _values(tokens, depth):
            known = fields.get(name)
            fields[name] = value if known is None else [*known, value] if isinstance(known, list) else [known, value]
    if depth:
        raise ValueError("it ends too early")
    return fields


def _values(tokens: Iterator[tuple[str, str]], depth: int) -> list[Any]:
    kind, text = next(tokens, ("", ""))
    if kind == "sign" and text == ":":
        kind, text = next(tokens, ("", ""))
    if kind == "sign" and text in "{<":
        return [_message(tokens, depth + 1)]
    if kind == "sign" and text == "[":
        listed: list[Any] = []
        for kind, text in tokens:
            if kind == "sign" and text == "]":
                return listed
            if kind != "sign":
                listed.append(_scalar(kind, text))
    return [_scalar(kind, text)]


def _scalar(kind: str, text: str) -> Any:
    if kind == "text":
        return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), text[1:-1])
    if kind == "number":
        return int(text) if text.lstrip("+-").isdigit() else float(text)
    if kind == "name":
        return text
    raise ValueError(text)
