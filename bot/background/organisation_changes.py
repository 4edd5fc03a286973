"""Following what other processes change in the organisation."""

import asyncio
from datetime import timedelta

import structlog

from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.organising import Organising

LOOK = timedelta(seconds=1)
"""How long a change made by another process may stay unseen here."""

log = structlog.get_logger(__name__)


async def follow_changes(organising: Organising, every: timedelta = LOOK) -> None:
    """Read what others have changed now and then, until cancelled."""
    while True:
        await asyncio.sleep(every.total_seconds())
        try:
            if await organising.refresh():
                log.info("The organisation was changed.", action="organisation_followed")
        except StorageUnavailable:
            # Delivery reports an outage; here the organisation just stays as it was.
            continue
