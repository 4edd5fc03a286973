"""Ids in the shapes that Slack gives them: ``C0000000A1``, ``1767341234.000003``."""

import itertools
from collections.abc import Iterator
from datetime import datetime

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _ALPHABET[rest] + digits
    return digits.rjust(8, "0")


class Ids:
    """Numbers everything in one workspace; the same test always gets the same ids."""

    def __init__(self) -> None:
        self._counts: dict[str, Iterator[int]] = {}
        self._stamps = itertools.count(1)

    def new(self, prefix: str) -> str:
        """An unused id of the kind *prefix* (``C``, ``D``, ``U``, ``F``, ``V``, ``Ev``...)."""
        counter = self._counts.setdefault(prefix, itertools.count(1))
        return f"{prefix}0{_base36(next(counter) + 36**3)}"

    def ts(self, now: datetime) -> str:
        """A message's time stamp: seconds, then a part that never repeats."""
        return f"{int(now.timestamp())}.{next(self._stamps):06d}"


def ts_key(ts: str) -> tuple[int, int]:
    """The order of time stamps; raises ValueError for what is not one."""
    seconds, _, part = ts.partition(".")
    return int(seconds), int(part.ljust(6, "0")) if part else 0
