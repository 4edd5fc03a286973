"""What this process knows of the newest things only."""

from collections import OrderedDict
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST = 10_000
"""Enough for what a platform brings again or changes later."""


class Remembered(OrderedDict[K, V]):
    """A dictionary of at most so many entries: the one that was set longest ago gives way to a new one."""

    def __init__(self, most: int = MOST) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > self._most:
            self.popitem(last=False)
