"""Time as the server sees it."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Anything that returns the current time: an aware datetime in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)
