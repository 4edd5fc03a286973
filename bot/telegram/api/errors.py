"""Telegram's refusals as errors of the chat port."""

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.telegram.api.addresses import Place
from bot.telegram.api.too_many_requests import rate_limited
from workflows.ports.chat import ChatError, ChatGone, ChatMoved, MessageGone, Rejected, Unreachable


class NotModified(ChatError):
    """The message shows this already."""


class Overtaken(ChatError):
    """The message shall show something newer by now, so nothing was sent."""


class CannotParse(ChatError):
    """Telegram cannot parse the markup: send the text without it."""


class TooOld(ChatError):
    """The press can no longer be answered; its spinner has stopped by itself."""


FAILURES = (TelegramAPIError, ClientDecodeError, TimeoutError, OSError)
"""All that a call may raise; the error page of a proxy becomes a ClientDecodeError, which is no TelegramAPIError."""

PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds before each retry while the platform cannot be reached."""

_REFUSALS: tuple[tuple[str, type[ChatError], str], ...] = (
    ("message is not modified", NotModified, "not_modified"),
    ("message_not_modified", NotModified, "not_modified"),
    ("message to edit not found", MessageGone, "message_not_found"),
    ("message can't be edited", MessageGone, "message_not_editable"),
    ("message_id_invalid", MessageGone, "message_not_found"),
    ("query is too old", TooOld, "query_too_old"),
    ("can't parse", CannotParse, "cannot_parse"),
    ("chat not found", ChatGone, "chat_not_found"),
    ("peer_id_invalid", ChatGone, "chat_not_found"),
    ("group chat was upgraded", ChatGone, "group_upgraded"),
    ("not enough rights", ChatGone, "no_right_to_post"),
    ("have no rights", ChatGone, "no_right_to_post"),
    ("need administrator rights", ChatGone, "no_right_to_post"),
    ("chat_write_forbidden", ChatGone, "no_right_to_post"),
    ("chat_restricted", ChatGone, "no_right_to_post"),
    ("topic_closed", ChatGone, "topic_closed"),
    ("topic_deleted", ChatGone, "topic_not_found"),
    ("message thread not found", ChatGone, "topic_not_found"),
    ("group chat was deactivated", ChatGone, "chat_not_found"),
    ("not a forum", Rejected, "not_a_forum"),
    ("too long", Rejected, "too_long"),
)
_FORBIDDEN: tuple[tuple[str, str], ...] = (
    ("kicked", "bot_was_kicked"),
    ("not a member", "bot_was_kicked"),
    ("blocked", "blocked_by_the_user"),
    ("deactivated", "user_is_deactivated"),
    ("can't initiate", "never_opened"),
    ("write_forbidden", "no_right_to_post"),
    ("not enough rights", "no_right_to_post"),
)


def chat_error(error: Exception, topic: int | None = None) -> ChatError:
    """Return a failed call as an error of the chat port; *topic* is the topic that the message was for."""
    if (limited := rate_limited(error)) is not None:
        return limited
    match error:
        case TelegramMigrateToChat():
            return ChatMoved("group_upgraded", Place(error.migrate_to_chat_id, topic).address)
        case TelegramForbiddenError():
            said = _words(error)
            return ChatGone(next((code for words, code in _FORBIDDEN if words in said), "forbidden"))
        case TelegramBadRequest():
            return _refusal(error) or Rejected("bad_request")
        case TelegramUnauthorizedError():
            return Unreachable("token_refused")
        case TelegramNotFound():
            return Unreachable("method_not_found")
        case TelegramNetworkError() | TimeoutError() | OSError():
            # Telegram may have taken the message; it is sent again, since a second card is better than none.
            return Unreachable("network")
        case TelegramServerError():
            return Unreachable("platform_unwell")
        case TelegramAPIError():
            # A server that refuses with another status than Telegram itself: the description decides.
            return _refusal(error) or Unreachable("platform_unwell")
    return Unreachable("platform_unwell")


def _refusal(error: TelegramAPIError) -> ChatError | None:
    said = _words(error)
    return next((kind(code) for words, kind, code in _REFUSALS if words in said), None)


def _words(error: TelegramAPIError) -> str:
    """Return the description in lower case; it may be missing."""
    return (error.message or "").lower()
