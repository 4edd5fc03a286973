"""The organisation: departments with their heads, posts and the people who hold them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workflows.domain import errors
from workflows.domain.ids import DepartmentId, PersonId
from workflows.domain.text import Text


class Role(StrEnum):
    """What a person may do besides the work of the department."""

    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works in a department; `departments` lists every one they work in, the main one first.

    `post` is what the person does in words, `holds` the id of the post where the organisation lists its posts; `roles`
    are those of `Role` and the company's own.
    """

    id: PersonId
    name: Text
    post: Text
    departments: tuple[DepartmentId, ...]
    roles: frozenset[str] = frozenset()
    email: str | None = None
    holds: str | None = None
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department and its head, to whom everything undefined goes; `channel` is its name in a list of chats."""

    id: DepartmentId
    title: Text
    head: PersonId
    parent: DepartmentId | None = None
    channel: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who works where, and who heads what; the titles of its posts, skills and own roles by their ids.

    Those who have left and departments that were closed are known by their names.
    """

    name: Text
    departments: Mapping[DepartmentId, Department]
    people: Mapping[PersonId, Person]
    posts: Mapping[str, Text] = field(default_factory=dict)
    skills: Mapping[str, Text] = field(default_factory=dict)
    roles: Mapping[str, Text] = field(default_factory=dict)
    former_people: Mapping[PersonId, Text] = field(default_factory=dict)
    former_departments: Mapping[DepartmentId, Text] = field(default_factory=dict)

    def person(self, person_id: PersonId) -> Person:
        """Return the person; raises UnknownPerson."""
        try:
            return self.people[person_id]
        except KeyError:
            raise errors.UnknownPerson(person_id=person_id) from None

    def department(self, department_id: DepartmentId) -> Department:
        """Return the department; raises UnknownDepartment."""
        try:
            return self.departments[department_id]
        except KeyError:
            raise errors.UnknownDepartment(department_id=department_id) from None

    def name_of(self, person_id: PersonId) -> Text:
        """Return the name of a person, also of one who has left; the id of somebody never known here."""
        person = self.people.get(person_id)
        return self.former_people.get(person_id, Text.same(person_id)) if person is None else person.name

    def title_of(self, department_id: DepartmentId) -> Text:
        """Return the title of a department, also of a closed one; the id of one never known here."""
        department = self.departments.get(department_id)
        if department is None:
            return self.former_departments.get(department_id, Text.same(department_id))
        return department.title

    def members(self, department_id: DepartmentId) -> tuple[Person, ...]:
        """Return the people who work in the department and its head, in the order of the organisation.

        The tasks of a department that no longer exists may be assigned to anybody.
        """
        if department_id not in self.departments:
            return tuple(self.people.values())
        head = self.departments[department_id].head
        return tuple(p for p in self.people.values() if department_id in p.departments or p.id == head)

    def heads(self, department_id: DepartmentId) -> tuple[PersonId, ...]:
        """Return the head of the department, then the heads of the departments above it, nearest first, each once.

        The heads of a department that no longer exists are the administrators and managers, or where there are none
        the heads of the departments without a parent.
        """
        if department_id in self.departments:
            return tuple(dict.fromkeys(d.head for d in self._upwards(department_id)))
        return self.caretakers()

    def caretakers(self) -> tuple[PersonId, ...]:
        """Return the administrators and managers; where there are none, the heads of the departments without parent."""
        wanted = (Role.ADMINISTRATOR, Role.MANAGER)
        people = tuple(p.id for role in wanted for p in self.people.values() if role in p.roles)
        tops = (d.head for d in self.departments.values() if d.parent is None)
        return tuple(dict.fromkeys(people or tops))

    def is_head_over(self, person_id: PersonId, department_id: DepartmentId) -> bool:
        """Whether the person heads the department or one above it."""
        return person_id in self.heads(department_id)

    def is_candidate(self, person_id: PersonId, department_id: DepartmentId) -> bool:
        """Whether the person may take the department's tasks: its people and the heads over it may."""
        person = self.people.get(person_id)
        return person is not None and (
            department_id in person.departments or self.is_head_over(person_id, department_id)
        )

    def workplaces(self, person_id: PersonId) -> tuple[DepartmentId, ...]:
        """Return the departments whose tasks the person may take: those they work in, then those they head."""
        person = self.people.get(person_id)
        own = () if person is None else person.departments
        return tuple(dict.fromkeys((*own, *(department.id for department in self.headed_by(person_id)))))

    def headed_by(self, person_id: PersonId) -> tuple[Department, ...]:
        """Return the departments that the person heads, directly or from above."""
        return tuple(d for d in self.departments.values() if self.is_head_over(person_id, d.id))

    def leads(self, person_id: PersonId) -> bool:
        """Whether the person heads a department or is an administrator."""
        person = self.people.get(person_id)
        return person is not None and (Role.ADMINISTRATOR in person.roles or bool(self.headed_by(person_id)))

    def _upwards(self, department_id: DepartmentId) -> Iterator[Department]:
        seen: set[DepartmentId] = set()
        step: DepartmentId | None = department_id
        while step is not None and step not in seen:
            seen.add(step)
            department = self.departments[step]
            yield department
            step = department.parent
