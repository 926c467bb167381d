"""What the outside may ask of a training that runs: pause, step, stop and pace."""

import threading
import time


class Control:
    """Shared between the thread that trains and the one that steers. Never imports torch.

    Before every batch the loop calls `wait`, which blocks while paused and for the pace, and says whether
    to go on; after every frame, `framed`. All methods may be called from any thread.
    """

    def __init__(self, pace: float = 0.0) -> None:
        self._condition = threading.Condition()
        self._paused = False
        self._stopped = False
        self._step = False
        self._pace = max(0.0, pace)
        self._last: float | None = None  # when the batch before was let go

    def pause(self) -> None:
        """Halt after the current batch, until `resume` or `step`."""
        with self._condition:
            self._paused, self._step = True, False
            self._condition.notify_all()

    def resume(self) -> None:
        """Go on."""
        with self._condition:
            self._paused = self._step = False
            self._condition.notify_all()

    def step(self) -> None:
        """Go on to the next recorded frame, as fast as it goes, and pause there."""
        with self._condition:
            self._paused = self._step = True
            self._condition.notify_all()

    def stop(self) -> None:
        """End after the current batch; also wakes a paused training."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()

    @property
    def paused(self) -> bool:
        """Whether training halts, or is about to."""
        with self._condition:
            return self._paused and not self._step

    @property
    def stopped(self) -> bool:
        """Whether training was asked to end."""
        with self._condition:
            return self._stopped

    @property
    def pace(self) -> float:
        """Seconds that the whole training should at least take; 0: as fast as it goes."""
        with self._condition:
            return self._pace

    @pace.setter
    def pace(self, seconds: float) -> None:
        with self._condition:
            self._pace = max(0.0, seconds)
            self._condition.notify_all()

    def framed(self) -> None:
        """Say that a frame was just recorded: a step ends here."""
        with self._condition:
            self._step = False

    def wait(self, share: float) -> bool:
        """Block while paused, and until the next batch is due at this pace; say whether to go on.

        `share` is a batch's part of the whole pace, 0 to 1, counted from when `wait` last let a batch go, so that
        computing and recording are within it; a pause is not. A change of the pace counts at once, and a step
        does not wait for it.
        """
        with self._condition:
            while not self._stopped:
                now = time.monotonic()
                began = now if self._last is None else self._last
                left = began + self._pace * share - now
                if self._paused and not self._step:
                    self._condition.wait()
                    self._last = time.monotonic() - min(now - began, self._pace * share)  # the pause is taken out
                elif left > 0 and not self._step:
                    self._last = began
                    self._condition.wait(left)
                else:
                    self._last = now
                    return True
            return False
