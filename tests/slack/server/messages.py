"""A message in its current state, and the controls that a person finds on a surface."""

from dataclasses import dataclass, field
from typing import Any

from .mrkdwn import Names, plain_of_blocks, plain_of_text_object, to_plain
from .values import JSON, CannotDo

BROADCAST = "thread_broadcast"
"""The subtype of a reply that is shown in the channel too."""
TOMBSTONE = "tombstone"
SYSTEM_SUBTYPES = frozenset({"channel_convert_to_private", "channel_name", "channel_archive", "channel_join"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A button or one option of a menu, found by its label."""

    label: str
    block_id: str
    element: JSON
    option: JSON | None

    def action(self, action_ts: str) -> JSON:
        """The entry of ``actions`` for a press on it."""
        action: JSON = {
            "type": self.element["type"],
            "action_id": self.element["action_id"],
            "block_id": self.block_id,
            "action_ts": action_ts,
        }
        if self.option is not None:
            return action | {"selected_option": self.option}
        for name in ("value", "style"):
            if name in self.element:
                action[name] = self.element[name]
        return action | {"text": {"emoji": True, **self.element["text"]}}


def controls_of(blocks: list[JSON]) -> list[Control]:
    """Every button and every option of a menu in *blocks*, in reading order."""
    found: list[Control] = []
    for block in blocks:
        elements = block.get("elements", []) if block["type"] == "actions" else [block.get("accessory")]
        for element in elements:
            if not isinstance(element, dict):
                continue
            if element["type"] == "button":
                label = element["text"]["text"]
                found.append(Control(label=label, block_id=block["block_id"], element=element, option=None))
            for option in all_options(element):
                label = option["text"]["text"]
                found.append(Control(label=label, block_id=block["block_id"], element=element, option=option))
    return found


def all_options(element: JSON) -> list[JSON]:
    """The options of a menu, its groups included."""
    groups: list[JSON] = element.get("option_groups", [])
    return [*element.get("options", []), *(option for group in groups for option in group["options"])]


def find_control(blocks: list[JSON], label: str) -> Control:
    """The one control with this label; raises CannotDo with the labels that there are."""
    controls = controls_of(blocks)
    found = [control for control in controls if control.label == label]
    if not found:
        raise CannotDo(f"there is no {label!r} to press; there are {[control.label for control in controls]}")
    return found[0]


@dataclass(slots=True, eq=False, kw_only=True)
class Message:
    """One message with its updates applied; also what a single person sees (*ephemeral_for*)."""

    ts: str
    channel: str
    user: str
    names: Names
    bot_id: str | None = None
    text: str = ""
    blocks: list[JSON] = field(default_factory=list)
    metadata: JSON | None = None
    thread_ts: str | None = None
    is_broadcast: bool = False
    subtype: str | None = None
    files: list[Any] = field(default_factory=list)
    attachments: list[JSON] = field(default_factory=list)
    edited: JSON | None = None
    ephemeral_for: str | None = None
    history: list[list[JSON]] = field(default_factory=list)

    @property
    def is_top_level(self) -> bool:
        """Shown in the channel itself, not only in a thread."""
        return self.thread_ts in (None, self.ts) or self.is_broadcast

    @property
    def is_system(self) -> bool:
        """A line that Slack writes by itself."""
        return self.subtype in SYSTEM_SUBTYPES

    @property
    def is_tombstone(self) -> bool:
        """What stands in the place of a deleted message with replies."""
        return self.subtype == TOMBSTONE

    def bury(self) -> None:
        """Become a tombstone."""
        self.subtype, self.user, self.bot_id, self.text = TOMBSTONE, "USLACKBOT", None, "This message was deleted."
        self.blocks, self.metadata, self.files, self.history = [], None, [], []

    @property
    def plain(self) -> str:
        """What a person reads: the blocks when there are any, else the text."""
        return plain_of_blocks(self.blocks, self.names) if self.blocks else to_plain(self.text, self.names)

    @property
    def notification(self) -> str:
        """What the notification on a phone shows: the text, also of a message with blocks."""
        return to_plain(self.text, self.names)

    @property
    def labels(self) -> list[str]:
        """The labels of the buttons and menus."""
        return [control.label for control in controls_of(self.blocks)]

    @property
    def header(self) -> str:
        """The text of the header block, empty without one."""
        for block in self.blocks:
            if block["type"] == "header":
                return plain_of_text_object(block["text"], self.names)
        return ""

    def to_json(self, *, bot_user: JSON | None = None, reply_count: int = 0, metadata: bool = False) -> JSON:
        """The message object of payloads and of ``conversations.history``."""
        found: JSON = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        if self.bot_id:
            found |= {"bot_id": self.bot_id, **(bot_user or {})}
        for name, value in (
            ("subtype", self.subtype),
            ("blocks", self.blocks),
            ("attachments", self.attachments),
            ("thread_ts", self.thread_ts),
            ("edited", self.edited),
        ):
            if value:
                found[name] = value
        if self.files:
            found["files"] = [file.to_json() for file in self.files]
        if reply_count:
            found |= {"thread_ts": self.ts, "reply_count": reply_count}
        if metadata and self.metadata:
            found["metadata"] = self.metadata
        return found
