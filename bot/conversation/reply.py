"""The immediate reply to an update, in the person's language; each adapter shows it in its own way."""

from dataclasses import dataclass
from enum import StrEnum

from workflows.domain.commands import RawValues
from workflows.domain.definition import FieldType
from workflows.domain.ids import CaseId, FieldName, ItemId, OutcomeId
from workflows.domain.text import Language
from workflows.ports.chat import Button, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionView:
    """A choice: the id that is sent back and the label people see."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One question of a form. `value` is what was typed or known so far (see `RawValues`), `problem` its error.

    Rows have `columns`, and their `value` is a list of mappings from column name to raw text; a file's or a client's
    value is a mapping with `id` and `name`. Only money has a `currency`.
    """

    name: FieldName
    type: FieldType
    label: str
    required: bool
    hint: str | None = None
    options: tuple[OptionView, ...] = ()
    columns: tuple["FieldView", ...] = ()
    currency: str | None = None
    value: object | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """A check-list item; `action` ticks or unticks it."""

    id: ItemId
    label: str
    required: bool
    done: bool
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """A decision the person may choose; `requires` are the fields that must be filled in for it."""

    id: OutcomeId
    title: str
    requires: tuple[FieldName, ...]
    needs_checklist: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """A letter, previewed or handed over with a task: recipient, subject and body, all plain text.

    One `for_client` is stored in the case; people send it themselves.
    """

    to: str
    subject: str
    body: str
    for_client: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """A form to fill in. `form` is its key (`task:42.3`, `new:client_onboarding`) that comes back with the answers.

    `known` are facts of the case entered earlier (label, value in words); `rework_reason` is why the work came back;
    `problem` is about the form as a whole; `has_draft` is True when the values are a saved draft, and `anew` is the
    action that drops the draft of a new case.
    """

    form: str
    title: str
    subtitle: str
    fields: tuple[FieldView, ...]
    checklist: tuple[ItemView, ...]
    outcomes: tuple[OutcomeView, ...]
    chosen: OutcomeId | None = None
    letters: tuple[LetterView, ...] = ()
    known: tuple[tuple[str, str], ...] = ()
    rework_reason: str | None = None
    problem: str | None = None
    has_draft: bool = False
    anew: str | None = None
    case_id: CaseId | None = None

    def values(self) -> RawValues:
        """Return the values of the answered fields."""
        return {field.name: field.value for field in self.fields if field.value is not None}

    def must_answer(self, field: FieldView, chosen: OutcomeId | None = None) -> bool:
        """Whether the *chosen* decision, or every decision when none is chosen, requires an answer to this question."""
        deciding = [outcome for outcome in self.outcomes if chosen in (None, outcome.id)]
        if not deciding:
            return field.required
        return all(field.name in outcome.requires for outcome in deciding)

    def needing(self, field: FieldView) -> tuple[str, ...]:
        """Return the titles of the decisions that require an answer to this question."""
        return tuple(outcome.title for outcome in self.outcomes if field.name in outcome.requires)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewView:
    """What will be sent when the person confirms by FormSent with the same form, outcome and values."""

    form: str
    title: str
    outcome: OutcomeId
    outcome_title: str
    letters: tuple[LetterView, ...]
    next_stages: tuple[str, ...]
    values: RawValues


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Choices to press; each button carries its own action."""

    title: str
    text: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question to be answered in words, as `Answered(action, text)`.

    With `options`, one of them may be chosen first, and the answer carries the action of the chosen one. `instead` are
    buttons to press instead of answering.
    """

    title: str
    prompt: str
    action: str
    confirm: str
    options: tuple[Button, ...] = ()
    instead: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Ask the adapter to show the conversation of a case (in a panel, where it has one).

    `status` is the status of the case, for a chat that has no such place.
    """

    case_id: CaseId
    status: Message


Dialog = FormView | PreviewView | Menu | Ask | CaseView


class ReplyKind(StrEnum):
    """What a reply means for the screen that the update came from."""

    ANSWER = "answer"
    DONE = "done"
    """Done: close the open dialog."""
    PERSONAL = "personal"
    """For the asker only, even in a group."""
    REFUSED = "refused"
    MENDABLE = "mendable"
    """Refused, but the person may answer again: the question stays open."""
    PAST = "past"
    """The pressed button belongs to a screen that has passed; the message is the current one, if there is one."""
    REPEATED = "repeated"
    """The update was received before and took effect then; there is nothing to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The reply to one update.

    `toast` is a short sentence for the presser (an alert when `is_refusal`); `message` is posted in the chat where the
    person asked; `dialog` is opened; `case_id` is the case it is about. `language` is the one the person reads; the
    conversation sets it on every reply that it returns.
    """

    kind: ReplyKind = ReplyKind.ANSWER
    toast: str | None = None
    message: Message | None = None
    dialog: Dialog | None = None
    case_id: CaseId | None = None
    language: Language = Language.RU

    @property
    def is_refusal(self) -> bool:
        """Whether nothing was done."""
        return self.kind in {ReplyKind.REFUSED, ReplyKind.MENDABLE} or (
            self.kind is ReplyKind.PAST and self.message is None
        )

    @property
    def closes_dialog(self) -> bool:
        """Whether the open dialog is done."""
        return self.kind is ReplyKind.DONE

    @property
    def is_repeated(self) -> bool:
        """Whether the update was received before."""
        return self.kind is ReplyKind.REPEATED

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to show."""
        return self.toast is None and self.message is None and self.dialog is None


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """A person's home page: their tasks, what waits in their departments, whether they may open a case."""

    opens_cases: bool
    sections: tuple[Message, ...]
    language: Language
