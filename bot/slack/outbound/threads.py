"""The thread of a case in a channel: under its first card there, until that is deleted.

Slack accepts a reply to a message that was deleted: it posts it in the channel itself and says so only by leaving
`thread_ts` out of its response (https://github.com/slack-go/slack/issues/1571).
"""

from bot.remembered import Remembered
from workflows.domain.ids import CaseId
from workflows.ports.chat import ChatAddress, MessageId, Subject
from workflows.ports.platforms import CaseTopic
from workflows.ports.queries import Queries
from workflows.usecases.chats import Chats

REMEMBERED = 10_000
_NONE = ""
"""Stored in place of a root that was deleted: the next message about the case begins a new thread."""


class Threads:
    """Knows the roots of threads; methods raise StorageUnavailable.

    Only a root that took the place of a first card is stored; before, it is the oldest card of the case in the channel.
    """

    def __init__(self, *, queries: Queries, chats: Chats) -> None:
        self._queries = queries
        self._chats = chats
        self._roots: Remembered[tuple[ChatAddress, CaseId], str] = Remembered(REMEMBERED)

    async def root(self, chat: ChatAddress, subject: Subject) -> MessageId | None:
        """Return the message that the thread of the subject's case is under; None where the next one begins it."""
        if subject.case_id is None:
            return None
        key = (chat, subject.case_id)
        if key not in self._roots:
            found = await self._find(chat, subject.case_id, subject)
            if found is None:
                return None
            self._roots[key] = found
        return MessageId(self._roots[key]) if self._roots[key] else None

    async def note(
        self, chat: ChatAddress, subject: Subject, asked: MessageId | None, root: MessageId, *, is_card: bool
    ) -> None:
        """Take in that a message which was to go under *asked* is in the thread of *root*: its own when it is in none.

        A card begins a thread, and so does whatever comes first after the root was deleted.
        """
        if subject.case_id is None or root == asked:
            return
        key = (chat, subject.case_id)
        is_freed = self._roots.get(key) == _NONE
        if asked is None and not is_card and not is_freed:
            return
        if asked is not None or is_freed:
            await self._keep(chat, subject.case_id, root)
        self._roots[key] = root

    async def free(self, chat: ChatAddress, subject: Subject, message: MessageId) -> None:
        """Take in that a message was deleted: when it was the root, the next message begins a new thread."""
        if subject.case_id is not None and await self.root(chat, subject) == message:
            await self._keep(chat, subject.case_id, _NONE)
            self._roots[chat, subject.case_id] = _NONE

    async def _find(self, chat: ChatAddress, case_id: CaseId, subject: Subject) -> str | None:
        """Return the root, _NONE where it was deleted; None where there was none yet."""
        kept = await self._queries.topic_of(chat, case_id)
        if kept is not None:
            return kept
        # A card that was posted this moment may be recorded later than its task.
        case = await self._queries.case(case_id)
        tasks = {subject.task_id, *(() if case is None else case.tasks)}
        cards = await self._queries.shown_cards([task for task in tasks if task is not None], chat)
        return min((card.message_id for card in cards), default=None)

    async def _keep(self, chat: ChatAddress, case_id: CaseId, root: str) -> None:
        await self._chats.keep_topic(CaseTopic(chat=chat, case_id=case_id, topic=root))
