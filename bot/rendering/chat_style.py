"""How commands are written in the chat in which a sentence is read."""

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.ports.chat import Dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatStyle:
    """How a command is written in a chat: after `sign`."""

    sign: str = "/"

    def command(self, word: str) -> str:
        """Write a command as it is typed in the chat."""
        return f"{self.sign}{word}"


SLASH = ChatStyle()
"""The style of a chat that has no other."""

Styles = Mapping[Dialect, ChatStyle]
