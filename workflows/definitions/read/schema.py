"""The keys of a process file: what editors show and what the parser accepts.

The keys of a field (`field_keys`), of organisation.yaml (`organisation_keys`) and what all are made of (`keys`) are
exported from here, so that whoever reads a file of a company has one module to look into.
"""

from typing import Annotated

from pydantic import Discriminator, StringConstraints, Tag
from pydantic import Field as Key

from workflows.definitions.read.field_keys import (
    AccountColumnKeys,
    AnyColumn,
    AnyField,
    Asked,
    ChoiceColumnKeys,
    ChoiceKeys,
    Column,
    FilesKeys,
    FromKeys,
    LimitKeys,
    MoneyColumnKeys,
    MoneyKeys,
    NumberColumnKeys,
    OfClientKeys,
    PlainFieldKeys,
    RecordKeys,
    RowsKeys,
)
from workflows.definitions.read.keys import (
    CURRENCY,
    DURATION,
    EMAIL,
    ID,
    MAX_ID,
    NO_WORDS,
    NUMBER,
    PART,
    Department_,
    Duration_,
    End_,
    Field_,
    Item_,
    Keys,
    Kind_,
    Line,
    Name_,
    Outcome_,
    Place_,
    Process_,
    Stage_,
    Template_,
    TextKeys,
)
from workflows.definitions.read.organisation_keys import OrganisationKeys, PersonKeys
from workflows.definitions.read.record_keys import EntryKeys
from workflows.definitions.read.row_keys import ENOUGH, RowKeys
from workflows.definitions.read.rule_keys import RuleKeys, TableKeys
from workflows.definitions.read.sub_case_keys import SubCaseKeys
from workflows.definitions.read.way_keys import (
    NEED,
    AnyJoin,
    AnyTarget,
    AtMostKeys,
    EndTargetKeys,
    JoinKeys,
    StageTargetKeys,
)
from workflows.definitions.read.who_keys import AnyWho, NamedKeys, WhoKeys
from workflows.definitions.read.work_keys import APPROVALS, AnyWork, ApproveKeys, EachKeys, rows_of
from workflows.domain.definition import Closing, Preview, Recipient, TalkedAbout, Verdict
from workflows.domain.ids import StageId
from workflows.domain.who import Offer

__all__ = (
    "APPROVALS",
    "CURRENCY",
    "DURATION",
    "EMAIL",
    "ENOUGH",
    "ID",
    "MAX_ID",
    "NEED",
    "NO_WORDS",
    "NUMBER",
    "PART",
    "AccountColumnKeys",
    "AnyTarget",
    "ApproveKeys",
    "Asked",
    "AtMostKeys",
    "ChoiceColumnKeys",
    "ChoiceKeys",
    "Column",
    "EachKeys",
    "EndTargetKeys",
    "FilesKeys",
    "FromKeys",
    "JoinKeys",
    "Keys",
    "LimitKeys",
    "MoneyColumnKeys",
    "MoneyKeys",
    "NamedKeys",
    "NumberColumnKeys",
    "OfClientKeys",
    "OrganisationKeys",
    "PersonKeys",
    "PlainFieldKeys",
    "RecordKeys",
    "RowKeys",
    "RowsKeys",
    "RuleKeys",
    "StageTargetKeys",
    "SubCaseKeys",
    "TableKeys",
    "TextKeys",
    "WhoKeys",
    "rows_of",
)


class ItemKeys(Keys):
    """Something to be done and ticked before the stage can be completed."""

    label: TextKeys = Key(description="What is to be done.")
    required: bool = Key(default=True, description="Whether the stage can be completed only when it is ticked.")
    for_: list[Outcome_] | None = Key(
        default=None,
        alias="for",
        min_length=1,
        description="The decisions with which it is asked; by default all that need the check list.",
    )
    when: Line | None = Key(default=None, description="When it is asked: an expression over the case's fields.")


AnyItem = Annotated[
    Annotated[ItemKeys, Tag("item:whole")] | Annotated[TextKeys, Tag("item:words")],
    Discriminator(lambda v: "item:words" if isinstance(v, dict) and ("ru" in v or "en" in v) else "item:whole"),
]


class LetterKeys(Keys):
    """A letter that the outcome sends."""

    template: Template_ = Key(description="The name of the letter in letters/, without .ru.j2.")
    to: Recipient = Key(description="Who gets it: client.")
    when: Line | None = Key(default=None, description="When it is sent: an expression over the case's fields.")


class OutcomeKeys(Keys):
    """A decision with which a stage is completed, and where it leads."""

    title: TextKeys = Key(description="The words on the button.")
    to: list[AnyTarget] = Key(min_length=1, description="One or several stages that begin, or ends that are reached.")
    when: Line | None = Key(
        default=None, description="When it can be chosen: an expression over the case's fields and `visit` (from 1)."
    )
    requires: list[Field_] | None = Key(
        default=None, description="The fields of the form needed for it, instead of those marked as required."
    )
    checklist: bool = Key(default=True, description="Whether the check list must be ticked for it.")
    letters: list[LetterKeys] = Key(default_factory=list, description="The letters that it sends.")
    at_once: bool = Key(
        default=False,
        description="Whether one press on the unclaimed card claims and completes the task, when nothing is missing.",
    )
    verdict: Verdict | None = Key(
        default=None,
        description="What an approver says with it: approve, reject, return; by default of approved, rejected, "
        "returned what they say.",
    )
    preview: Preview = Key(
        default=Preview.OUTSIDE,
        description="When what it sends has to be seen before: always, with letters to the client (outside), never.",
    )


class ReactionKeys(Keys):
    """How long a task may wait until somebody claims it."""

    remind: Duration_ = Key(description="When the department is reminded: 30m, 2h, 1d.")
    escalate: Duration_ = Key(description="When the head is told: 30m, 2h, 1d.")


class StageKeys(Keys):
    """A piece of work of one department."""

    title: TextKeys = Key(description="The name of the stage.")
    department: Department_ | None = Key(
        default=None,
        description="The id of the department that does it, and in whose channel its cards are; with `who` it may be "
        "left out where the first rule says it.",
    )
    who: AnyWho | None = Key(
        default=None,
        description="Whom it is for: one rule or a list, of which the first whose `when` holds counts; by default "
        "everybody of the department.",
    )
    but_not: list[Place_] = Key(
        default_factory=list,
        description="Four eyes: the stages whose workers may not do it, and `opener` for whoever opened the case.",
    )
    offer: Offer = Key(
        default=Offer.CLAIM,
        description="claim: whoever is first; head: to the head, who does it or hands it over; turn: each in turn; "
        "least_loaded: to whoever has the fewest tasks; person: to the first of those named.",
    )
    form: dict[Field_, AnyField] = Key(default_factory=dict, description="The fields by their names, in order.")
    checklist: dict[Item_, AnyItem] = Key(default_factory=dict, description="What is to be ticked, by ids, in order.")
    outcomes: dict[Outcome_, OutcomeKeys] = Key(
        default_factory=dict, description="The decisions that complete the stage, by their ids; at least one."
    )
    join: AnyJoin = Key(
        default_factory=list,
        description="The stages that must all have handed over before this one begins, or {of: [...], need: ...}.",
    )
    skip_when: Line | None = Key(
        default=None,
        description="When the stage is left out: an expression over the case's fields and `visit` (from 1).",
    )
    optional: bool = Key(
        default=False, description="Whether the opener, a head or a manager may switch the stage off for a case."
    )
    left_out_as: Outcome_ | None = Key(
        default=None, description="The outcome that counts when the stage is left out; needed if it has several."
    )
    at_most: AtMostKeys | None = Key(default=None, description="How often a case may come to this stage.")
    reaction: ReactionKeys | None = Key(default=None, description="How long it may wait until somebody claims it.")
    due: Duration_ | None = Key(default=None, description="How long the work may take: 30m, 2h, 3d.")
    work: AnyWork | None = Key(
        default=None,
        description="A task for each row ({each: rows}), for each approver ({approve: all}), or a rule without a "
        "person ({rule: ...}); by default one task.",
    )

    @property
    def joined(self) -> tuple[StageId, ...]:
        """Return the stages that hand over before this one begins."""
        return tuple(self.join.of if isinstance(self.join, JoinKeys) else self.join)


class EndKeys(Keys):
    """A state in which a case, or one of its branches, is over."""

    title: TextKeys = Key(description="The name of the end.")
    closes: Closing = Key(
        description="branch: only this branch is over; case: the case is completed once nothing is open; "
        "case_at_once: the case is completed now and open tasks are withdrawn."
    )


class ProcessKeys(Keys):
    """A process: its stages, their forms and outcomes, and where they lead."""

    process: Process_ = Key(description="The id of the process.")
    title: TextKeys = Key(description="The name of the process.")
    number: Annotated[str, StringConstraints(pattern=NUMBER)] = Key(
        description="The letters before the number of a case: ONB makes ONB-1, ONB-2."
    )
    start: Stage_ = Key(description="The stage with which a case is opened; its department opens cases.")
    summary: list[Field_] = Key(default_factory=list, description="The fields that every card shows.")
    topic: TalkedAbout = Key(
        default=TalkedAbout.WITH_DEPARTMENT,
        description="department: cards appear where the department is bound; case: each in its own topic, if possible.",
    )
    tables: dict[Field_, TableKeys] = Key(
        default_factory=dict, description="Tables of conditions and values, which rules use by their names."
    )
    catalogues: dict[Kind_, dict[Name_, EntryKeys]] = Key(
        default_factory=dict,
        description="The services of catalogues, by kind; those of records/<kind>.entries.yaml need not be repeated.",
    )
    additions: dict[Kind_, dict[Field_, AnyColumn]] = Key(
        default_factory=dict,
        description="What a new record of a kind must have; those of records/<kind>.yaml need not be repeated.",
    )
    offers: Field_ | None = Key(
        default=None, description="The field of the first form whose services a new case may be opened with."
    )
    stages: dict[Stage_, StageKeys] = Key(min_length=1, description="The stages by their ids.")
    ends: dict[End_, EndKeys] = Key(min_length=1, description="The ends by their ids.")
