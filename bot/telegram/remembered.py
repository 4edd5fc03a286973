"""What this process knows of the newest things only."""

from collections import OrderedDict
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST = 10_000


class Remembered(OrderedDict[K, V]):
    """A dictionary of the newest entries; the oldest is forgotten when there are too many."""

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        if len(self) > MOST:
            self.popitem(last=False)
