"""What outbox rows show in their chats: the facts of a batch are read together, each message is rendered once."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from workflows.domain.case import Case, Task
from workflows.domain.definition import TalkedAbout, WorkflowDefinition
from workflows.domain.errors import ProcessUnreadable
from workflows.domain.ids import CaseId, DepartmentId, FileId, PersonId, TaskId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, ChatPort, Dialect, Message, Showing, Subject, Unreachable, platform_of
from workflows.ports.queries import DeliveryFacts, Queries
from workflows.ports.rendering import (
    CardFacts,
    ClosedChatFacts,
    CommentFacts,
    FilledLetter,
    NoticeFacts,
    Rendering,
    came_with,
)
from workflows.ports.unit_of_work import Announcement, OutboxKind, OutboxRow
from workflows.usecases.running_processes import Definitions

CARD_KEY = "card:"
"""The prefix of the keys of cards; everything else is posted under other keys."""

Render = Callable[[Dialect, Language], Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What one row shows in its chat; `revision` is that of the task for a card, otherwise None."""

    showing: Showing
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayings:
    """Turns outbox rows into sayings, with facts that were read for all of them together.

    A message that several rows need (copies of a card, a notice to several people) is rendered once.
    """

    facts: DeliveryFacts
    definitions: Definitions
    rendering: Rendering
    chats: Mapping[str, ChatPort]
    _rendered: dict[Hashable, Message] = field(default_factory=dict)

    def of(self, row: OutboxRow) -> Saying | None:
        """Return what a row shows in its chat (a card in its current state), or None when there is nothing to show.

        Raises Unreachable while its platform is not connected or its process cannot be read.
        """
        return _SAYINGS[row.announcement.kind](self, row)

    def subject(self, announcement: Announcement) -> Subject:
        """Return what an announcement is about."""
        case = None if announcement.case_id is None else self.facts.cases.get(announcement.case_id)
        if case is None:
            return Subject(case_id=announcement.case_id, task_id=announcement.task_id)
        title = case.number if case.client is None else f"{case.number} · {case.client.name}"
        has_topic = self._definition(case).talked_about is TalkedAbout.BY_ITSELF
        return Subject(case_id=case.id, task_id=announcement.task_id, topic=title if has_topic else None)

    def card(self, row: OutboxRow) -> Saying | None:
        """Return the card of a task, unless the chat shows its present state already."""
        announcement, chat = row.announcement, row.announcement.chat
        found = self._task(announcement)
        if found is None:
            return None
        case, task = found
        shown = self.facts.cards.get((task.id, chat))
        if shown is not None and shown.revision >= task.revision:
            return None

        def render(dialect: Dialect, language: Language) -> Message:
            letters = came_with(task, self._letters(case.id)) if task.is_open else ()
            position = self.facts.positions.get(task.id)
            definition = self._definition(case)
            facts = CardFacts(case=case, task=task, definition=definition, letters=letters, position=position)
            return self.rendering.card(facts, dialect, language)

        return Saying(
            showing=Showing(
                chat=chat,
                renditions=self._renditions(chat, (OutboxKind.CARD, task.id), render),
                key=f"{CARD_KEY}{task.id}:{chat}" + (f":after:{shown.message_id}" if shown else ""),
                subject=self.subject(announcement),
                replaces=shown.message_id if shown else None,
            ),
            revision=task.revision,
        )

    def notice(self, row: OutboxRow) -> Saying | None:
        """Return a notice about a case."""
        announcement = row.announcement
        case, kind, values = self._case(announcement), announcement.notice, announcement.values
        if case is None or kind is None:
            return None

        def render(dialect: Dialect, language: Language) -> Message:
            task = None if announcement.task_id is None else case.tasks.get(announcement.task_id)
            letters: Sequence[FilledLetter] = ()
            if task is not None:
                kept, stage = self._letters(case.id), values.get("stage")
                sent = tuple(letter for letter in kept if letter.from_task == task.id and letter.stage == stage)
                letters = sent or came_with(task, kept)
            facts = NoticeFacts(
                kind=kind,
                values=values,
                case=case,
                definition=self._definition(case),
                task=task,
                letters=tuple(letters),
            )
            return self.rendering.notice(facts, dialect, language)

        return self._posted(row, render)

    def comment(self, row: OutboxRow) -> Saying | None:
        """Return a comment made in another chat, to be repeated under the card."""
        case, values = self._case(row.announcement), row.announcement.values
        if case is None:
            return None
        files = values.get("files", [])
        facts = CommentFacts(
            case=case,
            definition=self._definition(case),
            author=PersonId(str(values.get("person", ""))),
            text=str(values.get("text", "")),
            files=tuple(FileId(file) for file in ([files] if isinstance(files, str) else files)),
        )
        return self._posted(row, lambda dialect, language: self.rendering.comment(facts, dialect, language))

    def closed_chat(self, row: OutboxRow) -> Saying:
        """Return the warning that a chat is closed to us."""
        values = row.announcement.values
        facts = ClosedChatFacts(
            department=DepartmentId(str(values.get("department", ""))),
            title=str(values.get("title", "")),
            platform=str(values.get("platform", "")),
            code=str(values.get("code", "")),
        )
        return self._posted(row, lambda dialect, language: self.rendering.closed_chat(facts, dialect, language))

    def nothing(self, _row: OutboxRow) -> None:
        """Return None: the row asks for something other than a message."""

    def _posted(self, row: OutboxRow, render: Render) -> Saying:
        said = row.announcement
        what = (said.kind, said.case_id, said.task_id, said.notice, repr(said.values))
        renditions = self._renditions(said.chat, what, render)
        subject = self.subject(said) if said.case_id is not None else Subject()
        return Saying(
            showing=Showing(chat=said.chat, renditions=renditions, key=f"outbox:{row.id}", subject=subject),
        )

    def _renditions(self, chat: ChatAddress, what: Hashable, render: Render) -> dict[Language, Message]:
        port = self._port(chat)
        return {language: self._once(what, port.dialect, language, render) for language in port.languages(chat)}

    def _once(self, what: Hashable, dialect: Dialect, language: Language, render: Render) -> Message:
        key = (what, dialect, language)
        if key not in self._rendered:
            self._rendered[key] = render(dialect, language)
        return self._rendered[key]

    def _case(self, announcement: Announcement) -> Case | None:
        return None if announcement.case_id is None else self.facts.cases.get(announcement.case_id)

    def _task(self, announcement: Announcement) -> tuple[Case, Task] | None:
        case = self._case(announcement)
        task = None if case is None or announcement.task_id is None else case.tasks.get(announcement.task_id)
        return None if case is None or task is None else (case, task)

    def _letters(self, case_id: CaseId) -> Sequence[FilledLetter]:
        return self.facts.letters.get(case_id, ())

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


_SAYINGS: Mapping[OutboxKind, Callable[[Sayings, OutboxRow], Saying | None]] = {
    OutboxKind.CARD: Sayings.card,
    OutboxKind.NOTICE: Sayings.notice,
    OutboxKind.COMMENT: Sayings.comment,
    OutboxKind.CASE_OVER: Sayings.nothing,
    OutboxKind.CHAT_CLOSED: Sayings.closed_chat,
}


async def read_facts(queries: Queries, rows: Sequence[OutboxRow]) -> DeliveryFacts:
    """Read what the messages of these rows may show."""
    cases: set[CaseId] = set()
    cards: set[TaskId] = set()
    for row in rows:
        said = row.announcement
        if said.case_id is not None:
            cases.add(said.case_id)
            if said.kind is OutboxKind.CARD and said.task_id is not None:
                cards.add(said.task_id)
    if not cases:
        return DeliveryFacts(cases={}, letters={}, cards={}, positions={})
    return await queries.delivery_facts(cases, cards)
