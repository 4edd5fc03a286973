"""What a person did, in any chat: an adapter converts its platform's update into one of these."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.domain.commands import RawValues
from workflows.domain.ids import CaseId, FieldName, FileId, ItemId, OutcomeId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, Dialect, MessageId
from workflows.ports.platforms import LinkedAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A pressed button with the action it carried (`bot.actions`).

    `inside` is the place of the list in which it stands, such as `my.2`, where the chat can tell.
    """

    action: str
    inside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line typed to the assistant: a command such as `/status Romashka`, or anything else."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A link from another chat into this one, followed; it does what a button with the action would."""

    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """The code of an invitation, from its link."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer to an `Ask`: the words typed (or chosen) for the action that asked."""

    action: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSaved:
    """The answers that a window changed (or all that stand in it), to be saved in the form's draft.

    In the form intents `outcome`, `ticks`, `shown`, `window`, `at`, `tells` and `confirms` are those of
    `workflows.domain.filling`; `began` are the answers that the window showed, where it knows them but not their marks.
    """

    form: str
    values: RawValues
    outcome: OutcomeId | None = None
    ticks: Mapping[ItemId, bool] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    began: RawValues = field(default_factory=dict)
    window: str = ""
    at: int = 0
    tells: bool = True
    confirms: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPreviewed:
    """The chosen outcome, with what was changed in the form: show what would be sent."""

    form: str
    outcome: OutcomeId
    values: RawValues
    ticks: Mapping[ItemId, bool] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    began: RawValues = field(default_factory=dict)
    window: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSent:
    """Send the draft as it was previewed: `previewed` is the mark that the preview came with (`PreviewView.mark`).

    Without one the whole form is in `values`, and is sent unseen.
    """

    form: str
    outcome: OutcomeId
    values: RawValues = field(default_factory=dict)
    previewed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFinished:
    """The chosen outcome, with what was changed in the form: send it at once.

    `seen` is the seal (`PreviewView.seal`) of what the person saw beside the form. What would be sent is shown instead
    when it is not that, or has to be seen and was not.
    """

    filled: FormPreviewed
    seen: str = ""

    @property
    def form(self) -> str:
        """Return the key of the form."""
        return self.filled.form


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented:
    """A comment (text and files) on a case; a correction is the new text of an edited comment."""

    case_id: CaseId
    text: str
    files: tuple[FileId, ...] = ()
    is_correction: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file sent to the assistant and stored already, with its caption; `others` came with it and are not stored."""

    file: FileId
    name: str
    caption: str = ""
    others: tuple[str, ...] = ()


FormIntent = FormSaved | FormPreviewed | FormSent | FormFinished
Intent = Press | Said | Followed | Invited | Answered | FormIntent | Commented | Attached


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRead:
    """A form looked at."""

    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRead:
    """What a form would send looked at: its draft, and the answers that stand in a window and are not kept yet."""

    form: str
    outcome: OutcomeId
    values: RawValues = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsRead:
    """A table pasted into a list of a form, from the column named `first` on."""

    form: str
    field: FieldName
    first: FieldName
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksRead:
    """The own tasks looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRead:
    """What waits in the own departments looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRead:
    """A page of the list that a command answers with looked at, or the status of a case (see `list_places`)."""

    command: str
    page: int = 1


Reading = FormRead | PreviewRead | RowsRead | TasksRead | QueueRead | ListRead
"""What is merely read: it changes nothing, whoever looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, and where.

    `person` is None when the account is not linked to anybody; `language` is the platform's for the account, used until
    the person has chosen one. `dialect` is the markup of the reply. `group_title` is the title of the group chat, None
    in a private chat; `is_read_outside`, whether another company reads it.
    """

    person: PersonId | None
    language: Language
    chat: ChatAddress
    dialect: Dialect
    group_title: str | None = None
    is_read_outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming(Asker):
    """One update of a platform. `update_id` is unique among the updates of all platforms.

    `message` is the person's message, if there is one. `account` is the one that an invitation may link: None where
    others could read the code.
    """

    update_id: str
    intent: Intent
    message: MessageId | None = None
    account: LinkedAccount | None = None
