"""Topics of forums that hold one case each: made at the first message, remembered, closed when the case is over."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import structlog

from bot.telegram.addresses import Place
from bot.telegram.api import Api
from workflows.domain.ids import CaseId
from workflows.ports.chat import ChatError, ChatGone, Rejected, Subject
from workflows.ports.platforms import CaseTopic
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import Storage

log = structlog.get_logger(__name__)


class CaseTopics:
    """Finds the place in a forum where a case is talked about; a chat without topics is its own place."""

    def __init__(self, *, api: Api, queries: Queries, storage: Storage) -> None:
        self._api = api
        self._queries = queries
        self._storage = storage
        self._without: set[int] = set()
        self._making = asyncio.Lock()

    async def place(self, chat: Place, subject: Subject) -> Place:
        """Answer the topic of the subject's case, made now where there is none; the chat where it has no topics."""
        if not self._may_have(chat, subject) or subject.case_id is None:
            return chat
        async with self._making:
            known = await self._known(chat, subject.case_id)
            return known or await self._made(chat, subject.case_id, subject.topic or "")

    async def anew(self, gone: Place, subject: Subject) -> Place:
        """Answer a new topic for one that was deleted."""
        if subject.case_id is None or subject.topic is None:
            return Place(gone.chat_id)
        async with self._making:
            known = await self._known(gone, subject.case_id)
            if known is not None and known != gone:
                return known
            return await self._made(Place(gone.chat_id), subject.case_id, subject.topic)

    async def close(self, chat: Place, subject: Subject) -> None:
        """Close the topic of a case that is over; what was closed or deleted by somebody stays so."""
        if not subject.is_over or not self._may_have(chat, subject) or subject.case_id is None:
            return
        known = await self._known(chat, subject.case_id)
        if known is not None:
            with suppress(ChatError):
                await self._api.close_topic(known)

    def reconsider(self, chat_id: int) -> None:
        """Try once more to make topics in a chat, whose rights have changed."""
        self._without.discard(chat_id)

    def _may_have(self, chat: Place, subject: Subject) -> bool:
        return subject.topic is not None and chat.is_group and chat.chat_id not in self._without

    async def _known(self, chat: Place, case_id: CaseId) -> Place | None:
        topic = await self._queries.topic_of(Place(chat.chat_id).address, case_id)
        return None if topic is None else replace(chat, topic=int(topic))

    async def _made(self, chat: Place, case_id: CaseId, title: str) -> Place:
        try:
            topic = await self._api.make_topic(chat, title)
        except (Rejected, ChatGone) as error:
            # No forum, or no right to make topics: the chat itself does as well.
            log.info("A chat takes no topics of cases.", action="telegram_no_topics", code=error.code)
            self._without.add(chat.chat_id)
            return chat
        kept = CaseTopic(chat=Place(chat.chat_id).address, case_id=case_id, topic=str(topic))
        await self._storage.transact(lambda unit: unit.remember_topic(kept))
        return replace(chat, topic=topic)
