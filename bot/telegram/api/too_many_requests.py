"""Telegram's 429: it names the seconds for which a chat takes no messages, and we wait as long as that."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter

from bot.background.pacing import Sending
from workflows.ports.chat import ChatError, RateLimited

MOST_REFUSALS = 20
"""How often a reply waits as long as the platform asks; each time delays what is said in the chat after it."""
_RETRY_AFTER = re.compile(r"retry after (\d+)")

T = TypeVar("T")


def rate_limited(failure: Exception) -> RateLimited | None:
    """Return a 429 as an error of the chat port; None for any other failure.

    A server that refuses with another status than Telegram itself still says so in its description.
    """
    match failure:
        case TelegramRetryAfter():
            return RateLimited("rate_limited", timedelta(seconds=failure.retry_after))
        case TelegramAPIError() if (asked := _RETRY_AFTER.search((failure.message or "").lower())) is not None:
            return RateLimited("rate_limited", timedelta(seconds=int(asked[1])))
    return None


def requested_pause(failure: Exception) -> float | None:
    """Return the seconds after which the platform asks us to try again; None when it asks for no pause."""
    error = rate_limited(failure)
    return None if error is None else error.retry_after.total_seconds()


def hold_back(sending: Sending, error: ChatError) -> None:
    """Block the chat of a refused message for as long as the platform asks."""
    if isinstance(error, RateLimited):
        sending.penalty = error.retry_after.total_seconds()


def passes_within(seconds: float, error: ChatError) -> bool:
    """Whether the platform asks us to wait, and no longer than this."""
    return isinstance(error, RateLimited) and error.retry_after.total_seconds() <= seconds


async def retry_when_limited(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call that somebody waits for, again after each refusal; the pace holds it back as long as was asked.

    Raises RateLimited when it was refused more than `MOST_REFUSALS` times, and whatever else the call raises.
    """
    for _ in range(MOST_REFUSALS):
        try:
            return await call()
        except RateLimited:
            continue
    return await call()
