"""Which case somebody talks about who answers one of our messages."""

import asyncio

from workflows.domain.ids import CaseId
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.platforms import PlatformQueries

RECORDED_WITHIN = (0.0, 0.1, 0.5, 2.0)
"""Seconds to wait before each look: a message that was posted this moment is not recorded yet."""


async def case_answered(queries: PlatformQueries, chat: ChatAddress, message: MessageId) -> CaseId | None:
    """Answer the case of one of our messages, or None when it is about none; raises StorageUnavailable."""
    for pause in RECORDED_WITHIN:
        await asyncio.sleep(pause)
        case_id = await queries.case_of_message(chat, message)
        if case_id is not None:
            return case_id
    return None
