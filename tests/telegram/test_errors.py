"""What each refusal of the platform means for what was to be said."""

from datetime import timedelta

import pytest
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetMe

from bot.telegram.errors import CannotParse, NotModified, TooOld, chat_error
from workflows.ports.chat import ChatError, ChatGone, ChatMoved, MessageGone, RateLimited, Rejected, Unreachable

CALL = GetMe()


def bad(text: str) -> TelegramBadRequest:
    return TelegramBadRequest(CALL, f"Bad Request: {text}")


def forbidden(text: str) -> TelegramForbiddenError:
    return TelegramForbiddenError(CALL, f"Forbidden: {text}")


@pytest.mark.parametrize(
    ("error", "meaning", "code"),
    [
        (bad("message is not modified: specified new message content"), NotModified, "not_modified"),
        (bad("message to edit not found"), MessageGone, "message_not_found"),
        (bad("message can't be edited"), MessageGone, "message_not_editable"),
        (bad("query is too old and response timeout expired or query ID is invalid"), TooOld, "query_too_old"),
        (bad("chat not found"), ChatGone, "chat_not_found"),
        (bad("not enough rights to send text messages to the chat"), ChatGone, "no_right_to_post"),
        (bad("TOPIC_CLOSED"), ChatGone, "topic_closed"),
        (bad("message thread not found"), ChatGone, "topic_not_found"),
        (bad("can't parse entities: Unsupported start tag"), CannotParse, "cannot_parse"),
        (bad("message is too long"), Rejected, "too_long"),
        (bad("BUTTON_DATA_INVALID"), Rejected, "bad_request"),
        (forbidden("bot was kicked from the supergroup chat"), ChatGone, "bot_was_kicked"),
        (forbidden("bot was blocked by the user"), ChatGone, "blocked_by_the_user"),
        (forbidden("user is deactivated"), ChatGone, "user_is_deactivated"),
        (forbidden("bot can't initiate conversation with a user"), ChatGone, "never_opened"),
        (TelegramServerError(CALL, "Bad Gateway"), Unreachable, "platform_unwell"),
        (ClientDecodeError("no JSON", ValueError(), "<html>"), Unreachable, "platform_unwell"),
        (TelegramNetworkError(CALL, "connection lost"), Unreachable, "network"),
        (TimeoutError(), Unreachable, "network"),
        (TelegramUnauthorizedError(CALL, "Unauthorized"), Unreachable, "token_refused"),
    ],
)
def test_every_failure_has_its_meaning(error: Exception, meaning: type[ChatError], code: str) -> None:
    found = chat_error(error)

    assert (type(found), found.code) == (meaning, code)


def test_a_penalty_is_as_long_as_the_platform_says() -> None:
    found = chat_error(TelegramRetryAfter(CALL, "Too Many Requests", retry_after=17))

    assert isinstance(found, RateLimited)
    assert found.retry_after == timedelta(seconds=17)


def test_an_upgraded_group_tells_its_new_address() -> None:
    found = chat_error(TelegramMigrateToChat(CALL, "upgraded", migrate_to_chat_id=-1007), topic=9)

    assert isinstance(found, ChatMoved)
    assert found.to == "telegram:-1007/9"
