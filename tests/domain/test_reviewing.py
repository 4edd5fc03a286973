"""The organisation changes while tasks are open: nothing is left with, or for, somebody who is not there any more."""

from dataclasses import replace

import pytest

from tests.domain.offices import (
    BOARD,
    FAINA,
    GENERAL,
    KIRA,
    LEGAL,
    MARK,
    OLGA,
    Office,
    at_approval,
    but_not,
    rule,
    somebody,
)
from workflows.domain import commands, errors, events
from workflows.domain.case import TaskStatus
from workflows.domain.decision import Decision
from workflows.domain.ids import PersonId
from workflows.domain.notices import NoticeKind
from workflows.domain.who import Offer


def leave(office: Office, *people: PersonId) -> None:
    """Take people out of the company."""
    office.company = replace(
        office.company, people={p: who for p, who in office.company.people.items() if p not in people}
    )


def review(office: Office) -> Decision:
    """Look at the approval again."""
    return office.do(commands.ReviewTask(task_id=office.task("approve").id), None)


def test_a_task_of_somebody_who_left_is_back_in_the_queue() -> None:
    office = at_approval(department=LEGAL)
    office.claim("approve", MARK)
    leave(office, MARK)

    decision = review(office)

    assert [type(event) for event in decision.events] == [events.TaskReleased]
    assert office.task("approve").status is TaskStatus.READY


def test_a_task_that_was_handed_out_goes_to_the_head_again() -> None:
    office = at_approval(department=LEGAL, offer=Offer.HEAD)
    office.give("approve", MARK, by=OLGA)
    leave(office, MARK)

    decision = review(office)

    assert office.task("approve").assignee == OLGA
    assert [notice.kind for notice in decision.notices] == [NoticeKind.TO_HAND_OUT]


def test_whoever_has_the_post_now_may_claim_what_was_offered_before() -> None:
    office = at_approval(who=(rule("post", "financial_director"),))
    leave(office, FAINA)
    newcomer = somebody(PersonId("nina"), BOARD, holds="financial_director")
    office.company = replace(office.company, people={**office.company.people, newcomer.id: newcomer})

    review(office)

    assert office.task("approve").candidates == (newcomer.id,)
    office.claim("approve", newcomer.id)


def test_without_a_successor_the_head_has_it_and_is_told() -> None:
    office = at_approval(who=(rule("person", "kira"),), department=BOARD)
    leave(office, KIRA)

    decision = review(office)

    assert (office.task("approve").assignee, office.task("approve").candidates) == (GENERAL, ())
    assert [notice.kind for notice in decision.notices] == [NoticeKind.NOBODY_LEFT]
    with pytest.raises(errors.NothingChanges):
        review(office)


def test_whoever_has_a_task_keeps_it_whatever_the_rules_say_now() -> None:
    office = at_approval(who=(rule("post", "lawyer"),), department=LEGAL, but_not=but_not("check"))
    office.claim("approve", OLGA)
    leave(office, KIRA)

    with pytest.raises(errors.NothingChanges):
        review(office)


def test_nothing_changes_while_nobody_has_left() -> None:
    office = at_approval(who=(rule("did", "check"),))

    with pytest.raises(errors.NothingChanges):
        review(office)


def test_a_finished_task_is_not_reviewed() -> None:
    office = at_approval(department=LEGAL)
    office.claim("approve", MARK)
    office.complete("approve", MARK)
    leave(office, MARK)

    with pytest.raises(errors.NothingChanges):
        review(office)
