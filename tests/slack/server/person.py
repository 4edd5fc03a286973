"""A person at the screen: writes, presses what can be seen, fills in and sends windows."""

from collections.abc import Sequence
from typing import Any

from . import interactions
from .answers import after_submission, show_answer
from .api_chat import permalink
from .blockkit.objects import check_options
from .blockkit.problems import Problems
from .deliveries import Deliveries, Delivery, Kind
from .filling import checked_files, client_errors, filled, picked, tells_at_once
from .messages import BROADCAST, Control, Message, controls_of, find_control
from .mrkdwn import typed
from .people import Channel, File, Profile
from .values import JSON, CannotDo, SlackRefusal
from .views import View
from .workspace import Workspace

Attachments = Sequence[tuple[str, bytes] | File]


class Person:
    """One member of the workspace; *troubles* are the warnings that Slack has shown them."""

    def __init__(self, slack: Workspace, deliveries: Deliveries, profile: Profile) -> None:
        self._slack, self._deliveries, self.profile = slack, deliveries, profile
        self.troubles: list[str] = []

    def __repr__(self) -> str:
        return f"<Person {self.name}>"

    @property
    def id(self) -> str:
        """The user id."""
        return self.profile.id

    @property
    def name(self) -> str:
        """The name that people read."""
        return self.profile.name

    @property
    def mention(self) -> str:
        """How a text mentions this person."""
        return f"<@{self.id}>"

    @property
    def dm(self) -> Channel:
        """The direct message with the app."""
        return self._slack.im(self.id)

    @property
    def ephemerals(self) -> list[Message]:
        """The messages that only this person sees, oldest first."""
        return self._slack.ephemerals[self.id]

    @property
    def views(self) -> list[View]:
        """The open windows, the one on top last."""
        return self._slack.stacks[self.id]

    @property
    def has_view(self) -> bool:
        """Whether a window is open."""
        return bool(self.views)

    @property
    def view(self) -> View:
        """The window on top; raises CannotDo when none is open."""
        if not self.views:
            raise CannotDo(f"{self.name} has no window open; troubles: {self.troubles}")
        return self.views[-1]

    @property
    def home(self) -> View:
        """The Home tab; raises CannotDo when nothing was published."""
        if self.id not in self._slack.homes:
            raise CannotDo(f"{self.name} has an empty Home tab")
        return self._slack.homes[self.id]

    # In channels

    async def post(
        self,
        channel: Channel,
        text: str,
        *,
        thread_ts: str | None = None,
        files: Attachments = (),
        to_channel: bool = False,
    ) -> Message:
        """Write in a channel, or in the thread under *thread_ts* (and *to_channel* too).

        *files* are (name, bytes), or as Slack has them.
        """
        self._enter(channel)
        message = self._slack.new_message(channel, user=self.id, text=self._typed(text), thread_ts=thread_ts)
        message.files = [file if isinstance(file, File) else self._upload(*file) for file in files]
        for file in message.files:
            file.channels.add(channel.id)
        message.is_broadcast = to_channel
        message.subtype = "file_share" if message.files else BROADCAST if to_channel else None
        self._slack.add_message(channel, message)
        return message

    async def forward(
        self, message: Message, channel: Channel, words: str = "", *, thread_ts: str | None = None
    ) -> Message:
        """Forward a message into a channel or a thread, with *words* of one's own; Slack leaves the text empty else."""
        self._see(message)
        self._enter(channel)
        shared = self._slack.new_message(channel, user=self.id, text=self._typed(words), thread_ts=thread_ts)
        address = permalink(self._slack.channels[message.channel], message)
        attachment: JSON = {
            "ts": message.ts,
            "author_id": message.user,
            "author_name": self._slack.names(message.user),
            "channel_id": message.channel,
            "is_msg_unfurl": True,
            "is_share": True,
            "text": message.text,
            "fallback": f"[{message.ts}] {message.text}",
            "from_url": address,
            "original_url": address,
        }
        if message.files:
            attachment["files"] = [file.to_json() for file in message.files]
        shared.attachments = [attachment]
        self._slack.add_message(channel, shared)
        return shared

    async def say_of_oneself(self, channel: Channel, text: str) -> Message:
        """Write ``/me`` and a text, which Slack shows in italics."""
        self._enter(channel)
        message = self._slack.new_message(channel, user=self.id, text=self._typed(text), thread_ts=None)
        message.subtype = "me_message"
        self._slack.add_message(channel, message)
        return message

    async def edit(self, message: Message, text: str) -> None:
        """Change a message of one's own."""
        self._own(message)

        def change() -> None:
            message.text = self._typed(text)

        self._slack.change_message(self._slack.channels[message.channel], message, change, edited=True)

    async def delete(self, message: Message) -> None:
        """Delete a message of one's own."""
        self._own(message)
        self._slack.delete_message(self._slack.channels[message.channel], message)

    def _own(self, message: Message) -> None:
        if message.user != self.id:
            raise CannotDo("only one's own messages can be changed")

    def _typed(self, text: str) -> str:
        people = {f"@{profile.name}": f"<@{profile.id}>" for profile in self._slack.profiles.values()}
        channels = {
            f"#{channel.name}": f"<#{channel.id}|{channel.name}>"
            for channel in self._slack.channels.values()
            if channel.name
        }
        return typed(text, people | channels)

    def _upload(self, name: str, content: bytes) -> File:
        file = self._slack.add_file(name, name, self.id, len(content))
        file.content, file.completed = content, True
        return file

    def _enter(self, channel: Channel) -> None:
        if channel.is_archived:
            raise CannotDo(f"#{channel.name} is archived")
        if self.id not in channel.members:
            if channel.is_private or channel.is_im:
                raise CannotDo(f"{self.name} does not see #{channel.name}")
            self._slack.join(channel, self.id)

    # Presses, commands, shortcuts

    async def press(self, surface: Message | View, label: str) -> Delivery:
        """Press the button, or choose the option, with these words; raises CannotDo with the labels that exist."""
        return await self._press(surface, find_control(surface.blocks, label))

    async def press_stale(self, message: Message, label: str) -> Delivery:
        """Press what an earlier version of the message showed, as on a screen that has not been refreshed."""
        for blocks in reversed(message.history):
            for control in controls_of(blocks):
                if control.label == label:
                    return await self._press(message, control)
        raise CannotDo(f"no earlier version of the message had {label!r}")

    async def _press(self, surface: Message | View, control: Control) -> Delivery:
        if isinstance(surface, View):
            if surface.user != self.id or not self._slack.is_shown(surface):
                raise CannotDo(f"{self.name} does not see this window")
            action = control.action(self._slack.new_ts())
            payload = interactions.press_in_view(self._slack, self.profile, surface, action)
        else:
            self._see(surface)
            payload = interactions.press_in_message(self._slack, self.profile, surface, control)
        return await self._interact(payload)

    def _see(self, message: Message) -> None:
        if message.ephemeral_for is not None:
            if message not in self.ephemerals:
                raise CannotDo(f"{self.name} does not see this message")
            return
        self._enter(self._slack.channels[message.channel])

    async def _interact(self, payload: JSON, kind: Kind = Kind.INTERACTION) -> Delivery:
        delivery = await self._deliveries.deliver(kind, payload)
        if not delivery.acknowledged:
            self.troubles.append("Operation timed out. Apps need to respond within 3 seconds.")
            self._slack.changed()
        return delivery

    async def command(self, name: str, text: str, channel: Channel) -> Delivery:
        """Type a slash command; the app's direct response is shown where a person would see it."""
        self._enter(channel)
        payload = interactions.command(self._slack, self.profile, channel, name, text)
        delivery = await self._interact(payload, Kind.COMMAND)
        if delivery.answer:
            try:
                show_answer(self._slack, channel, self.id, delivery.answer)
            except SlackRefusal as refusal:
                self._trouble(f"{name} failed because of the app's answer: {refusal.code} {refusal.fields}")
        return delivery

    def _trouble(self, sentence: str) -> None:
        self.troubles.append(sentence)
        self._slack.changed()

    async def shortcut(self, callback_id: str) -> Delivery:
        """Start a global shortcut."""
        return await self._interact(interactions.shortcut(self._slack, self.profile, callback_id))

    async def message_shortcut(self, callback_id: str, message: Message) -> Delivery:
        """Start a shortcut from the menu of *message*."""
        self._see(message)
        payload = interactions.message_shortcut(self._slack, self.profile, message, callback_id)
        return await self._interact(payload)

    async def open_home(self, tab: str = "home") -> None:
        """Open the app's Home (or ``messages``) tab."""
        event: JSON = {"type": "app_home_opened", "user": self.id, "channel": self.dm.id, "tab": tab}
        if tab == "home" and self.id in self._slack.homes:
            event["view"] = self._slack.view_json(self._slack.homes[self.id])
        self._slack.emit(event | {"event_ts": self._slack.new_ts()})

    # Windows

    async def fill(self, label: str, value: Any) -> None:
        """Put *value* into the field *label*: text, the words of the choice(s), a date, or (name, bytes) files."""
        view, block = self.view, self.view.input(label)
        element = block["element"]
        if element["type"] == "file_input":
            checked_files(element, [name for name, _content in value])
            files = [self._upload(name, content).to_json() for name, content in value]
            entry: JSON = {"type": "file_input", "files": files}
        elif element["type"] == "external_select" and value:
            entry = picked(element, await self.search(label, str(value)), str(value))
        else:
            entry = filled(element, value)
        view.typed[(block["block_id"], element["action_id"])] = entry
        view.errors.pop(label, None)
        if block.get("dispatch_action") and tells_at_once(element):
            action = {"action_id": element["action_id"], "block_id": block["block_id"], **entry}
            action["action_ts"] = self._slack.new_ts()
            await self._interact(interactions.press_in_view(self._slack, self.profile, view, action))

    async def search(self, label: str, words: str) -> list[JSON]:
        """Type *words* into the menu *label*, which the app fills: the choices that Slack then offers."""
        view, block = self.view, self.view.input(label)
        if len(words) < block["element"].get("min_query_length", 3):
            return []
        delivery = await self._interact(interactions.searching(self._slack, self.profile, view, block, words))
        if delivery.answer.get("options") == []:
            return []
        problems = Problems()
        check_options(problems, delivery.answer, "", most=100)
        if problems.lines:
            self._trouble(f"The choices could not be loaded. ({problems.lines})")
            return []
        options: list[JSON] = delivery.answer["options"]
        return options

    async def submit(self) -> Delivery | None:
        """Send the window; None when Slack's own client refused it (``user.view.errors`` has the reasons)."""
        view = self.view
        if view.payload.get("submit_disabled") or "submit" not in view.payload:
            raise CannotDo(f"{view.title!r} has no button to send it")
        view.errors = client_errors(view)
        if view.errors:
            return None
        delivery = await self._interact(interactions.submission(self._slack, self.profile, view))
        if delivery.acknowledged and view in self.views:
            try:
                after_submission(self._slack, view, delivery.answer)
            except SlackRefusal as refusal:
                self._trouble(f"We had some trouble connecting. Try again? ({refusal.code} {refusal.fields})")
        return delivery

    async def close(self, *, all_of_them: bool = False) -> None:
        """Close the window on top (or all); the app is notified where the view asked for that."""
        view = self.view
        everything = all_of_them or bool(view.payload.get("clear_on_close"))
        closed = list(reversed(self.views)) if everything else [view]
        for one in closed:
            self.views.remove(one)
        self._slack.changed()
        for one in closed:
            if one.payload.get("notify_on_close"):
                await self._interact(interactions.closing(self._slack, self.profile, one, is_cleared=everything))
