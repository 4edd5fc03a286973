"""Where a case goes: branches side by side, joins, loops and ends. No handover is lost on the way."""

import pytest

from tests.domain.walk import (
    ANNA,
    GOODS_ROWS,
    PAVEL,
    ROMAN,
    ROMASHKA,
    SALES,
    STEPAN,
    SUPPORT,
    TATIANA,
    VERA,
    Walk,
    a_process,
    a_stage,
    an_outcome,
    open_walk,
)
from workflows.domain import errors
from workflows.domain.case import CaseStatus, TaskStatus
from workflows.domain.definition import Closing, Recipient
from workflows.domain.ids import FieldName, StageId
from workflows.domain.notices import DepartmentNotice, NoticeKind, PersonalNotice
from workflows.domain.timers import CancelTimers


@pytest.fixture
def testing() -> Walk:
    """A case in testing: catalogue and module have both handed over, acceptance is open beside it."""
    walk = open_walk()
    walk.finish("catalogue", TATIANA, "entered", goods=GOODS_ROWS)
    walk.finish("module", ROMAN, "ready", version="1.0")
    return walk


def test_a_join_waits_for_all_its_branches_and_its_department_is_told() -> None:
    walk = open_walk()

    decision = walk.finish("catalogue", TATIANA, "entered", goods=GOODS_ROWS)

    assert walk.open_stages() == ["module"]
    assert decision.notices == (
        DepartmentNotice(
            kind=NoticeKind.HANDOVER_WAITS,
            department=SUPPORT,
            task_id=walk.task("catalogue").id,
            values={"stage": "testing", "missing": ["module"]},
        ),
    )


def test_a_join_starts_with_the_last_of_its_branches(testing: Walk) -> None:
    assert testing.open_stages() == ["acceptance", "testing"]
    assert testing.task("testing").came_from == (testing.task("catalogue").id, testing.task("module").id)


def test_after_a_failed_test_only_the_branch_that_was_sent_back_comes_again(testing: Walk) -> None:
    testing.finish("testing", TATIANA, "failed", findings="Не проходит оплата")
    assert testing.open_stages() == ["acceptance", "module"]
    assert testing.task("module").visit == 2

    testing.finish("module", ROMAN, "ready", version="1.1")

    again = testing.task("testing")
    assert (again.visit, again.status) == (2, TaskStatus.READY)
    assert again.came_from == (testing.task("catalogue").id, testing.task("module").id)
    assert testing.case.values[FieldName("version")] == "1.1"


def test_the_outcome_of_a_failed_test_requires_its_own_field(testing: Walk) -> None:
    testing.claim("testing", TATIANA)

    with pytest.raises(errors.FormInvalid):
        testing.complete("testing", TATIANA, "failed")


def test_a_loop_back_to_the_start_opens_every_branch_anew(testing: Walk) -> None:
    testing.finish("testing", TATIANA, "redo")
    testing.finish("apply", ANNA, "submit", client=ROMASHKA)
    testing.finish("catalogue", STEPAN, "entered", goods=GOODS_ROWS)
    assert testing.open_stages() == ["acceptance", "module"], "the new module has not arrived yet"

    testing.finish("module", ROMAN, "ready")

    assert testing.task("testing").visit == 2


def test_the_check_list_is_asked_for_when_the_first_stage_comes_again(testing: Walk) -> None:
    testing.finish("testing", TATIANA, "redo")
    testing.claim("apply", ANNA)

    with pytest.raises(errors.ChecklistOpen):
        testing.complete("apply", ANNA, "submit", client=ROMASHKA)


def test_a_handover_to_a_stage_that_is_open_joins_it(testing: Walk) -> None:
    testing.finish("testing", TATIANA, "failed", findings="Не проходит оплата")

    testing.finish("module", ROMAN, "ready")

    acceptance = testing.task("acceptance")
    assert acceptance.visit == 1
    assert acceptance.came_from == ("1.3", testing.task("module").id)
    assert acceptance.revision == 2


def test_the_end_of_a_branch_leaves_the_others_open(testing: Walk) -> None:
    testing.finish("acceptance", ANNA, "accepted")

    assert (testing.case.status, testing.open_stages()) == (CaseStatus.ACTIVE, ["testing"])


def test_the_end_of_a_case_waits_for_its_open_tasks(testing: Walk) -> None:
    testing.finish("testing", TATIANA, "passed")
    assert (testing.case.status, testing.open_stages()) == (CaseStatus.ACTIVE, ["acceptance"])

    decision = testing.finish("acceptance", PAVEL, "accepted")

    assert (testing.case.status, testing.case.end, testing.case.closed_at) == (
        CaseStatus.COMPLETED,
        "live",
        testing.now,
    )
    assert decision.notices == (PersonalNotice(kind=NoticeKind.CASE_COMPLETED, person=ANNA, values={"end": "live"}),)


def test_an_end_at_once_withdraws_what_is_open_and_tells_who_had_it(testing: Walk) -> None:
    testing.claim("acceptance", PAVEL)

    decision = testing.finish("testing", TATIANA, "broken")

    assert (testing.case.status, testing.case.end) == (CaseStatus.COMPLETED, "refused")
    assert testing.task("acceptance").status is TaskStatus.WITHDRAWN
    assert CancelTimers(task_id=testing.task("acceptance").id) in decision.timers
    assert [(n.kind, n.person) for n in decision.notices if isinstance(n, PersonalNotice)] == [
        (NoticeKind.TASK_WITHDRAWN, PAVEL),
        (NoticeKind.CASE_COMPLETED, ANNA),
    ]


def test_an_outcome_writes_its_letter_to_the_client(testing: Walk) -> None:
    decision = testing.finish("testing", TATIANA, "broken")

    letters = [(letter.template, letter.recipient, letter.department) for letter in decision.letters]
    assert letters == [("to_refused", None, SUPPORT), ("sorry", Recipient.CLIENT, None)]


def test_a_stage_that_would_start_after_the_end_does_not() -> None:
    process = a_process(
        a_stage("one", SALES, an_outcome("stop", "over", "two")),
        a_stage("two", SUPPORT, an_outcome("done", "over")),
        ends={"over": Closing.CASE_AT_ONCE},
    )

    walk = open_walk("stop", definition=process)

    assert (walk.case.status, len(walk.case.tasks)) == (CaseStatus.COMPLETED, 1)


def test_a_handover_is_not_lost_when_the_other_branch_ends_instead_of_joining() -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)
    walk.complete("catalogue", TATIANA, "nothing")
    walk.finish("module", ROMAN, "ready")
    assert walk.open_stages() == ["acceptance"], "the catalogue might still come"

    walk.finish("acceptance", ANNA, "accepted")

    assert (walk.case.status, walk.open_stages()) == (CaseStatus.ACTIVE, ["testing"])
    assert walk.task("testing").came_from == (walk.task("module").id,)


def test_a_case_whose_branches_are_all_over_closes_with_the_end_reached_last() -> None:
    process = a_process(
        a_stage("one", SALES, an_outcome("split", "left", "right")),
        a_stage("left", SUPPORT, an_outcome("done", "left_over")),
        a_stage("right", SUPPORT, an_outcome("done", "right_over")),
        ends={"left_over": Closing.BRANCH, "right_over": Closing.BRANCH},
    )
    walk = open_walk("split", definition=process)

    walk.finish("right", TATIANA, "done")
    walk.finish("left", TATIANA, "done")

    assert (walk.case.status, walk.case.end) == (CaseStatus.COMPLETED, "right_over")


def test_a_handover_to_a_join_from_outside_it_waits_and_is_kept_too() -> None:
    process = a_process(
        a_stage("one", SALES, an_outcome("skip", "two", "joined")),
        a_stage("two", SUPPORT, an_outcome("done", "joined")),
        a_stage("joined", SUPPORT, an_outcome("done", "over"), joins=(StageId("two"),)),
        ends={"over": Closing.CASE},
    )
    walk = open_walk("skip", definition=process)
    assert walk.open_stages() == ["two"]

    walk.finish("two", TATIANA, "done")

    assert walk.open_stages() == ["joined"]


def test_a_join_that_only_outsiders_reach_starts_when_nothing_else_can_happen() -> None:
    process = a_process(
        a_stage("one", SALES, an_outcome("skip", "joined")),
        a_stage("two", SUPPORT, an_outcome("done", "joined")),
        a_stage("joined", SUPPORT, an_outcome("done", "over"), joins=(StageId("two"),)),
        ends={"over": Closing.CASE},
    )

    walk = open_walk("skip", definition=process)

    assert walk.task("joined").came_from == ("1.1",)


@pytest.mark.parametrize("to", ["acceptance", "apply", "testing", "nowhere"])
def test_work_returns_only_to_a_stage_that_handed_it_over(testing: Walk, to: str) -> None:
    testing.claim("testing", TATIANA)

    with pytest.raises(errors.CannotReturn) as refusal:
        testing.return_to("testing", TATIANA, to)

    assert refusal.value.to == StageId(to)


def test_a_return_needs_a_reason(testing: Walk) -> None:
    testing.claim("testing", TATIANA)

    with pytest.raises(errors.ReasonRequired):
        testing.return_to("testing", TATIANA, "module", " ")


def test_the_board_can_stop_everything_while_a_join_waits() -> None:
    walk = open_walk("large", client=ROMASHKA, amount="5000")
    walk.finish("catalogue", TATIANA, "entered", goods=GOODS_ROWS)

    walk.finish("audit", VERA, "stop")

    assert (walk.case.status, walk.case.end, walk.open_stages()) == (CaseStatus.COMPLETED, "stopped", [])
