"""The command line: COMMANDS; without one of them, the window.

Importing this loads next to nothing: the window's first paint must wait for no parser it does not need.
"""

import sys
from collections.abc import Sequence

COMMANDS = (
    "train",
    "continue",
    "sweep",
    "info",
    "ls",
    "show",
    "neighbours",
    "compare",
    "export",
    "add",
    "embed",
    "doctor",
    "demo",
)
INTERRUPTED = 130
OPENGL = "_opengl"  # `doctor` asks for OpenGL in a child process, which may crash


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program with the arguments given after its name; the number to exit with.

    0: done. 1: a fault of the program's own. 2: a wrong argument or file, one sentence on stderr.
    130: interrupted.
    """
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:  # while modules are still being imported
        return INTERRUPTED


def _run(given: list[str]) -> int:
    from latentarium.cli.output import guarded_call  # here and below: only what this call needs

    if not given or not (given[0] in COMMANDS or given[0].startswith("-") or given[0] == OPENGL):
        from latentarium.cli.windows import open_window

        return guarded_call(lambda: open_window(given))
    if given[0] == OPENGL:
        from latentarium.cli.opengl import report

        return report()
    from latentarium.cli.commands import run_command

    return guarded_call(lambda: run_command(given))
