"""Slack's payloads to places and `Incoming`: three moves, no decisions."""

from typing import Any

from bot.conversation.incoming import Incoming, Intent, Press, Said
from bot.slack.api.addresses import PLATFORM, address_of, is_direct
from bot.slack.api.origin import Origin
from bot.slack.blockkit.markup import LINK
from bot.slack.blockkit.plain_text import Names, unmarked
from workflows.domain.ids import PersonId
from workflows.domain.text import Language
from workflows.ports.chat import Dialect, MessageId

JSON = dict[str, Any]
DIRECT, PRIVATE = "directmessage", "privategroup"
"""What Slack calls a direct message, and a private channel whose name it does not tell."""


def update_of(body: JSON) -> str:
    """Return what is the same whenever Slack sends the same thing again."""
    told = body.get("event_id") or body.get("trigger_id")
    if told:
        return f"{PLATFORM}:{told}"
    view, action = body.get("view") or {}, (body.get("actions") or [{}])[0]
    user, event = body.get("user") or {}, body.get("event") or {}
    told = (event.get(name) for name in ("type", "subtype", "event_ts", "ts"))
    parts = (body.get("type"), view.get("id"), view.get("hash"), user.get("id"), action.get("action_ts"), *told)
    return ":".join((PLATFORM, *(str(part) for part in parts if part)))


def origin_of_interaction(body: JSON) -> Origin:
    """Read where a press, a sent window or a shortcut happened."""
    channel = body.get("channel") or {}
    container = body.get("container") or {}
    return Origin(
        user=body["user"]["id"],
        channel=channel.get("id"),
        room=_room(channel.get("id", ""), channel.get("name", "")),
        trigger=body.get("trigger_id"),
        response_url=body.get("response_url"),
        view=body.get("view"),
        thread=_thread(container, body.get("message") or {}),
        is_ephemeral=bool(container.get("is_ephemeral")),
    )


def origin_of_command(body: JSON) -> Origin:
    """Read where a command was typed."""
    return Origin(
        user=body["user_id"],
        channel=body["channel_id"],
        room=_room(body["channel_id"], body.get("channel_name", "")),
        trigger=body.get("trigger_id"),
        response_url=body.get("response_url"),
    )


def incoming(
    update: str,
    origin: Origin,
    intent: Intent,
    *,
    person: PersonId | None,
    language: Language,
    message: str | None = None,
) -> Incoming:
    """Put an intent into an update; *message* is what the person said, where it is a message of its own."""
    return Incoming(
        update_id=update,
        person=person,
        language=language,
        chat=address_of(origin.channel or origin.user),
        dialect=Dialect.MRKDWN,
        intent=intent,
        room=origin.room,
        message=None if message is None else MessageId(message),
    )


def pressed(action: JSON) -> Press | None:
    """Read a pressed button or a chosen entry of a menu; None for one that only opens an address."""
    value = (action.get("selected_option") or action).get("value") or ""
    if action["action_id"].startswith(LINK) or value.startswith(f"{LINK}:"):
        return None
    return Press(action=value)


def said(text: str, names: Names) -> Said:
    """Read what was typed to the assistant."""
    return Said(text=unmarked(text, names))


def commanded(text: str, names: Names) -> Said:
    """Read what was typed after our command; nothing asks for help."""
    return Said(text=f"/{unmarked(text, names).removeprefix('/') or 'help'}")


def _thread(container: JSON, message: JSON) -> str | None:
    """Return the thread in which something was pressed; what the channel shows too is pressed in the channel."""
    thread: str | None = container.get("thread_ts")
    is_shown = message.get("subtype") == "thread_broadcast" or thread == container.get("message_ts")
    return None if is_shown else thread


def _room(channel: str, name: str) -> str | None:
    return None if not channel or is_direct(channel) or name == DIRECT else name or channel
