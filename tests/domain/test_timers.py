"""The reaction time: a reminder to the department, then a notice to its head; late and stale firings do no harm."""

from datetime import timedelta

import pytest

from tests.domain.walk import ANNA, NIKOLAY, NOON, SUPPORT, TATIANA, Walk, first_task, open_walk
from workflows.domain import commands, errors, events
from workflows.domain.decision import Decision
from workflows.domain.ids import CaseId
from workflows.domain.notices import DepartmentNotice, NoticeKind, PersonalNotice
from workflows.domain.timers import ANY_OFFER, ArmTimer, CancelTimers, TimerKind

TASK = first_task(2)


def fire(walk: Walk, kind: TimerKind, generation: int = 1) -> Decision:
    return walk.do(commands.FireTimer(task_id=TASK, kind=kind, generation=generation), None)


def test_an_offer_is_watched_by_a_reminder_and_an_escalation_and_its_due_date() -> None:
    armed = [change for change in open_walk().last.timers if isinstance(change, ArmTimer)]

    assert armed == [
        ArmTimer(task_id=TASK, kind=TimerKind.REMIND, generation=1, due_at=NOON + timedelta(minutes=30)),
        ArmTimer(task_id=TASK, kind=TimerKind.ESCALATE, generation=1, due_at=NOON + timedelta(hours=1)),
        ArmTimer(task_id=TASK, kind=TimerKind.LATE, generation=ANY_OFFER, due_at=NOON + timedelta(days=2)),
    ]


def test_an_offer_says_when_its_reaction_time_ends_and_a_release_says_it_anew() -> None:
    walk = open_walk()
    offered = walk.case.tasks[TASK]
    walk.claim("catalogue", TATIANA)
    walk.let_pass(hours=5)
    walk.do(commands.ReleaseTask(task_id=TASK), TATIANA)

    assert offered.claim_by == NOON + timedelta(minutes=30)
    assert walk.case.tasks[TASK].claim_by == walk.now + timedelta(minutes=30)


def test_an_unclaimed_task_is_brought_to_mind() -> None:
    walk = open_walk()
    walk.let_pass(minutes=31)

    decision = fire(walk, TimerKind.REMIND)

    assert decision.events == (events.DepartmentReminded(at=walk.now, by=None, task_id=TASK),)
    assert decision.notices == (
        DepartmentNotice(
            kind=NoticeKind.UNCLAIMED_REMINDER, department=SUPPORT, task_id=TASK, values={"seconds": "1860"}
        ),
    )


def test_a_task_that_still_nobody_takes_is_told_to_the_head() -> None:
    walk = open_walk()
    walk.let_pass(hours=1)

    decision = fire(walk, TimerKind.ESCALATE)

    assert decision.events == (events.HeadTold(at=walk.now, by=None, task_id=TASK, head=NIKOLAY),)
    assert decision.notices == (
        PersonalNotice(kind=NoticeKind.UNCLAIMED_ESCALATION, person=NIKOLAY, task_id=TASK, values={"seconds": "3600"}),
        PersonalNotice(kind=NoticeKind.STANDS_STILL, person=ANNA, task_id=TASK),
    )


@pytest.mark.parametrize("kind", [TimerKind.REMIND, TimerKind.ESCALATE])
def test_a_firing_after_the_claim_says_nothing(kind: TimerKind) -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)

    decision = fire(walk, kind)

    assert decision == Decision(case=walk.case)


@pytest.mark.parametrize("kind", [TimerKind.REMIND, TimerKind.ESCALATE])
def test_a_firing_for_an_earlier_offer_says_nothing(kind: TimerKind) -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)
    walk.do(commands.ReleaseTask(task_id=TASK), TATIANA)

    assert fire(walk, kind, generation=1).events == ()
    assert fire(walk, kind, generation=2).events != ()


def test_a_firing_after_the_end_says_nothing() -> None:
    walk = open_walk()
    walk.do(commands.CancelCase(case_id=CaseId(1), reason="Дубль"), NIKOLAY)

    assert fire(walk, TimerKind.REMIND).events == ()


def test_a_firing_for_a_task_that_never_was_is_refused() -> None:
    command = commands.FireTimer(task_id=first_task(9), kind=TimerKind.REMIND, generation=1)

    with pytest.raises(errors.UnknownTask):
        open_walk().do(command, None)


def late(walk: Walk) -> Decision:
    return fire(walk, TimerKind.LATE, ANY_OFFER)


def test_a_due_date_is_watched_until_the_task_is_closed_whoever_has_it() -> None:
    walk = open_walk()
    armed = [change.kind for change in walk.last.timers if isinstance(change, ArmTimer) and change.task_id == TASK]
    claimed = walk.claim("catalogue", TATIANA).timers

    assert armed == [TimerKind.REMIND, TimerKind.ESCALATE, TimerKind.LATE]
    assert claimed == (CancelTimers(task_id=TASK, generation=1),)


@pytest.mark.parametrize("is_claimed", [False, True])
def test_a_task_that_becomes_late_changes_its_card_once(is_claimed: bool) -> None:
    walk = open_walk()
    if is_claimed:
        walk.claim("catalogue", TATIANA)
    before = walk.case.tasks[TASK].revision

    walk.let_pass(days=2)
    decision = late(walk)

    assert decision.events == (events.TaskBecameLate(at=walk.now, by=None, task_id=TASK),)
    assert decision.case.tasks[TASK].revision == before + 1
    assert decision.notices == ()


def test_a_task_whose_due_date_was_put_off_after_its_timer_came_due_is_not_late() -> None:
    walk = open_walk()
    walk.let_pass(days=1, hours=23)

    assert late(walk).events == ()


def test_a_task_that_is_closed_does_not_become_late() -> None:
    walk = open_walk()
    walk.do(commands.CancelCase(case_id=CaseId(1), reason="Дубль"), NIKOLAY)
    walk.let_pass(days=3)

    assert late(walk).events == ()
