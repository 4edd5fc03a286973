"""The library's session, tolerant of odd responses: a call that took effect is not repeated because of its response."""

import json
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramServerError
from aiogram.methods import (
    AnswerCallbackQuery,
    CloseForumTopic,
    CreateForumTopic,
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    Response,
    SendDocument,
    SendMessage,
    SetMessageReaction,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import ForumTopic, Message

_RESULT_UNUSED = (
    EditMessageText,
    EditMessageReplyMarkup,
    DeleteMessage,
    AnswerCallbackQuery,
    CloseForumTopic,
    SetMessageReaction,
)
"""Methods whose result is not used."""


class Session(AiohttpSession):
    """Accepts an unreadable result as success, and recognises a refusal with status 200."""

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Return the response of a call; raises one of `bot.telegram.api.errors.FAILURES`."""
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as odd:
            result = _substitute(method, odd.data)
            if result is None:
                raise
            return Response[Any].model_construct(ok=True, result=result)
        except TypeError as odd:
            # The library reads the description, which is missing.
            raise TelegramServerError(method=method, message=f"HTTP {status_code} without a description") from odd
        except TelegramAPIError:
            code = _error_code(content)
            if code is None or status_code >= 400:
                raise
            return self.check_response(bot, method, code, content)


def _substitute(method: TelegramMethod[Any], data: object) -> object:
    """Return a substitute for the unreadable result of a call that took effect; None when it may not have."""
    if not isinstance(data, dict) or data.get("ok") is not True:
        return None
    result = data.get("result")
    fields: dict[str, Any] = result if isinstance(result, dict) else {}
    match method:
        case SendMessage() | SendDocument() if isinstance(fields.get("message_id"), int):
            return Message.model_construct(**fields)
        case CreateForumTopic() if isinstance(fields.get("message_thread_id"), int):
            return ForumTopic.model_construct(**fields)
    return True if isinstance(method, _RESULT_UNUSED) else None


def _error_code(content: str) -> int | None:
    code = json.loads(content).get("error_code")
    return code if isinstance(code, int) and code >= 400 else None
