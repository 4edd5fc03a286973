"""Whatever a sound process uses and whatever people do: a case ends, or waits for somebody who can go on with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.every_mechanism import OBJECTS, SECRET, child, processes
from tests.domain.offices import OFFICES
from tests.domain.walk import NOON, raw
from workflows.domain import commands, errors, events
from workflows.domain.candidates import Candidates
from workflows.domain.case import Case, CaseIdentity, CaseStatus, Task, TaskStatus
from workflows.domain.decide import decide, open_case
from workflows.domain.decision import Decision, Situation
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.evolve import evolve, opened
from workflows.domain.filling import Filling
from workflows.domain.ids import CaseId, FieldName, ItemId, PersonId, ProcessId, StageId, TaskId, case_of
from workflows.domain.notices import NoticeKind, PersonalNotice
from workflows.domain.people import Organisation
from workflows.domain.visits.rework import returnable, stage_of
from workflows.domain.visits.visits import COMMENT, said_by
from workflows.ports.unit_of_work import UnitOfWork
from workflows.usecases.running_processes import Definitions
from workflows.usecases.sub_cases import ChangedCase, changed_cases

STEPS = 30
ROWS = [{"address": "Ленина 5"}, {"address": "Мира 1"}, {"address": "Садовая 3"}]
PEOPLE = sorted(OFFICES.people)
FLAGS = st.sampled_from([True, False])


@dataclass(slots=True)
class Company:
    """The cases of a company, each with its history, and who was told that nobody is left for a task."""

    definitions: Definitions
    organisation: Organisation = OFFICES
    cases: dict[CaseId, Case] = field(default_factory=dict)
    histories: dict[CaseId, list[events.Event]] = field(default_factory=dict)
    told: set[TaskId] = field(default_factory=set)
    now: datetime = NOON
    reserved: int = 0

    def case(self, case_id: CaseId) -> Case | None:
        """Return a case, as a transaction reads it."""
        return self.cases.get(case_id)

    def reserve_case(self, process: ProcessId, prefix: str) -> CaseIdentity:
        """Return the identity of a new case."""
        del process
        self.reserved += 1
        return CaseIdentity(id=CaseId(self.reserved), number=f"{prefix}-{self.reserved}")

    def situation(self, definition: WorkflowDefinition, actor: PersonId | None, _facts: object = None) -> Situation:
        """Return the situation in which somebody acts."""
        return Situation(definition=definition, organisation=self.organisation, actor=actor, now=self.now)

    def definition_of(self, case: Case) -> WorkflowDefinition:
        """Return the process of a case."""
        return self.definitions.of(case.process, case.version)

    def open(self, by: PersonId, values: commands.RawValues, outcome: int) -> None:
        """Open a case of the parent process."""
        definition = self.definitions.newest(ProcessId("parent"))
        outcomes = definition.stages[definition.start].outcomes
        chosen = outcomes[outcome % len(outcomes)]
        command = commands.OpenCase(process=definition.id, outcome=chosen.id, values=values)
        situation = self.situation(definition, by)
        decision = open_case(self.reserve_case(definition.id, definition.prefix), command, situation)
        self._keep(ChangedCase(before=None, decision=decision, situation=situation))

    def do(self, command: commands.TaskCommand | commands.CaseCommand, by: PersonId | None) -> Decision:
        """Decide a command a minute later, with all that follows in other cases."""
        self.now += timedelta(minutes=1)
        case_id = command.case_id if isinstance(command, commands.CaseCommand) else case_of(command.task_id)
        case = self.cases[case_id]
        situation = self.situation(self.definition_of(case), by)
        decision = decide(case, command, situation)
        self._keep(ChangedCase(before=case, decision=decision, situation=situation))
        return decision

    def _keep(self, first: ChangedCase) -> None:
        for each in changed_cases(cast(UnitOfWork, self), self.definitions, first, self.situation):
            case = each.decision.case
            self.cases[case.id] = case
            self.histories.setdefault(case.id, []).extend(each.decision.events)
            for notice in each.decision.notices:
                kinds = (NoticeKind.NOBODY_LEFT, NoticeKind.DECISION_NEEDED)
                if isinstance(notice, PersonalNotice) and notice.kind in kinds and notice.task_id is not None:
                    self.told.add(notice.task_id)

    def candidates(self, case: Case) -> Candidates:
        """Return who may have the tasks of a case."""
        definition = self.definition_of(case)
        return Candidates(case=case, definition=definition, organisation=self.organisation)

    def unfinished(self) -> list[tuple[Case, Task]]:
        """Return every unfinished task with its case."""
        return [(case, task) for case in self.cases.values() for task in case.unfinished_tasks()]


def answers(data: st.DataObject) -> dict[FieldName, object]:
    """Draw what somebody answers: everything, or not all of it."""
    rows = data.draw(st.lists(st.sampled_from(ROWS), max_size=3, unique_by=lambda row: row["address"]))
    full = raw(flag=data.draw(FLAGS), note="Записка", secret="Тайна", objects=rows, price="5") | {COMMENT: "Так надо"}
    left_out = data.draw(st.sets(st.sampled_from([FieldName("note"), SECRET, FieldName("flag"), COMMENT, OBJECTS])))
    return {name: value for name, value in full.items() if name not in left_out or data.draw(st.booleans())}


def a_press(data: st.DataObject, company: Company, case: Case, task: Task) -> tuple[Any, PersonId | None]:
    """Draw what somebody does with a task: mostly whoever has it."""
    anybody = st.sampled_from(sorted(company.organisation.people))
    takers = [p for p in company.organisation.people if company.candidates(case).may_have(task, p)]
    taker = data.draw(st.sampled_from(takers)) if takers else None
    by = task.assignee or taker
    by = by if by is not None and data.draw(st.integers(0, 9)) else data.draw(anybody)
    stage = stage_of(case, task, company.definition_of(case))
    outcome = data.draw(st.sampled_from([each.id for each in stage.outcomes]))
    kinds = [
        "claim",
        *["complete"] * 4,
        "give",
        "release",
        "return",
        "hold",
        "draft",
        "ask",
        "timer",
        "switch",
        "cancel",
    ]
    match data.draw(st.sampled_from(kinds)):
        case "claim":
            return commands.ClaimTask(task_id=task.id), by
        case "give":
            return commands.ReassignTask(task_id=task.id, to=data.draw(anybody)), by
        case "release":
            return commands.ReleaseTask(task_id=task.id), by
        case "return":
            back = [*returnable(case, task), task.stage]
            return commands.ReturnTask(task_id=task.id, to=data.draw(st.sampled_from(back)), reason="Не то"), by
        case "hold":
            return commands.HoldForm(task_id=task.id, outcome=outcome, values=answers(data)), by
        case "draft":
            return commands.SaveDraft(task_id=task.id, filling=Filling(values=raw(note="…")), values=answers(data)), by
        case "ask":
            if task.asked:
                asked, values = task.asked[0], answers(data)
                answer = values.setdefault(asked.field, "Записка")
                return commands.AnswerField(task_id=task.id, field=asked.field, answer=answer, values=values), by
            return commands.AskForField(task_id=task.id, field=FieldName("note"), person=data.draw(anybody)), by
        case "timer":
            return commands.ReviewTask(task_id=task.id), None
        case "switch":
            stages = sorted(company.definition_of(case).stages)
            chosen = StageId(data.draw(st.sampled_from(stages)))
            return commands.SwitchStage(case_id=case.id, stage=chosen, off=data.draw(st.booleans())), by
        case "cancel":
            return commands.CancelCase(case_id=case.id, reason="Передумали"), by
    is_ticked = data.draw(st.integers(0, 4)) > 0
    ticks = {ItemId("done"): True} if stage.checklist and is_ticked else {}
    return commands.CompleteTask(task_id=task.id, outcome=outcome, values=answers(data), ticks=ticks), by


def check(company: Company) -> None:
    """Check what holds of every case, whatever has happened."""
    for case in company.cases.values():
        opening, *rest = company.histories[case.id]
        assert isinstance(opening, events.CaseOpened)
        assert reduce(evolve, rest, opened(opening)) == case, "the history alone tells the case"
        assert (case.status is CaseStatus.ACTIVE) == any(case.unfinished_tasks()), "ended, or something is to be done"
        for task in case.unfinished_tasks():
            _check_waits(company, case, task)
        _check_decided_for_good(company, case)


def _check_waits(company: Company, case: Case, task: Task) -> None:
    """Check that an unfinished task waits for a person, or for a case or rework that does."""
    may = company.candidates(case)
    if task.status is TaskStatus.READY:
        takers = [person for person in company.organisation.people if may.may_have(task, person)]
        assert takers or task.id in company.told, f"nobody may have {task.stage}, and no head was told"
    elif task.status is TaskStatus.CLAIMED:
        assert task.assignee in company.organisation.people
        assert task.assignee not in may.barred(task), "four eyes are two"
    elif task.rework is not None:
        assert case.tasks[task.rework].is_unfinished
    else:
        assert task.sub_case is not None, "it waits for nothing"
        assert company.cases[task.sub_case.id].status is CaseStatus.ACTIVE


def _check_decided_for_good(company: Company, case: Case) -> None:
    """Check that a visit that was decided is not decided again, and that nobody has two votes in it."""
    decided = [(e.stage, e.visit) for e in company.histories[case.id] if isinstance(e, events.VisitCompleted)]
    assert len(decided) == len(set(decided))
    definition = company.definition_of(case)
    voters = [
        (task.stage, task.visit, task.assignee)
        for task in case.tasks.values()
        if task.part is not None and task.part.row is None and said_by(definition.stages[task.stage], task)
    ]
    assert len(voters) == len(set(voters))


def press(company: Company, command: Any, by: PersonId | None) -> None:
    """Press; what is refused changes nothing, only completions write facts, and what is not shown keeps its fact."""
    before = {case.id: (case.values, case.status) for case in company.cases.values()}
    try:
        decision = company.do(command, by)
    except errors.Refusal:
        assert {case.id: (case.values, case.status) for case in company.cases.values()} == before
        return
    case = decision.case
    values = before[case.id][0]
    writing = (events.TaskCompleted, events.VisitCompleted, events.RuleApplied, events.SubCaseEnded)
    if not any(isinstance(event, writing) for event in decision.events):
        assert case.values == values, "nothing but a completion writes facts"
    if isinstance(command, commands.CompleteTask) and command.values.get(FieldName("flag")) is False:
        assert case.values.get(SECRET) == values.get(SECRET), "what was not shown keeps its fact"


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_case_ends_or_waits_for_somebody_who_can_go_on(data: st.DataObject) -> None:
    company = Company(Definitions([data.draw(processes()), child()]))
    first = answers(data) | raw(note="Записка")
    company.open(data.draw(st.sampled_from(PEOPLE)), first, data.draw(st.integers(0, 2)))
    check(company)
    for _ in range(STEPS):
        tasks = company.unfinished()
        if not tasks:
            break
        if len(company.organisation.people) > 2 and data.draw(st.integers(0, 14)) == 0:
            _leaves(company, data.draw(st.sampled_from(sorted(company.organisation.people))))
        else:
            case, task = data.draw(st.sampled_from(tasks))
            press(company, *a_press(data, company, case, task))
        check(company)
    for case, task in company.unfinished():
        _check_can_be_done(company, case, task)


def _leaves(company: Company, person: PersonId) -> None:
    """Take somebody out of the company: whom each open task is for is asked again."""
    people = {name: who for name, who in company.organisation.people.items() if name != person}
    company.organisation = replace(company.organisation, people=people)
    for _, task in company.unfinished():
        if company.cases[case_of(task.id)].tasks[task.id].is_open:
            press(company, commands.ReviewTask(task_id=task.id), None)


def _check_can_be_done(company: Company, case: Case, task: Task) -> None:
    """Check that whoever has a task, or may claim it, can complete it in some way."""
    if not task.is_open:
        return
    takers = [p for p in company.organisation.people if company.candidates(case).may_have(task, p)]
    worker = task.assignee or next(iter(takers), None)
    if worker is None:
        assert task.id in company.told
        return
    kept: Mapping[CaseId, Case] = dict(company.cases)
    refused: list[errors.Refusal] = []
    for outcome in stage_of(case, task, company.definition_of(case)).outcomes:
        for flag in (True, False):
            company.cases = dict(kept)
            values = raw(flag=flag, note="Записка", secret="Тайна", objects=ROWS, price="5") | {COMMENT: "Так надо"}
            command = commands.CompleteTask(
                task_id=task.id, outcome=outcome.id, values=values, ticks=_ticks(company, case, task)
            )
            try:
                if task.assignee is None:
                    company.do(commands.ClaimTask(task_id=task.id), worker)
                company.do(command, worker)
            except errors.Refusal as refusal:
                refused.append(refusal)
                continue
            company.cases = dict(kept)
            return
    raise AssertionError(f"{worker} cannot complete {task.stage}: {refused}")


def _ticks(company: Company, case: Case, task: Task) -> dict[ItemId, bool]:
    return {item.id: True for item in company.definition_of(case).stages[task.stage].checklist}
