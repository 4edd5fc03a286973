"""Channels and direct messages of Slack as addresses of chats, and back."""

from workflows.ports.chat import ChatAddress

PLATFORM = "slack"


def address_of(channel: str) -> ChatAddress:
    """Return the address of a channel or of a direct message by its id."""
    return ChatAddress(f"{PLATFORM}:{channel}")


def channel_of(chat: ChatAddress) -> str:
    """Return the id of a channel by its address."""
    return chat.partition(":")[2]


def is_direct(channel: str) -> bool:
    """Whether an id is that of a direct message with one person."""
    return channel.startswith("D")
