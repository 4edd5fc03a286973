"""Who may have a task: the one place that says what claiming, handing over, a queue and a card mean by a candidate."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date

from workflows.domain import errors
from workflows.domain.case import Case, Task, TaskStatus, Values
from workflows.domain.compiled import Condition
from workflows.domain.definition import Field, FieldType, Stage, WorkflowDefinition
from workflows.domain.facts import conditions
from workflows.domain.facts.conditions import Parts
from workflows.domain.ids import DepartmentId, FieldName, PersonId, StageId
from workflows.domain.people import Organisation, Person
from workflows.domain.who import CLIENT, OPENER, OWNER, Offer, WhoKind, WhoRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """For whom a stage is now: the department of its card, the candidates (as in `Task`), and those barred."""

    department: DepartmentId
    candidates: tuple[PersonId, ...] | None
    barred: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueReader:
    """Whose queue it is: a ready task is in it when `sees` says so, whoever asks, and in whatever way.

    `works_in` are the departments whose tasks the person may take, `leads` those that the person heads.
    """

    person: PersonId
    works_in: tuple[DepartmentId, ...]
    leads: tuple[DepartmentId, ...]

    def sees(self, task: Task) -> bool:
        """Whether a ready task is in the queue: for the person, or for others of a department that the person heads."""
        if self.person in task.barred:
            return False
        if task.candidates is None:
            return task.department in self.works_in
        return self.person in task.candidates or task.department in self.leads


def queue_reader(organisation: Organisation, person: PersonId) -> QueueReader:
    """Return the reader of a person's queue."""
    leads = tuple(department.id for department in organisation.headed_by(person))
    return QueueReader(person=person, works_in=organisation.workplaces(person), leads=leads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Answers for one case as it is now; `today` and `records` are what the conditions of rules see besides the facts.

    The owner of a record is its part `owner`.
    """

    case: Case
    definition: WorkflowDefinition
    organisation: Organisation
    today: date | None = None
    records: Mapping[FieldName, Parts] = field(default_factory=dict)

    def knowing(self, values: Values) -> "Candidates":
        """Return the same with other facts: those that a task of a single row knows."""
        return self if values is self.case.values else replace(self, case=replace(self.case, values=values))

    def offering(self, stage: Stage, corrects: Task | None = None) -> Offering:
        """Return for whom a task of the stage would be now; its candidates are empty when nobody is left.

        Rework belongs to the visit of the task that it *corrects*.
        """
        barred = tuple(sorted(self._barred(stage.id, corrects)))
        rule = self._counting(stage)
        whole = stage.department if not stage.who else None if rule is None else self._whole_department(rule)
        if whole is not None:
            department = whole
            left = any(p.id not in barred for p in self.organisation.members(department))
            return Offering(department=department, candidates=None if left else (), barred=barred)
        named = () if rule is None else self._named(rule, self.case.visits(stage.id) + 1)
        candidates = tuple(person for person in named if person not in barred)
        return Offering(department=stage.department, candidates=candidates, barred=barred)

    def listed(self, stage: Stage) -> tuple[PersonId, ...]:
        """Return the people whom the rules of a stage name now, each once and in order, without those barred."""
        offering = self.offering(stage)
        if offering.candidates is not None:
            return offering.candidates
        return tuple(p.id for p in self.organisation.members(offering.department) if p.id not in offering.barred)

    def named(self, rule: WhoRule | None, visit: int) -> tuple[PersonId, ...]:
        """Return the people whom a rule names at a visit, each once; nobody for no rule."""
        return () if rule is None else self._named(rule, visit)

    def barred(self, task: Task) -> frozenset[PersonId]:
        """Return those who may not have the task, whoever gives it to them: four eyes."""
        return frozenset(self._barred(task.stage, task))

    def may_have(self, task: Task, person: PersonId) -> bool:
        """Whether the person may claim the task: a candidate or a head over one, and not barred."""
        return self._may_have(task, person, self.barred(task))

    def _may_have(self, task: Task, person: PersonId, barred: Set[PersonId]) -> bool:
        if person not in self.organisation.people or person in barred:
            return False
        if task.candidates is None and self.organisation.is_candidate(person, task.department):
            return True
        if not (living := self.living(task)):
            return person in self.leaders(task)
        return person in living or any(self._leads(person, each) for each in living)

    def check_may_have(self, task: Task, person: PersonId) -> None:
        """Raise Barred or NotACandidate unless the person may claim the task."""
        barred = self.barred(task)
        if person in barred:
            raise errors.Barred(stages=self._reasons(task, person), opened=self._opened(task, person))
        if not self._may_have(task, person, barred):
            raise errors.NotACandidate(department=task.department, candidates=task.candidates)

    def may_be_given(self, task: Task, person: PersonId) -> bool:
        """Whether a head may give the task to the person.

        Where the rules name nobody who is left, that is everybody of the department.
        """
        if self.may_have(task, person):
            return True
        return any(each.id == person for each in self.givable(task))

    def check_may_be_given(self, task: Task, person: Person) -> None:
        """Raise ChosenBarred or ChosenNotACandidate unless a head may give the task to the person."""
        if person.id in self.barred(task):
            raise errors.ChosenBarred(
                person_id=person.id,
                stages=self._reasons(task, person.id),
                opened=self._opened(task, person.id),
            )
        if not self.may_be_given(task, person.id):
            raise errors.ChosenNotACandidate(
                person_id=person.id, department=task.department, candidates=task.candidates
            )

    def givable(self, task: Task) -> tuple[Person, ...]:
        """Return those to whom a head can give the task, in the order of the organisation, its own people first.

        The heads over them may take it themselves, but are not offered.
        """
        barred, organisation = self.barred(task), self.organisation
        living = frozenset(each for each in task.candidates or () if each in organisation.people)
        people = [p for p in organisation.people.values() if p.id in living] or organisation.members(task.department)
        return tuple(p for p in people if p.id not in barred)

    def check_may_hand_over(self, task: Task, actor: PersonId) -> None:
        """Raise NotTheHead unless the person may give the task to somebody.

        A head over its department may, a head over whoever has it, and whoever has it because nobody else was left.
        """
        if actor not in self.handing_over(task):
            raise errors.NotTheHead(department=task.department)

    def claiming(self, task: Task) -> frozenset[PersonId] | None:
        """Return those who may claim the task; None for everybody of its department and the heads over it."""
        if task.candidates is None and not self.barred(task):
            return None
        return frozenset(person for person in self.organisation.people if self.may_have(task, person))

    def handing_over(self, task: Task) -> frozenset[PersonId]:
        """Return those who may give the task to somebody."""
        heads = frozenset(self.organisation.heads(task.department))
        if task.assignee is None:
            return heads
        over = self._heads_over(task.assignee) if task.candidates is not None else ()
        own = () if self.living(task) else (task.assignee,)
        return heads.union(over, own)

    def hands_out(self, task: Task) -> bool:
        """Whether a head has the task to do it or to hand it to somebody: as it is offered, or since nobody is left."""
        if task.status is not TaskStatus.CLAIMED or task.assignee is None:
            return False
        if self.definition.stages[task.stage].offer is Offer.HEAD:
            return task.assignee in self.leaders(task)
        return not self.living(task)

    def living(self, task: Task) -> tuple[PersonId, ...]:
        """Return the candidates who are still there and not barred, in order; without any, the heads have the task."""
        barred, people = self.barred(task), self.organisation.people
        if task.candidates is None:
            return tuple(p.id for p in self.organisation.members(task.department) if p.id not in barred)
        return tuple(each for each in task.candidates if each in people and each not in barred)

    def leaders(self, task: Task) -> tuple[PersonId, ...]:
        """Return the heads who have a task that nobody else is left for, nearest first; none when all are barred."""
        return self.leaders_of(task.department, self.barred(task))

    def leaders_of(self, department: DepartmentId, barred: Iterable[PersonId]) -> tuple[PersonId, ...]:
        """Return the heads over a department who are not barred; else whoever else leads, else whoever is left."""
        organisation, out = self.organisation, frozenset(barred)

        def left(people: Iterable[PersonId]) -> tuple[PersonId, ...]:
            return tuple(each for each in dict.fromkeys(people) if each in organisation.people and each not in out)

        everybody = organisation.people
        return (
            left(organisation.heads(department))
            or left(organisation.caretakers())[:1]
            or left(p for p in everybody if organisation.leads(p))[:1]
            or left(everybody)[:1]
        )

    def _counting(self, stage: Stage) -> WhoRule | None:
        """Return the first rule of a stage that holds, or None."""
        return next((rule for rule in stage.who if self._holds(rule, stage)), None)

    def _holds(self, rule: WhoRule, stage: Stage) -> bool:
        return self._is_true(rule.when, self.case.visits(stage.id) + 1)

    def _is_true(self, condition: Condition | None, visit: int) -> bool:
        on = conditions.around(self.case, visit, today=self.today, records=self.records)
        return conditions.holds(condition, self.definition, self.case.values, on)

    def _named(self, rule: WhoRule, visit: int) -> tuple[PersonId, ...]:
        """Return the people whom a rule names, each once, without those who have left."""
        return tuple(each for each in dict.fromkeys(self._meant(rule, visit)) if each in self.organisation.people)

    def _meant(self, rule: WhoRule, visit: int) -> Iterator[PersonId]:
        people = self.organisation.people.values()
        match rule.kind:
            case WhoKind.DEPARTMENT | WhoKind.NAMED_IN:
                yield from self._of_department_or_field(rule)
            case WhoKind.HEAD:
                yield from self.organisation.heads(DepartmentId(rule.name))[:1]
            case WhoKind.HEAD_OF:
                for worker in self._did(rule.name):
                    yield from self._heads_over(worker)[:1]
            case WhoKind.PERSON:
                yield PersonId(rule.name)
            case WhoKind.EVERYBODY | WhoKind.OPENER | WhoKind.DID:
                # Everybody may open a case; then its first task is the opener's.
                yield from self._did(rule.name or OPENER)
            case WhoKind.OWNER:
                yield from self._owners(rule.name)
            case WhoKind.OF:
                for part in rule.of:
                    if self._is_true(part.when, visit):
                        yield from self._meant(part, visit)
            case WhoKind.POST | WhoKind.ROLE | WhoKind.SKILL:
                yield from (p.id for p in people if _has(p, rule) and rule.department in (None, *p.departments))

    def _of_department_or_field(self, rule: WhoRule) -> Iterator[PersonId]:
        if (department := self._whole_department(rule)) is not None:
            yield from (p.id for p in self.organisation.members(department))
        elif isinstance(person := self.case.values.get(FieldName(rule.name)), str):
            yield PersonId(person)

    def _whole_department(self, rule: WhoRule) -> DepartmentId | None:
        """Return the department all of whose people a rule means, or None."""
        if rule.kind is WhoKind.DEPARTMENT:
            return DepartmentId(rule.name)
        if rule.kind is not WhoKind.NAMED_IN:
            return None
        fields = (*self.definition.fields(), *self.definition.cells())
        asked = next((each for each in fields if each.name == rule.name), None)
        if asked is None or asked.type is not FieldType.DEPARTMENT:
            return None
        named = DepartmentId(str(self.case.values.get(asked.name)))
        return named if named in self.organisation.departments else None

    def _owners(self, name: str) -> Iterator[PersonId]:
        """Yield the owner of the record in a field, or of the client."""
        fields = (f.name for f in self.definition.fields() if f.name == name or _is_client(f, name))
        for asked in fields:
            owner = self.records.get(asked, {}).get(OWNER)
            if isinstance(owner, str):
                yield PersonId(owner)

    def _did(self, name: str) -> tuple[PersonId, ...]:
        """Return the opener, or whoever did the latest visit of a stage; while nobody has, whoever has it now."""
        if name == OPENER:
            return (self.case.opened_by,)
        tasks = [t for t in self.case.tasks.values() if t.stage == name and t.assignee is not None]
        done = [t for t in tasks if t.status is TaskStatus.COMPLETED] or [t for t in tasks if t.is_unfinished]
        latest = max((t.visit for t in done), default=0)
        return tuple(dict.fromkeys(t.assignee for t in done if t.visit == latest and t.assignee is not None))

    def _heads_over(self, worker: PersonId) -> tuple[PersonId, ...]:
        """Return the heads over a person, nearest first: somebody else, also where the person is a head."""
        person = self.organisation.people.get(worker)
        if person is None:
            return ()
        return tuple(head for head in self.organisation.heads(person.departments[0]) if head != worker)

    def _leads(self, head: PersonId, worker: PersonId) -> bool:
        return head in self._heads_over(worker)

    def _barred(self, stage_id: StageId, task: Task | None = None) -> set[PersonId]:
        """Return those whom four eyes keep from a stage.

        These are who did or has one of the stages that it names, and who has a task that names this stage: otherwise
        the order of two presses would decide whether both eyes are the same.
        """
        own = self.definition.stages[stage_id].but_not
        found = {self.case.opened_by} if own.opener else set()
        naming = self.definition.keeping_out.get(stage_id, frozenset())
        if not own.stages and not naming:
            return found
        for other in self.case.tasks.values():
            if other.assignee is None or other.status is TaskStatus.WITHDRAWN or _is_same_work(other, stage_id, task):
                continue
            if other.stage in own.stages or (other.stage in naming and other.is_unfinished):
                found.add(other.assignee)
        return found

    def _opened(self, task: Task, person: PersonId) -> bool:
        return self.definition.stages[task.stage].but_not.opener and person == self.case.opened_by

    def _reasons(self, task: Task, person: PersonId) -> tuple[StageId, ...]:
        """Return the stages because of which the person is barred from a task."""
        own = self.definition.stages[task.stage].but_not.stages
        return tuple(
            dict.fromkeys(
                other.stage
                for other in self.case.tasks.values()
                if other.assignee == person
                and not _is_same_work(other, task.stage, task)
                and (other.stage in own or task.stage in self.definition.stages[other.stage].but_not.stages)
            )
        )


def opener_may(definition: WorkflowDefinition, organisation: Organisation, person: PersonId) -> bool:
    """Whether a person may open a case: the rules of the start stage name them; without rules its department may.

    Nothing is known of a case that is not open yet: no fact, and the opener is the person.
    """
    stage = definition.stages[definition.start]
    if not stage.who:
        return organisation.is_candidate(person, stage.department)
    return person in organisation.people and any(_opens(rule, organisation, person) for rule in stage.who)


def _opens(rule: WhoRule, organisation: Organisation, person: PersonId) -> bool:
    member = organisation.people[person]
    match rule.kind:
        case WhoKind.EVERYBODY | WhoKind.OPENER:
            return True
        case WhoKind.DEPARTMENT:
            return organisation.is_candidate(person, DepartmentId(rule.name))
        case WhoKind.HEAD:
            return organisation.is_head_over(person, DepartmentId(rule.name))
        case WhoKind.PERSON:
            return person == rule.name
        case WhoKind.OF:
            return any(_opens(part, organisation, person) for part in rule.of)
        case WhoKind.POST | WhoKind.ROLE | WhoKind.SKILL:
            return _has(member, rule) and rule.department in (None, *member.departments)
    return False


def _is_client(asked: Field, name: str) -> bool:
    return name == CLIENT and asked.type is FieldType.CLIENT


def _has(person: Person, rule: WhoRule) -> bool:
    match rule.kind:
        case WhoKind.POST:
            return person.holds == rule.name
        case WhoKind.ROLE:
            return rule.name in person.roles
    return rule.name in person.skills


def _is_same_work(other: Task, stage_id: StageId, task: Task | None) -> bool:
    """Whether *other* is the task itself, or the work of this visit that it corrects."""
    return task is not None and (other.id == task.id or (other.stage == stage_id and other.visit == task.visit))
