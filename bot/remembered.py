"""A dictionary that keeps only the newest entries."""

from collections import OrderedDict
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST = 10_000
"""Enough for what a platform delivers again or changes later."""


class Remembered(OrderedDict[K, V]):
    """A dictionary of at most so many entries: a new one evicts the one that was set longest ago."""

    def __init__(self, most: int = MOST) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > self._most:
            self.popitem(last=False)
