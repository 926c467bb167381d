"""What a library prints, read for how far it is."""

import io
import re
from collections.abc import Callable

Tell = Callable[[float], None]  # the share done; raises what ends the work


class Lines(io.TextIOBase):
    """A file that finds the number of the step in what is printed to it, and tells the share done.

    What `tell` raises goes up through the library that prints, which is how its loop is left.
    """

    def __init__(self, pattern: str, steps: int, tell: Tell) -> None:
        self._pattern, self._steps, self._tell = re.compile(pattern), steps, tell

    def write(self, text: str) -> int:
        if found := self._pattern.search(text):
            self._tell(min(int(found[1]) / self._steps, 1.0))
        return len(text)
