"""Random people press random buttons, sensible and not, on processes of every shape; the invariants always hold."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.domain.walk import (
    ANNA,
    BOARD,
    COMPANY,
    DEVELOPMENT,
    GOODS_ROWS,
    NIKOLAY,
    ONBOARDING,
    PAVEL,
    REACTION,
    ROMAN,
    ROMASHKA,
    SALES,
    SUPPORT,
    TATIANA,
    Walk,
    a_field,
    a_process,
    a_stage,
    an_item,
    an_outcome,
    first_task,
    open_walk,
    raw,
)
from workflows.domain import commands, errors, events
from workflows.domain.case import Case, CaseStatus, Task, TaskStatus
from workflows.domain.decision import Decision, EarlierCase
from workflows.domain.definition import (
    Approval,
    Closing,
    EachRow,
    FieldType,
    Outcome,
    Stage,
    Verdict,
    Work,
    WorkflowDefinition,
)
from workflows.domain.evolve import evolve, opened
from workflows.domain.filling import Filling
from workflows.domain.ids import CaseId, ItemId, OutcomeId, PersonId, StageId, TaskId
from workflows.domain.timers import ArmTimer, TimerKind
from workflows.domain.visits.rework import HAND_BACK, returnable, stage_of
from workflows.domain.visits.visits import COMMENT
from workflows.domain.who import WhoKind, WhoRule

PEOPLE = st.sampled_from([*COMPANY.people, PersonId("stranger")])
TASKS = st.integers(min_value=1, max_value=12).map(first_task)
REASONS = st.sampled_from(["Не та цена", "", "  "])
ITEMS = st.sampled_from([ItemId(i) for i in ("prices_checked", "photos", "greeted", "done", "nonsense")])
OBJECTS = [{"address": "Ленина 5"}, {"address": "Мира 1"}, {"address": "Садовая 3"}]
CELL = a_field("feasible", FieldType.YES_NO)
ROWS = a_field("objects", FieldType.ROWS, columns=(a_field("address"),), gathered=(CELL,))
APPROVERS = [NIKOLAY, TATIANA, ROMAN, PAVEL]
VERDICTS = (Verdict.APPROVE, Verdict.REJECT, Verdict.RETURN)
ANSWERS = st.sampled_from(
    [
        raw(client=ROMASHKA, goods=GOODS_ROWS, version="1", findings="Не проходит", objects=OBJECTS[:1]),
        raw(client=ROMASHKA, amount="1"),
        raw(client="", goods="чушь", amount="дорого"),
        raw(),
    ]
)
ENDS = {
    "over": Closing.CASE,
    "branch_over": Closing.BRANCH,
    "other_branch_over": Closing.BRANCH,
    "now": Closing.CASE_AT_ONCE,
}


@st.composite
def processes(draw: st.DrawFn) -> WorkflowDefinition:
    """Draw a process of any shape: forks, loops, ends anywhere, joins of whatever stages, satisfiable or not."""
    names = [f"s{number}" for number in range(draw(st.integers(min_value=2, max_value=6)))]
    places = st.sampled_from([*names, *ENDS])

    def outcomes() -> tuple[Outcome, ...]:
        ways = draw(st.lists(st.lists(places, min_size=1, max_size=3, unique=True), min_size=1, max_size=3))
        return tuple(an_outcome(f"o{number}", *way) for number, way in enumerate(ways))

    def work() -> Work | None:
        in_turn, need = draw(st.booleans()), draw(st.none() | st.integers(min_value=1, max_value=3))
        each, approval = EachRow(rows=ROWS.name, in_turn=in_turn, need=need), Approval(in_turn=in_turn, need=need)
        return draw(st.sampled_from([None, each, approval]))

    def stage(name: str, joins: bool) -> Stage:
        how, ways = work(), outcomes()
        approvers = APPROVERS[: draw(st.integers(min_value=1, max_value=4))]
        who = tuple(WhoRule(kind=WhoKind.PERSON, name=person) for person in approvers)
        if isinstance(how, Approval):
            ways = (*ways, *(an_outcome(f"o{number}", "over") for number in range(len(ways), 2)))
            ways = tuple(replace(way, verdict=verdict) for way, verdict in zip(ways, VERDICTS, strict=False))
        return a_stage(
            name,
            draw(st.sampled_from([SALES, SUPPORT, DEVELOPMENT, BOARD])),
            *ways,
            form=(CELL,) if isinstance(how, EachRow) else (a_field("version"), ROWS),
            work=how,
            who=(WhoRule(kind=WhoKind.OF, of=who),) if isinstance(how, Approval) else (),
            checklist=(an_item("done"),) if draw(st.booleans()) else (),
            reaction=REACTION if draw(st.booleans()) else None,
            joins=tuple(StageId(n) for n in draw(st.lists(st.sampled_from(names), max_size=3, unique=True)))
            if joins
            else (),
        )

    first = a_stage(names[0], SALES, *outcomes(), form=(a_field("version"), ROWS))
    return a_process(first, *(stage(name, joins=draw(st.booleans())) for name in names[1:]), ends=ENDS)


class Presses(RuleBasedStateMachine):
    """One case, and people who press what their cards offer them."""

    walk: Walk
    opening: Decision
    history: list[events.Event]
    armed: dict[TaskId, list[ArmTimer]]
    revisions: dict[TaskId, int]

    @initialize(definition=st.just(ONBOARDING) | processes(), data=st.data())
    def open(self, definition: WorkflowDefinition, data: st.DataObject) -> None:
        outcomes = definition.stages[definition.start].outcomes
        outcome = data.draw(st.sampled_from([o.id for o in outcomes]))
        self.walk = open_walk(outcome, ANNA, definition, client=ROMASHKA, amount="5000", objects=OBJECTS)
        self.opening = self.walk.last
        self.history, self.armed, self.revisions = [], {}, {}
        self._keep(self.opening)

    def _keep(self, decision: Decision) -> None:
        self.history.extend(decision.events)
        for change in decision.timers:
            if isinstance(change, ArmTimer):
                self.armed.setdefault(change.task_id, []).append(change)
            else:
                kept = [t for t in self.armed.get(change.task_id, ()) if change.generation not in (None, t.generation)]
                self.armed[change.task_id] = kept

    def _press(
        self,
        command: commands.TaskCommand | commands.CaseCommand,
        by: PersonId | None,
        earlier: EarlierCase | None = None,
    ) -> Decision | None:
        """Press, and see to it that a refusal changes nothing and that only a completion writes values."""
        before, kept = self.walk.case, copy.deepcopy(self.walk.case)
        self.walk.let_pass(minutes=7)
        try:
            decision = self.walk.do(command, by, earlier)
        except errors.Refusal:
            assert self.walk.case is before
            assert before == kept
            return None
        assert before == kept, "a case is a value: the next one is another"
        assert reduce(evolve, decision.events, before) == decision.case
        completed = [event for event in decision.events if isinstance(event, events.TaskCompleted)]
        written = {name for e in completed for name in ([e.rows] if e.rows else e.values)}
        changed = {n for n, value in decision.case.values.items() if kept.values.get(n) != value}
        assert changed <= written
        self._keep(decision)
        return decision

    def _open_task(self, data: st.DataObject, *statuses: TaskStatus) -> Task | None:
        tasks = [t for t in self.walk.case.tasks.values() if t.status in statuses]
        return data.draw(st.sampled_from(tasks)) if tasks else None

    def _somebody(self, data: st.DataObject, task: Task) -> PersonId:
        return data.draw(st.sampled_from(task.candidates or [p.id for p in COMPANY.members(task.department)]))

    @rule(data=st.data())
    def claim(self, data: st.DataObject) -> None:
        if task := self._open_task(data, TaskStatus.READY):
            assert self._press(commands.ClaimTask(task_id=task.id), self._somebody(data, task))

    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        task = self._open_task(data, TaskStatus.READY, TaskStatus.CLAIMED)
        if task is None:
            return
        worker = task.assignee or self._somebody(data, task)
        if task.assignee is None:
            assert self._press(commands.ClaimTask(task_id=task.id), worker)
        stage = self.walk.definition.stages[task.stage]
        for item in stage.checklist:
            if item.id not in task.ticks:
                assert self._press(commands.TickItem(task_id=task.id, item=item.id, done=True), worker)
        outcome = data.draw(st.sampled_from([o.id for o in stage_of(self.case, task, self.walk.definition).outcomes]))
        objects = data.draw(st.lists(st.sampled_from(OBJECTS), max_size=3, unique_by=lambda row: row["address"]))
        answers = raw(client=ROMASHKA, goods=GOODS_ROWS, findings="Не проходит", amount="5000", version="1")
        answers |= raw(objects=objects, feasible=data.draw(st.booleans())) | {COMMENT: "Так надо"}
        done = self._press(commands.CompleteTask(task_id=task.id, outcome=outcome, values=answers), worker)
        assert done
        assert done.case.tasks[task.id].status is TaskStatus.COMPLETED

    @rule(data=st.data())
    def send_back(self, data: st.DataObject) -> None:
        task, before = self._open_task(data, TaskStatus.CLAIMED), self.case
        if task is not None and task.came_from:
            stages = [self.walk.case.tasks[came].stage for came in task.came_from]
            to = data.draw(st.sampled_from(stages))
            returned = self._press(commands.ReturnTask(task_id=task.id, to=to, reason="Не та цена"), task.assignee)
            assert (returned is not None) == (to in returnable(before, task))

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        if task := self._open_task(data, TaskStatus.CLAIMED):
            assert self._press(commands.ReleaseTask(task_id=task.id), task.assignee)

    @rule(data=st.data())
    def a_timer_comes_due(self, data: st.DataObject) -> None:
        timers = [timer for armed in self.armed.values() for timer in armed]
        if timers:
            timer = data.draw(st.sampled_from(timers))
            self.walk.now = max(self.walk.now, timer.due_at)
            fired = commands.FireTimer(task_id=timer.task_id, kind=timer.kind, generation=timer.generation)
            decision = self._press(fired, None)
            assert decision
            assert decision.events, "a timer that is armed is never stale"

    @property
    def case(self) -> Case:
        return self.walk.case

    @invariant()
    def the_history_alone_tells_the_case(self) -> None:
        opening, *rest = self.history
        assert isinstance(opening, events.CaseOpened)
        assert reduce(evolve, rest, opened(opening)) == self.case

    @invariant()
    def an_active_case_is_never_stuck_and_a_closed_one_has_nothing_open(self) -> None:
        assert (self.case.status is CaseStatus.ACTIVE) == any(self.case.open_tasks())
        assert (self.case.status is CaseStatus.ACTIVE) == any(self.case.unfinished_tasks())
        assert (self.case.closed_at is None) == (self.case.status is CaseStatus.ACTIVE)
        assert (self.case.end is not None) == (self.case.status is CaseStatus.COMPLETED)

    @invariant()
    def a_stage_is_open_at_most_once(self) -> None:
        unfinished = list(self.case.unfinished_tasks())
        stages = [task.stage for task in unfinished]
        assert set(stages) <= set(self.walk.definition.stages)
        assert len({(task.stage, task.visit) for task in unfinished}) == len(set(stages))
        assert all(stages.count(task.stage) == 1 for task in unfinished if task.part is None)
        parts = [(task, task.part) for task in unfinished if task.part is not None]
        rows = [(task.stage, part.row) for task, part in parts if part.row is not None]
        assert len(rows) == len(set(rows)), "two tasks for one row"
        people = [(task.stage, task.assignee) for task, part in parts if part.row is None and task.assignee is not None]
        assert len(people) == len(set(people)), "two verdicts of one person"

    @invariant()
    def a_visit_is_decided_once_and_for_good(self) -> None:
        decided: set[tuple[StageId, int]] = set()
        for event in self.history:
            if isinstance(event, events.VisitCompleted):
                assert (event.stage, event.visit) not in decided
                decided.add((event.stage, event.visit))
            elif isinstance(event, events.TaskCompleted):
                task = self.case.tasks[event.task_id]
                assert task.part is None or (task.stage, task.visit) not in decided

    @invariant()
    def a_visit_ends_or_waits_for_somebody(self) -> None:
        for task in self.case.tasks.values():
            of_visit = [t for t in self.case.tasks.values() if (t.stage, t.visit) == (task.stage, task.visit)]
            is_over = self.case.status is not CaseStatus.ACTIVE
            assert is_over or any(t.is_unfinished or t.has_led_on for t in of_visit)

    @invariant()
    def tasks_are_numbered_without_gaps_and_visits_counted(self) -> None:
        assert list(self.case.tasks) == [first_task(n) for n in range(1, len(self.case.tasks) + 1)]
        for stage in self.walk.definition.stages:
            visits = [task.visit for task in self.case.tasks.values() if task.stage == stage]
            assert visits == sorted(visits)
            assert sorted(set(visits)) == list(range(1, len(set(visits)) + 1))

    @invariant()
    def a_stage_that_returned_its_work_waits_for_somebody_who_corrects_it(self) -> None:
        for task in self.case.tasks.values():
            waits, seen = task, {task.id}
            while waits.status is TaskStatus.SUSPENDED:
                assert waits.rework is not None
                assert task.id in [each.task for each in self.case.tasks[task.rework or task.id].returns]
                waits = self.case.tasks[waits.rework]
                assert waits.id not in seen, "they wait for each other"
                seen.add(waits.id)
            assert waits is task or waits.is_open

    @invariant()
    def a_stage_that_was_begun_ends_or_waits_for_somebody(self) -> None:
        withdrawn = [e.task_id for e in self.history if isinstance(e, events.TaskWithdrawn)]
        for task in self.case.tasks.values():
            if task.status is TaskStatus.WITHDRAWN:
                assert task.id in withdrawn
                is_needless = task.part is not None or self._is_asked_by_nobody(task)
                assert is_needless or self.case.status is not CaseStatus.ACTIVE
            else:
                assert task.is_unfinished or task.status is TaskStatus.COMPLETED

    def _is_asked_by_nobody(self, rework: Task) -> bool:
        """Whether it corrects work that was returned by tasks which have been withdrawn themselves."""
        asking = [self.case.tasks[each.task] for each in rework.returns]
        return bool(asking) and all(each.status is TaskStatus.WITHDRAWN for each in asking)

    @invariant()
    def a_task_has_somebody_exactly_when_it_was_claimed(self) -> None:
        for task in self.case.tasks.values():
            if task.is_open:
                assert (task.assignee is not None) == (task.status is TaskStatus.CLAIMED)
                assert (task.claimed_at is not None) == (task.status is TaskStatus.CLAIMED)
            assert (task.closed_at is None) == task.is_unfinished
            assert (task.outcome is not None) == (task.status is TaskStatus.COMPLETED)

    @invariant()
    def revisions_never_go_back(self) -> None:
        for task in self.case.tasks.values():
            assert task.revision >= self.revisions.get(task.id, 1)
            self.revisions[task.id] = task.revision

    @invariant()
    def timers_watch_the_present_offers_of_ready_tasks_and_the_due_dates_of_open_ones(self) -> None:
        for task in self.case.tasks.values():
            reaction = self.walk.definition.stages[task.stage].reaction
            all_timers = self.armed.get(task.id, [])
            timers = [timer for timer in all_timers if timer.kind is not TimerKind.LATE]
            assert len(all_timers) - len(timers) == (task.is_open and task.due_at is not None)
            if task.status is TaskStatus.READY and reaction is not None and task.claim_by is not None:
                assert [t.generation for t in timers] == [task.generation] * 2
                assert timers[0].due_at == task.offered_at + timedelta(minutes=30)
            else:
                assert timers == []

    @invariant()
    def a_handover_arrives_or_waits_at_a_join(self) -> None:
        ends, stages = self.walk.definition.ends, self.walk.definition.stages
        if self.case.end is not None and ends[self.case.end].closes is not Closing.BRANCH:
            return
        for giver in self.case.tasks.values():
            for name in (to for to in giver.went_to if to in stages):
                stage = stages[StageId(name)]
                arrived = any(t.stage == stage.id and giver.id in t.came_from for t in self.case.tasks.values())
                is_latest = self.case.latest(giver.stage) == giver
                waits = bool(stage.joins) and (self.case.status is not CaseStatus.COMPLETED or not is_latest)
                assert arrived or waits

    @invariant()
    def work_comes_only_from_tasks_that_are_over(self) -> None:
        for task in self.case.tasks.values():
            assert not any(self.case.tasks[came].is_unfinished for came in task.came_from)


class Nonsense(Presses):
    """The same case, and anybody presses anything besides."""

    @rule(task=TASKS, by=PEOPLE, reason=REASONS, overtakes=st.booleans())
    def claim_anything(self, task: TaskId, by: PersonId, reason: str, overtakes: bool) -> None:
        earlier = EarlierCase(
            case_id=CaseId(9), number="ONB-0", client=None, task_id=first_task(9), opened_at=self.walk.now
        )
        self._press(commands.ClaimTask(task_id=task, reason=reason), by, earlier if overtakes else None)

    @rule(task=TASKS, by=PEOPLE, to=PEOPLE)
    def reassign_anything(self, task: TaskId, by: PersonId, to: PersonId) -> None:
        self._press(commands.ReassignTask(task_id=task, to=to), by)

    @rule(task=TASKS, by=PEOPLE, item=ITEMS, done=st.booleans())
    def tick_anything(self, task: TaskId, by: PersonId, item: ItemId, done: bool) -> None:
        self._press(commands.TickItem(task_id=task, item=item, done=done), by)

    @rule(
        task=TASKS,
        by=PEOPLE,
        answers=ANSWERS,
        outcome=st.sampled_from(["submit", "entered", "nothing", "ready", "o0", "o1", HAND_BACK, "nonsense"]),
    )
    def complete_anything(self, task: TaskId, by: PersonId, answers: commands.RawValues, outcome: str) -> None:
        self._press(commands.CompleteTask(task_id=task, outcome=OutcomeId(outcome), values=answers), by)

    @rule(task=TASKS, by=PEOPLE, reason=REASONS, to=st.sampled_from(["apply", "module", "s0", "s1", "s2", "nowhere"]))
    def return_anything(self, task: TaskId, by: PersonId, reason: str, to: str) -> None:
        self._press(commands.ReturnTask(task_id=task, to=StageId(to), reason=reason), by)

    @rule(task=TASKS, by=PEOPLE, make=st.sampled_from([commands.ReleaseTask, commands.SaveDraft]))
    def release_or_draft_anything(self, task: TaskId, by: PersonId, make: Callable[..., Any]) -> None:
        more = {"filling": Filling(values=raw(note="…"))} if make is commands.SaveDraft else {}
        self._press(make(task_id=task, **more), by)

    @rule(task=TASKS, kind=st.sampled_from(TimerKind), generation=st.integers(min_value=0, max_value=4))
    def fire_anything(self, task: TaskId, kind: TimerKind, generation: int) -> None:
        self._press(commands.FireTimer(task_id=task, kind=kind, generation=generation), None)

    @rule(by=PEOPLE, text=REASONS)
    def comment(self, by: PersonId, text: str) -> None:
        self._press(commands.AddComment(case_id=CaseId(1), text=text), by)

    @precondition(lambda self: len(self.walk.case.tasks) > 5)
    @rule(by=PEOPLE, reason=REASONS)
    def cancel(self, by: PersonId, reason: str) -> None:
        self._press(commands.CancelCase(case_id=CaseId(1), reason=reason), by)


DEEP = settings(deadline=None, suppress_health_check=list(HealthCheck), stateful_step_count=30)


TestPeopleWhoDoTheirWork = Presses.TestCase
TestPeopleWhoDoTheirWork.settings = settings(DEEP, max_examples=settings().max_examples * 3 // 2)
TestPeopleWhoPressAnything = Nonsense.TestCase
TestPeopleWhoPressAnything.settings = settings(DEEP, max_examples=settings().max_examples * 4 // 5)
