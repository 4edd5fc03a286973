"""Who works where, who heads what, and to whom a task may go."""

from dataclasses import replace

import pytest

from tests.domain.walk import (
    ANNA,
    BOARD,
    COMPANY,
    DEVELOPMENT,
    IVAN,
    MARIA,
    NIKOLAY,
    PAVEL,
    ROMAN,
    SALES,
    SUPPORT,
    VERA,
    a_department,
    a_person,
    organisation,
)
from workflows.domain import errors
from workflows.domain.ids import DepartmentId, PersonId
from workflows.domain.people import Role
from workflows.domain.text import Language, Text, storable


def test_the_heads_of_a_department_are_named_from_the_nearest_upwards() -> None:
    assert COMPANY.heads(SALES) == (PAVEL, VERA)
    assert COMPANY.heads(DEVELOPMENT) == (ROMAN,)


def test_a_head_of_two_levels_is_named_once() -> None:
    company = organisation((a_department(BOARD, VERA), a_department(SALES, VERA, BOARD)), (a_person(VERA, BOARD),))

    assert company.heads(SALES) == (VERA,)


def test_departments_in_a_circle_do_not_hang() -> None:
    company = organisation(
        (a_department(SALES, PAVEL, SUPPORT), a_department(SUPPORT, NIKOLAY, SALES)), (a_person(PAVEL, SALES),)
    )

    assert company.heads(SALES) == (PAVEL, NIKOLAY)
    assert [d.id for d in company.headed_by(PAVEL)] == [SALES, SUPPORT]


def test_members_are_the_people_of_the_department_and_its_head() -> None:
    company = organisation(
        (a_department(BOARD, VERA), a_department(SALES, PAVEL, BOARD)),
        (a_person(VERA, BOARD), a_person(PAVEL, BOARD), a_person(ANNA, SALES), a_person(IVAN, BOARD, SALES)),
    )

    assert [p.id for p in company.members(SALES)] == [PAVEL, ANNA, IVAN]


@pytest.mark.parametrize(
    ("person", "department", "is_candidate"),
    [
        (ANNA, SALES, True),
        (PAVEL, SALES, True),
        (VERA, SALES, True),
        (ANNA, SUPPORT, False),
        (PAVEL, BOARD, False),
        (MARIA, SALES, False),
        (PersonId("stranger"), SALES, False),
    ],
)
def test_a_task_is_for_the_people_of_the_department_and_the_heads_over_it(
    person: PersonId, department: DepartmentId, is_candidate: bool
) -> None:
    assert COMPANY.is_candidate(person, department) is is_candidate


def test_a_head_heads_the_departments_below() -> None:
    assert [d.id for d in COMPANY.headed_by(VERA)] == [BOARD, SALES, SUPPORT]
    assert COMPANY.headed_by(ANNA) == ()


def test_unknown_people_and_departments_are_named_in_the_refusal() -> None:
    with pytest.raises(errors.UnknownPerson) as person:
        COMPANY.person(PersonId("stranger"))
    with pytest.raises(errors.UnknownDepartment) as department:
        COMPANY.department(DepartmentId("moon"))

    assert (person.value.person_id, department.value.department_id) == ("stranger", "moon")
    assert str(person.value) == "unknown_person"


def test_a_known_person_and_department_are_answered() -> None:
    assert COMPANY.person(ANNA).id == ANNA
    assert COMPANY.department(SALES).head == PAVEL


def test_a_text_answers_in_the_language_asked_for() -> None:
    text = Text(ru="дело", en="case")

    assert [text.in_(language) for language in Language] == ["дело", "case"]
    assert Text.same("ONB").in_(Language.EN) == "ONB"


@pytest.mark.parametrize(
    ("typed", "stored"), [(" дело ", "дело"), ("a\x00b", "ab"), ("\ud800", ""), ("\x00 x", "x"), ("👍", "👍")]
)
def test_what_no_database_stores_is_dropped_from_words(typed: str, stored: str) -> None:
    assert storable(typed) == stored


def test_a_department_that_is_no_more_is_headed_by_administrators_and_managers() -> None:
    admin, manager = PersonId("admin"), PersonId("manager")
    company = organisation(
        (a_department(SALES, PAVEL),),
        (
            a_person(PAVEL, SALES),
            replace(a_person(manager, SALES), roles=frozenset({Role.MANAGER})),
            replace(a_person(admin, SALES), roles=frozenset({Role.ADMINISTRATOR, Role.MANAGER})),
        ),
    )

    assert company.heads(SUPPORT) == (admin, manager)
    assert company.is_candidate(manager, SUPPORT)
    assert not company.is_candidate(PAVEL, SUPPORT)
    assert [person.id for person in company.members(SUPPORT)] == [PAVEL, manager, admin]


def test_where_nobody_looks_after_the_whole_the_topmost_heads_do() -> None:
    company = organisation(
        (a_department(BOARD, VERA), a_department(SALES, PAVEL, BOARD)), (a_person(VERA, BOARD), a_person(PAVEL, SALES))
    )

    assert company.heads(SUPPORT) == (VERA,)


def test_names_and_titles_of_what_is_no_more_are_ids() -> None:
    assert COMPANY.name_of(PersonId("gone")) == Text.same("gone")
    assert COMPANY.title_of(DepartmentId("closed")) == Text.same("closed")
