"""One card, many presses: who gets the task, who is refused, and what the others learn."""

from datetime import timedelta

import pytest

from tests.domain.walk import (
    ANNA,
    MARIA,
    NIKOLAY,
    NOON,
    PAVEL,
    ROMAN,
    STEPAN,
    SUPPORT,
    TATIANA,
    VERA,
    first_task,
    open_walk,
)
from workflows.domain import commands, errors, events
from workflows.domain.case import TaskStatus
from workflows.domain.decision import EarlierCase
from workflows.domain.ids import CaseId, PersonId
from workflows.domain.notices import NoticeKind, PersonalNotice
from workflows.domain.timers import ArmTimer, CancelTimers

EARLIER = EarlierCase(
    case_id=CaseId(9), number="ONB-0", client="Лютик", task_id=first_task(9), opened_at=NOON - timedelta(days=1)
)


def test_the_first_presser_has_the_task() -> None:
    walk = open_walk()
    walk.let_pass(minutes=5)

    decision = walk.claim("catalogue", TATIANA)

    task = walk.task("catalogue")
    assert (task.status, task.assignee, task.claimed_at, task.revision) == (TaskStatus.CLAIMED, TATIANA, walk.now, 2)
    assert decision.events == (
        events.TaskClaimed(at=walk.now, by=TATIANA, task_id=task.id, assignee=TATIANA, waited=timedelta(minutes=5)),
    )
    assert decision.timers == (CancelTimers(task_id=task.id, generation=1),)


def test_the_second_presser_is_told_who_took_it_and_when() -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)
    walk.let_pass(seconds=2)

    with pytest.raises(errors.TakenBy) as refusal:
        walk.claim("catalogue", STEPAN)

    assert (refusal.value.assignee, refusal.value.claimed_at) == (TATIANA, NOON)
    assert walk.task("catalogue").assignee == TATIANA


def test_the_holder_who_presses_again_is_told_that_it_is_theirs() -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)

    with pytest.raises(errors.AlreadyYours) as refusal:
        walk.claim("catalogue", TATIANA)

    assert refusal.value.claimed_at == NOON


@pytest.mark.parametrize("stranger", [ANNA, PAVEL, ROMAN, MARIA])
def test_a_person_of_another_department_is_no_candidate(stranger: PersonId) -> None:
    walk = open_walk()

    with pytest.raises(errors.NotACandidate) as refusal:
        walk.claim("catalogue", stranger)

    assert refusal.value.department == SUPPORT


@pytest.mark.parametrize("head", [NIKOLAY, VERA])
def test_the_heads_may_claim_too(head: PersonId) -> None:
    walk = open_walk()

    walk.claim("catalogue", head)

    assert walk.task("catalogue").assignee == head


def test_a_task_that_is_done_cannot_be_claimed() -> None:
    walk = open_walk()

    with pytest.raises(errors.TaskIsClosed) as refusal:
        walk.claim("apply", PAVEL)

    assert (refusal.value.completed, refusal.value.assignee, refusal.value.closed_at) == (True, ANNA, NOON)


def test_a_task_that_never_was_is_unknown() -> None:
    with pytest.raises(errors.UnknownTask) as refusal:
        open_walk().do(commands.ClaimTask(task_id=first_task(77)), TATIANA)

    assert refusal.value.task_id == "1.77"


@pytest.mark.parametrize("reason", [None, "", " \n", "\x00"])
def test_overtaking_an_earlier_client_without_a_reason_is_refused(reason: str | None) -> None:
    walk = open_walk()
    claim = commands.ClaimTask(task_id=first_task(2), reason=reason)

    with pytest.raises(errors.EarlierClientWaits) as refusal:
        walk.do(claim, TATIANA, earlier=EARLIER)

    assert (refusal.value.number, refusal.value.client, refusal.value.task_id) == ("ONB-0", "Лютик", "1.9")
    assert refusal.value.opened_at == EARLIER.opened_at
    assert walk.task("catalogue").status is TaskStatus.READY


def test_overtaking_with_a_reason_is_recorded() -> None:
    claim = commands.ClaimTask(task_id=first_task(2), reason="  Клиент\x00 уже здесь ")

    decision = open_walk().do(claim, TATIANA, earlier=EARLIER)

    (claimed,) = decision.events
    assert isinstance(claimed, events.TaskClaimed)
    assert (claimed.overtook, claimed.reason) == ("ONB-0", "Клиент уже здесь")


def test_a_reason_that_nobody_asked_for_is_not_recorded() -> None:
    (claimed,) = open_walk().do(commands.ClaimTask(task_id=first_task(2), reason="просто так"), TATIANA).events

    assert isinstance(claimed, events.TaskClaimed)
    assert (claimed.overtook, claimed.reason) == (None, None)


def test_the_assignee_gives_the_task_back_and_it_is_watched_anew() -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)
    walk.let_pass(hours=3)

    decision = walk.do(commands.ReleaseTask(task_id=first_task(2)), TATIANA)

    task = walk.task("catalogue")
    assert (task.status, task.assignee, task.claimed_at) == (TaskStatus.READY, None, None)
    assert (task.generation, task.offered_at) == (2, walk.now)
    assert decision.notices == ()
    armed = [t for t in decision.timers if isinstance(t, ArmTimer)]
    assert [(t.generation, t.due_at - walk.now) for t in armed] == [(2, timedelta(minutes=30)), (2, timedelta(hours=1))]


def test_a_task_without_a_reaction_time_is_released_unwatched() -> None:
    walk = open_walk()
    walk.claim("module", ROMAN)

    assert walk.do(commands.ReleaseTask(task_id=first_task(3)), ROMAN).timers == ()


def test_a_released_task_can_be_claimed_by_another() -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)
    walk.do(commands.ReleaseTask(task_id=first_task(2)), TATIANA)

    walk.claim("catalogue", STEPAN)

    assert walk.task("catalogue").assignee == STEPAN


def test_the_head_takes_a_task_back_to_the_queue_and_its_holder_is_told() -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)

    decision = walk.do(commands.ReleaseTask(task_id=first_task(2)), VERA)

    (released,) = decision.events
    assert isinstance(released, events.TaskReleased)
    assert (released.by, released.released_from) == (VERA, TATIANA)
    assert decision.notices == (
        PersonalNotice(kind=NoticeKind.TAKEN_FROM_YOU, person=TATIANA, task_id=first_task(2), values={"person": VERA}),
    )


def test_a_colleague_may_not_release_it() -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)

    with pytest.raises(errors.NotTheHead) as refusal:
        walk.do(commands.ReleaseTask(task_id=first_task(2)), STEPAN)

    assert refusal.value.department == SUPPORT


def test_what_nobody_has_cannot_be_released() -> None:
    with pytest.raises(errors.NothingChanges):
        open_walk().do(commands.ReleaseTask(task_id=first_task(2)), TATIANA)
    with pytest.raises(errors.TaskIsClosed):
        open_walk().do(commands.ReleaseTask(task_id=first_task(1)), ANNA)


def test_the_head_gives_a_ready_task_to_one_of_the_department() -> None:
    walk = open_walk()

    decision = walk.do(commands.ReassignTask(task_id=first_task(2), to=STEPAN), NIKOLAY)

    task = walk.task("catalogue")
    assert (task.status, task.assignee, task.claimed_at) == (TaskStatus.CLAIMED, STEPAN, NOON)
    assert decision.timers == (CancelTimers(task_id=task.id, generation=1),)
    assert [(n.kind, n.person) for n in decision.notices if isinstance(n, PersonalNotice)] == [
        (NoticeKind.ASSIGNED_TO_YOU, STEPAN)
    ]


def test_the_head_moves_a_task_from_one_to_another_and_both_are_told() -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)

    decision = walk.do(commands.ReassignTask(task_id=first_task(2), to=STEPAN), NIKOLAY)

    (moved,) = decision.events
    assert isinstance(moved, events.TaskReassigned)
    assert (moved.assignee, moved.taken_from) == (STEPAN, TATIANA)
    assert [(n.kind, n.person) for n in decision.notices if isinstance(n, PersonalNotice)] == [
        (NoticeKind.ASSIGNED_TO_YOU, STEPAN),
        (NoticeKind.TAKEN_FROM_YOU, TATIANA),
    ]


def test_a_head_who_takes_a_task_over_is_not_told_so() -> None:
    walk = open_walk()

    decision = walk.do(commands.ReassignTask(task_id=first_task(2), to=NIKOLAY), NIKOLAY)

    assert decision.notices == ()
    assert walk.task("catalogue").assignee == NIKOLAY


def test_a_reassignment_is_refused_to_who_may_not_give_or_get() -> None:
    walk = open_walk()
    walk.claim("catalogue", TATIANA)

    def reassign(to: PersonId, by: PersonId, task: int = 2) -> None:
        walk.do(commands.ReassignTask(task_id=first_task(task), to=to), by)

    with pytest.raises(errors.NotTheHead):
        reassign(STEPAN, by=TATIANA)
    with pytest.raises(errors.ChosenNotACandidate) as chosen_is_no_candidate:
        reassign(ANNA, by=NIKOLAY)
    with pytest.raises(errors.UnknownPerson):
        reassign(PersonId("stranger"), by=NIKOLAY)
    with pytest.raises(errors.NothingChanges):
        reassign(TATIANA, by=NIKOLAY)
    with pytest.raises(errors.TaskIsClosed):
        reassign(ANNA, by=PAVEL, task=1)
    assert (chosen_is_no_candidate.value.person_id, chosen_is_no_candidate.value.department) == (ANNA, SUPPORT)
    assert walk.task("catalogue").assignee == TATIANA
