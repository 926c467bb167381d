"""What the command line says: results on stdout, all else on stderr, failures as one sentence."""

import contextlib
import json
import math
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from latentarium.cli import INTERRUPTED
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.progress import Pace

DEBUG = "LATENTARIUM_DEBUG"  # set in the environment: tracebacks are shown
EVERY = 2.0  # seconds between lines of progress where they are not rewritten in place


def guarded_call(command: Callable[[], int]) -> int:
    """Run a command; what goes wrong becomes one sentence on stderr and the number to exit with."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        return command()
    except CancelledError:
        return INTERRUPTED
    except LatentariumError as error:
        return _fail(str(error), 2)
    except BrokenPipeError:  # whoever read our output has enough
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _fail(f"{place}{error.strerror or error}.", 2)
    except Exception as error:
        return _fail(f"This should not have happened: {type(error).__name__}: {error}. ({DEBUG}=1 shows where.)", 1)


def say(text: str) -> None:
    """Tell the person something that is no result."""
    print(plain(text), file=sys.stderr, flush=True)


def print_json(values: Mapping[str, Any]) -> None:
    """Print one JSON object as a line of its own; what is not finite becomes null."""
    print(json.dumps(_finite(values), allow_nan=False), flush=True)


def print_table(rows: Mapping[str, object]) -> None:
    """Print names and values in two columns; what is None is left out."""
    shown = {name: value for name, value in rows.items() if value is not None}
    width = max((len(name) for name in shown), default=0)
    for name, value in shown.items():
        print(plain(f"{name:<{width}}  {value}"))


def plain(text: str) -> str:
    """The text without signs that a terminal would obey: names come from other people's files."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _fail(sentence: str, number: int) -> int:
    if os.environ.get(DEBUG):
        traceback.print_exc()
    say(f"latentarium: {' '.join(sentence.split())}")
    return number


class ProgressLine:
    """One line on stderr that is rewritten in place; where stderr is no terminal, a line now and then.

    May be told from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._terminal = sys.stderr.isatty()
        self._width = 0
        self._shown = ""
        self._stage = ""
        self._said = 0.0
        self._pace = Pace()

    def report(self, text: str, share: float | None) -> None:
        """Show what is being done, how far it is, and how long it still takes, where these are known."""
        left = self._pace.left(share)
        self.show(text, f"{text}…" if share is None else f"{text} ({share:.0%}{left and ', '}{left})")

    def show(self, stage: str, text: str) -> None:
        """Show `text`; without a terminal only when the stage is a new one, or after a while."""
        with self._lock:
            if self._terminal:
                line = plain(text)[: _columns() - 1]
                sys.stderr.write(f"\r{line:<{self._width}}")
                sys.stderr.flush()
                self._width = len(line)
            elif text != self._shown and (stage != self._stage or time.monotonic() - self._said > EVERY):
                say(text)
                self._said = time.monotonic()
            self._stage, self._shown = stage, text

    def say(self, text: str) -> None:
        """Leave the line, and tell something that stays."""
        with self._lock:
            self._clear()
            say(text)

    def end(self) -> None:
        """Take the line away."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        if self._terminal and self._width:
            sys.stderr.write(f"\r{'':<{self._width}}\r")
            sys.stderr.flush()
            self._width = 0


def _columns() -> int:
    try:
        return max(20, os.get_terminal_size(sys.stderr.fileno()).columns)
    except OSError:
        return 80
