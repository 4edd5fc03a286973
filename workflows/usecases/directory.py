"""Which chats people and departments are reached in. The built-in web chat always is one of them."""

from workflows.domain.ids import DepartmentId, PersonId
from workflows.ports.chat import ChatAddress


def web_channel(department: DepartmentId) -> ChatAddress:
    """Answer the department's channel in the web chat."""
    return ChatAddress(f"web:#{department}")


def web_private(person: PersonId) -> ChatAddress:
    """Answer the person's conversation with the assistant in the web chat."""
    return ChatAddress(f"web:@{person}")


class Directory:
    """Implements `workflows.ports.chat.DirectoryPort`."""

    def of_department(self, department: DepartmentId) -> tuple[ChatAddress, ...]:
        """Answer the chats in which the department's cards appear."""
        return (web_channel(department),)

    def of_person(self, person: PersonId) -> tuple[ChatAddress, ...]:
        """Answer the private chats of a person."""
        return (web_private(person),)
