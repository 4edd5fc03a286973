"""The messages of a batch of outbox rows: a message that several rows need is rendered once."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from workflows.domain.case import Case, Task
from workflows.domain.definition import TalkedAbout, WorkflowDefinition
from workflows.domain.errors import ProcessUnreadable
from workflows.domain.facts.conditions import Parts
from workflows.domain.ids import CaseId, FieldName
from workflows.domain.text import Language
from workflows.ports.chat import (
    ChatAddress,
    ChatPort,
    Dialect,
    Message,
    MessageId,
    Showing,
    Subject,
    Unreachable,
    platform_of,
)
from workflows.ports.lists import ReadList
from workflows.ports.queries import DeliveryFacts
from workflows.ports.rendering import FilledLetter, Rendering
from workflows.ports.unit_of_work import Announcement, OutboxRow, ShownNotice
from workflows.usecases.running_processes import Definitions

Render = Callable[[Dialect, Language], Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What one row shows in its chat, if anything, and what has to be recorded of it.

    `revision` is that of the task for a card, otherwise None; `states` are what the message states from now on, `gone`
    what need not be followed any more, and `follow` asks for the other messages that the row has made untrue.
    """

    showing: Showing | None = None
    revision: int | None = None
    states: tuple[ShownNotice, ...] = ()
    gone: tuple[ShownNotice, ...] = ()
    follow: tuple[Announcement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedBatch:
    """Renders what some rows show from facts that were read for all of them together.

    `lists` are those that have to be looked at, by where they are shown.
    """

    facts: DeliveryFacts
    definitions: Definitions
    rendering: Rendering
    chats: Mapping[str, ChatPort]
    now: datetime
    lists: Mapping[tuple[ChatAddress, MessageId], ReadList] = field(default_factory=dict)
    records: Mapping[CaseId, Mapping[FieldName, Parts]] = field(default_factory=dict)
    _rendered: dict[Hashable, Message] = field(default_factory=dict)

    def subject(self, announcement: Announcement) -> Subject:
        """Return what an announcement is about."""
        case = None if announcement.case_id is None else self.facts.cases.get(announcement.case_id)
        if case is None:
            return Subject(case_id=announcement.case_id, task_id=announcement.task_id)
        title = case.number if case.client is None else f"{case.number} · {case.client.name}"
        has_topic = self.definition(case).talked_about is TalkedAbout.BY_ITSELF
        return Subject(case_id=case.id, task_id=announcement.task_id, topic=title if has_topic else None)

    def posted(self, row: OutboxRow, what: Hashable, render: Render, *, replaces: MessageId | None = None) -> Saying:
        """Return a message of a row: posted, or shown in the place of another; *what* it shows is rendered once."""
        said = row.announcement
        renditions = self.renditions(said.chat, what, render)
        subject = self.subject(said) if said.case_id is not None else Subject()
        key = f"outbox:{row.id}"
        return Saying(
            showing=Showing(chat=said.chat, renditions=renditions, key=key, subject=subject, replaces=replaces),
        )

    def renditions(self, chat: ChatAddress, what: Hashable, render: Render) -> dict[Language, Message]:
        """Return a message in the languages of a chat; raises Unreachable while its platform is not connected."""
        port = self.port(chat)
        return {language: self._once(what, port.dialect, language, render) for language in port.languages(chat)}

    def _once(self, what: Hashable, dialect: Dialect, language: Language, render: Render) -> Message:
        key = (what, dialect, language)
        if key not in self._rendered:
            self._rendered[key] = render(dialect, language)
        return self._rendered[key]

    def case(self, announcement: Announcement) -> Case | None:
        """Return the case that an announcement is about, or None."""
        return None if announcement.case_id is None else self.facts.cases.get(announcement.case_id)

    def task(self, announcement: Announcement) -> tuple[Case, Task] | None:
        """Return the task that an announcement is about, with its case, or None."""
        case = self.case(announcement)
        task = None if case is None or announcement.task_id is None else case.tasks.get(announcement.task_id)
        return None if case is None or task is None else (case, task)

    def letters(self, case_id: CaseId) -> Sequence[FilledLetter]:
        """Return the letters of a case."""
        return self.facts.letters.get(case_id, ())

    def definition(self, case: Case) -> WorkflowDefinition:
        """Return the process as the case has it; raises Unreachable when it cannot be read."""
        try:
            return self.definitions.of(case.process, case.version)
        except ProcessUnreadable:
            raise Unreachable("process_unreadable") from None

    def port(self, chat: ChatAddress) -> ChatPort:
        """Return the platform of a chat; raises Unreachable while it is not connected."""
        try:
            return self.chats[platform_of(chat)]
        except KeyError:
            raise Unreachable("platform_not_connected") from None
