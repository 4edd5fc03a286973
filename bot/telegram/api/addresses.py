"""Telegram's chats as addresses: `telegram:<chat>`, or `telegram:<chat>/<topic>` for a topic of a forum."""

from dataclasses import dataclass

from workflows.ports.chat import ChatAddress, platform_of
from workflows.usecases.directory import Directory

PLATFORM = "telegram"


@dataclass(frozen=True, slots=True)
class Place:
    """A chat and, in a forum, the topic; None for the General topic."""

    chat_id: int
    topic: int | None = None

    @property
    def address(self) -> ChatAddress:
        """Return the address of the place."""
        topic = "" if self.topic is None else f"/{self.topic}"
        return ChatAddress(f"{PLATFORM}:{self.chat_id}{topic}")

    @property
    def is_group(self) -> bool:
        """Whether it is a group: only private chats have positive numbers."""
        return self.chat_id < 0


def place_of(address: ChatAddress) -> Place:
    """Return the place of an address; raises ValueError for one that is not Telegram's."""
    chat, _, topic = address.removeprefix(f"{PLATFORM}:").partition("/")
    return Place(int(chat), int(topic) if topic else None)


def bound_chats(directory: Directory, chat_id: int) -> list[ChatAddress]:
    """Return the bound chats with this number: the group itself and its topics."""
    chats = (binding.chat for binding in directory.bindings() if platform_of(binding.chat) == PLATFORM)
    return list(dict.fromkeys(chat for chat in chats if place_of(chat).chat_id == chat_id))
