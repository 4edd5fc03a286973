"""The transition tables: what they name is allowed, everything else raises and changes nothing."""

from itertools import product

import pytest

from tests.domain.walk import ANNA, NOON, TATIANA, first_task, open_walk
from workflows.domain import events
from workflows.domain.case import CaseStatus, TaskStatus
from workflows.domain.evolve import evolve
from workflows.domain.ids import EndId, OutcomeId
from workflows.domain.lifecycle import (
    CASE_MOVES,
    TASK_MOVES,
    CaseMove,
    IllegalMove,
    TaskMove,
    move_case,
    move_task,
)


@pytest.mark.parametrize(("status", "move"), list(product(TaskStatus, TaskMove)))
def test_a_task_moves_only_as_the_table_says(status: TaskStatus, move: TaskMove) -> None:
    if (status, move) in TASK_MOVES:
        assert move_task(status, move) is TASK_MOVES[status, move]
    else:
        with pytest.raises(IllegalMove, match=f"a {status} task cannot {move}"):
            move_task(status, move)


@pytest.mark.parametrize(("status", "move"), list(product(CaseStatus, CaseMove)))
def test_a_case_moves_only_as_the_table_says(status: CaseStatus, move: CaseMove) -> None:
    if (status, move) in CASE_MOVES:
        assert move_case(status, move) is CASE_MOVES[status, move]
    else:
        with pytest.raises(IllegalMove, match=f"a {status} case cannot {move}"):
            move_case(status, move)


def test_what_is_over_never_moves_again() -> None:
    assert {status for status, _ in TASK_MOVES} == {TaskStatus.READY, TaskStatus.CLAIMED, TaskStatus.SUSPENDED}
    assert {status for status, _ in CASE_MOVES} == {CaseStatus.ACTIVE}


READY, DONE = first_task(2), first_task(1)


@pytest.mark.parametrize(
    "event",
    [
        events.TaskReleased(at=NOON, by=ANNA, task_id=READY, released_from=ANNA),
        events.TaskCompleted(at=NOON, by=ANNA, task_id=READY, outcome=OutcomeId("entered"), values={}, went_to=()),
        events.TaskWithdrawn(at=NOON, by=ANNA, task_id=DONE),
        events.TaskReassigned(at=NOON, by=ANNA, task_id=DONE, assignee=TATIANA, taken_from=None),
    ],
)
def test_an_event_that_the_tables_forbid_changes_nothing(event: events.Event) -> None:
    case = open_walk().case
    before = dict(case.tasks)

    with pytest.raises(IllegalMove):
        evolve(case, event)

    assert dict(case.tasks) == before


def test_a_closed_case_is_not_closed_again() -> None:
    case = open_walk("drop").case

    with pytest.raises(IllegalMove):
        evolve(case, events.CaseCompleted(at=NOON, by=ANNA, end=EndId("live")))
    with pytest.raises(IllegalMove):
        evolve(case, events.CaseCancelled(at=NOON, by=ANNA, reason="x"))
