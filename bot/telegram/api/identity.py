"""Who the bot is."""

from dataclasses import dataclass


@dataclass(slots=True)
class Identity:
    """`bot_id` is part of the token; `username` is empty until the platform has told it in the greeting."""

    bot_id: int = 0
    username: str = ""
