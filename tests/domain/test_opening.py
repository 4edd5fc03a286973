"""A case is opened with the form of its first stage filled in; nothing half-filled comes into being."""

import pytest

from tests.domain.walk import (
    ANNA,
    COMPANY,
    MARIA,
    NOON,
    ONBOARDING,
    PAVEL,
    ROMASHKA,
    SALES,
    SUPPORT,
    TATIANA,
    VERA,
    open_walk,
)
from workflows.domain import errors, events, permissions
from workflows.domain.case import CaseStatus, ClientRef, TaskStatus
from workflows.domain.ids import ClientId, PersonId
from workflows.domain.timers import ArmTimer


def test_an_opened_case_has_its_first_stage_done_by_the_opener() -> None:
    walk = open_walk(client=ROMASHKA, amount="1 500,50 ₽")

    first = walk.task("apply")
    assert (first.id, first.status, first.assignee, first.outcome) == ("1.1", TaskStatus.COMPLETED, ANNA, "submit")
    assert walk.case.status is CaseStatus.ACTIVE
    assert walk.case.values == {"client": ROMASHKA, "amount": "1500.50"}
    assert walk.case.client == ClientRef(id=ClientId(7), name="Ромашка")
    assert (walk.case.opened_by, walk.case.opened_at, walk.case.number) == (ANNA, NOON, "ONB-1")


def test_an_opened_case_offers_the_next_stages_to_their_departments() -> None:
    walk = open_walk()

    assert walk.open_stages() == ["catalogue", "module"]
    task = walk.task("catalogue")
    assert (task.id, task.department, task.visit, task.came_from) == ("1.2", SUPPORT, 1, ("1.1",))
    assert task.due_at is not None
    assert (task.due_at - NOON).days == 2


def test_only_the_offered_tasks_are_watched_not_the_one_the_opener_did() -> None:
    armed = [change for change in open_walk().last.timers if isinstance(change, ArmTimer)]

    assert {change.task_id for change in armed} == {"1.2"}
    assert len(armed) == 3


def test_the_handover_messages_go_to_the_departments_of_the_next_stages() -> None:
    letters = open_walk().last.letters

    assert [(letter.template, letter.stage, letter.department) for letter in letters] == [
        ("to_catalogue", "catalogue", "support"),
        ("to_module", "module", "development"),
    ]
    assert all(letter.facts == {"client": ROMASHKA} and letter.by == ANNA for letter in letters)


@pytest.mark.parametrize("opener", [ANNA, PAVEL, VERA])
def test_the_department_of_the_first_stage_and_its_heads_may_open(opener: PersonId) -> None:
    assert permissions.may_open(ONBOARDING, COMPANY, opener)
    assert open_walk(by=opener).case.opened_by == opener


@pytest.mark.parametrize("stranger", [TATIANA, MARIA])
def test_another_department_may_not_open(stranger: PersonId) -> None:
    with pytest.raises(errors.MayNotOpen) as refusal:
        open_walk(by=stranger)

    assert refusal.value.department == SALES


@pytest.mark.parametrize("nobody", [None, PersonId("stranger")])
def test_nobody_of_the_organisation_opens_nothing(nobody: PersonId | None) -> None:
    with pytest.raises(errors.UnknownPerson):
        open_walk(by=nobody)


def test_every_wrong_answer_is_told_at_once() -> None:
    with pytest.raises(errors.FormInvalid) as refusal:
        open_walk(client="", amount="much")

    assert {name: problem.code for name, problem in refusal.value.problems.items()} == {
        "client": "required",
        "amount": "not_money",
    }


def test_an_outcome_requires_its_own_fields_only() -> None:
    assert open_walk("drop", note="Передумали").case.client is None


def test_an_unknown_outcome_is_told_before_the_form_is_looked_at() -> None:
    with pytest.raises(errors.UnknownOutcome) as refusal:
        open_walk("explode", amount="much")

    assert refusal.value.outcome == "explode"


@pytest.mark.parametrize("amount", ["", "999,99"])
def test_an_outcome_whose_condition_does_not_hold_is_refused(amount: str) -> None:
    with pytest.raises(errors.OutcomeClosed):
        open_walk("large", client=ROMASHKA, amount=amount)


def test_a_condition_sees_what_has_just_been_typed() -> None:
    walk = open_walk("large", client=ROMASHKA, amount="1000")

    assert walk.open_stages() == ["catalogue", "module", "audit"]


def test_a_case_can_be_over_as_soon_as_it_is_opened() -> None:
    walk = open_walk("drop")

    assert (walk.case.status, walk.case.end, walk.case.closed_at) == (CaseStatus.COMPLETED, "dropped", NOON)
    assert isinstance(walk.last.events[-1], events.CaseCompleted)
    assert walk.last.notices == ()
