"""Texts typed with a command: cleaned, and no longer than they may be."""

from workflows.domain import errors
from workflows.domain.text import storable

MAX_REASON = 2_000


MAX_COMMENT = 10_000


def within(limit: int, text: str) -> str:
    """Return a typed text as it is stored; raises TooLong."""
    words = storable(text)
    if len(words) > limit:
        raise errors.TooLong(limit=limit, length=len(words))
    return words


def reason_of(text: str) -> str:
    """Return a reason as it is stored; raises ReasonRequired or TooLong."""
    reason = within(MAX_REASON, text)
    if not reason:
        raise errors.ReasonRequired
    return reason
