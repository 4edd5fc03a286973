"""The immediate reply to an update, in the person's language; each adapter shows it in its own way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from workflows.domain.clients import ClientAttribute
from workflows.domain.commands import RawValues
from workflows.domain.definition import MOST_FILES, FieldType
from workflows.domain.forms.asking import EVERYTHING, Asking
from workflows.domain.ids import CaseId, FieldName, ItemId, KindId, OutcomeId
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
    value is a mapping with `id` and `name`. Only money has a `currency`. `suggested` is an answer that the person may
    accept or change; of a column, that of each new row. `is_old` says that the value was answered at an earlier visit,
    `last_time` is the answer of then, in words, to a question that is asked anew, `last` what `value` would be with
    it. `of_client` says which attribute of the client the answer is. `mark` is the mark of the draft's answer
    (`drafts.mark`), by which a window says later
    what it knew; `is_unsaved` is True when `value` is another answer, which the person has not confirmed yet.
    `kind` is that of the records of which one is named. `unit` is that of a number, `least` and
    `greatest` are limits as canonical values.
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
    suggested: object | None = None
    is_old: bool = False
    last_time: str = ""
    last: object | None = None
    of_client: ClientAttribute | None = None
    mark: str = ""
    is_unsaved: bool = False
    kind: KindId | None = None
    unit: str = ""
    least: str | None = None
    greatest: str | None = None
    max_files: int = MOST_FILES

    @property
    def shown(self) -> object | None:
        """Return what a control that can be changed shows: the answer, else what is suggested."""
        return self.suggested if self.value is None else self.value

    @property
    def is_suggested(self) -> bool:
        """Whether what is shown is a suggestion that nobody has accepted yet."""
        return self.value is None and self.suggested is not None


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
    """A decision the person may choose; `requires` are the fields that must be filled in for it.

    `asks` are the fields that belong to it, `ticks` the items of the check list; None stands for all. `sends` says
    whether a message goes out with it, `is_previewed` whether that is shown beside the form, `must_be_seen` whether it
    is not sent before it was shown.
    """

    id: OutcomeId
    title: str
    requires: tuple[FieldName, ...]
    needs_checklist: bool
    asks: frozenset[FieldName] | None = None
    ticks: frozenset[ItemId] | None = None
    sends: bool = True
    is_previewed: bool = True
    must_be_seen: bool = False


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
    `came_back` is who corrected what this task had returned (a heading), and what came of it; `problem` is about the
    form as a whole; `chosen` is the decision, `decision_mark` the mark of the draft's; `has_draft` is True when the
    values are a saved draft of the given `revision` (0: there is none), `is_newer` when its window showed something
    older, and `anew` is the action that drops the draft of a new case. `unasked` are the
    questions of other decisions, in a form that shows those of one (see `decided`): their answers stay in the draft.
    `asking` is what the conditions of the questions make of the form with these answers; `deciding` are the questions
    whose answers change it.
    `outlook` is what it would send, or in words what is missing, for a chat that shows it in the form; `offers` are
    what may be done about one that lacks answers.
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
    came_back: tuple[str, str] | None = None
    problem: str | None = None
    has_draft: bool = False
    revision: int = 0
    decision_mark: str = ""
    is_newer: bool = False
    anew: str | None = None
    case_id: CaseId | None = None
    unasked: tuple[FieldView, ...] = ()
    asking: Asking = EVERYTHING
    deciding: frozenset[FieldName] = frozenset()
    outlook: "PreviewView | str" = ""
    offers: tuple[Button, ...] = ()

    def values(self) -> RawValues:
        """Return the values of the answered fields, also of those that the decision does not ask."""
        return {field.name: field.value for field in (*self.fields, *self.unasked) if field.value is not None}

    def decision(self, chosen: OutcomeId | None = None) -> OutcomeView | None:
        """Return the *chosen* decision, or the only one there is; None while there is a choice."""
        if len(self.outcomes) == 1:
            return self.outcomes[0]
        return next((outcome for outcome in self.outcomes if outcome.id == chosen), None)

    def decided(self, chosen: OutcomeId | None = None) -> "FormView":
        """Return the form with the questions and the items of a decision, or of all decisions while there is a choice.

        Those of other decisions and those whose condition does not hold are `unasked`, and may come back.
        """
        outcome = self.decision(chosen)
        deciding = self.outcomes if outcome is None else (outcome,)
        fields = [*self.fields, *self.unasked]
        hidden, hidden_items = self.asking.hidden, self.asking.hidden_items
        asked = [
            f for f in fields if f.name not in hidden and all(o.asks is None or f.name in o.asks for o in deciding)
        ]
        items = [
            i
            for i in self.checklist
            if i.id not in hidden_items and all(o.ticks is None or i.id in o.ticks for o in deciding)
        ]
        return replace(
            self,
            fields=tuple(asked),
            unasked=tuple(field for field in fields if field not in asked),
            checklist=tuple(items),
            chosen=None if outcome is None else outcome.id,
        )

    def must_answer(self, field: FieldView, chosen: OutcomeId | None = None) -> bool:
        """Whether the *chosen* decision, or every decision when none is chosen, requires an answer to this question."""
        if field.name in self.asking.needed:
            return True
        deciding = [outcome for outcome in self.outcomes if chosen in (None, outcome.id)]
        if not deciding:
            return field.required
        return all(field.name in outcome.requires for outcome in deciding)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewView:
    """What will be sent when the person confirms by FormSent with the same form, outcome and mark.

    `computed` are the facts that the answers give (label, words). `doubts` are answers that are unusual, each in a
    line. One that `must_be_seen` is not sent before it was shown.
    """

    form: str
    title: str
    outcome: OutcomeId
    outcome_title: str
    letters: tuple[LetterView, ...]
    next_stages: tuple[str, ...]
    mark: str
    doubts: tuple[str, ...] = ()
    must_be_seen: bool = False
    computed: tuple[tuple[str, str], ...] = ()

    @property
    def seal(self) -> str:
        """Return what identifies all that is shown of it."""
        shown = (
            self.outcome,
            self.next_stages,
            self.doubts,
            *self.computed,
            [(each.to, each.subject, each.body) for each in self.letters],
        )
        return sha256(repr(shown).encode()).hexdigest()[:16]


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
    buttons to press instead of answering; `label` says what is answered (a reason by default).
    """

    title: str
    prompt: str
    action: str
    confirm: str
    options: tuple[Button, ...] = ()
    instead: tuple[Button, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Ask the adapter to show the conversation of a case (in a panel, where it has one).

    `status` is the status of the case, for a chat that has no such place.
    """

    case_id: CaseId
    status: Message


Dialog = FormView | PreviewView | Menu | Ask | CaseView


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDraft:
    """A draft after a window wrote into it: its revision, and by key the marks of what the window reported.

    `newer` are the keys of what the draft has otherwise than the window.
    """

    revision: int
    marks: Mapping[str, str]
    newer: frozenset[str]


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
    person asked, and `below` after it, where a form goes on; `dialog` is opened; `case_id` is the case it is about;
    `kept` is the draft that was written, `asking` what its form asks now where that depends on the answers;
    `refreshed` is what the list now shows in which the pressed button stands.
    `language` is the one the person reads; the conversation sets it on every reply that it returns.
    """

    kind: ReplyKind = ReplyKind.ANSWER
    toast: str | None = None
    message: Message | None = None
    below: Message | None = None
    dialog: Dialog | None = None
    case_id: CaseId | None = None
    kept: KeptDraft | None = None
    asking: Asking | None = None
    refreshed: Message | None = None
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
