"""The app manifest, to be pasted at https://api.slack.com/apps: everything that the app needs, and nothing else."""

import json
from collections.abc import Iterable
from typing import Any

from bot.conversation.commands.vocabulary import COMMANDS, Command

PATH = "/slack/events"
"""The path that Slack calls when there is no Socket Mode."""
NEW_CASE, CASE_FROM_MESSAGE = "new_case", "case_from_message"
"""The callback ids of the shortcuts."""
SCOPES = (
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "users:read",
    "users:read.email",
)
EVENTS = (
    "app_home_opened",
    "channel_archive",
    "channel_deleted",
    "channel_id_changed",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
)


def usage(commands: Iterable[Command] = COMMANDS) -> str:
    """Return the words that may follow our command."""
    return " | ".join(command.word for command in commands)


def manifest(command: str, url: str | None) -> str:
    """Return the manifest as JSON: for HTTP at *url*, or for Socket Mode without one."""
    address = None if url is None else f"{url.rstrip('/')}{PATH}"
    called = {} if address is None else {"url": address}
    asked = {} if address is None else {"request_url": address}
    made: dict[str, Any] = {
        "display_information": {
            "name": "Handover",
            "description": "Cards, forms and messages when one department hands a case to the next",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Handover", "always_online": True},
            "shortcuts": [
                {
                    "name": "New case",
                    "type": "global",
                    "callback_id": NEW_CASE,
                    "description": "Открыть новое дело / Open a new case",
                },
                {
                    "name": "Make a case",
                    "type": "message",
                    "callback_id": CASE_FROM_MESSAGE,
                    "description": "Открыть дело по сообщению / Make a case from this message",
                },
            ],
            "slash_commands": [
                {
                    "command": command,
                    "description": "Дела и задачи / Cases and tasks",
                    "usage_hint": usage(),
                    "should_escape": True,
                    **called,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS), **asked},
            "interactivity": {"is_enabled": True, **asked},
            "org_deploy_enabled": False,
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": False,
        },
    }
    return json.dumps(made, ensure_ascii=False, indent=2)
