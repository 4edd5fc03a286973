"""Who the bot is, as the platform tells in the greeting."""

from dataclasses import dataclass


@dataclass(slots=True)
class Identity:
    """`username` is empty before the greeting."""

    username: str = ""
