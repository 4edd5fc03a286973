"""The machine's clock."""

from datetime import UTC, datetime


class SystemClock:
    """Implements `workflows.ports.clock.Clock`."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)
