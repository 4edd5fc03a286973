"""Events: each is read, handled in its turn, and tried again when the database is away.

The kinds are those of https://docs.slack.dev/reference/events that our manifest subscribes to.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog

from bot.background.retrying import retry
from bot.slack.api.addresses import is_direct
from bot.slack.api.client import JSON
from bot.slack.api.identity import Identity
from bot.slack.api.origin import Origin
from bot.slack.handlers.channels.life import ChannelLife
from bot.slack.handlers.home import Home
from bot.slack.handlers.messages.chat_messages import ChatMessages
from bot.slack.handlers.receive import is_tombstone, read_deletion, read_message
from workflows.ports.unit_of_work import StorageUnavailable

WRITTEN = frozenset({None, "file_share", "me_message", "thread_broadcast"})
"""The subtypes of messages that people write; all others are written by Slack or by programs."""
REPEATABLE = frozenset({*WRITTEN, "message_changed"})
"""The subtypes of messages whose authors learn that the database is away, and write them again."""

Work = Callable[[], Awaitable[None]]
Read = Callable[[str, JSON], Work | None]
log = structlog.get_logger(__name__)


def turn_of(event: JSON) -> str | None:
    """Return whose turns an event takes, those of its thread or its channel; None when it waits for nothing.

    What people write to us is handled in its order, but does not wait for other events of the same place.
    """
    thread = (event.get("message") or event).get("thread_ts")
    channel = event.get("channel")
    name = channel.get("id") if isinstance(channel, Mapping) else channel
    if thread is not None:
        return f"{name}:{thread}"
    if _is_repeatable(event):
        return f"{name}:messages" if is_direct(str(name)) else None
    return None if name is None else str(name)


class Events:
    """Reads events and has them handled; what is none of ours is left alone."""

    def __init__(
        self, *, messages: ChatMessages, life: ChannelLife, home: Home, identity: Identity, pauses: Sequence[float]
    ) -> None:
        self._messages = messages
        self._life = life
        self._home = home
        self._identity = identity
        self._pauses = pauses
        self._kinds: Mapping[str, Read] = {
            "message": self._message,
            "app_home_opened": self._home_opened,
            "channel_archive": self._closing("is_archived"),
            "group_archive": self._closing("is_archived"),
            "channel_deleted": self._closing("channel_not_found"),
            "group_deleted": self._closing("channel_not_found"),
            "channel_left": self._closing("not_in_channel"),
            "group_left": self._closing("not_in_channel"),
            "channel_rename": self._renaming,
            "group_rename": self._renaming,
            "channel_unarchive": lambda _, event: partial(life.unarchive, event["channel"]),
            "group_unarchive": lambda _, event: partial(life.unarchive, event["channel"]),
            "channel_id_changed": lambda _, event: partial(life.move, event["old_channel_id"], event["new_channel_id"]),
            "member_joined_channel": lambda _, event: partial(life.join, event["user"], event["channel"]),
            "member_left_channel": lambda _, event: partial(life.leave, event["user"], event["channel"]),
        }

    async def handle(self, update: str, event: JSON) -> None:
        """Handle an event; one of a channel waits for the database, one of an unknown shape is ignored."""
        kind = event["type"]
        try:
            read = self._kinds.get(kind)
            work = None if read is None else read(update, event)
        except (KeyError, TypeError, AttributeError) as unknown:
            # The platform may leave out or change what its documents promise; that must not look like a fault of ours.
            log.info(
                "An event of an unknown shape was ignored.",
                action="slack_event_ignored",
                kind=kind,
                subtype=event.get("subtype"),
                reason=type(unknown).__name__,
            )
            return
        if work is None:
            return
        if _is_repeatable(event):
            try:
                await work()
            except StorageUnavailable:
                log.warning("A message could not be kept: the database is away.", action="slack_event_lost", kind=kind)
            return

        def report(_error: StorageUnavailable, pause: float) -> None:
            log.warning("An event waits for the database.", action="slack_event_waits", kind=kind, pause=pause)

        await retry(work, on=StorageUnavailable, pauses=self._pauses, report=report)

    def _message(self, update: str, event: JSON) -> Work | None:
        subtype, channel = event.get("subtype"), event["channel"]
        if subtype == "channel_convert_to_private":
            return partial(self._life.make_private, channel)
        if subtype == "message_deleted" or is_tombstone(event):
            return partial(self._messages.repost_deleted, read_deletion(event))
        if subtype == "message_changed":
            return self._correction(update, event)
        if subtype in WRITTEN and self._is_by_a_person(event):
            return partial(self._messages.receive, read_message(update, event, channel))
        return None

    def _correction(self, update: str, event: JSON) -> Work | None:
        """Read a message that its author changed; Slack changes messages too, when it unfolds links."""
        now, before = event["message"], event.get("previous_message") or {}
        if not self._is_by_a_person(now) or now.get("text") == before.get("text") or "thread_ts" not in now:
            return None
        return partial(self._messages.receive, read_message(update, now, event["channel"], is_correction=True))

    def _is_by_a_person(self, message: JSON) -> bool:
        return "bot_id" not in message and message.get("user") != self._identity.user

    def _home_opened(self, _update: str, event: JSON) -> Work | None:
        if event.get("tab", "home") != "home":
            return None
        return partial(self._home.publish, Origin(user=event["user"], is_home=True))

    def _closing(self, code: str) -> Read:
        return lambda _, event: partial(self._life.close, code, event["channel"])

    def _renaming(self, _update: str, event: JSON) -> Work:
        channel = event["channel"]
        return partial(self._life.rename, channel["id"], channel.get("name"))


def _is_repeatable(event: JSON) -> bool:
    return event["type"] == "message" and event.get("subtype") in REPEATABLE and not is_tombstone(event)
