"""Addresses of the web chat: `web:#sales` is the channel of a department, `web:@anna` a private chat."""

from workflows.domain.ids import DepartmentId, PersonId
from workflows.ports.chat import ChatAddress

WEB = "web"
"""The platform of the built-in web chat."""
_PRIVATE = f"{WEB}:@"


class WebAddresses:
    """Implements BuiltInAddresses."""

    def channel(self, department: DepartmentId) -> ChatAddress:
        """Return the department's channel."""
        return ChatAddress(f"{WEB}:#{department}")

    def private(self, person: PersonId) -> ChatAddress:
        """Return the person's conversation with the assistant."""
        return ChatAddress(f"{_PRIVATE}{person}")

    def is_private(self, chat: ChatAddress) -> bool:
        """Whether a chat is somebody's conversation with the assistant."""
        return chat.startswith(_PRIVATE)


ADDRESSES = WebAddresses()
