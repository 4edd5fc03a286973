"""What has to be done once after the start, and may take several tries: nobody waits for it."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import structlog

from bot.telegram.api.errors import FAILURES, pause_after
from workflows.ports.unit_of_work import StorageUnavailable

log = structlog.get_logger(__name__)


async def done_in_the_end(chore: str, work: Callable[[], Awaitable[object]]) -> None:
    """Do *work*, again and again while the platform or the database does not let us; what else goes wrong is logged."""
    for attempt in itertools.count():
        try:
            await work()
            return
        except StorageUnavailable as problem:
            reason, pause = str(problem), pause_after(problem, attempt)
        except FAILURES as failure:
            reason, pause = type(failure).__name__, pause_after(failure, attempt)
        except Exception:
            # The outermost guard: nobody awaits what came of it.
            log.exception("Something after the start cannot be done.", action="telegram_chore_broken", chore=chore)
            return
        log.warning(
            "Something is left to do after the start.", action="telegram_chore_failed", chore=chore, reason=reason
        )
        await asyncio.sleep(pause)
