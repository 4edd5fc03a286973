"""What sentences for people have to know of the chat in which they are read."""

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.ports.chat import Dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatStyle:
    """How a command is written in a chat: after `sign`; and whether the assistant `joins_channels` by itself.

    Where it does not, people add it to their groups.
    """

    sign: str = "/"
    joins_channels: bool = False

    def command(self, word: str) -> str:
        """Write a command as it is typed in the chat."""
        return f"{self.sign}{word}"


SLASH = ChatStyle()
"""The style of a chat that has no other."""

Styles = Mapping[Dialect, ChatStyle]
