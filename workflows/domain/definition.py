"""A process as people described it: stages, forms, check lists, outcomes and where they lead."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cached_property

from workflows.domain.clients import ClientAttribute
from workflows.domain.compiled import Condition
from workflows.domain.ids import (
    DepartmentId,
    EndId,
    FieldName,
    ItemId,
    KindId,
    OutcomeId,
    ProcessId,
    StageId,
    TemplateName,
)
from workflows.domain.text import Text
from workflows.domain.who import NOBODY_BARRED, ButNot, Offer, WhoRule


class FieldType(StrEnum):
    """What a person enters into a field; `workflows.domain.facts.values` says how each is read."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    PHONE = "phone"
    EMAIL = "email"
    INN = "inn"
    ROWS = "rows"
    FILE = "file"
    CLIENT = "client"
    RECORD = "record"
    TIME = "time"
    MOMENT = "moment"
    PERCENT = "percent"
    URL = "url"
    FILES = "files"
    PERSON = "person"
    DEPARTMENT = "department"
    OGRN = "ogrn"
    KPP = "kpp"
    BIK = "bik"
    ACCOUNT = "account"
    SNILS = "snils"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of the answers of a `choice` or `choices` field."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Default:
    """A compiled expression that gives an answer: from what is known to a Python value, None where it gives none.

    `names` are those that it uses, where that matters.
    """

    source: str
    value: Callable[[Mapping[str, object]], object]
    names: frozenset[str] = frozenset()


MOST_FILES = 10
"""How many files an answer has at most where its field does not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A question of a form. The same name in two stages is the same fact of the case.

    `options` belong to choices, `columns` to rows, `currency` (ISO 4217) to money; `of_client` says which attribute of
    the client base the answer also keeps up to date. `decisions` are those with which it is asked (all when empty);
    `default` suggests an answer; `again` asks anew at a later visit, and what the latest visit said holds; `expect`
    usually holds of the answer, and people are asked about one of which it does not. It is asked where `show_when`
    holds, and must be answered where `required_when` does. `gathered` are the cells that tasks of the single rows
    write. `kind` is that of the records of which one is named, `may_add` whether it may be a new one; `of_record` is
    the field that names a record, and the part of it that the answer also keeps up to date. `least` and `greatest` are
    limits as canonical values, `unit` is that of a number; `max_files` belongs to files; `bik` names the field of the
    bank that an account is of. One that is `computed` is never asked for: its expression gives the fact.
    """

    name: FieldName
    type: FieldType
    label: Text
    required: bool = False
    hint: Text | None = None
    options: tuple[Option, ...] = ()
    columns: tuple["Field", ...] = ()
    currency: str = "RUB"
    of_client: ClientAttribute | None = None
    decisions: tuple[OutcomeId, ...] = ()
    default: Default | None = None
    again: bool = False
    expect: Condition | None = None
    show_when: Condition | None = None
    required_when: Condition | None = None
    gathered: tuple["Field", ...] = ()
    kind: KindId | None = None
    may_add: bool = True
    of_record: tuple[FieldName, FieldName] | None = None
    least: str | None = None
    greatest: str | None = None
    unit: Text | None = None
    max_files: int = MOST_FILES
    bik: FieldName | None = None
    computed: Default | None = None

    @property
    def cells(self) -> tuple["Field", ...]:
        """Return everything that a row may hold: what its form asks, and what tasks of its rows have gathered."""
        return (*self.columns, *self.gathered)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """Something to be done and ticked before the stage can be completed (when `required`).

    `decisions` are those with which it is asked (all that need the check list when empty); it is shown where `when`
    holds.
    """

    id: ItemId
    label: Text
    required: bool = True
    decisions: tuple[OutcomeId, ...] = ()
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where an outcome leads: a stage or an end, the handover message that goes there, and `when` it does."""

    to: StageId | EndId
    handover: TemplateName | None = None
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLimit:
    """How many visits a stage has at most in a case, and where a handover leads that would begin another one."""

    visits: int
    otherwise: Target


class JoinNeed(StrEnum):
    """Which of the stages that a join names it waits for, where that is no number of them."""

    ALL = "all"
    BEGUN = "begun"
    """Those that were begun."""


class Recipient(StrEnum):
    """Who outside the departments gets a letter."""

    CLIENT = "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRule:
    """A letter that an outcome sends, where `when` holds."""

    template: TemplateName
    to: Recipient
    when: Condition | None = None


class Preview(StrEnum):
    """When what a decision sends has to be seen before it is sent; it is shown beside the form but for `NEVER`."""

    ALWAYS = "always"
    OUTSIDE = "outside"
    """When a letter goes out of the organisation."""
    NEVER = "never"


class Verdict(StrEnum):
    """What an approver says."""

    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    """No for now: the work has to be mended and approved anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EachRow:
    """A visit has a task for each row of a rows field, all at once or one after another (`in_turn`).

    It is over when all are completed, when `need` of them are, or when `until` holds of the facts of the case. With
    `case`, a case of another process does each of them.
    """

    rows: FieldName
    in_turn: bool = False
    need: int | None = None
    until: Condition | None = None
    case: "SubCase | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A visit has a task for each approver, all at once or one after another (`in_turn`).

    It is over when the result is certain; `need` of them have to approve, or all (None). The no of whom `veto` names
    counts for all.
    """

    need: int | None = None
    in_turn: bool = False
    veto: WhoRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A visit is done by nobody: its form takes what its defaults give, and the first outcome that is open is taken.

    `needs` are the facts that the defaults and the conditions use.
    """

    needs: tuple[FieldName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A fact that a sub-case begins with: the field of its process, and the fact of this case or what is computed."""

    to: FieldName
    fact: FieldName | None = None
    computed: Default | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubCase:
    """A visit is done by a case of another process, which is opened with facts handed over (`hands`).

    Where it is waited for, the facts that it `takes` (here: there) come back when it ends, and `ends` says which end
    leads to which outcome; any other leads to the only outcome.
    """

    process: ProcessId
    hands: tuple[Handed, ...] = ()
    takes: Mapping[FieldName, FieldName] = field(default_factory=dict)
    ends: Mapping[EndId, OutcomeId] = field(default_factory=dict)
    waits: bool = True


Work = EachRow | Approval | Rule | SubCase
"""How a visit makes several tasks, or none, and when it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A decision with which a stage is completed.

    `requires` names the fields that must be filled in for it (by default the required fields of the form);
    `needs_checklist` is off for decisions that make the check list pointless, such as a refusal; `verdict` is what an
    approver says with it. One `at_once` also
    stands on the card of a task that nobody has claimed.
    """

    id: OutcomeId
    title: Text
    targets: tuple[Target, ...]
    requires: tuple[FieldName, ...]
    needs_checklist: bool = True
    verdict: Verdict | None = None
    when: Condition | None = None
    letters: tuple[LetterRule, ...] = ()
    at_once: bool = False
    preview: Preview = Preview.OUTSIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """How long a task may wait unclaimed: then the department is reminded, later its head is notified."""

    remind_after: timedelta
    escalate_after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A piece of work of one department.

    `joins` lists the stages that hand over before it starts, `need` says how many of them must. It is left out when
    `skip_when` holds, or, if it is `optional`, where it was switched off for the case; then the outcome `left_out_as`
    counts. `at_most` ends a loop.

    `work` says how a visit has several tasks; it has one where that is None.
    `who` are the rules that name those who may do it, of which the first that holds counts (none: everybody of the
    department); `but_not` takes people out; `offer` is how a task gets to one of them. `computed` are the
    facts that its form shows and does not ask for.
    """

    id: StageId
    title: Text
    department: DepartmentId
    form: tuple[Field, ...]
    checklist: tuple[ChecklistItem, ...]
    outcomes: tuple[Outcome, ...]
    joins: tuple[StageId, ...] = ()
    need: JoinNeed | int = JoinNeed.ALL
    skip_when: Condition | None = None
    optional: bool = False
    left_out_as: OutcomeId | None = None
    at_most: VisitLimit | None = None
    reaction: Reaction | None = None
    due_after: timedelta | None = None
    work: Work | None = None
    who: tuple[WhoRule, ...] = ()
    but_not: ButNot = NOBODY_BARRED
    offer: Offer = Offer.CLAIM
    computed: tuple[Field, ...] = ()

    @property
    def sub_case(self) -> SubCase | None:
        """Return how a case of another process does it, or a part of it; None where people do."""
        return (
            self.work.case if isinstance(self.work, EachRow) else self.work if isinstance(self.work, SubCase) else None
        )

    @property
    def can_be_left_out(self) -> bool:
        """Whether a case may go on without the stage."""
        return self.optional or self.skip_when is not None

    def begins_after(self, handed_over: Set[StageId]) -> bool:
        """Whether it may begin when these stages, and no others, were begun and have handed over to it."""
        named = set(self.joins)
        match self.need:
            case JoinNeed.ALL:
                return named <= handed_over
            case JoinNeed.BEGUN:
                return not named or bool(named & handed_over)
        return len(named & handed_over) >= self.need

    def outcome(self, outcome_id: OutcomeId) -> Outcome | None:
        """Return the outcome of that name, or None."""
        return next((o for o in self.outcomes if o.id == outcome_id), None)

    def asked_with(self, outcome: Outcome) -> tuple[Field, ...]:
        """Return the fields of the form that belong to a decision; the others keep their facts and are not required."""
        return tuple(f for f in self.form if not f.decisions or outcome.id in f.decisions)

    def ticked_with(self, outcome: Outcome) -> tuple[ChecklistItem, ...]:
        """Return the items of the check list that belong to a decision."""
        if not outcome.needs_checklist:
            return ()
        return tuple(i for i in self.checklist if not i.decisions or outcome.id in i.decisions)

    def item(self, item_id: ItemId) -> ChecklistItem | None:
        """Return the check-list item of that name, or None."""
        return next((i for i in self.checklist if i.id == item_id), None)


class Closing(StrEnum):
    """What reaching an end does to the case."""

    BRANCH = "branch"
    """Only this branch of the case is over."""
    CASE = "case"
    """The case is completed as soon as no task is open any more."""
    CASE_AT_ONCE = "case_at_once"
    """The case is completed now; open tasks are withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """A state in which a case, or one of its branches, is over."""

    id: EndId
    title: Text
    closes: Closing


class TalkedAbout(StrEnum):
    """Where the cases of a process are discussed, in chats that can give a case a place of its own."""

    WITH_DEPARTMENT = "department"
    """Where the cards of the department appear."""
    BY_ITSELF = "case"
    """In a place of its own for each case, with everything posted about it."""


@dataclass(frozen=True, kw_only=True)
class WorkflowDefinition:
    """One version of a process. `version` is a digest of everything that a running case depends on.

    `offers` is the field of the first form whose options a new case may be opened with. What every command asks of all
    stages together is worked out once.
    """

    id: ProcessId
    version: str
    title: Text
    prefix: str
    start: StageId
    stages: Mapping[StageId, Stage]
    ends: Mapping[EndId, End]
    summary: tuple[FieldName, ...] = ()
    talked_about: TalkedAbout = TalkedAbout.WITH_DEPARTMENT
    offers: FieldName | None = None

    def title_of(self, place: StageId | EndId) -> Text:
        """Return the title of a stage or an end; the id of one that this version does not know."""
        found = self.stages.get(StageId(place)) or self.ends.get(EndId(place))
        return Text.same(place) if found is None else found.title

    def possible_targets(self, outcome: Outcome) -> tuple[Target, ...]:
        """Return everywhere an outcome may lead: its targets, and those that take their place at the end of a loop."""
        places = {target.to for target in outcome.targets}
        if len(places) == len(outcome.targets) and self._limited.isdisjoint(places):
            return outcome.targets
        found: dict[StageId | EndId, Target] = {}
        waiting = list(outcome.targets)
        while waiting:
            target = waiting.pop(0)
            if target.to not in found:
                found[target.to] = target
                stage = self.stages.get(StageId(target.to))
                if stage is not None and stage.at_most is not None:
                    waiting.append(stage.at_most.otherwise)
        return tuple(found.values())

    def ends_branch(self, place: StageId | EndId) -> bool:
        """Whether it is an end that closes only this branch of the case."""
        end = self.ends.get(EndId(place))
        return end is not None and end.closes is Closing.BRANCH

    def fields(self) -> tuple[Field, ...]:
        """Return the facts of a case: the fields of all forms, each name once, in the order of the stages.

        What tasks of single rows ask is no fact of the case but a cell (`Field.gathered`).
        """
        return self._fields

    def cells(self) -> tuple[Field, ...]:
        """Return the cells of the rows that stages work on one by one, each name once."""
        return self._cells

    @cached_property
    def _fields(self) -> tuple[Field, ...]:
        stages = [stage for stage in self.stages.values() if not isinstance(stage.work, EachRow)]
        return tuple(_once((*stage.form, *stage.computed) for stage in stages))

    @cached_property
    def _cells(self) -> tuple[Field, ...]:
        worked_on = {stage.work.rows for stage in self.stages.values() if isinstance(stage.work, EachRow)}
        return tuple(_once(field.cells for field in self._fields if field.name in worked_on))

    @cached_property
    def _limited(self) -> frozenset[StageId]:
        return frozenset(stage.id for stage in self.stages.values() if stage.at_most is not None)

    @cached_property
    def leads_to(self) -> Mapping[StageId, frozenset[StageId | EndId]]:
        """Return by stage everywhere it may lead, whatever is decided there."""
        return {
            stage.id: frozenset(target.to for outcome in stage.outcomes for target in self.possible_targets(outcome))
            for stage in self.stages.values()
        }

    @cached_property
    def names(self) -> Mapping[FieldName, Field]:
        """Return the facts and the cells by their names: a task about a row knows its cells beside the facts."""
        return {field.name: field for field in (*self._cells, *self._fields)}

    @cached_property
    def computed(self) -> tuple[Field, ...]:
        """Return the facts that are computed from others."""
        return tuple(field for field in self._fields if field.computed is not None)

    @cached_property
    def in_turn(self) -> tuple[StageId, ...]:
        """Return the stages whose tasks people get in turn, in one order for all transactions that count turns."""
        return tuple(sorted(stage.id for stage in self.stages.values() if stage.offer is Offer.TURN))

    @cached_property
    def weighs_loads(self) -> bool:
        """Whether a stage gives its tasks to whoever has the fewest."""
        return any(stage.offer is Offer.LEAST_LOADED for stage in self.stages.values())

    @cached_property
    def keeping_out(self) -> Mapping[StageId, frozenset[StageId]]:
        """Return by stage which stages keep those who did or have it out of their own tasks (four eyes)."""
        named = {name for stage in self.stages.values() for name in stage.but_not.stages}
        return {
            name: frozenset(stage.id for stage in self.stages.values() if name in stage.but_not.stages)
            for name in named
        }


def _once(forms: Iterable[Iterable[Field]]) -> Iterator[Field]:
    seen: set[FieldName] = set()
    for form in forms:
        for asked in form:
            if asked.name not in seen:
                seen.add(asked.name)
                yield asked
