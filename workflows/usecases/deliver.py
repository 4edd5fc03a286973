"""Making chats show what the database says: one outbox row at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from workflows.domain.case import Case, CaseStatus, Task
from workflows.domain.definition import Topic, WorkflowDefinition
from workflows.domain.errors import ProcessUnreadable
from workflows.domain.ids import CaseId, DepartmentId, FileId, PersonId, TaskId, case_of
from workflows.domain.text import Language
from workflows.ports.chat import (
    ChatAddress,
    ChatPort,
    Dialect,
    Message,
    MessageGone,
    MessageId,
    Renditions,
    Subject,
    Unreachable,
    platform_of,
)
from workflows.ports.clock import Clock
from workflows.ports.platforms import CaseMessage
from workflows.ports.queries import Queries
from workflows.ports.rendering import (
    CardFacts,
    ClosedChatFacts,
    CommentFacts,
    FilledLetter,
    NoticeFacts,
    Rendering,
)
from workflows.ports.unit_of_work import Announcement, OutboxKind, OutboxRow, ShownCard, Storage, UnitOfWork
from workflows.usecases.announce import SHOWS_THREADS
from workflows.usecases.running_processes import Definitions

CARD_KEY = "card:"
"""How the keys of cards begin; everything else is said under them."""
NEVER_SHOWN = 0
"""Before the first revision of any task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What was said for an outbox row and has to be recorded: the card as it is shown, the message of the case."""

    row_id: int
    card: ShownCard | None = None
    message: CaseMessage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverer:
    """Delivers outbox rows through the chats that are connected, by platform name."""

    storage: Storage
    queries: Queries
    definitions: Definitions
    rendering: Rendering
    chats: Mapping[str, ChatPort]
    clock: Clock

    async def deliver(self, row: OutboxRow, *, is_last: bool = True) -> Delivered:
        """Say what a row asks for; raises a ChatError when the platform does not take it.

        A card is shown as it is now; when the chat shows that already, nothing is said. *is_last* tells that nothing
        more waits for the chat about the same case.
        """
        shown, said = None, None
        announcement = row.announcement
        if announcement.kind is OutboxKind.CARD:
            shown = await self._show_card(announcement, is_last)
            said = None if shown is None else shown.message_id
        elif announcement.kind is OutboxKind.CHAT_CLOSED:
            await self._warn(row)
        elif announcement.case_id is not None:
            said = await self._tell(row, announcement.case_id, is_last)
        message = None
        if announcement.case_id is not None and said is not None and platform_of(announcement.chat) != SHOWS_THREADS:
            message = CaseMessage(chat=announcement.chat, message_id=said, case_id=announcement.case_id)
        return Delivered(row_id=row.id, card=shown, message=message)

    async def record(self, delivered: Delivered, overtaken: Sequence[OutboxRow] = ()) -> None:
        """Take a delivered row out of the outbox, and with it those that asked for a state it has already shown.

        A card that another process was showing at the same time is shown once more: which of the two states came last
        nobody knows.
        """
        card, now = delivered.card, self.clock.now()

        def work(unit: UnitOfWork) -> None:
            if card is not None and not unit.is_in_outbox(delivered.row_id):
                unit.delivered(delivered.row_id, replace(card, revision=NEVER_SHOWN))
                unit.announce([_card_of(card)], now)
            else:
                unit.delivered(delivered.row_id, card)
            for row in overtaken:
                unit.delivered(row.id, None)
            if delivered.message is not None:
                unit.remember_message(delivered.message)

        await self.storage.transact(work)

    async def _tell(self, row: OutboxRow, case_id: CaseId, is_last: bool) -> MessageId | None:
        """Say a comment or a notice of a case."""
        case = await self.queries.case(case_id)
        if case is None:
            return None
        say = self._repeat if row.announcement.kind is OutboxKind.COMMENT else self._say
        return await say(row, case, is_last)

    async def _repeat(self, row: OutboxRow, case: Case, is_last: bool) -> MessageId:
        """Repeat under the card what was said elsewhere."""
        announcement = row.announcement
        values, files = announcement.values, announcement.values.get("files", [])
        facts = CommentFacts(
            case=case,
            definition=self._definition(case),
            author=PersonId(str(values.get("person", ""))),
            text=str(values.get("text", "")),
            files=tuple(FileId(file) for file in ([files] if isinstance(files, str) else files)),
        )
        subject = _subject(case, facts.definition, announcement.task_id, is_last)
        return await self._post(row, subject, lambda dialect, lang: self.rendering.comment(facts, dialect, lang))

    async def _warn(self, row: OutboxRow) -> None:
        """Tell a person that a chat is closed to us."""
        values = row.announcement.values
        facts = ClosedChatFacts(
            department=DepartmentId(str(values.get("department", ""))),
            title=str(values.get("title", "")),
            platform=str(values.get("platform", "")),
            code=str(values.get("code", "")),
        )
        await self._post(row, Subject(), lambda dialect, lang: self.rendering.closed_chat(facts, dialect, lang))

    async def _post(
        self, row: OutboxRow, subject: Subject, render: Callable[[Dialect, Language], Message]
    ) -> MessageId:
        chat, port = row.announcement.chat, self._port(row.announcement.chat)
        renditions = _rendered(port, chat, render)
        return await port.post(chat, renditions, key=f"outbox:{row.id}", subject=subject)

    async def _show_card(self, announcement: Announcement, is_last: bool) -> ShownCard | None:
        if announcement.case_id is None or announcement.task_id is None:
            return None
        chat = announcement.chat
        state = await self.queries.card_state(announcement.case_id, announcement.task_id, chat)
        if state is None or (state.shown is not None and state.shown.revision >= state.task.revision):
            return None
        case, task, before, definition = state.case, state.task, state.shown, self._definition(state.case)
        letters = _letters_to(task, await self.queries.letters(case.id)) if task.is_open else ()
        facts = CardFacts(case=case, task=task, definition=definition, letters=letters, position=state.position)
        port = self._port(chat)
        renditions = _rendered(port, chat, lambda dialect, language: self.rendering.card(facts, dialect, language))
        message = await self._put(port, chat, renditions, before, _subject(case, definition, task.id, is_last))
        return ShownCard(task_id=task.id, chat=chat, message_id=message, revision=task.revision)

    async def _put(
        self,
        port: ChatPort,
        chat: ChatAddress,
        renditions: Renditions,
        before: ShownCard | None,
        subject: Subject,
    ) -> MessageId:
        if before is not None:
            try:
                await port.edit(chat, before.message_id, renditions, subject=subject)
            except MessageGone:
                again = f"{CARD_KEY}{subject.task_id}:{chat}:after:{before.message_id}"
                return await port.post(chat, renditions, key=again, subject=subject)
            return before.message_id
        return await port.post(chat, renditions, key=f"{CARD_KEY}{subject.task_id}:{chat}", subject=subject)

    async def _say(self, row: OutboxRow, case: Case, is_last: bool) -> MessageId | None:
        announcement = row.announcement
        if announcement.notice is None:
            return None
        task = None if announcement.task_id is None else case.tasks.get(announcement.task_id)
        letters: Sequence[FilledLetter] = ()
        if task is not None:
            stage = announcement.values.get("stage")
            kept = await self.queries.letters(case.id)
            sent = tuple(letter for letter in kept if letter.from_task == task.id and letter.stage == stage)
            letters = sent or _letters_to(task, kept)
        facts = NoticeFacts(
            kind=announcement.notice,
            values=announcement.values,
            case=case,
            definition=self._definition(case),
            task=task,
            letters=tuple(letters),
        )
        subject = _subject(case, facts.definition, announcement.task_id, is_last)
        return await self._post(row, subject, lambda dialect, lang: self.rendering.notice(facts, dialect, lang))

    def _definition(self, case: Case) -> WorkflowDefinition:
        try:
            return self.definitions.of(case.process, case.version)
        except ProcessUnreadable:
            raise Unreachable("process_unreadable") from None

    def _port(self, chat: ChatAddress) -> ChatPort:
        try:
            return self.chats[platform_of(chat)]
        except KeyError:
            raise Unreachable("platform_not_connected") from None


def _subject(case: Case, definition: WorkflowDefinition, task: TaskId | None, is_last: bool) -> Subject:
    title = case.number if case.client is None else f"{case.number} · {case.client.name}"
    return Subject(
        case_id=case.id,
        task_id=task,
        topic=title if definition.topic is Topic.CASE else None,
        is_over=is_last and case.status is not CaseStatus.ACTIVE,
    )


def _card_of(card: ShownCard) -> Announcement:
    return Announcement(chat=card.chat, kind=OutboxKind.CARD, case_id=case_of(card.task_id), task_id=card.task_id)


def _letters_to(task: Task, letters: Sequence[FilledLetter]) -> tuple[FilledLetter, ...]:
    """Pick the handover messages that came with a task."""
    return tuple(letter for letter in letters if letter.stage == task.stage and letter.from_task in task.came_from)


def _rendered(
    port: ChatPort, chat: ChatAddress, render: Callable[[Dialect, Language], Message]
) -> dict[Language, Message]:
    return {language: render(port.dialect, language) for language in port.languages(chat)}
