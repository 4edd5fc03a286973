"""The workspace: everybody and everything in it, and the changes that both the app and people make."""

import copy
from collections.abc import Callable
from datetime import timedelta

from .blockkit.blocks import elements_of
from .clock import Clock
from .ids import Ids
from .messages import BROADCAST, Message
from .people import Channel, File, Profile
from .triggers import ResponseUrls, Triggers
from .values import JSON
from .views import View

TEAM_ID = "T0HANDOVER"
TEAM_DOMAIN = "inplat"
APP_ID = "A0HANDOVER"
BOT_ID = "B0HANDOVER"


class Workspace:
    """The state of one Slack workspace with one app in it; *emit* is called with each event of the Events API."""

    def __init__(
        self, clock: Clock, *, trigger_lives: timedelta, emit: Callable[[JSON], None], changed: Callable[[], None]
    ) -> None:
        self.clock = clock
        self.ids = Ids()
        self.emit = emit
        self.changed = changed
        self.profiles: dict[str, Profile] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.ephemerals: dict[str, list[Message]] = {}
        self.triggers = Triggers(clock, trigger_lives)
        self.response_urls = ResponseUrls(clock)
        self.bot = self.add_profile("Handover", "handover", is_bot=True)
        self.home_enabled = True
        self.tells_parents = True
        self.url = ""

    # People and channels

    def add_profile(self, name: str, email: str, *, is_bot: bool = False) -> Profile:
        """A new member."""
        profile = Profile(id=self.ids.new("U"), name=name, email=email, team_id=TEAM_ID, is_bot=is_bot)
        self.profiles[profile.id] = profile
        self.stacks[profile.id] = []
        self.ephemerals[profile.id] = []
        return profile

    def add_channel(self, name: str, *, creator: str, private: bool = False, im_with: str | None = None) -> Channel:
        """A new channel, private channel or direct message."""
        channel = Channel(
            id=self.ids.new("D" if im_with else "C"),
            name=name,
            created=self.seconds(),
            creator=creator,
            is_private=private,
            im_with=im_with,
        )
        self.channels[channel.id] = channel
        return channel

    def im(self, user: str) -> Channel:
        """The direct message between the app and *user*, made when there is none."""
        for channel in self.channels.values():
            if channel.im_with == user:
                return channel
        channel = self.add_channel("", creator=user, im_with=user)
        channel.members += [user, self.bot.id]
        return channel

    def names(self, some_id: str) -> str | None:
        """The name of a person or a channel, as texts show it."""
        if some_id in self.profiles:
            return self.profiles[some_id].name
        return self.channels[some_id].name if some_id in self.channels else None

    def seconds(self) -> int:
        """The present moment in whole seconds."""
        return int(self.clock.now().timestamp())

    def join(self, channel: Channel, user: str, *, inviter: str | None = None) -> None:
        """Add a member; sends ``member_joined_channel`` when the app is a member itself."""
        if user in channel.members:
            return
        channel.members.append(user)
        self._member_event("member_joined_channel", channel, user, {"inviter": inviter} if inviter else {})

    def leave(self, channel: Channel, user: str, *, by: str) -> None:
        """Remove a member. An app learns of its own removal by ``channel_left`` / ``group_left`` only."""
        if user not in channel.members:
            return
        self._member_event("member_left_channel", channel, user, {}, skip=user == self.bot.id)
        channel.members.remove(user)
        if user == self.bot.id:
            kind = "group_left" if channel.is_private else "channel_left"
            self.emit({"type": kind, "channel": channel.id, "actor_id": by, "event_ts": self.new_ts()})
        self.changed()

    def _member_event(self, kind: str, channel: Channel, user: str, more: JSON, *, skip: bool = False) -> None:
        if not skip and self.bot.id in channel.members:
            letter = "G" if channel.is_private else "C"
            self.emit(
                {
                    "type": kind,
                    "user": user,
                    "channel": channel.id,
                    "channel_type": letter,
                    "team": TEAM_ID,
                    "event_ts": self.new_ts(),
                    **more,
                }
            )
        self.changed()

    def channel_event(self, channel: Channel, kind: str, value: object, **more: object) -> None:
        """Say ``channel_<kind>``, or ``group_<kind>`` to an app that is in the private channel."""
        if channel.is_private and self.bot.id not in channel.members:
            return
        prefix = "group" if channel.is_private else "channel"
        self.emit({"type": f"{prefix}_{kind}", "channel": value, "event_ts": self.new_ts(), **more})
        self.changed()

    # Messages

    def new_ts(self) -> str:
        """A fresh time stamp."""
        return self.ids.ts(self.clock.now())

    def finished_blocks(self, blocks: list[JSON]) -> list[JSON]:
        """A copy with the block ids and action ids that Slack fills in."""
        finished = copy.deepcopy(blocks)
        for block in finished:
            if not block.get("block_id"):
                block["block_id"] = self.ids.new("b")[1:]
            for element in elements_of(block):
                if element["type"] != "image" and not element.get("action_id"):
                    element["action_id"] = self.ids.new("a")[1:]
        return finished

    def new_message(self, channel: Channel, *, user: str, text: str, thread_ts: str | None = None) -> Message:
        """A message that is not yet in the channel."""
        return Message(
            ts=self.new_ts(),
            channel=channel.id,
            user=user,
            names=self.names,
            text=text,
            thread_ts=thread_ts,
            bot_id=BOT_ID if user == self.bot.id else None,
        )

    def add_message(self, channel: Channel, message: Message) -> None:
        """Add it to the channel and send its event."""
        channel.everything.append(message)
        self.message_event(channel, self.message_json(message))
        self._mention_event(channel, message)
        self.changed()

    def _mention_event(self, channel: Channel, message: Message) -> None:
        mentioned = f"<@{self.bot.id}>" in message.text and message.user != self.bot.id and not channel.is_im
        if mentioned and self.bot.id in channel.members:
            found = self.message_json(message)
            self.emit({**found, "type": "app_mention", "channel": channel.id, "event_ts": message.ts})

    def change_message(self, channel: Channel, message: Message, change: Callable[[], None], *, edited: bool) -> None:
        """Apply *change* and send ``message_changed``."""
        before = self.message_json(message)
        if message.blocks:
            message.history.append(message.blocks)
        change()
        if edited:
            message.edited = {"user": message.user, "ts": self.new_ts()}
        more: JSON = {"message": self.message_json(message), "previous_message": before, "hidden": True}
        self.message_event(channel, {"type": "message", "subtype": "message_changed", "ts": self.new_ts(), **more})
        self.changed()

    def delete_message(self, channel: Channel, message: Message) -> None:
        """Remove it and send ``message_deleted``; one with replies becomes a tombstone, which is a change."""
        if channel.replies(message):
            self.change_message(channel, message, message.bury, edited=False)
            return
        before = self.message_json(message)
        channel.everything.remove(message)
        more: JSON = {"deleted_ts": message.ts, "previous_message": before, "hidden": True}
        self.message_event(channel, {"type": "message", "subtype": "message_deleted", "ts": self.new_ts(), **more})
        self.changed()

    def system_message(self, channel: Channel, subtype: str, user: str, text: str) -> None:
        """A line that Slack writes by itself."""
        message = self.new_message(channel, user=user, text=text)
        message.subtype = subtype
        self.add_message(channel, message)

    def message_json(self, message: Message, *, metadata: bool = False) -> JSON:
        """The message object with what only the workspace knows."""
        channel = self.channels[message.channel]
        facts: JSON = {"app_id": APP_ID, "team": TEAM_ID}
        found = message.to_json(bot_user=facts, reply_count=len(channel.replies(message)), metadata=metadata)
        parent = channel.find(message.thread_ts) if message.thread_ts else None
        if parent is not None and message.subtype == BROADCAST:
            found["root"] = parent.to_json(reply_count=len(channel.replies(parent)))
        elif parent is not None and self.tells_parents:
            found["parent_user_id"] = parent.user
        return found

    def message_event(self, channel: Channel, message: JSON) -> None:
        """Say ``message`` to the app when it is in the channel."""
        if self.bot.id in channel.members:
            more: JSON = {"channel": channel.id, "channel_type": channel.type, "event_ts": message["ts"]}
            self.emit({**message, **more})

    # Windows

    def new_view(self, payload: JSON, user: str, *, parent: View | None = None) -> View:
        """A view of *user*; *parent* is the one under it in the stack."""
        view_id = self.ids.new("V")
        view = View(
            id=view_id,
            user=user,
            hash="",
            payload={},
            names=self.names,
            root_view_id=parent.root_view_id if parent else view_id,
            previous_view_id=parent.id if parent else None,
        )
        self.views[view_id] = view
        self.show(view, payload)
        return view

    def show(self, view: View, payload: JSON) -> None:
        """Make *view* show another payload."""
        finished = {**payload, "blocks": self.finished_blocks(payload["blocks"])}
        view.replace(finished, f"{self.new_ts()}.{self.ids.new('h')[1:]}")
        self.changed()

    def view_json(self, view: View) -> JSON:
        """The view object with the ids of team, app and bot."""
        return view.to_json({"team_id": TEAM_ID, "app_id": APP_ID, "app_installed_team_id": TEAM_ID, "bot_id": BOT_ID})

    def is_shown(self, view: View) -> bool:
        """Whether the view is still on somebody's screen."""
        return view in self.stacks[view.user] or self.homes.get(view.user) is view

    def external_id_taken(self, external_id: str | None, *, but: View | None = None) -> bool:
        """Whether another shown view has this external id."""
        if not external_id:
            return False
        return any(
            view is not but and self.is_shown(view) and view.payload.get("external_id") == external_id
            for view in self.views.values()
        )

    # Files

    def add_file(self, name: str, title: str, owner: str, length: int) -> File:
        """A file whose bytes are still to come."""
        file_id = self.ids.new("F")
        file = File(
            id=file_id,
            name=name,
            title=title,
            owner=owner,
            created=self.seconds(),
            url=f"{self.url}files-pri/{TEAM_ID}-{file_id}/{name}",
            length=length,
        )
        self.files[file_id] = file
        return file

    def fact_ids(self) -> JSON:
        """The team and the app, as interaction payloads name them."""
        return {
            "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
            "api_app_id": APP_ID,
            "is_enterprise_install": False,
            "enterprise": None,
        }
