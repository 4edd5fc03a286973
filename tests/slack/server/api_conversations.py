"""conversations.*: channels and their history."""

import base64
from collections.abc import Sequence
from typing import Any, TypeVar

from .api_chat import visible_channel
from .ids import ts_key
from .messages import Message
from .values import JSON, SlackRefusal
from .workspace import Workspace

T = TypeVar("T")


def page(items: Sequence[T], args: JSON, *, default: int) -> tuple[list[T], str]:
    """One page of *items* and the cursor of the next, empty on the last; raises invalid_cursor."""
    limit = args.get("limit") or default
    limit = min(max(limit, 1), 1000)
    start = 0
    if cursor := args.get("cursor"):
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("offset:"))
        except ValueError as problem:
            raise SlackRefusal("invalid_cursor") from problem
    more = start + limit < len(items)
    return list(items[start : start + limit]), base64.b64encode(
        f"offset:{start + limit}".encode()
    ).decode() if more else ""


def open_im(slack: Workspace, args: JSON) -> JSON:
    """Open the direct message with one person."""
    if args.get("channel"):
        channel = visible_channel(slack, args["channel"])
        return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    if not args.get("users"):
        raise SlackRefusal("users_list_not_supplied")
    users = str(args["users"]).split(",")
    if any(user not in slack.profiles for user in users):
        raise SlackRefusal("user_not_found")
    if len(users) > 1:
        # Group direct messages are not modelled: refused rather than handled wrongly.
        raise SlackRefusal("too_many_users")
    channel = slack.im(users[0])
    return {"channel": channel.to_json(bot_id=slack.bot.id) if args.get("return_im") else {"id": channel.id}}


def info(slack: Workspace, args: JSON) -> JSON:
    """One conversation."""
    channel = visible_channel(slack, args["channel"])
    return {"channel": channel.to_json(bot_id=slack.bot.id, num_members=bool(args.get("include_num_members")))}


def _moment(args: JSON, name: str) -> tuple[int, int] | None:
    if not args.get(name) or args[name] == "now":
        return None
    try:
        return ts_key(args[name])
    except ValueError as problem:
        raise SlackRefusal(f"invalid_ts_{name}") from problem


def _between(messages: list[Message], args: JSON) -> list[Message]:
    oldest, latest, inclusive = _moment(args, "oldest"), _moment(args, "latest"), bool(args.get("inclusive"))

    def wanted(message: Message) -> bool:
        at = ts_key(message.ts)
        after = oldest is None or at > oldest or (inclusive and at == oldest)
        before = latest is None or at < latest or (inclusive and at == latest)
        return after and before

    return [message for message in messages if wanted(message)]


def history(slack: Workspace, args: JSON) -> JSON:
    """The messages of a channel, newest first, without the replies in threads."""
    channel = visible_channel(slack, args["channel"])
    if slack.bot.id not in channel.members:
        raise SlackRefusal("not_in_channel")
    messages = _between([message for message in channel.everything if message.is_top_level], args)
    shown, cursor = page(messages[::-1], args, default=100)
    return _messages(slack, shown, cursor, args)


def replies(slack: Workspace, args: JSON) -> JSON:
    """A message and the thread under it, oldest first."""
    channel = visible_channel(slack, args["channel"])
    parent = channel.find(args["ts"])
    if parent is None or slack.bot.id not in channel.members:
        raise SlackRefusal("thread_not_found")
    if parent.thread_ts:
        parent = channel.find(parent.thread_ts) or parent
    shown, cursor = page([parent, *_between(channel.replies(parent), args)], args, default=1000)
    return _messages(slack, shown, cursor, args)


def _messages(slack: Workspace, shown: list[Message], cursor: str, args: JSON) -> JSON:
    metadata = bool(args.get("include_all_metadata"))
    answer: JSON = {"messages": [slack.message_json(message, metadata=metadata) for message in shown]}
    answer["has_more"] = bool(cursor)
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def join(slack: Workspace, args: JSON) -> JSON:
    """Add the app to a public channel."""
    channel = visible_channel(slack, args["channel"])
    if channel.is_im or channel.is_private:
        raise SlackRefusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    slack.join(channel, slack.bot.id)
    return {"channel": channel.to_json(bot_id=slack.bot.id)}


def scopes_for(slack: Workspace, method: str, args: JSON) -> list[str]:
    """The scopes that a conversations method needs for these arguments, all of them."""
    verb = {"conversations.history": "history", "conversations.replies": "history"}.get(method, "read")
    if method == "conversations.open":
        return ["im:write"]
    if method == "conversations.join":
        return ["channels:join"]
    channel: Any = slack.channels.get(str(args.get("channel")))
    return [f"{channel.scope if channel else 'channels'}:{verb}"]
