"""Updates as the platform sends them: one that the library cannot read is logged and left out, the others count."""

from collections.abc import Mapping
from typing import Any

import structlog
from aiogram import Bot
from aiogram.types import ChatMemberRestricted, Update
from pydantic import ValidationError

log = structlog.get_logger(__name__)


def update_id_of(raw: object) -> int | None:
    """Return the id of a decoded update; None for what is no update at all."""
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    return number if isinstance(number, int) else None


def read_update(bot: Bot, raw: object) -> Update | None:
    """Read a decoded update; None for one that cannot be read, which will not be read the next time either."""
    try:
        return Update.model_validate(raw, context={"bot": bot})
    except ValidationError as error:
        known = _membership(bot, raw)
        if known is not None:
            return known
        # The error itself quotes what people wrote; where it lies says enough.
        log.error(
            "An update of Telegram cannot be read and is left out.",
            action="telegram_update_unreadable",
            update_id=update_id_of(raw),
            fields=[".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)],
        )
        return None


def _membership(bot: Bot, raw: object) -> Update | None:
    """Read what an older server tells of our place in a chat: status and whether we may write; None for else."""
    told = _part(raw, "my_chat_member")
    chat, member = _part(told, "chat"), _part(told, "new_chat_member")
    us = {"id": bot.id, "is_bot": True, "first_name": ""}
    out, inside = {"status": "left", "user": us}, {"status": "member", "user": us}
    match member.get("status"):
        case "left" | "kicked":
            now: dict[str, Any] = out
        case "member" | "administrator" | "creator":
            now = inside
        case "restricted":
            rights = {name: False for name, kind in ChatMemberRestricted.model_fields.items() if kind.is_required()}
            may_write = member.get("can_send_messages") is True
            now = {**rights, "status": "restricted", "user": us, "until_date": 0, "can_send_messages": may_write}
        case _:
            return None
    place = {"id": chat.get("id"), "type": chat.get("type", "supergroup")}
    change = {"chat": place, "from": us, "date": told.get("date"), "old_chat_member": inside, "new_chat_member": now}
    try:
        return Update.model_validate({"update_id": update_id_of(raw), "my_chat_member": change}, context={"bot": bot})
    except ValidationError:
        return None


def _part(raw: object, name: str) -> Mapping[str, Any]:
    part = raw.get(name) if isinstance(raw, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def updates_in(answer: object) -> list[object] | None:
    """Return the decoded updates of an answer to getUpdates; None for what is no such answer."""
    result = answer.get("result") if isinstance(answer, Mapping) else None
    return result if isinstance(result, list) else None
