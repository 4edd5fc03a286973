"""Slack's JSON to values: all that comes in is read here, once. No decisions."""

from bot.conversation.commands.vocabulary import read
from bot.conversation.incoming import Said
from bot.slack.api.addresses import PLATFORM, is_direct
from bot.slack.api.client import JSON
from bot.slack.api.origin import Origin
from bot.slack.api.slack_file import SlackFile
from bot.slack.api.window import Window
from bot.slack.blockkit.controls import RECORD_OF
from bot.slack.blockkit.form_window import is_of_a_form
from bot.slack.blockkit.markup import LINK, LIST
from bot.slack.blockkit.plain_text import Names, Quotation, unmarked
from bot.slack.handlers.payloads import (
    ClosedWindow,
    DeletedMessage,
    HomePress,
    MessagePress,
    MessageShortcut,
    NewCaseShortcut,
    Press,
    RecordSearch,
    SentWindow,
    SlashCommand,
    WindowPress,
    WrittenMessage,
)
from bot.slack.setup.manifest import CASE_FROM_MESSAGE, NEW_CASE
from workflows.domain.ids import KindId

DIRECT, PRIVATE = "directmessage", "privategroup"
"""What Slack calls a direct message, and a private channel whose name it withholds."""
TOMBSTONE = "tombstone"
"""The subtype of what Slack shows in place of a deleted message that has replies."""


def update_of(body: JSON) -> str:
    """Return what is the same whenever Slack sends the same thing again."""
    unique = body.get("event_id") or body.get("trigger_id")
    if unique:
        return f"{PLATFORM}:{unique}"
    view, action = body.get("view") or {}, (body.get("actions") or [{}])[0]
    user, event = body.get("user") or {}, body.get("event") or {}
    of_event = (event.get(name) for name in ("type", "subtype", "event_ts", "ts"))
    parts = (body.get("type"), view.get("id"), view.get("hash"), user.get("id"), action.get("action_ts"), *of_event)
    return ":".join((PLATFORM, *(str(part) for part in parts if part)))


def read_press(body: JSON) -> Press | None:
    """Read what was pressed, chosen, ticked or typed; None for a button that only opens an address."""
    update, origin, action, view = update_of(body), _origin_of(body), body["actions"][0], body.get("view") or {}
    control, value = action["action_id"], (action.get("selected_option") or action).get("value") or ""
    is_of_form = view.get("type") == "modal" and is_of_a_form(control)
    if not is_of_form and (control.startswith(LINK) or value.startswith(f"{LINK}:")):
        return None
    if view.get("type") == "modal":
        block, window = str(action.get("block_id")), Window.read(view)
        return WindowPress(
            update=update,
            origin=origin,
            window=window,
            control=control,
            block=block,
            action=str(value),
            at=_moment(action.get("action_ts")),
        )
    if view:
        return HomePress(update=update, origin=origin, action=value)
    block = str(action.get("block_id"))
    inside = block.removeprefix(LIST).rpartition(":")[0] if block.startswith(LIST) else ""
    return MessagePress(update=update, origin=origin, action=value, inside=inside)


def read_search(body: JSON) -> RecordSearch | None:
    """Read what was typed into a menu that finds records; None for a menu that is none of ours."""
    control = str(body["action_id"])
    if not control.startswith(RECORD_OF):
        return None
    kind = KindId(control.removeprefix(RECORD_OF))
    return RecordSearch(user=body["user"]["id"], kind=kind, words=str(body.get("value") or ""))


def read_sent_window(body: JSON) -> SentWindow:
    """Read a window that was sent."""
    return SentWindow(update=update_of(body), origin=_origin_of(body), window=Window.read(body["view"]))


def read_closed_window(body: JSON) -> ClosedWindow:
    """Read a window that was closed."""
    return ClosedWindow(update=update_of(body), origin=_origin_of(body), window=Window.read(body["view"]))


def read_command(body: JSON) -> SlashCommand:
    """Read our command."""
    channel = body["channel_id"]
    origin = Origin(
        user=body["user_id"],
        channel=channel,
        channel_title=_title_of(channel, body.get("channel_name", "")),
        trigger=body.get("trigger_id"),
        response_url=body.get("response_url"),
    )
    return SlashCommand(update=update_of(body), origin=origin, text=body.get("text") or "")


def read_shortcut(body: JSON) -> NewCaseShortcut | MessageShortcut | None:
    """Read a shortcut; None for one that is none of ours."""
    if body["callback_id"] == NEW_CASE:
        return NewCaseShortcut(update=update_of(body), origin=_origin_of(body))
    if body["callback_id"] != CASE_FROM_MESSAGE:
        return None
    message = body["message"]
    return MessageShortcut(
        update=update_of(body),
        origin=_origin_of(body),
        message=message["ts"],
        text=str(message.get("text") or ""),
        quotations=tuple(_quotation(one) for one in _forwarded(message)),
        address=address_of_message(body),
    )


def read_message(update: str, message: JSON, channel: str, *, is_correction: bool = False) -> WrittenMessage:
    """Read a message that a person wrote in a channel."""
    thread, forwarded = message.get("thread_ts"), _forwarded(message)
    files = [*(message.get("files") or ()), *(file for one in forwarded for file in one.get("files") or ())]
    origin = Origin(
        user=message["user"],
        channel=channel,
        channel_title=None if is_direct(channel) else channel,
        thread=None if thread == message["ts"] else thread,
    )
    return WrittenMessage(
        update=update,
        origin=origin,
        ts=message["ts"],
        text=str(message.get("text") or ""),
        quotations=tuple(_quotation(one) for one in forwarded),
        files=tuple(SlackFile.read(file) for file in files),
        thread_author=message.get("parent_user_id") or (message.get("root") or {}).get("user"),
        is_correction=is_correction,
    )


def read_deletion(event: JSON) -> DeletedMessage:
    """Read that a message was deleted; one with replies was changed into a tombstone."""
    author = (event.get("previous_message") or {}).get("user")
    ts = event["message"]["ts"] if is_tombstone(event) else event.get("deleted_ts")
    return DeletedMessage(channel=event["channel"], ts=str(ts), author=author)


def is_tombstone(event: JSON) -> bool:
    """Whether an event says that a message was deleted whose thread remains.

    It comes as a change, not as a deletion (https://github.com/42wim/matterbridge/issues/600).
    """
    return (event.get("message") or {}).get("subtype") == TOMBSTONE


def said(text: str, names: Names) -> Said:
    """Return what was typed to the assistant."""
    return Said(text=unmarked(text, names))


def commanded(text: str, names: Names) -> Said:
    """Return what was typed after our command; without words it is `help`, and what is no command is looked for."""
    words = unmarked(text, names).removeprefix("/") or "help"
    return Said(text=words if read(f"/{words}") is None else f"/{words}")


def address_of_message(body: JSON) -> str:
    """Return where people find the message of a shortcut, as Slack would say; empty when it cannot be known."""
    message, channel = body["message"], body["channel"]["id"]
    domain, ts = (body.get("team") or {}).get("domain"), str(message.get("ts") or "")
    if not domain or not ts:
        return ""
    thread = message.get("thread_ts")
    inside = f"?thread_ts={thread}&cid={channel}" if thread and thread != ts else ""
    return f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}{inside}"


def _forwarded(message: JSON) -> list[JSON]:
    """Return the messages that were forwarded with one; previews of addresses in it are attachments as well."""
    return [one for one in message.get("attachments") or () if one.get("is_share")]


def _quotation(forwarded: JSON) -> Quotation:
    """Read a forwarded message (https://github.com/slackapi/java-slack-sdk/issues/1179)."""
    return Quotation(
        text=str(forwarded.get("text") or forwarded.get("fallback") or ""),
        author=str(forwarded.get("author_name") or ""),
        address=str(forwarded.get("from_url") or ""),
    )


def _moment(ts: str | None) -> int:
    """Return a timestamp of Slack (`1548426417.840180`) in microseconds; 0 for none."""
    seconds, _, fraction = (ts or "").partition(".")
    return int(seconds) * 1_000_000 + int(fraction[:6].ljust(6, "0")) if seconds.isdigit() else 0


def _origin_of(body: JSON) -> Origin:
    channel, container, view = body.get("channel") or {}, body.get("container") or {}, body.get("view") or {}
    is_window = view.get("type") == "modal"
    return Origin(
        user=body["user"]["id"],
        channel=channel.get("id"),
        channel_title=_title_of(channel.get("id", ""), channel.get("name", "")),
        trigger=body.get("trigger_id"),
        response_url=body.get("response_url"),
        thread=_thread(container, body.get("message") or {}),
        window=view["id"] if is_window else None,
        is_home=bool(view) and not is_window,
        is_ephemeral=bool(container.get("is_ephemeral")),
    )


def _thread(container: JSON, message: JSON) -> str | None:
    """Return the thread in which something was pressed; what the channel shows too is pressed in the channel."""
    thread: str | None = container.get("thread_ts")
    is_shown = message.get("subtype") == "thread_broadcast" or thread == container.get("message_ts")
    return None if is_shown else thread


def _title_of(channel: str, name: str) -> str | None:
    return None if not channel or is_direct(channel) or name == DIRECT else name or channel
