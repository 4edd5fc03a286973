"""A clock whose hands the test moves."""

from datetime import UTC, datetime, timedelta

MONDAY_MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
"""Nine o'clock in Moscow."""


class HandClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = MONDAY_MORNING) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the time that was set."""
        return self._now

    def move(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Let time pass and return the new moment."""
        self._now += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self._now
