"""The source of the current time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The current time; tests move it by hand."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...
