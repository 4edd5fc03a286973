"""The register of the organisation: what changes make of it, how a file is taken in, and what is refused."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.onboarding import ANNA, BOARD, NIKOLAY, SALES, STEPAN, SUPPORT, VERA, an_organisation
from workflows.domain import errors
from workflows.domain.ids import DepartmentId, PersonId
from workflows.domain.organising.changes import Change, applied, differences, edit, merged
from workflows.domain.organising.register import Register, Subject, organisation_of, register_of
from workflows.domain.organising.rules import check_administered, check_sound
from workflows.domain.people import Role
from workflows.domain.text import Text

HERE = register_of(an_organisation())
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["Анна", "Инна"]).map(lambda name: {"ru": name, "en": name}),
    "departments": st.permutations([SALES, SUPPORT, BOARD]).map(lambda found: found[:2]),
    "roles": st.sampled_from([None, ["manager"], ["administrator", "manager"]]),
    "email": st.sampled_from([None, "a@x.example", "b@x.example"]),
    "left": st.sampled_from([None, True]),
}


def changed(register: Register, subject: Subject, name: str, /, **values: object) -> Register:
    return applied(register, [edit(register, subject, name, **values)])


def registers() -> st.SearchStrategy[Register]:
    """Return registers in which some of the people are otherwise than in HERE."""
    edits = st.dictionaries(st.sampled_from([ANNA, STEPAN, NIKOLAY]), st.fixed_dictionaries({}, optional=VALUES))

    def with_edits(values: Mapping[PersonId, Mapping[str, object]]) -> Register:
        return applied(HERE, [edit(HERE, Subject.PERSON, name, **found) for name, found in values.items()])

    return edits.map(with_edits)


def test_the_register_of_an_organisation_makes_the_same_organisation() -> None:
    assert organisation_of(HERE) == an_organisation()


def test_somebody_who_has_left_is_known_by_name_and_is_nobody_else() -> None:
    left = organisation_of(changed(HERE, Subject.PERSON, STEPAN, left=True))

    assert STEPAN not in left.people
    assert left.name_of(STEPAN) == an_organisation().people[STEPAN].name
    assert left.members(SUPPORT) == tuple(p for p in an_organisation().members(SUPPORT) if p.id != STEPAN)


def test_a_closed_department_keeps_its_title() -> None:
    closed = organisation_of(changed(HERE, Subject.DEPARTMENT, SUPPORT, closed=True))

    assert SUPPORT not in closed.departments
    assert closed.title_of(SUPPORT) == an_organisation().departments[SUPPORT].title


def test_a_post_of_the_organisation_is_shown_by_its_title() -> None:
    register = replace(HERE, posts={"lawyer": Text(ru="юрист", en="lawyer")})

    anna = organisation_of(changed(register, Subject.PERSON, ANNA, post="lawyer")).people[ANNA]

    assert (anna.holds, anna.post) == ("lawyer", Text(ru="юрист", en="lawyer"))


def test_an_edit_leaves_out_what_is_so_already() -> None:
    same = edit(HERE, Subject.PERSON, ANNA, name=HERE.people[ANNA]["name"], roles=[], email="anna@x.example")

    assert same == Change(subject=Subject.PERSON, id=ANNA, attributes={})


@given(registers(), registers())
def test_the_differences_of_two_registers_make_one_into_the_other(old: Register, new: Register) -> None:
    assert applied(old, differences(old, new)) == new
    assert differences(new, new) == ()


@given(registers(), registers(), registers())
def test_neither_the_file_nor_people_overwrite_the_other(base: Register, file: Register, now: Register) -> None:
    changes, clashes = merged(base, file, now)
    after = applied(now, changes)

    for person in HERE.people:
        for attribute in VALUES:
            was, asked, is_now = (each.value(Subject.PERSON, person, attribute) for each in (base, file, now))
            expected = asked if is_now == was else is_now
            assert after.value(Subject.PERSON, person, attribute) == expected
            clashing = any((clash.id, clash.attribute) == (person, attribute) for clash in clashes)
            assert clashing == (asked != was and is_now not in (was, asked))
    # What was taken in once is not asked for again.
    assert merged(file, file, after) == ((), ())


def test_somebody_who_is_in_the_file_no_more_has_left() -> None:
    file = replace(HERE, people={name: found for name, found in HERE.people.items() if name != ANNA})

    changes, _ = merged(HERE, file, HERE)

    assert ANNA not in organisation_of(applied(HERE, changes)).people


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda: changed(HERE, Subject.PERSON, NIKOLAY, left=True), errors.HeadIsGone),
        (lambda: changed(HERE, Subject.DEPARTMENT, SUPPORT, head="nobody"), errors.HeadIsGone),
        (lambda: changed(HERE, Subject.DEPARTMENT, BOARD, parent=SUPPORT), errors.DepartmentCircle),
        (lambda: changed(HERE, Subject.DEPARTMENT, SUPPORT, parent="moon"), errors.UnknownDepartment),
        (lambda: changed(HERE, Subject.PERSON, ANNA, departments=[]), errors.WorksNowhere),
        (lambda: changed(HERE, Subject.PERSON, ANNA, departments=["moon"]), errors.UnknownDepartment),
        (lambda: changed(HERE, Subject.PERSON, ANNA, email="Stepan@x.example"), errors.AddressTaken),
    ],
)
def test_what_would_leave_the_organisation_broken_is_refused(
    change: Callable[[], Register], refusal: type[errors.Refusal]
) -> None:
    with pytest.raises(refusal):
        check_sound(change())


def test_a_department_closed_above_another_leaves_it_in_the_air() -> None:
    with pytest.raises(errors.UnknownDepartment) as refused:
        check_sound(changed(HERE, Subject.DEPARTMENT, BOARD, closed=True))

    assert refused.value.department_id == DepartmentId(BOARD)


def test_the_last_administrator_stays_one() -> None:
    nobody = applied(HERE, [edit(HERE, Subject.PERSON, person, roles=None) for person in HERE.people])
    with_one = changed(nobody, Subject.PERSON, VERA, roles=[Role.ADMINISTRATOR.value])
    before, after = check_sound(with_one), check_sound(nobody)

    with pytest.raises(errors.NobodyAdministers) as refused:
        check_administered(before, after)

    assert refused.value.people == (VERA,)
    check_administered(after, after)
