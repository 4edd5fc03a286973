"""What a person did, whatever the chat: an adapter turns its platform's update into one of these."""

from dataclasses import dataclass

from workflows.domain.commands import RawValues
from workflows.domain.ids import CaseId, FileId, ItemId, OutcomeId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, Dialect, MessageId
from workflows.ports.platforms import LinkedAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A pressed button with the action it carried (`bot.actions`)."""

    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line typed to the assistant: a command such as `/status Romashka`, or anything else."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A link from another chat into this one; it leads where a button with the action would."""

    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """The code of an invitation, brought by its link."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer to an `Ask`: the words typed (or chosen) for the action that asked."""

    action: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSaved:
    """The form as typed so far, to be kept as a draft.

    `ticks` is the check list as the form shows it, None where it is ticked apart; so in all three.
    """

    form: str
    values: RawValues
    ticks: frozenset[ItemId] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPreviewed:
    """The form filled in and an outcome chosen: show what would be sent."""

    form: str
    outcome: OutcomeId
    values: RawValues
    ticks: frozenset[ItemId] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSent:
    """The form filled in, the outcome chosen, the letters seen: do it."""

    form: str
    outcome: OutcomeId
    values: RawValues
    ticks: frozenset[ItemId] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented:
    """Words (and files) said in the conversation of a case; a correction says anew what was said before."""

    case_id: CaseId
    text: str
    files: tuple[FileId, ...] = ()
    is_correction: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file sent to the assistant, kept already, with the words below it."""

    file: FileId
    name: str
    caption: str = ""


Intent = Press | Said | Followed | Invited | Answered | FormSaved | FormPreviewed | FormSent | Commented | Attached


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, and where.

    `person` is None when the account is not linked to anybody; `language` is what the platform knows of the account and
    counts only until the person has chosen one. `dialect` is how the reply has to be marked up. `group_title`
    is that of the group chat it happened in, None in private.
    """

    person: PersonId | None
    language: Language
    chat: ChatAddress
    dialect: Dialect
    group_title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming(Asker):
    """One update of a platform. `update_id` is unique among the updates of all platforms.

    `message` is the message that was said, where there is one. `account` may be linked by an invitation: None where
    others could read its code.
    """

    update_id: str
    intent: Intent
    message: MessageId | None = None
    account: LinkedAccount | None = None
