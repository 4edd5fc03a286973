"""Retry what has to be done once after the start; nobody waits for it."""

from collections.abc import Awaitable, Callable

from bot.background.retrying import do_chore
from bot.telegram.api.errors import FAILURES, PAUSES
from bot.telegram.api.too_many_requests import requested_pause
from workflows.ports.unit_of_work import StorageUnavailable

_PASSING = (StorageUnavailable, *FAILURES)


async def retry_until_done(chore: str, work: Callable[[], Awaitable[object]]) -> None:
    """Do *work*, again while the platform or the database does not let us; any other error is logged and ends it."""
    await do_chore(chore, work, on=_PASSING, pauses=PAUSES, requested_pause=requested_pause)
