"""What each refusal of the platform means for the message."""

import json
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import AnswerCallbackQuery, CreateForumTopic, EditMessageText, GetMe, SendMessage, TelegramMethod

from bot.telegram.api.errors import FAILURES, CannotParse, NotModified, TooOld, chat_error
from bot.telegram.api.session import Session
from bot.telegram.api.too_many_requests import requested_pause
from workflows.ports.chat import ChatError, ChatGone, ChatMoved, MessageGone, RateLimited, Rejected, Unreachable

CALL = GetMe()
WITHOUT_WORDS: Any = None
"""The description of a refusal may be missing."""


def bad(text: str) -> TelegramBadRequest:
    return TelegramBadRequest(CALL, f"Bad Request: {text}")


def answered(method: TelegramMethod[Any], status: int, answer: dict[str, Any]) -> Any:
    return Session().check_response(Bot("1:x"), method, status, json.dumps(answer))


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
        (TelegramNotFound(CALL, "Not Found: method not found"), Unreachable, "method_not_found"),
        (bad("MESSAGE_NOT_MODIFIED"), NotModified, "not_modified"),
        (bad("PEER_ID_INVALID"), ChatGone, "chat_not_found"),
        (bad("group chat was upgraded to a supergroup chat"), ChatGone, "group_upgraded"),
        (bad("the chat is not a forum"), Rejected, "not_a_forum"),
        (forbidden("CHAT_WRITE_FORBIDDEN"), ChatGone, "no_right_to_post"),
        (TelegramAPIError(CALL, "Bad Request: message is not modified"), NotModified, "not_modified"),
        (TelegramAPIError(CALL, "Bad Request: chat not found"), ChatGone, "chat_not_found"),
        (TelegramAPIError(CALL, "Something else"), Unreachable, "platform_unwell"),
        (TelegramBadRequest(CALL, WITHOUT_WORDS), Rejected, "bad_request"),
        (TelegramForbiddenError(CALL, WITHOUT_WORDS), ChatGone, "forbidden"),
    ],
)
def test_every_failure_has_its_meaning(error: Exception, meaning: type[ChatError], code: str) -> None:
    found = chat_error(error)

    assert (type(found), found.code) == (meaning, code)


def test_a_penalty_is_as_long_as_the_platform_says() -> None:
    found = chat_error(TelegramRetryAfter(CALL, "Too Many Requests", retry_after=17))

    assert isinstance(found, RateLimited)
    assert found.retry_after == timedelta(seconds=17)


def test_a_penalty_is_read_from_the_words_where_nothing_else_tells_it() -> None:
    found = chat_error(TelegramAPIError(CALL, "Too Many Requests: retry after 17"))

    assert isinstance(found, RateLimited)
    assert found.retry_after == timedelta(seconds=17)
    assert requested_pause(TelegramAPIError(CALL, "Too Many Requests: retry after 17")) == 17


@pytest.mark.parametrize(
    "method", [EditMessageText(chat_id=1, message_id=5, text="x"), AnswerCallbackQuery(callback_query_id="1")]
)
def test_what_was_done_is_done_however_it_is_told(method: TelegramMethod[Any]) -> None:
    assert answered(method, 200, {"ok": True, "result": {"message_id": 5}}).result


def test_what_was_posted_or_begun_needs_no_more_than_its_number() -> None:
    posted = answered(SendMessage(chat_id=1, text="x"), 200, {"ok": True, "result": {"message_id": 5}})
    begun = answered(CreateForumTopic(chat_id=1, name="x"), 200, {"ok": True, "result": {"message_thread_id": 9}})

    assert (posted.result.message_id, begun.result.message_thread_id) == (5, 9)


def test_a_post_without_a_number_is_not_known() -> None:
    with pytest.raises(ClientDecodeError):
        answered(SendMessage(chat_id=1, text="x"), 200, {"ok": True, "result": {}})


def test_what_is_asked_has_to_be_told_as_it_should() -> None:
    with pytest.raises(ClientDecodeError):
        answered(GetMe(), 200, {"ok": True, "result": {"id": "me"}})


@pytest.mark.parametrize("status", [400, 403, 500, 502])
def test_a_refusal_without_words_is_a_refusal(status: int) -> None:
    with pytest.raises(FAILURES) as refused:
        answered(SendMessage(chat_id=1, text="x"), status, {"ok": False, "error_code": status})
    assert isinstance(chat_error(refused.value), ChatError)


@pytest.mark.parametrize(
    ("code", "words", "meaning"),
    [
        (400, "Bad Request: message is too long", Rejected),
        (403, "Forbidden: bot was blocked by the user", ChatGone),
        (429, "Too Many Requests: retry after 17", RateLimited),
        (500, "Internal Server Error", Unreachable),
    ],
)
def test_a_refusal_that_looks_like_a_success_is_a_refusal(code: int, words: str, meaning: type[ChatError]) -> None:
    with pytest.raises(FAILURES) as refused:
        answered(SendMessage(chat_id=1, text="x"), 200, {"ok": False, "error_code": code, "description": words})

    assert type(chat_error(refused.value)) is meaning


def test_an_upgraded_group_tells_its_new_address() -> None:
    found = chat_error(TelegramMigrateToChat(CALL, "upgraded", migrate_to_chat_id=-1007), topic=9)

    assert isinstance(found, ChatMoved)
    assert found.to == "telegram:-1007/9"
