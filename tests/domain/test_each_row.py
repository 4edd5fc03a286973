"""A stage that is done for each row: a task for each, its cells, when the visit is over, and rows that change."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.domain.walk import (
    ANNA,
    NIKOLAY,
    SALES,
    STEPAN,
    SUPPORT,
    TATIANA,
    Walk,
    a_field,
    a_process,
    a_stage,
    an_outcome,
    first_task,
    open_walk,
    raw,
    when,
)
from workflows.domain import commands, errors, events
from workflows.domain.case import CaseStatus, Task, TaskStatus
from workflows.domain.definition import Closing, EachRow, FieldType, WorkflowDefinition
from workflows.domain.ids import FieldName, OutcomeId, StageId
from workflows.domain.notices import NoticeKind
from workflows.domain.visits.rework import HAND_BACK
from workflows.domain.visits.visits import facts_for, seen_from

OBJECTS = FieldName("objects")
COLUMNS = (a_field("address", required=True), a_field("floor", FieldType.NUMBER))
GATHERED = (a_field("feasible", FieldType.YES_NO), a_field("cost", FieldType.MONEY))
ROWS = a_field("objects", FieldType.ROWS, columns=COLUMNS, gathered=GATHERED)
LENINA, MIRA, SADOVAYA = ({"address": a, "floor": str(n)} for n, a in enumerate(("Ленина 5", "Мира 1", "Садовая 3"), 1))


def surveys(work: EachRow | None = None) -> WorkflowDefinition:
    """Make a process: a request with objects, a survey of each, an offer, or back to the request."""
    return a_process(
        a_stage("request", SALES, an_outcome("asked", "survey", "review"), form=(ROWS,)),
        a_stage("review", SALES, an_outcome("seen", "seen"), form=(ROWS,)),
        a_stage(
            "survey",
            SUPPORT,
            an_outcome("impossible", "request", requires=(FieldName("feasible"),)),
            an_outcome("done", "offer"),
            form=GATHERED,
            work=work or EachRow(rows=OBJECTS),
            due_after=timedelta(days=2),
        ),
        a_stage("offer", SALES, an_outcome("sent", "over")),
        ends={"over": Closing.CASE, "seen": Closing.BRANCH},
    )


def survey(*rows: dict[str, str], work: EachRow | None = None) -> Walk:
    """Open a case with these objects."""
    return open_walk("asked", ANNA, surveys(work), objects=list(rows))


def parts(walk: Walk) -> list[Task]:
    """Return the tasks of the survey."""
    return [task for task in walk.case.tasks.values() if task.stage == "survey"]


def do(walk: Walk, at: int, outcome: str = "done", **values: object) -> None:
    """Claim and complete a task of the survey, numbered from 1, as Tatiana."""
    task = parts(walk)[at - 1]
    if task.assignee is None:
        walk.do(commands.ClaimTask(task_id=task.id), TATIANA)
    walk.do(commands.CompleteTask(task_id=task.id, outcome=OutcomeId(outcome), values=raw(**values)), TATIANA)


def change(walk: Walk, *rows: dict[str, str]) -> None:
    """Change the objects while the survey runs, in the stage beside it."""
    walk.finish("review", ANNA, "seen", objects=list(rows))


def test_a_visit_has_a_task_for_each_row_and_each_knows_its_own_cells() -> None:
    walk = survey(LENINA, MIRA)

    first, second = parts(walk)

    assert [t.part and t.part.title for t in (first, second)] == ["Ленина 5", "Мира 1"]
    assert facts_for(walk.case, second, walk.definition)[FieldName("address")] == "Мира 1"
    assert seen_from(walk.case, first, walk.definition).values[FieldName("floor")] == "1"
    assert first.visit == second.visit == 1


def test_each_can_be_claimed_by_somebody_else_and_has_its_own_due_date() -> None:
    walk = survey(LENINA, MIRA)
    first, second = parts(walk)

    walk.do(commands.ClaimTask(task_id=first.id), TATIANA)
    walk.do(commands.ClaimTask(task_id=second.id), STEPAN)

    assert [t.assignee for t in parts(walk)] == [TATIANA, STEPAN]
    assert all(t.due_at for t in parts(walk))


def test_answers_go_back_into_the_row_and_nowhere_else() -> None:
    walk = survey(LENINA, MIRA)

    do(walk, 2, feasible="да", cost="100")

    assert walk.case.values[OBJECTS] == [LENINA, {**MIRA, "feasible": True, "cost": "100.00"}]
    assert set(walk.case.values) == {OBJECTS}
    assert walk.case.latest(StageId("offer")) is None


def test_when_all_are_done_the_visit_leads_on_once() -> None:
    walk = survey(LENINA, MIRA)

    do(walk, 2)
    do(walk, 1)

    completed = [e for d in walk.decisions for e in d.events if isinstance(e, events.VisitCompleted)]
    assert [(e.stage, e.visit, e.outcome, e.went_to) for e in completed] == [("survey", 1, "done", ("offer",))]
    assert walk.task("offer").came_from == (parts(walk)[0].id,)


def test_of_the_decisions_taken_the_one_that_is_described_first_counts() -> None:
    walk = survey(LENINA, MIRA, SADOVAYA)

    do(walk, 1)
    do(walk, 2, "impossible", feasible="нет")
    do(walk, 3)

    assert walk.case.latest(StageId("offer")) is None
    assert walk.task("request").visit == 2


def test_in_turn_the_next_row_is_offered_when_the_one_before_is_done() -> None:
    walk = survey(LENINA, MIRA, work=EachRow(rows=OBJECTS, in_turn=True))
    assert len(parts(walk)) == 1

    do(walk, 1)
    assert [t.part and t.part.title for t in parts(walk)] == ["Ленина 5", "Мира 1"]

    do(walk, 2)
    assert walk.task("offer").status is TaskStatus.READY


def test_when_enough_are_done_the_others_are_withdrawn_politely() -> None:
    walk = survey(LENINA, MIRA, SADOVAYA, work=EachRow(rows=OBJECTS, need=2))
    walk.do(commands.ClaimTask(task_id=parts(walk)[2].id), STEPAN)

    do(walk, 1)
    do(walk, 2)

    assert parts(walk)[2].status is TaskStatus.WITHDRAWN
    withdrawn = [e for e in walk.last.events if isinstance(e, events.TaskWithdrawn)]
    assert [e.because for e in withdrawn] == [events.Needless.VISIT_OVER]
    told = [n for n in walk.last.notices if n.kind is NoticeKind.TASK_WITHDRAWN]
    assert [getattr(n, "person", None) for n in told] == [STEPAN]
    assert walk.task("offer").status is TaskStatus.READY


def test_a_visit_can_be_over_when_an_expression_over_the_rows_holds() -> None:
    until = when('objects|any("feasible")', lambda facts: any(row.get("feasible") for row in facts["objects"]))  # type: ignore[attr-defined]  # rows
    walk = survey(LENINA, MIRA, SADOVAYA, work=EachRow(rows=OBJECTS, until=until))

    do(walk, 1, feasible="нет")
    assert walk.case.latest(StageId("offer")) is None
    do(walk, 2, feasible="да")

    assert walk.task("offer").status is TaskStatus.READY


def test_without_rows_somebody_is_asked_all_the_same_and_may_fill_them_in() -> None:
    walk = survey()

    (task,) = parts(walk)
    assert task.part is None
    walk.finish("survey", TATIANA, "done", objects=[{**LENINA, "feasible": "да"}])

    assert walk.case.values[OBJECTS] == [{**LENINA, "feasible": True}]
    assert walk.task("offer").status is TaskStatus.READY


def test_a_row_that_is_added_gets_a_task_and_one_that_is_taken_out_needs_none() -> None:
    walk = survey(LENINA, MIRA)
    walk.do(commands.ClaimTask(task_id=parts(walk)[0].id), STEPAN)

    change(walk, MIRA, SADOVAYA)

    first, second, third = parts(walk)
    assert first.status is TaskStatus.WITHDRAWN
    assert (second.part and second.part.row, third.part and third.part.title) == (0, "Садовая 3")
    assert [n.values["because"] for n in walk.last.notices if n.kind is NoticeKind.TASK_WITHDRAWN] == ["row_gone"]


def test_answers_stay_with_their_row_wherever_it_stands_after_a_change() -> None:
    walk = survey(LENINA, MIRA, SADOVAYA)
    do(walk, 2, feasible="да")

    change(walk, SADOVAYA, {**MIRA}, LENINA)

    assert walk.case.values[OBJECTS] == [SADOVAYA, {**MIRA, "feasible": True}, LENINA]
    do(walk, 1, feasible="нет")
    assert walk.case.values[OBJECTS] == [SADOVAYA, {**MIRA, "feasible": True}, {**LENINA, "feasible": False}]


def test_a_row_that_is_corrected_in_its_place_keeps_its_task_and_its_answers() -> None:
    walk = survey(LENINA, MIRA)
    do(walk, 1, cost="5")

    change(walk, {**LENINA, "address": "Ленина 5а"}, {**MIRA, "floor": "7"})

    assert walk.case.values[OBJECTS] == [{**LENINA, "address": "Ленина 5а", "cost": "5.00"}, {**MIRA, "floor": "7"}]
    assert [t.part and t.part.title for t in parts(walk)] == ["Ленина 5а", "Мира 1"]
    assert len(parts(walk)) == 2


def test_when_the_last_open_row_is_taken_out_the_visit_is_over() -> None:
    walk = survey(LENINA, MIRA)
    do(walk, 1)

    change(walk, LENINA)

    assert walk.task("offer").status is TaskStatus.READY
    assert parts(walk)[1].status is TaskStatus.WITHDRAWN


def test_when_every_row_is_taken_out_before_any_is_done_somebody_decides() -> None:
    walk = survey(LENINA)

    change(walk)

    assert [t.status for t in parts(walk)] == [TaskStatus.WITHDRAWN, TaskStatus.READY]
    walk.finish("survey", TATIANA, "done")
    assert walk.task("offer").status is TaskStatus.READY
    happened = [event for decision in walk.decisions for event in decision.events]
    (needed,) = [event for event in happened if isinstance(event, events.DecisionNeeded)]
    assert (needed.because, needed.head) == (events.Undecided.NOBODY_DECIDED, NIKOLAY)


def test_rework_of_such_a_stage_is_one_task_about_all_rows_for_whoever_completed_it() -> None:
    walk = survey(LENINA, MIRA)
    do(walk, 1, feasible="да")
    do(walk, 2, feasible="да")
    walk.claim("offer", ANNA)

    walk.return_to("offer", ANNA, "survey", "Мира 1 стоит иначе")

    rework = walk.task("survey")
    assert (rework.part, rework.assignee, rework.visit) == (None, TATIANA, 1)
    rows = [{**LENINA, "feasible": "да"}, {**MIRA, "feasible": "да", "cost": "70"}]
    walk.complete("survey", TATIANA, HAND_BACK, objects=rows)
    assert walk.case.values[OBJECTS] == [{**LENINA, "feasible": True}, {**MIRA, "feasible": True, "cost": "70.00"}]
    assert (walk.task("offer").status, walk.task("offer").assignee) == (TaskStatus.CLAIMED, ANNA)


def test_a_task_of_a_row_can_return_its_work_while_the_others_go_on() -> None:
    walk = survey(LENINA, MIRA)
    first = parts(walk)[0]
    walk.do(commands.ClaimTask(task_id=first.id), TATIANA)

    walk.do(commands.ReturnTask(task_id=first.id, to=StageId("request"), reason="Какой корпус?"), TATIANA)
    do(walk, 2)
    walk.complete("request", ANNA, HAND_BACK, objects=[{**LENINA, "address": "Ленина 5, к. 2"}, MIRA])

    again = walk.case.tasks[first.id]
    assert (again.status, again.assignee, again.part and again.part.title) == (
        TaskStatus.CLAIMED,
        TATIANA,
        "Ленина 5, к. 2",
    )
    do(walk, 1)
    assert walk.task("offer").status is TaskStatus.READY


def test_a_case_that_ends_withdraws_them_all() -> None:
    walk = survey(LENINA, MIRA)

    walk.do(commands.CancelCase(case_id=walk.case.id, reason="Передумали"), ANNA)

    assert {t.status for t in parts(walk)} == {TaskStatus.WITHDRAWN}


def test_a_decision_about_a_row_is_closed_by_the_cells_of_that_row() -> None:
    definition = surveys()
    stage = definition.stages[StageId("survey")]
    high = replace(
        stage.outcomes[1],
        id=OutcomeId("high"),
        when=when("floor > 1", lambda facts: bool(facts["floor"] > 1)),  # type: ignore[operator]  # a number
    )
    stages = {**definition.stages, stage.id: replace(stage, outcomes=(*stage.outcomes, high))}
    walk = open_walk("asked", ANNA, replace(definition, stages=stages), objects=[LENINA, MIRA])

    with pytest.raises(errors.OutcomeClosed):
        do(walk, 1, "high")
    do(walk, 2, "high")


def test_the_latest_of_a_case_that_went_round_again_is_a_visit_of_its_own() -> None:
    walk = survey(LENINA, MIRA)
    do(walk, 1, "impossible", feasible="нет")
    do(walk, 2, feasible="да")

    walk.finish("request", ANNA, "asked", objects=[LENINA])

    assert [t.visit for t in parts(walk)] == [1, 1, 2]
    do(walk, 3, feasible="да")
    walk.finish("offer", ANNA, "sent")
    walk.finish("review", ANNA, "seen")
    assert walk.case.status is CaseStatus.COMPLETED


def test_a_handover_to_a_visit_that_is_going_on_reaches_all_its_tasks() -> None:
    walk = survey(LENINA, MIRA)
    again = walk.definition.stages[StageId("review")]
    both = replace(again, outcomes=(an_outcome("seen", "survey"),))
    walk.definition = replace(walk.definition, stages={**walk.definition.stages, again.id: both})

    walk.finish("review", ANNA, "seen", objects=[LENINA, MIRA])

    review = walk.task("review").id
    assert all(review in t.came_from for t in parts(walk))
    assert len(parts(walk)) == 2


def test_nobody_else_may_claim_them_than_who_may_claim_the_stage() -> None:
    walk = survey(LENINA)

    with pytest.raises(errors.NotACandidate):
        walk.do(commands.ClaimTask(task_id=first_task(2)), ANNA)
    walk.do(commands.ClaimTask(task_id=parts(walk)[0].id), NIKOLAY)
