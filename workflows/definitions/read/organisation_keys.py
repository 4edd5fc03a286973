"""The keys of organisation.yaml: departments and heads, people, the posts, skills and roles they have."""

from typing import Annotated

from pydantic import Discriminator, StringConstraints, Tag
from pydantic import Field as Key

from workflows.definitions.read.keys import EMAIL, Department_, Keys, Name_, Person_, TextKeys
from workflows.domain.ids import DepartmentId


class DepartmentKeys(Keys):
    """A department, its head and its channel."""

    title: TextKeys = Key(description="The name of the department.")
    head: Person_ = Key(description="The id of the person to whom everything undefined goes.")
    parent: Department_ | None = Key(default=None, description="The id of the department above this one.")
    channel: TextKeys | None = Key(
        default=None, description="The name of its channel in the chats; the title by default."
    )


class PersonKeys(Keys):
    """Somebody who works in the organisation."""

    name: TextKeys = Key(description="First name and surname.")
    post: Annotated[
        Annotated[TextKeys, Tag("post:words")] | Annotated[Name_, Tag("post:id")],
        Discriminator(lambda value: "post:id" if isinstance(value, str) and value.isascii() else "post:words"),
    ] = Key(description="What the person does, such as sales manager: in words, or the id of one of the posts.")
    department: Annotated[
        Annotated[Department_, Tag("department:one")]
        | Annotated[Annotated[list[Department_], Key(min_length=1)], Tag("department:list")],
        Discriminator(lambda value: "department:list" if isinstance(value, list) else "department:one"),
    ] = Key(description="The id of the department, or a list of ids with the main one first.")
    roles: list[Name_] = Key(
        default_factory=list,
        description="What the person may do beside the department's work: manager, administrator, and the ids of the "
        "company's own roles.",
    )
    skills: list[Name_] = Key(default_factory=list, description="The ids of what the person is able to do.")
    email: Annotated[str, StringConstraints(pattern=EMAIL)] | None = Key(default=None, description="The work address.")

    @property
    def departments(self) -> tuple[DepartmentId, ...]:
        """Return every department the person works in, the main one first."""
        return (self.department,) if isinstance(self.department, str) else tuple(self.department)


class OrganisationKeys(Keys):
    """organisation.yaml: who works where, and who heads what."""

    organisation: TextKeys = Key(description="The name of the organisation.")
    departments: dict[Department_, DepartmentKeys] = Key(min_length=1, description="Departments by their ids.")
    people: dict[Person_, PersonKeys] = Key(min_length=1, description="People by their ids.")
    posts: dict[Name_, TextKeys] = Key(default_factory=dict, description="The posts by their ids, such as lawyer.")
    skills: dict[Name_, TextKeys] = Key(default_factory=dict, description="What people are able to do, by ids.")
    roles: dict[Name_, TextKeys] = Key(
        default_factory=dict, description="The company's own roles by their ids, such as a member of a committee."
    )
