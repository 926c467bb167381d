"""Frames that were read, as long as memory for them is meant to last."""

import threading
from collections import OrderedDict
from weakref import WeakValueDictionary

from latentarium.core.frame import Frame
from latentarium.runs.frames import frame_size


class FrameCache:
    """Keeps the frames used last, up to `limit` bytes; one that is in use elsewhere stays known beyond that.

    So the same index gives the same object for as long as anybody holds it. Safe to share between threads.
    """

    def __init__(self, limit: int = 256 << 20) -> None:
        self._limit = limit
        self._size = 0
        self._recent: OrderedDict[int, Frame] = OrderedDict()
        self._known: WeakValueDictionary[int, Frame] = WeakValueDictionary()
        self._lock = threading.Lock()

    def get(self, index: int) -> Frame | None:
        """The frame at `index`, if it is known."""
        with self._lock:
            frame = self._known.get(index)
            if frame is not None:
                self._keep(index, frame)
            return frame

    def put(self, index: int, frame: Frame) -> Frame:
        """Keep `frame`, unless one is known at `index`; returns the one that is kept."""
        with self._lock:
            frame = self._known.setdefault(index, frame)
            self._keep(index, frame)
            return frame

    def clear(self) -> None:
        """Forget all frames."""
        with self._lock:
            self._recent.clear()
            self._known.clear()
            self._size = 0

    def _keep(self, index: int, frame: Frame) -> None:
        if index not in self._recent:
            self._size += frame_size(frame)
        self._recent[index] = frame
        self._recent.move_to_end(index)
        while self._size > self._limit and len(self._recent) > 1:
            self._size -= frame_size(self._recent.popitem(last=False)[1])
