"""What the presser gets back at once, in the person's language; each adapter shows it in its own way."""

from dataclasses import dataclass
from enum import StrEnum

from workflows.domain.commands import RawValues
from workflows.domain.definition import FieldType
from workflows.domain.ids import CaseId, FieldName, ItemId, OutcomeId
from workflows.domain.text import Language
from workflows.ports.chat import Button, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionView:
    """A choice: the id that is sent back and the words people see."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One question of a form. `value` is what was typed or known so far (see `RawValues`), `problem` what is wrong.

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
    """A check-list item; pressing `action` ticks it, or takes the tick back."""

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
    """A filled message before it goes: to whom, the subject and the text, all plain text.

    One `for_client` is kept in the case; people send it themselves.
    """

    to: str
    subject: str
    body: str
    for_client: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """A form to fill in. `form` is its key (`task:42.3`, `new:client_onboarding`) that comes back with the answers.

    `known` are facts of the case entered earlier (label, value in words); `rework_reason` is why the work came back;
    `problem` is about the form as a whole; `has_draft` tells that the values are a kept draft, and `anew` is the action
    that drops the draft of a new case.
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
        """Return what the form shows as answered."""
        return {field.name: field.value for field in self.fields if field.value is not None}

    def must_answer(self, field: FieldView, chosen: OutcomeId | None = None) -> bool:
        """Whether the decision that was *chosen*, or every one when none was, needs this question answered."""
        deciding = [outcome for outcome in self.outcomes if chosen in (None, outcome.id)]
        if not deciding:
            return field.required
        return all(field.name in outcome.requires for outcome in deciding)

    def needing(self, field: FieldView) -> tuple[str, ...]:
        """Return the titles of the decisions that need this question answered."""
        return tuple(outcome.title for outcome in self.outcomes if field.name in outcome.requires)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewView:
    """What will be sent when the person confirms; sending means FormSent with the same form, outcome and values."""

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
    """A question to be answered in words: `Answered(action, text)`; with `options` one of them may be chosen first.

    When there are options, the answer goes to the chosen option's own action. `instead` are buttons that are pressed
    rather than answering.
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

    `status` says where the case stands, for a chat that has nothing to open.
    """

    case_id: CaseId
    status: Message


Dialog = FormView | PreviewView | Menu | Ask | CaseView


class ReplyKind(StrEnum):
    """What a reply means to the screen it answers."""

    ANSWER = "answer"
    DONE = "done"
    """What was open is done: it is closed."""
    PERSONAL = "personal"
    """For whoever asked alone, even when they asked among others."""
    REFUSED = "refused"
    MENDABLE = "mendable"
    """Refused, but the answer may be given anew: its question stays open."""
    PAST = "past"
    """The pressed button belongs to a screen that has passed; the message is the current one, if there is one."""
    REPEATED = "repeated"
    """The update was received before and has taken effect then; there is nothing to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to one update.

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
            self.kind is ReplyKind.PAST and not self.message
        )

    @property
    def closes_dialog(self) -> bool:
        """Whether what was open is done."""
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
    """What somebody finds when they look in: their tasks, what waits in their departments, may they open a case."""

    opens_cases: bool
    sections: tuple[Message, ...]
    language: Language
