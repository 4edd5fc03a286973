"""The pace and the patience of the Telegram adapter."""

from dataclasses import dataclass

from bot.telegram.api.limits import OF_TELEGRAM, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramTuning:
    """`limits` are kept before the platform enforces them.

    `patience` is how many seconds a press waits for its reply before its spinner is stopped with a word of comfort; the
    reply follows as a message.
    """

    limits: Limits = OF_TELEGRAM
    patience: float = 0.7
