"""A reader's budgets: how long a file is, how wide a class, how hungry a constructor."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "latentarium"
FILES = sorted(SOURCE.rglob("*.py"))
LINES, METHODS, ARGUMENTS = 400, 10, 6
# Qt's and pyqtgraph's own names in camelCase are overridden, not offered.


def classes(path: Path) -> Iterator[ast.ClassDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            yield node


def offered(node: ast.ClassDef) -> list[str]:
    """Public methods and properties, a setter counted with its property."""
    names = [item.name for item in node.body if isinstance(item, ast.FunctionDef)]
    return sorted({name for name in names if not name.startswith("_") and name == name.lower()})


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_class_offers_little_and_asks_for_little(path: Path) -> None:
    for node in classes(path):
        assert len(offered(node)) <= METHODS, f"{node.name} offers {offered(node)}"
        for item in node.body:
            if isinstance(item, ast.FunctionDef) and item.name == "__init__":
                taken = len(item.args.posonlyargs + item.args.args + item.args.kwonlyargs) - 1
                assert taken <= ARGUMENTS, f"{node.name} takes {taken} arguments"
