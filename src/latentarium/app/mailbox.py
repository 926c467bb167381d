"""The one door between the thread that trains and the one that draws."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Hold at most one item; a later one replaces an unread one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._item: T | None = None

    def put(self, item: T) -> bool:
        """Leave `item`; say whether the reader must be woken."""
        with self._lock:
            empty, self._item = self._item is None, item
        return empty

    def take(self) -> T | None:
        """Empty the box; None where nothing came."""
        with self._lock:
            item, self._item = self._item, None
        return item
