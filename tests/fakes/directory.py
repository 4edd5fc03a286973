"""Where people and departments are reached: in the built-in chat, under their own names."""

from workflows.domain.ids import DepartmentId, PersonId
from workflows.ports.chat import ChatAddress


class NamedChats:
    """One channel for each department and one private chat for each person."""

    def of_department(self, department: DepartmentId) -> tuple[ChatAddress, ...]:
        """Return the channel of a department."""
        return (ChatAddress(f"web:#{department}"),)

    def of_person(self, person: PersonId) -> tuple[ChatAddress, ...]:
        """Return the private chat of a person."""
        return (ChatAddress(f"web:@{person}"),)
