"""The meaning of organisation.yaml: heads and departments that exist, and no circle above a department."""

from collections.abc import Iterator

from workflows.definitions.problems import Problem, did_you_mean
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.schema import OrganisationKeys
from workflows.domain.ids import DepartmentId


def check_organisation(parsed: Parsed[OrganisationKeys]) -> Iterator[Problem]:
    """Iterate over the problems of the organisation."""
    keys = parsed.keys
    for name, department in keys.departments.items():
        at = ("departments", name)
        if department.head not in keys.people:
            guess = did_you_mean(department.head, keys.people)
            yield parsed.problem(
                (*at, "head"),
                f"начальника «{department.head}» нет среди людей; {guess.ru}; исправьте или опишите его в people",
                f'the head "{department.head}" is nobody of the people; {guess.en}; correct it or add them to people',
            )
        if department.parent is not None and department.parent not in keys.departments:
            yield _unknown_department(parsed, (*at, "parent"), department.parent)
        elif circle := _circle(keys, name):
            yield parsed.problem(
                (*at, "parent"),
                f"отделы подчинены по кругу: {circle}; уберите parent у одного из них",
                f"the departments are above one another in a circle: {circle}; remove the parent of one of them",
            )
    emails: dict[str, str] = {}
    for person_id, person in keys.people.items():
        for department_id in person.departments:
            if department_id not in keys.departments:
                yield _unknown_department(parsed, ("people", person_id, "department"), department_id)
        if person.email is None:
            continue
        other = emails.setdefault(person.email.casefold(), person_id)
        if other != person_id:
            yield parsed.problem(
                ("people", person_id, "email"),
                f"тот же адрес уже у «{other}»; у каждого человека должен быть свой, исправьте один из них",
                f'"{other}" has the same address; everybody needs their own, correct one of them',
            )


def _unknown_department(parsed: Parsed[OrganisationKeys], path: tuple[str, ...], department: str) -> Problem:
    guess = did_you_mean(department, parsed.keys.departments)
    return parsed.problem(
        path,
        f"нет отдела «{department}»; {guess.ru}; исправьте или опишите его в departments",
        f'there is no department "{department}"; {guess.en}; correct it or describe it in departments',
    )


def _circle(keys: OrganisationKeys, start: DepartmentId) -> str | None:
    """Return the path from a department up to itself, or None."""
    way = [start]
    step = keys.departments[start].parent
    while step is not None and step in keys.departments and step not in way:
        way.append(step)
        step = keys.departments[step].parent
    return " → ".join([*way, start]) if step == start else None
