"""Who may bind chats, invite people and retry what was given up."""

from dataclasses import replace

import pytest

from tests.domain.walk import BOARD, PAVEL, SALES, SUPPORT, VERA, a_department, a_person, organisation
from workflows.domain import errors, permissions
from workflows.domain.ids import PersonId
from workflows.domain.people import Role

ADMIN, MANAGER, GONE = PersonId("admin"), PersonId("manager"), PersonId("gone")
WITH_ROLES = organisation(
    (a_department(BOARD, VERA), a_department(SALES, PAVEL, BOARD), a_department(SUPPORT, MANAGER, BOARD)),
    (
        a_person(VERA, BOARD),
        a_person(PAVEL, SALES),
        replace(a_person(MANAGER, SUPPORT), roles=frozenset({Role.MANAGER})),
        replace(a_person(ADMIN, SUPPORT), roles=frozenset({Role.ADMINISTRATOR})),
    ),
)


def test_heads_bind_their_own_departments_and_administrators_any() -> None:
    may = [p for p in (VERA, PAVEL, MANAGER, ADMIN, GONE) if permissions.may_bind(WITH_ROLES, p, SALES)]

    assert may == [VERA, PAVEL, ADMIN]
    with pytest.raises(errors.NotTheHead) as refusal:
        permissions.check_may_bind(WITH_ROLES, MANAGER, SALES)
    assert refusal.value.department == SALES
    permissions.check_may_bind(WITH_ROLES, PAVEL, SALES)


def test_a_chat_of_a_department_that_is_no_more_is_the_caretakers() -> None:
    assert permissions.may_bind(WITH_ROLES, MANAGER, BOARD) is False
    assert permissions.may_bind(replace(WITH_ROLES, departments={}), MANAGER, BOARD)


def test_whoever_heads_one_of_the_departments_invites_a_person() -> None:
    invited = replace(a_person(PersonId("new"), SALES), departments=(SALES, SUPPORT))

    may = [p for p in (VERA, PAVEL, MANAGER, ADMIN, GONE) if permissions.may_invite(WITH_ROLES, p, invited)]

    assert may == [VERA, PAVEL, MANAGER, ADMIN]
    with pytest.raises(errors.NotTheHead):
        permissions.check_may_invite(WITH_ROLES, GONE, invited)


def test_managers_and_administrators_retry() -> None:
    may = [p for p in (VERA, PAVEL, MANAGER, ADMIN, GONE) if permissions.may_retry(WITH_ROLES, p)]

    assert may == [MANAGER, ADMIN]
    with pytest.raises(errors.MayNotRetry):
        permissions.check_may_retry(WITH_ROLES, VERA)
