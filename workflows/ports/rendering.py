"""Rendering facts as text: what the core needs from the edge, which knows languages and markup."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from workflows.domain.case import Case, Task
from workflows.domain.definition import Recipient, WorkflowDefinition
from workflows.domain.facts.conditions import Parts
from workflows.domain.ids import CaseId, DepartmentId, FieldName, FileId, PersonId, StageId, TaskId, TemplateName
from workflows.domain.notices import LetterRequest, NoticeKind, NoticeValues
from workflows.domain.text import Language
from workflows.ports.chat import Dialect, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """The words of a letter in one language: plain text, no markup."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledLetter:
    """A letter as sent and stored, with the template's version and the facts that filled it.

    It went to `stage` of `department` (a handover message) or to `recipient`.
    """

    template: TemplateName
    template_version: str
    case_id: CaseId
    from_task: TaskId
    by: PersonId
    at: datetime
    stage: StageId | None
    department: DepartmentId | None
    recipient: Recipient | None
    facts: Mapping[FieldName, object]
    texts: Mapping[Language, LetterText]


def came_with(task: Task, letters: Iterable[FilledLetter]) -> tuple[FilledLetter, ...]:
    """Return the handover messages that came with a task, of those written from one template only the latest."""
    came = (letter for letter in letters if letter.stage == task.stage and letter.from_task in task.came_from)
    return tuple({letter.template: letter for letter in came}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """Everything a task's card may show; `letters` are the handover messages that came with an open task.

    `position` is that of a ready task among those of its stage, 1 for the earliest client; None when it is not ready.
    `is_late` says that the task is open past its due date. `now` and `records`, the facts of the records that the
    case names, decide which outcomes can be chosen.
    """

    case: Case
    task: Task
    definition: WorkflowDefinition
    letters: tuple[FilledLetter, ...]
    now: datetime
    records: Mapping[FieldName, Parts] = field(default_factory=dict)
    position: int | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """Everything a notice may show; `task` and `letters` are set when it is about one task.

    `now` (where it is known) and `records` decide which outcomes can be chosen, as on a card.
    """

    kind: NoticeKind
    values: NoticeValues
    case: Case
    definition: WorkflowDefinition
    task: Task | None
    letters: tuple[FilledLetter, ...]
    now: datetime | None = None
    records: Mapping[FieldName, Parts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentFacts:
    """A comment in the conversation of a case, and its author."""

    case: Case
    definition: WorkflowDefinition
    author: PersonId
    text: str
    files: tuple[FileId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedAccountFacts:
    """An account that somebody has linked to a person by an invitation; both empty for a login in the built-in chat."""

    person: PersonId
    platform: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedChatFacts:
    """A department's chat that accepts no messages: its title, its platform and the platform's reason as a code.

    `chat` is its address, empty in a notice of an earlier version.
    """

    department: DepartmentId
    title: str
    platform: str
    code: str
    chat: str = ""


class LetterWriter(Protocol):
    """Fills letters. Must be pure and fast: it is called inside transactions."""

    def write(
        self, request: LetterRequest, *, case: Case, definition: WorkflowDefinition, now: datetime
    ) -> FilledLetter:
        """Fill the letter in every language; raises LetterNotReady when a value is missing."""
        ...


class Rendering(Protocol):
    """Renders messages for chats. Every value typed by people is escaped for the dialect."""

    def card(self, facts: CardFacts, dialect: Dialect, language: Language) -> Message:
        """Render a task's card."""
        ...

    def notice(self, facts: NoticeFacts, dialect: Dialect, language: Language) -> Message:
        """Render a notice."""
        ...

    def notices(self, facts: Sequence[NoticeFacts], dialect: Dialect, language: Language) -> Message:
        """Render one message for several notices of a kind (`workflows.domain.notices.LISTED`)."""
        ...

    def moved_below(self, dialect: Dialect, language: Language) -> Message:
        """Render what is left of a message whose tasks a later message lists."""
        ...

    def comment(self, facts: CommentFacts, dialect: Dialect, language: Language) -> Message:
        """Render a comment that was made in another chat."""
        ...

    def linked_account(self, facts: LinkedAccountFacts, dialect: Dialect, language: Language) -> Message:
        """Render the news that an invitation was used."""
        ...

    def closed_chat(self, facts: ClosedChatFacts, dialect: Dialect, language: Language) -> Message:
        """Render the warning about a chat that is closed to us."""
        ...
