"""The time of the workspace: the wall clock, or one that a test moves by hand."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that returns the current time, aware, in UTC."""

    def now(self) -> datetime: ...


class WallClock:
    """The computer's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class HandClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on by *seconds*."""
        self._now += timedelta(seconds=seconds)
