"""The meaning of organisation.yaml: heads and departments that exist, and no circle above a department."""

from collections.abc import Iterable, Iterator, Sequence

from workflows.definitions.problems import Problem, did_you_mean
from workflows.definitions.read.organisation_keys import OrganisationKeys, PersonKeys
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.yaml_text import Path
from workflows.domain.ids import DepartmentId
from workflows.domain.people import Role
from workflows.domain.text import Text


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
        elif (circle := _circle(keys, name)) and name == next(each for each in keys.departments if each in circle):
            way = " → ".join(circle)
            yield parsed.problem(
                (*at, "parent"),
                f"отделы подчинены по кругу: {way}; уберите parent у одного из них",
                f"the departments are above one another in a circle: {way}; remove the parent of one of them",
            )
    emails: dict[str, str] = {}
    for person_id, person in keys.people.items():
        for department_id in person.departments:
            if department_id not in keys.departments:
                yield _unknown_department(parsed, ("people", person_id, "department"), department_id)
        yield from _check_names(parsed, person_id, person)
        if person.email is None:
            continue
        other = emails.setdefault(person.email.casefold(), person_id)
        if other != person_id:
            yield parsed.problem(
                ("people", person_id, "email"),
                f"тот же адрес уже у «{other}»; у каждого человека должен быть свой, исправьте один из них",
                f'"{other}" has the same address; everybody needs their own, correct one of them',
            )


def _check_names(parsed: Parsed[OrganisationKeys], person_id: str, person: PersonKeys) -> Iterator[Problem]:
    """Iterate over the posts, roles and skills of a person that the organisation does not list."""
    keys, at = parsed.keys, ("people", person_id)
    if isinstance(person.post, str) and person.post not in keys.posts:
        yield _unknown(
            parsed, (*at, "post"), Text(ru="должности", en="post"), person.post, known=keys.posts, where="posts"
        )
    for index, role in enumerate(person.roles):
        if role not in (*Role, *keys.roles):
            what = Text(ru="роли", en="role")
            yield _unknown(parsed, (*at, "roles", index), what, role, known=[*Role, *keys.roles], where="roles")
    for index, skill in enumerate(person.skills):
        if skill not in keys.skills:
            yield _unknown(
                parsed, (*at, "skills", index), Text(ru="умения", en="skill"), skill, known=keys.skills, where="skills"
            )


def _unknown(
    parsed: Parsed[OrganisationKeys], path: Path, what: Text, name: str, *, known: Iterable[str], where: str
) -> Problem:
    guess = did_you_mean(name, known)
    return parsed.problem(
        path,
        f"нет {what.ru} «{name}»; {guess.ru}; исправьте или опишите в {where}",
        f'there is no {what.en} "{name}"; {guess.en}; correct it or describe it in {where}',
    )


def _unknown_department(parsed: Parsed[OrganisationKeys], path: tuple[str, ...], department: str) -> Problem:
    guess = did_you_mean(department, parsed.keys.departments)
    return parsed.problem(
        path,
        f"нет отдела «{department}»; {guess.ru}; исправьте или опишите его в departments",
        f'there is no department "{department}"; {guess.en}; correct it or describe it in departments',
    )


def _circle(keys: OrganisationKeys, start: DepartmentId) -> Sequence[DepartmentId]:
    """Return the path from a department up to itself; nothing where it does not lead there."""
    way = [start]
    step = keys.departments[start].parent
    while step is not None and step in keys.departments and step not in way:
        way.append(step)
        step = keys.departments[step].parent
    return [*way, start] if step == start else ()
