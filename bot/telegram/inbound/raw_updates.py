"""Decoded updates before the library reads them: one that it cannot read is logged and skipped."""

from collections.abc import Mapping
from typing import Any

import structlog
from aiogram import Bot
from aiogram.types import ChatMemberRestricted, Update
from pydantic import ValidationError

log = structlog.get_logger(__name__)


def update_id_of(raw: object) -> int | None:
    """Return the id of a decoded update; None for anything else."""
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    return number if isinstance(number, int) else None


def read_update(bot: Bot, raw: object) -> Update | None:
    """Parse a decoded update; None for one that cannot be parsed, now or later."""
    try:
        return Update.model_validate(raw, context={"bot": bot})
    except ValidationError as error:
        known = _membership(bot, raw)
        if known is not None:
            return known
        # The error quotes what people wrote: only the names of the fields are logged.
        log.error(
            "An update of Telegram cannot be read and is skipped.",
            action="telegram_update_unreadable",
            update_id=update_id_of(raw),
            fields=[".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)],
        )
        return None


def _membership(bot: Bot, raw: object) -> Update | None:
    """Parse the bot's membership as an older server reports it: status and right to write; None for anything else."""
    reported = _part(raw, "my_chat_member")
    chat, member = _part(reported, "chat"), _part(reported, "new_chat_member")
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
    change = {
        "chat": place,
        "from": us,
        "date": reported.get("date"),
        "old_chat_member": inside,
        "new_chat_member": now,
    }
    try:
        return Update.model_validate({"update_id": update_id_of(raw), "my_chat_member": change}, context={"bot": bot})
    except ValidationError:
        return None


def _part(raw: object, name: str) -> Mapping[str, Any]:
    part = raw.get(name) if isinstance(raw, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def updates_in(answer: object) -> list[object] | None:
    """Return the decoded updates of a response to getUpdates; None for anything else."""
    result = answer.get("result") if isinstance(answer, Mapping) else None
    return result if isinstance(result, list) else None
