"""Where the present moment comes from."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; tests move it by hand."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...
