"""The outbox loop over a database in memory, with chats that record what they are asked for."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.background.delivery import Delivery
from bot.web.addresses import ADDRESSES
from tests.fakes.directory import NamedChats
from tests.fakes.hand_time import LoopClock
from tests.fakes.letters import PlainLetters
from tests.fakes.memory import Memory
from tests.fakes.silent_chat import silent_chats
from tests.fakes.web_messages import KeptMessages
from tests.onboarding import ANNA, ONBOARDING, an_organisation, onboarding
from workflows.domain.commands import CancelCase, ClaimTask, OpenCase, ReleaseTask
from workflows.domain.decision import Decision
from workflows.domain.ids import CaseId, FieldName, OutcomeId, PersonId, TaskId, case_of
from workflows.domain.notices import NoticeKind
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, ChatError, Dialect, Message, MessageId, Renditions, Showing, Subject
from workflows.ports.own_messages import OwnMessage
from workflows.ports.rendering import CardFacts, ClosedChatFacts, CommentFacts, LinkedAccountFacts, NoticeFacts
from workflows.ports.unit_of_work import Announcement, OutboxKind, OutboxRow, StorageUnavailable, UnitOfWork
from workflows.usecases.chats import Chats
from workflows.usecases.commits import Commits
from workflows.usecases.delivery.deliver import Deliverer
from workflows.usecases.delivery.outbox import Outbox
from workflows.usecases.directory import Directory
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.organising import CurrentOrganisation
from workflows.usecases.running_processes import Definitions

T = TypeVar("T")
SUPPORT_CHAT = ChatAddress("web:#support")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a chat was asked for, and when (seconds since the start)."""

    second: float
    chat: ChatAddress
    what: str
    text: str


class RecordingChat:
    """A chat platform: `shows` is what people see now, `asked` every attempt, `problems` what the next ones meet.

    `ends` is, for each case that is over, what the chat showed when it was notified of that.
    """

    title = "A chat"
    dialect = Dialect.HTML
    shows_threads = True
    has_topics = False
    has_panel = False
    joins_channels = False
    command_sign = "/"

    def __init__(self, platform: str = "web") -> None:
        self.platform = platform
        self.shows: dict[ChatAddress, dict[MessageId, str]] = defaultdict(dict)
        self.asked: list[Asked] = []
        self.ends: dict[ChatAddress, list[str]] = {}
        self.problems: dict[ChatAddress, list[ChatError]] = defaultdict(list)
        self.takes: dict[ChatAddress, float] = defaultdict(float)
        self._keys: dict[str, MessageId] = {}

    def way_in(self, code: str) -> str:
        return f"come in with {code}"

    def languages(self, chat: ChatAddress) -> tuple[Language, ...]:
        return (Language.EN,)

    async def post(self, chat: ChatAddress, renditions: Renditions, *, key: str, subject: Subject) -> MessageId:
        await self._attempt(chat, "post", renditions)
        message = self._keys.setdefault(key, MessageId(str(len(self._keys) + 1)))
        self.shows[chat][message] = renditions[Language.EN].text
        return message

    async def edit(self, chat: ChatAddress, message: MessageId, renditions: Renditions, *, subject: Subject) -> None:
        await self._attempt(chat, "edit", renditions)
        self.shows[chat][message] = renditions[Language.EN].text

    async def _attempt(self, chat: ChatAddress, what: str, renditions: Renditions) -> None:
        now = asyncio.get_running_loop().time()
        self.asked.append(Asked(second=now, chat=chat, what=what, text=renditions[Language.EN].text))
        await asyncio.sleep(self.takes[chat])
        if self.problems[chat]:
            raise self.problems[chat].pop(0)

    async def close_topic(self, chat: ChatAddress, *, subject: Subject) -> None:
        if self.problems[chat]:
            raise self.problems[chat].pop(0)
        self.ends[chat] = self.texts(chat)

    def seconds(self, chat: ChatAddress) -> list[float]:
        """Return when a chat was asked for something."""
        return [round(asked.second, 1) for asked in self.asked if asked.chat == chat]

    def texts(self, chat: ChatAddress) -> list[str]:
        """Return what a chat shows, oldest first."""
        return list(self.shows[chat].values())


class OwnRecordingChat(RecordingChat):
    """A chat whose messages we store: it accepts everything but the text `unkeepable`."""

    unkeepable = "unkeepable"

    def __init__(self) -> None:
        super().__init__()
        self._kept = KeptMessages()

    def keep(self, unit: UnitOfWork, showings: Sequence[Showing], now: datetime) -> Sequence[OwnMessage]:
        if any(showing.renditions[Language.EN].text == self.unkeepable for showing in showings):
            raise ValueError(self.unkeepable)
        return self._kept.keep(unit, showings, now)

    def publish(self, messages: Sequence[OwnMessage]) -> None:
        for message in messages:
            text = message.renditions[Language.EN].text
            now = asyncio.get_running_loop().time()
            self.asked.append(Asked(second=now, chat=message.chat, what="edit" if message.edit else "post", text=text))
            self.shows[message.chat][MessageId(str(message.id))] = text


class PlainRendering:
    """Says facts in one line, and counts how often; a text of `unsayable` cannot be rendered."""

    unsayable = "unsayable"

    def __init__(self) -> None:
        self.rendered = 0

    def card(self, facts: CardFacts, dialect: Dialect, language: Language) -> Message:
        self.rendered += 1
        return Message(text=f"{facts.case.number} {facts.task.stage} {facts.task.status} {facts.task.assignee}")

    def notice(self, facts: NoticeFacts, dialect: Dialect, language: Language) -> Message:
        text = facts.values.get("text") or f"{facts.kind}: {_present(facts)}"
        self.rendered += 1
        if text == self.unsayable:
            raise ValueError(text)
        return Message(text=str(text))

    def notices(self, facts: Sequence[NoticeFacts], dialect: Dialect, language: Language) -> Message:
        self.rendered += 1
        return Message(text="; ".join(_present(each) for each in facts))

    def moved_below(self, dialect: Dialect, language: Language) -> Message:
        return Message(text="below")

    def comment(self, facts: CommentFacts, dialect: Dialect, language: Language) -> Message:
        return Message(text=facts.text)

    def linked_account(self, facts: LinkedAccountFacts, dialect: Dialect, language: Language) -> Message:
        return Message(text=f"{facts.platform} is linked to {facts.person}")

    def closed_chat(self, facts: ClosedChatFacts, dialect: Dialect, language: Language) -> Message:
        return Message(text=f"{facts.title} is closed")


def _present(facts: NoticeFacts) -> str:
    task = facts.task
    return f"{facts.case.number} {task and task.status} {task and task.assignee}"


class WatchedMemory(Memory):
    """Counts how often the outbox is read, and takes `seconds_to_look` for it.

    The next `fails_to_record` deliveries are lost on their way back.
    """

    def __init__(self) -> None:
        super().__init__()
        self.looked_at: list[float] = []
        self.fails_to_record = 0
        self.seconds_to_look = 0.0
        self.transactions = 0

    async def outbox(
        self,
        now: datetime,
        limit: int,
        without: Collection[ChatAddress] = (),
        without_platforms: Collection[str] = (),
    ) -> Sequence[OutboxRow]:
        self.looked_at.append(asyncio.get_running_loop().time())
        found = await super().outbox(now, limit, without, without_platforms)
        await asyncio.sleep(self.seconds_to_look)
        return found

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        if self.fails_to_record:
            self.fails_to_record -= 1
            raise StorageUnavailable
        self.transactions += 1
        return await super().transact(work)


class PostRoom:
    """Everything around one delivery loop; the chats of the web are our own when *own* is given."""

    def __init__(self, own: OwnRecordingChat | None = None) -> None:
        self.memory = WatchedMemory()
        self.web = own or RecordingChat()
        self.rendering = PlainRendering()
        self.clock = LoopClock()
        commits = Commits()
        organisation, definitions = CurrentOrganisation(an_organisation()), Definitions([onboarding()])
        chats = Chats(
            storage=self.memory,
            queries=self.memory,
            organisation=organisation,
            directory=Directory(organisation, ADDRESSES),
            clock=self.clock,
            commits=commits,
        )
        deliverer = Deliverer(
            storage=self.memory,
            queries=self.memory,
            definitions=definitions,
            rendering=self.rendering,
            chats={"web": self.web},
            clock=self.clock,
            own={} if own is None else {"web": own},
        )
        self.deliverer = deliverer
        outbox = Outbox(storage=self.memory, organisation=organisation, clock=self.clock, commits=commits)
        self.delivery = Delivery(deliverer, outbox, self.memory, self.clock, chats)
        commits.subscribe(self.delivery.on_commit)
        self.handler = CommandHandler(
            storage=self.memory,
            queries=self.memory,
            organisation=organisation,
            definitions=definitions,
            letters=PlainLetters(),
            directory=NamedChats(),
            platforms=silent_chats(),
            clock=self.clock,
            commits=commits,
        )

    def wake(self) -> None:
        """Notify the loop that there is something to deliver."""
        self.delivery.wake()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Run the loop until the block ends."""
        loop = asyncio.create_task(self.delivery.run())
        try:
            yield
        finally:
            loop.cancel()
            with suppress(asyncio.CancelledError):
                await loop

    async def opens_case(self, client: str = "Romashka") -> TaskId:
        """Open a case; returns the task that support is offered. The opener is told nothing: it is no story of here."""
        values = {FieldName("client"): client, FieldName("services"): ["cards"]}
        command = OpenCase(process=ONBOARDING, outcome=OutcomeId("begin"), values=values)
        decision = await self.handler.handle(command, actor=ANNA)
        rows = self.memory.rows.outbox
        for row in [row for row in rows.values() if row.announcement.notice is NoticeKind.OPENED_BY_YOU]:
            del rows[row.id]
        return next(task.id for task in decision.case.open_tasks())

    async def claims(self, task: TaskId, person: PersonId) -> Decision:
        """Claim a task."""
        return await self.handler.handle(ClaimTask(task_id=task), actor=person)

    async def releases(self, task: TaskId, person: PersonId) -> Decision:
        """Release a task."""
        return await self.handler.handle(ReleaseTask(task_id=task), actor=person)

    async def cancels(self, task: TaskId) -> Decision:
        """Cancel the case of a task."""
        return await self.handler.handle(CancelCase(case_id=case_of(task), reason="no"), actor=ANNA)

    async def say(self, chat: ChatAddress, *texts: str) -> None:
        """Put notices about the first case into the outbox, without waking anybody."""
        said = [
            Announcement(
                chat=chat, kind=OutboxKind.NOTICE, case_id=CaseId(1), notice=NoticeKind.COMMENT, values={"text": text}
            )
            for text in texts
        ]
        await self.announces(*said)

    async def announces(self, *announcements: Announcement) -> None:
        """Put rows into the outbox, without waking anybody."""
        now = self.clock.now()
        await self.memory.transact(lambda unit: unit.announce(announcements, now))

    async def let_pass(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> None:
        """Let time pass in the leaping loop."""
        await asyncio.sleep(timedelta(seconds=seconds, minutes=minutes, hours=hours).total_seconds())
