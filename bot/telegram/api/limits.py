"""Telegram's limits: 30 messages a second, 1 a second in a chat with a short burst, 20 a minute in a group."""

from dataclasses import dataclass

from bot.background.pacing import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one bot; edits count like messages, answers to presses do not count.

    `private` is the limit of a private chat, `chat` that of a group within a second, `group` within a minute.
    """

    overall: Limit
    private: Limit
    chat: Limit
    group: Limit


OF_TELEGRAM = Limits(
    overall=Limit(messages=30, seconds=1.0),
    private=Limit(messages=3, seconds=1.0, one_by_one=True, kept=(0, 0, 2)),
    chat=Limit(messages=1, seconds=1.0),
    group=Limit(messages=20, seconds=60.0, kept=(0, 3, 6)),
)
"""As documented at https://core.telegram.org/bots/faq, which allows "short bursts" in a chat."""
