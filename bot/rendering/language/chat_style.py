"""How commands are written in the chat where a sentence is read."""

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.ports.chat import Dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatStyle:
    """How a command is written in a chat: after `sign`."""

    sign: str = "/"

    def command(self, word: str) -> str:
        """Return a command as it is typed in the chat."""
        return f"{self.sign}{word}"


SLASH = ChatStyle()
"""The default style."""

Styles = Mapping[Dialect, ChatStyle]
