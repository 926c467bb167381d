"""The one door to the files of the top-level `resources` folder."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """The path of a resource, in a checkout, in a wheel and in a frozen program.

    A wheel and a frozen program carry the folder inside the package; a checkout has it at the top.
    Raises FileNotFoundError where it does not exist.
    """
    for root in (_PACKAGE / "resources", _PACKAGE.parent.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"the program's own file {'/'.join(parts)} is missing; install it again")
