"""Telegram's limits: 30 messages a second, 1 a second in a chat, 20 a minute in a group."""

from dataclasses import dataclass

from bot.pacing import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one bot; edits count like messages, answers to presses do not count."""

    overall: Limit
    chat: Limit
    group: Limit


OF_TELEGRAM = Limits(
    overall=Limit(messages=30, seconds=1.0),
    chat=Limit(messages=1, seconds=1.0),
    group=Limit(messages=20, seconds=60.0),
)
"""As documented at https://core.telegram.org/bots/faq."""
