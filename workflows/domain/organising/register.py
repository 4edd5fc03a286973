"""The register of people and departments: attributes as they are kept, from which the organisation is made.

An attribute is a value that JSON can carry; one without a value is absent. People who have left and departments that
were closed stay in the register, so that their names can be read in everything that was done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from workflows.domain.ids import DepartmentId, PersonId
from workflows.domain.people import Department, Organisation, Person
from workflows.domain.text import Text

Attributes = Mapping[str, object]


class Subject(StrEnum):
    """What the register has attributes of."""

    PERSON = "person"
    DEPARTMENT = "department"


class Attribute(StrEnum):
    """The attributes of people and departments; words are `{"ru": ..., "en": ...}`, lists keep their order."""

    NAME = "name"
    POST = "post"
    """Words, or the id of a post of the organisation."""
    DEPARTMENTS = "departments"
    """The ids of the departments in which a person works, the main one first."""
    ROLES = "roles"
    SKILLS = "skills"
    EMAIL = "email"
    LEFT = "left"
    """True of a person who has left."""
    TITLE = "title"
    HEAD = "head"
    PARENT = "parent"
    CHANNEL = "channel"
    CLOSED = "closed"
    """True of a department that does not exist any more."""


GONE = {Subject.PERSON: Attribute.LEFT, Subject.DEPARTMENT: Attribute.CLOSED}
"""The attribute that says of somebody or something in the register that it is not there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Who works where, as attributes; `posts`, `skills` and `roles` are the titles that a company gives to ids."""

    name: Text
    people: Mapping[str, Attributes] = field(default_factory=dict)
    departments: Mapping[str, Attributes] = field(default_factory=dict)
    posts: Mapping[str, Text] = field(default_factory=dict)
    skills: Mapping[str, Text] = field(default_factory=dict)
    roles: Mapping[str, Text] = field(default_factory=dict)

    def of(self, subject: Subject) -> Mapping[str, Attributes]:
        """Return everybody, or everything, of a kind by id."""
        return self.people if subject is Subject.PERSON else self.departments

    def value(self, subject: Subject, name: str, attribute: str) -> object:
        """Return the value of an attribute; None where there is none."""
        return self.of(subject).get(name, {}).get(attribute)


def words(text: Text) -> Mapping[str, str]:
    """Return a text as an attribute."""
    return {"ru": text.ru, "en": text.en}


def text_of(value: object) -> Text:
    """Return the text of an attribute that is words."""
    return Text(**cast(Mapping[str, str], value))


def register_of(organisation: Organisation) -> Register:
    """Return the register of an organisation as it is described in its file, where nobody has left."""
    return Register(
        name=organisation.name,
        people={person.id: _of_person(person) for person in organisation.people.values()},
        departments={each.id: _of_department(each) for each in organisation.departments.values()},
        posts=organisation.posts,
        skills=organisation.skills,
        roles=organisation.roles,
    )


def organisation_of(register: Register) -> Organisation:
    """Return the organisation that a register describes; those who left are in it by their names alone."""
    left, closed = GONE[Subject.PERSON], GONE[Subject.DEPARTMENT]
    people, departments = register.people.items(), register.departments.items()
    return Organisation(
        name=register.name,
        departments={DepartmentId(n): _department(n, of) for n, of in departments if not of.get(closed)},
        people={PersonId(n): _person(register, n, of) for n, of in people if not of.get(left)},
        posts=register.posts,
        skills=register.skills,
        roles=register.roles,
        former_people={PersonId(n): text_of(of[Attribute.NAME]) for n, of in people if of.get(left)},
        former_departments={DepartmentId(n): text_of(of[Attribute.TITLE]) for n, of in departments if of.get(closed)},
    )


def _of_person(person: Person) -> Attributes:
    return _present(
        {
            Attribute.NAME: words(person.name),
            Attribute.POST: person.holds or words(person.post),
            Attribute.DEPARTMENTS: list(person.departments),
            Attribute.ROLES: sorted(person.roles),
            Attribute.SKILLS: sorted(person.skills),
            Attribute.EMAIL: person.email,
        }
    )


def _of_department(department: Department) -> Attributes:
    return _present(
        {
            Attribute.TITLE: words(department.title),
            Attribute.HEAD: department.head,
            Attribute.PARENT: department.parent,
            Attribute.CHANNEL: words(department.channel),
        }
    )


def _present(attributes: Attributes) -> Attributes:
    """Return the attributes that have a value, by plain strings."""
    return {str(name): value for name, value in attributes.items() if value not in (None, [])}


def _person(register: Register, name: str, attributes: Attributes) -> Person:
    post = attributes[Attribute.POST]
    title = register.posts.get(post, Text.same(post)) if isinstance(post, str) else text_of(post)
    return Person(
        id=PersonId(name),
        name=text_of(attributes[Attribute.NAME]),
        post=title,
        departments=tuple(map(DepartmentId, _list(attributes, Attribute.DEPARTMENTS))),
        roles=frozenset(_list(attributes, Attribute.ROLES)),
        email=cast(str | None, attributes.get(Attribute.EMAIL)),
        holds=post if isinstance(post, str) else None,
        skills=frozenset(_list(attributes, Attribute.SKILLS)),
    )


def _department(name: str, attributes: Attributes) -> Department:
    parent = cast(str | None, attributes.get(Attribute.PARENT))
    return Department(
        id=DepartmentId(name),
        title=text_of(attributes[Attribute.TITLE]),
        head=PersonId(cast(str, attributes[Attribute.HEAD])),
        parent=None if parent is None else DepartmentId(parent),
        channel=text_of(attributes.get(Attribute.CHANNEL, attributes[Attribute.TITLE])),
    )


def _list(attributes: Attributes, attribute: Attribute) -> Sequence[str]:
    return cast(Sequence[str], attributes.get(attribute, ()))
