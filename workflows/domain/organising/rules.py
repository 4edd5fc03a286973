"""When a change of the organisation is refused: it would leave a department without a head, or lock everybody out."""

from collections.abc import Iterator

from workflows.domain import errors
from workflows.domain.ids import DepartmentId, PersonId
from workflows.domain.organising.register import Register, organisation_of
from workflows.domain.people import Department, Organisation, Role


def check_sound(register: Register) -> Organisation:
    """Return the organisation of a register.

    Raises UnknownDepartment, HeadIsGone, DepartmentCircle, WorksNowhere, AddressTaken, or NobodyAdministers.
    """
    organisation = organisation_of(register)
    for department in organisation.departments.values():
        _check_department(organisation, department)
    addresses: dict[str, PersonId] = {}
    for person in organisation.people.values():
        for name in person.departments:
            organisation.department(name)
        if not person.departments:
            raise errors.WorksNowhere(person=person.id)
        if person.email is not None:
            other = addresses.setdefault(person.email.casefold(), person.id)
            if other != person.id:
                raise errors.AddressTaken(email=person.email, by=other)
    return organisation


def check_administered(before: Organisation, after: Organisation) -> None:
    """Raise NobodyAdministers where a change takes the last administrator away."""
    if any(_administrators(before)) and not any(_administrators(after)):
        raise errors.NobodyAdministers(people=tuple(_administrators(before)))


def _check_department(organisation: Organisation, department: Department) -> None:
    if department.head not in organisation.people:
        raise errors.HeadIsGone(department=department.id, head=department.head)
    way, step = [department.id], department.parent
    while step is not None:
        if step in way:
            raise errors.DepartmentCircle(departments=(*way, step))
        way.append(step)
        step = organisation.department(step).parent


def _administrators(organisation: Organisation) -> Iterator[PersonId]:
    return (person.id for person in organisation.people.values() if Role.ADMINISTRATOR in person.roles)


def departments_of_head(organisation: Organisation, person: PersonId) -> tuple[DepartmentId, ...]:
    """Return the departments whose own head the person is."""
    return tuple(each.id for each in organisation.departments.values() if each.head == person)
