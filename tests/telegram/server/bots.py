"""The methods about the bot itself: who it is, its commands, its responses to pressed buttons, where its updates go."""

import json
import re
from typing import Any, Final
from urllib.parse import urlsplit

from . import files
from .errors import bad_request
from .facts import MAX_CALLBACK_ANSWER, MAX_COMMANDS
from .html import utf16_length
from .platform import Answer, Platform, Webhook
from .validation import Parameters

_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]*")


def get_me(platform: Platform, call: Parameters) -> dict[str, Any]:
    """getMe."""
    denied = ("supports_inline_queries", "can_connect_to_business", "has_main_web_app", "has_topics_enabled")
    able = {"can_join_groups": True, "can_read_all_group_messages": not platform.privacy_mode}
    return platform.bot.json() | able | dict.fromkeys(denied, False)


def answer_callback_query(platform: Platform, call: Parameters) -> bool:
    """answerCallbackQuery; once, and soon."""
    query = platform.queries.get(call.text("callback_query_id"))
    now = platform.clock.now()
    if query is None or query.answer is not None or now - query.asked_at > platform.callback_lifetime:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if utf16_length(call.text("text")) > MAX_CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    url = call.text("url")
    if url and not url.startswith((f"https://t.me/{platform.bot.username}?", f"t.me/{platform.bot.username}?")):
        raise bad_request("URL_INVALID")
    query.answer = Answer(text=call.text("text"), show_alert=call.flag("show_alert"), url=url, at=now)
    platform.watch.changed()
    return True


def set_commands(platform: Platform, call: Parameters) -> bool:
    """setMyCommands."""
    key = _commands_key(platform, call)
    commands = call.get("commands")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"].strip()) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    platform.commands[key] = commands
    platform.watch.changed()
    return True


def scope_key(scope: dict[str, Any] | None) -> str:
    """One string for one scope."""
    return json.dumps(scope or {"type": "default"}, sort_keys=True)


def _commands_key(platform: Platform, call: Parameters) -> tuple[str, str]:
    scope, language = call.get("scope"), call.text("language_code")
    if scope and "chat_id" in scope:
        platform.readable(scope["chat_id"])
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return scope_key(scope), language


def get_file(platform: Platform, call: Parameters) -> dict[str, Any]:
    """getFile."""
    return files.described_for_download(platform, call.text("file_id"))


def set_webhook(platform: Platform, call: Parameters) -> bool:
    """setWebhook; plain http is taken for the local machine only, as a self-hosted server would."""
    url, secret = call.text("url"), call.text("secret_token")
    if call.file("certificate") is not None:
        raise bad_request("bad webhook: certificates are not spoken by this test server")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise bad_request("invalid webhook URL specified")
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    platform.updates.allow(call.get("allowed_updates"))
    if call.flag("drop_pending_updates"):
        platform.updates.pending.clear()
    connections = min(max(call.number("max_connections", 40), 1), 100)
    platform.set_webhook(Webhook(url=url, secret_token=secret, max_connections=connections))
    return True


def delete_webhook(platform: Platform, call: Parameters) -> bool:
    """deleteWebhook."""
    if call.flag("drop_pending_updates"):
        platform.updates.pending.clear()
    platform.set_webhook(Webhook())
    return True
