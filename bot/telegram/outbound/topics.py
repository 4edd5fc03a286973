"""Topics of forums that hold one case each: created for the first message, closed when the case is over."""

import asyncio
from weakref import WeakValueDictionary

import structlog

from bot.remembered import Remembered
from bot.telegram.api.addresses import Place, bound_chats
from bot.telegram.api.client import Api
from workflows.domain.ids import CaseId
from workflows.ports.chat import ChatError, ChatGone, RateLimited, Rejected, Subject, Unreachable
from workflows.ports.platforms import CaseTopic
from workflows.ports.queries import Queries
from workflows.usecases.chats import Chats

_Key = tuple[int, CaseId]
"""A forum and a case."""
_NO_FORUM = "not_a_forum"
_NEVER = (_NO_FORUM, "no_right_to_post", "method_not_found")
"""No forum, or no right to create topics: this case and all others appear in the chat itself."""

log = structlog.get_logger(__name__)


class CaseTopics:
    """Finds and creates the topic of a case in a forum; in a chat without topics the chat itself stands for it."""

    def __init__(self, *, api: Api, queries: Queries, chats: Chats) -> None:
        self._api = api
        self._chats = chats
        self._queries = queries
        self._without: dict[int, str] = {}
        self._topics: Remembered[_Key, int] = Remembered()
        self._cases: Remembered[Place, CaseId] = Remembered()
        self._unsaved: set[_Key] = set()
        self._refused: Remembered[_Key, str] = Remembered()
        self._creating: WeakValueDictionary[_Key, asyncio.Lock] = WeakValueDictionary()

    async def place(self, chat: Place, subject: Subject) -> Place:
        """Return the topic of the subject's case, created now if there is none; the chat itself if it has no topics.

        Raises StorageUnavailable.
        """
        if not self._may_have(chat, subject) or subject.case_id is None:
            return chat
        key = (chat.chat_id, subject.case_id)
        known = await self._find(key)
        if known is not None:
            return known
        async with self._lock(key):
            return await self._find(key) or await self._create(chat, key, subject.topic or "")

    async def recreate(self, gone: Place, subject: Subject) -> Place:
        """Return a new topic in place of a deleted one; the cards of open tasks are posted in it again.

        Raises StorageUnavailable.
        """
        if subject.case_id is None or subject.topic is None:
            return Place(gone.chat_id)
        key = (gone.chat_id, subject.case_id)
        async with self._lock(key):
            if self._topics.get(key) == gone.topic:
                # Another process may have created a new one already.
                self._forget(key)
            known = await self._find(key)
            if known is not None and known != gone:
                return known
            # Before the topic is created: a retry after a failure then still finds the cards.
            await self._repost_cards(key)
            self._forget(key)
            return await self._create(Place(gone.chat_id), key, subject.topic)

    async def case_in(self, place: Place) -> CaseId | None:
        """Return the case that a topic was created for."""
        if place.topic is None:
            return None
        known = self._cases.get(place)
        return known or await self._queries.case_in_topic(Place(place.chat_id).address, str(place.topic))

    async def close(self, chat: Place, subject: Subject) -> None:
        """Close the topic of a case that is over; raises Unreachable, RateLimited or StorageUnavailable."""
        if not self._may_have(chat, subject) or subject.case_id is None:
            return
        key = (chat.chat_id, subject.case_id)
        known = await self._find(key)
        if known is None or known.topic is None:
            return
        try:
            await self._api.close_topic(known)
        except (Unreachable, RateLimited):
            raise
        except ChatError as refused:
            log.info("A topic stays open.", action="telegram_topic_open", code=refused.code)

    def reconsider(self, chat_id: int) -> None:
        """Try again to create topics in a chat whose rights have changed."""
        self._without.pop(chat_id, None)

    def note_forum(self, chat_id: int) -> None:
        """Try again to create topics in a chat that was no forum: the platform does not report when it becomes one."""
        if self._without.get(chat_id) == _NO_FORUM:
            self.reconsider(chat_id)

    def _lock(self, key: _Key) -> asyncio.Lock:
        return self._creating.setdefault(key, asyncio.Lock())

    def _may_have(self, chat: Place, subject: Subject) -> bool:
        return subject.topic is not None and chat.is_group and chat.chat_id not in self._without

    async def _find(self, key: _Key) -> Place | None:
        topic = self._topics.get(key)
        if topic is None:
            kept = await self._queries.topic_of(Place(key[0]).address, key[1])
            if kept is None:
                return None
            topic = int(kept)
            self._remember(key, topic)
        elif key in self._unsaved:
            await self._save(key, topic)
        return Place(key[0], topic)

    async def _repost_cards(self, key: _Key) -> None:
        """Have the cards posted again that were deleted together with their topic."""
        chat_id, case_id = key
        case = await self._queries.case(case_id)
        open_tasks = [] if case is None else [task.id for task in case.open_tasks()]
        for chat in bound_chats(self._chats.directory, chat_id):
            for card in await self._queries.shown_cards(open_tasks, chat):
                await self._chats.repost(card)

    async def _create(self, chat: Place, key: _Key, title: str) -> Place:
        """Return a topic created now; the chat itself if it refuses topics, or one with this title."""
        if self._refused.get(key) == title:
            return chat
        try:
            topic = await self._api.create_topic(chat, title)
        except (Rejected, ChatGone, Unreachable) as error:
            if isinstance(error, Unreachable) and error.code != "method_not_found":
                raise
            log.info("A chat takes no topic of a case.", action="telegram_no_topics", code=error.code)
            if error.code in _NEVER:
                self._without[chat.chat_id] = error.code
            elif isinstance(error, Rejected):
                self._refused[key] = title
            return chat
        # Remembered before it is saved: while the database is away, no second topic is created.
        self._remember(key, topic)
        self._unsaved.add(key)
        await self._save(key, topic)
        return Place(chat.chat_id, topic)

    async def _save(self, key: _Key, topic: int) -> None:
        kept = CaseTopic(chat=Place(key[0]).address, case_id=key[1], topic=str(topic))
        await self._chats.keep_topic(kept)
        self._unsaved.discard(key)

    def _remember(self, key: _Key, topic: int) -> None:
        self._topics[key] = topic
        self._cases[Place(key[0], topic)] = key[1]

    def _forget(self, key: _Key) -> None:
        topic = self._topics.pop(key, None)
        self._unsaved.discard(key)
        if topic is not None:
            self._cases.pop(Place(key[0], topic), None)
