"""The pace of the Telegram adapter."""

from dataclasses import dataclass

from bot.telegram.api.limits import OF_TELEGRAM, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramTuning:
    """`limits` are kept before the platform enforces them."""

    limits: Limits = OF_TELEGRAM
