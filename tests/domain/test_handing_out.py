"""How a task gets to somebody: claimed, to the head, in turn, to the least loaded, by name; never to nobody."""

from dataclasses import replace

import pytest

from tests.domain.offices import (
    ANNA,
    BOARD,
    FAINA,
    FINANCE,
    GENERAL,
    IVAN,
    KIRA,
    LEGAL,
    LEV,
    MARK,
    OFFICES,
    OLGA,
    PAVEL,
    SALES,
    Office,
    approval,
    at_approval,
    but_not,
    rule,
)
from workflows.domain import commands, errors, events
from workflows.domain.case import TaskStatus
from workflows.domain.decision import Decision
from workflows.domain.ids import PersonId, StageId
from workflows.domain.notices import NoticeKind, PersonalNotice
from workflows.domain.people import Organisation
from workflows.domain.visits.rework import HAND_BACK
from workflows.domain.who import Offer


def offered(office: Office, checker: PersonId = LEV) -> Decision:
    """Bring a new case to its approval; returns the decision that offers it."""
    office.open()
    return office.pass_check(checker)


def told(decision: Decision) -> list[tuple[NoticeKind, PersonId]]:
    """Return who is told what."""
    return [(n.kind, n.person) for n in decision.notices if isinstance(n, PersonalNotice) and n.person != ANNA]


def without(*people: PersonId) -> Organisation:
    """Return the company without some people."""
    return replace(OFFICES, people={p: who for p, who in OFFICES.people.items() if p not in people})


def test_the_head_has_it_and_hands_it_to_somebody_of_the_department() -> None:
    office = Office(definition=approval(department=FINANCE, offer=Offer.HEAD))

    decision = offered(office)

    assert (office.task("approve").assignee, told(decision)) == (FAINA, [(NoticeKind.TO_HAND_OUT, FAINA)])
    assert office.candidates.hands_out(office.task("approve"))
    assert told(office.give("approve", KIRA, by=FAINA)) == [(NoticeKind.ASSIGNED_TO_YOU, KIRA)]
    assert not office.candidates.hands_out(office.task("approve"))


def test_what_was_handed_out_and_is_released_comes_back_to_the_head() -> None:
    office = Office(definition=approval(department=FINANCE, offer=Offer.HEAD))
    offered(office)
    office.give("approve", KIRA, by=FAINA)

    office.do(commands.ReleaseTask(task_id=office.task("approve").id), KIRA)

    assert office.task("approve").assignee == FAINA


def test_a_head_who_is_barred_leaves_it_to_the_head_above() -> None:
    office = Office(definition=approval(department=LEGAL, offer=Offer.HEAD, but_not=but_not("check")))

    decision = offered(office, checker=OLGA)

    assert (office.task("approve").assignee, told(decision)) == (GENERAL, [(NoticeKind.TO_HAND_OUT, GENERAL)])


def test_tasks_go_to_each_in_turn_but_not_to_the_head() -> None:
    definition = approval(department=SALES, offer=Offer.TURN)
    given = []
    for before in range(3):
        office = Office(definition=definition, turns={StageId("approve"): before})
        offered(office)
        given.append(office.task("approve").assignee)

    assert given == [ANNA, IVAN, ANNA]


def test_whoever_has_the_fewest_tasks_gets_it() -> None:
    lawyers = (rule("post", "lawyer"),)
    office = Office(definition=approval(who=lawyers, offer=Offer.LEAST_LOADED), loads={OLGA: 2, LEV: 3, KIRA: 1})

    decision = offered(office)

    assert (office.task("approve").assignee, told(decision)) == (KIRA, [(NoticeKind.GIVEN_TO_YOU, KIRA)])


def test_the_first_who_may_gets_it_by_name() -> None:
    named = (rule("of", of=(rule("did", "check"), rule("person", "kira"), rule("person", "mark"))),)
    office = Office(definition=approval(who=named, offer=Offer.PERSON, but_not=but_not("check")))

    offered(office)

    assert office.task("approve").assignee == KIRA


def test_a_candidate_elsewhere_is_told_that_a_task_waits() -> None:
    office = Office(definition=approval(who=(rule("role", "committee"),), department=FINANCE))

    assert told(offered(office)) == [(NoticeKind.OFFERED_TO_YOU, PAVEL), (NoticeKind.OFFERED_TO_YOU, OLGA)]


def test_a_task_without_a_candidate_is_with_the_head_who_is_told() -> None:
    office = Office(definition=approval(who=(rule("skill", "law"),), department=LEGAL))

    decision = offered(office)

    assert (office.task("approve").assignee, told(decision)) == (OLGA, [(NoticeKind.NOBODY_LEFT, OLGA)])
    assert [e.offer for e in decision.events if isinstance(e, events.TaskAssigned)] == [None]
    with pytest.raises(errors.NothingChanges):
        office.do(commands.ReleaseTask(task_id=office.task("approve").id), OLGA)
    office.give("approve", MARK, by=OLGA)
    assert office.task("approve").assignee == MARK


def test_a_rule_that_never_holds_leaves_the_task_to_the_head() -> None:
    office = at_approval(who=(rule("owner", "company"),), department=SALES)

    assert office.task("approve").assignee == PAVEL


def test_when_four_eyes_bar_a_whole_department_the_head_above_has_it() -> None:
    office = Office(definition=approval(department=LEGAL, but_not=but_not("check")), company=without(LEV, MARK, KIRA))

    decision = offered(office, checker=OLGA)

    assert (office.task("approve").assignee, told(decision)) == (GENERAL, [(NoticeKind.NOBODY_LEFT, GENERAL)])


def test_where_nobody_of_the_company_is_left_the_task_waits_and_the_head_is_told() -> None:
    alone = replace(
        without(*(p for p in OFFICES.people if p != OLGA)),
        departments={d: replace(of, head=OLGA) for d, of in OFFICES.departments.items()},
    )
    office = Office(definition=approval(department=LEGAL, but_not=but_not("check")), company=alone)
    office.open(by=OLGA)
    office.claim("check", OLGA)

    decision = office.complete("check", OLGA)

    assert (office.task("approve").status, office.task("approve").candidates) == (TaskStatus.READY, ())
    assert [n.kind for n in decision.notices] == [NoticeKind.NOBODY_LEFT]
    assert [e.head for e in decision.events if isinstance(e, events.HeadTold)] == [OLGA]


def test_work_that_comes_back_to_somebody_who_left_is_handed_out_anew() -> None:
    office = Office(definition=approval(department=BOARD, who=(rule("person", "mark"),)))
    offered(office)
    office.claim("approve", MARK)
    office.do(commands.ReturnTask(task_id=office.task("approve").id, to=StageId("check"), reason="again"), MARK)
    office.company = without(MARK)

    office.complete("check", LEV, HAND_BACK)

    assert office.task("approve").assignee == GENERAL
