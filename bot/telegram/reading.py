"""Updates as the platform sends them: one that the library cannot read is logged and left out, the others count."""

from collections.abc import Mapping

import structlog
from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError

log = structlog.get_logger(__name__)


def update_id_of(raw: object) -> int | None:
    """Answer the id of a decoded update; None for what is no update at all."""
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    return number if isinstance(number, int) else None


def read_update(bot: Bot, raw: object) -> Update | None:
    """Read a decoded update; None for one that cannot be read, which will not be read the next time either."""
    try:
        return Update.model_validate(raw, context={"bot": bot})
    except ValidationError as error:
        # The error itself quotes what people wrote; where it lies says enough.
        log.error(
            "An update of Telegram cannot be read and is left out.",
            action="telegram_update_unreadable",
            update_id=update_id_of(raw),
            fields=[".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)],
        )
        return None


def updates_in(answer: object) -> list[object] | None:
    """Answer the decoded updates of an answer to getUpdates; None for what is no such answer."""
    result = answer.get("result") if isinstance(answer, Mapping) else None
    return result if isinstance(result, list) else None
