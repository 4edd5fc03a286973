"""The library's session, less strict about answers: what was done is not done again because of how it was told."""

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
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import ForumTopic, Message

_DONE = (SendDocument, EditMessageText, EditMessageReplyMarkup, DeleteMessage, AnswerCallbackQuery, CloseForumTopic)
"""Methods of whose result nothing is used."""


class Session(AiohttpSession):
    """Takes a result that cannot be read for done, and a refusal for one however it is told."""

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Return what the platform did; raises one of `bot.telegram.api.errors.FAILURES`."""
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as odd:
            result = _done(method, odd.data)
            if result is None:
                raise
            return Response[Any].model_construct(ok=True, result=result)
        except TypeError as odd:
            # The library looks into a description that is not there.
            raise TelegramServerError(method=method, message=f"HTTP {status_code} without a description") from odd
        except TelegramAPIError:
            told = _error_code(content)
            if told is None or status_code >= 400:
                raise
            return self.check_response(bot, method, told, content)


def _done(method: TelegramMethod[Any], data: object) -> object:
    """Return what stands for the unreadable result of a method that took effect; None when it is not known to have."""
    if not isinstance(data, dict) or data.get("ok") is not True:
        return None
    result = data.get("result")
    told: dict[str, Any] = result if isinstance(result, dict) else {}
    match method:
        case SendMessage() if isinstance(told.get("message_id"), int):
            return Message.model_construct(**told)
        case CreateForumTopic() if isinstance(told.get("message_thread_id"), int):
            return ForumTopic.model_construct(**told)
    return True if isinstance(method, _DONE) else None


def _error_code(content: str) -> int | None:
    code = json.loads(content).get("error_code")
    return code if isinstance(code, int) and code >= 400 else None
