"""Which case a message of ours belongs to, when somebody replies to it."""

import asyncio
from collections.abc import Iterable

from workflows.domain.ids import CaseId
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.platforms import PlatformQueries

RECORDED_WITHIN = (0.0, 0.1, 0.5, 2.0)
"""Seconds to wait before each query: a message that was posted this moment is not recorded yet."""


async def case_of_message(
    queries: PlatformQueries, chats: Iterable[ChatAddress], message: MessageId, *, is_fresh: bool = True
) -> tuple[ChatAddress, CaseId] | None:
    """Return the case of one of our messages and the one of *chats* it was posted in; None when it has no case.

    Only a fresh message is waited for: an older one is recorded already, or never will be. Raises StorageUnavailable.
    """
    known = tuple(dict.fromkeys(chats))
    for pause in RECORDED_WITHIN if is_fresh else RECORDED_WITHIN[:1]:
        await asyncio.sleep(pause)
        for chat in known:
            case_id = await queries.case_of_message(chat, message)
            if case_id is not None:
                return chat, case_id
    return None
