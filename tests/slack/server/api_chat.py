"""chat.*: posting, updating, deleting, ephemeral messages, permalinks."""

from typing import Any

from .content import checked_blocks, checked_metadata, checked_text, refuse_user_posting
from .messages import BROADCAST, Message
from .people import Channel
from .values import JSON, SlackRefusal
from .workspace import TEAM_DOMAIN, Workspace

LONGEST_UPDATE = 4000


def visible_channel(slack: Workspace, channel_id: Any) -> Channel:
    """The channel as far as the app may know of it; raises channel_not_found."""
    channel = slack.channels.get(str(channel_id))
    if channel is None or (channel.is_private and slack.bot.id not in channel.members):
        raise SlackRefusal("channel_not_found")
    return channel


def _postable(slack: Workspace, channel_id: str) -> Channel:
    if channel_id in slack.profiles and not slack.profiles[channel_id].is_bot:
        return slack.im(channel_id)
    channel = visible_channel(slack, channel_id)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if slack.bot.id not in channel.members:
        raise SlackRefusal("not_in_channel")
    return channel


def _thread(channel: Channel, args: JSON) -> str | None:
    thread_ts = args.get("thread_ts")
    if not thread_ts:
        return None
    parent = channel.find(str(thread_ts))
    if parent is None:
        # Slack posts it in the channel, and says so by leaving thread_ts out of the message that it returns.
        return None
    if parent.is_system:
        raise SlackRefusal("cannot_reply_to_message")
    return parent.thread_ts or parent.ts


def post_message(slack: Workspace, args: JSON) -> JSON:
    """Post as the app."""
    refuse_user_posting(args)
    channel = _postable(slack, args["channel"])
    text, blocks = checked_text(args), checked_blocks(args.get("blocks"))
    if not text and not blocks and not args.get("attachments"):
        raise SlackRefusal("no_text")
    metadata = checked_metadata(args["metadata"]) if args.get("metadata") is not None else None
    message = slack.new_message(channel, user=slack.bot.id, text=text, thread_ts=_thread(channel, args))
    message.blocks = slack.finished_blocks(blocks or [])
    message.metadata = metadata
    if args.get("reply_broadcast") and message.thread_ts is not None:
        message.is_broadcast, message.subtype = True, BROADCAST
    slack.add_message(channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": slack.message_json(message, metadata=True)}


def update(slack: Workspace, args: JSON) -> JSON:
    """Change a message of the app: text without blocks removes the blocks, metadata stays unless it is given."""
    refuse_user_posting(args)
    channel = visible_channel(slack, args["channel"])
    message = _own_message(slack, channel, args["ts"], "cant_update_message")
    if channel.is_archived:
        raise SlackRefusal("is_inactive")
    text, blocks = checked_text(args), checked_blocks(args.get("blocks"))
    if not text and not blocks and not args.get("attachments"):
        raise SlackRefusal("no_text")
    if len(text) > LONGEST_UPDATE:
        raise SlackRefusal("msg_too_long")
    metadata = checked_metadata(args["metadata"]) if args.get("metadata") is not None else message.metadata

    def change() -> None:
        message.text = text or message.text
        message.blocks = slack.finished_blocks(blocks or [])
        message.metadata = metadata

    slack.change_message(channel, message, change, edited=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": slack.message_json(message)}


def _own_message(slack: Workspace, channel: Channel, ts: str, refusal: str) -> Message:
    message = channel.find(ts)
    if message is None:
        raise SlackRefusal("message_not_found")
    if message.user != slack.bot.id:
        raise SlackRefusal(refusal)
    return message


def delete(slack: Workspace, args: JSON) -> JSON:
    """Delete one of the app's messages."""
    channel = visible_channel(slack, args["channel"])
    message = _own_message(slack, channel, args["ts"], "cant_delete_message")
    slack.delete_message(channel, message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(slack: Workspace, args: JSON) -> JSON:
    """Show a message to one member of the channel only."""
    refuse_user_posting(args)
    channel = visible_channel(slack, args["channel"])
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if slack.bot.id not in channel.members:
        raise SlackRefusal("not_in_channel")
    if args["user"] not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    text, blocks = checked_text(args), checked_blocks(args.get("blocks"))
    if not text and not blocks:
        raise SlackRefusal("no_text")
    message = show_ephemeral(slack, channel, args["user"], text, blocks, thread_ts=_thread(channel, args))
    return {"message_ts": message.ts}


def show_ephemeral(
    slack: Workspace, channel: Channel, user: str, text: str, blocks: list[JSON] | None, *, thread_ts: str | None = None
) -> Message:
    """Put an ephemeral message on the screen of *user*."""
    message = slack.new_message(channel, user=slack.bot.id, text=text, thread_ts=thread_ts)
    message.blocks = slack.finished_blocks(blocks or [])
    message.ephemeral_for = user
    slack.ephemerals[user].append(message)
    slack.changed()
    return message


def permalink(channel: Channel, message: Message) -> str:
    """The address of a message."""
    link = f"https://{TEAM_DOMAIN}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return link


def get_permalink(slack: Workspace, args: JSON) -> JSON:
    """The address of any message that the app can see."""
    channel = visible_channel(slack, args["channel"])
    message = channel.find(args["message_ts"])
    if message is None:
        raise SlackRefusal("message_not_found")
    return {"channel": channel.id, "permalink": permalink(channel, message)}
