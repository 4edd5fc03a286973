"""The keys of organisation.yaml: departments and people."""

from typing import Annotated

from pydantic import Discriminator, StringConstraints, Tag
from pydantic import Field as Key

from workflows.definitions.read.keys import EMAIL, Department_, Keys, Person_, TextKeys
from workflows.domain.ids import DepartmentId
from workflows.domain.people import Role


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
    post: TextKeys = Key(description="What the person does, such as sales manager.")
    department: Annotated[
        Annotated[Department_, Tag("department:one")]
        | Annotated[Annotated[list[Department_], Key(min_length=1)], Tag("department:list")],
        Discriminator(lambda value: "department:list" if isinstance(value, list) else "department:one"),
    ] = Key(description="The id of the department, or a list of ids with the main one first.")
    roles: list[Role] = Key(
        default_factory=list, description="What the person may do beside the department's work: manager, administrator."
    )
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
