"""Chats, their members, topics and messages: the state that people and the bot see."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from .facts import REACTIONS
from .keyboards import Keyboard
from .text import Formatted

GENERAL_TOPIC = 1


class Kind(StrEnum):
    """What a chat is."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"


class Status(StrEnum):
    """What somebody is in a chat."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"
    LEFT = "left"
    KICKED = "kicked"


PRESENT = frozenset({Status.CREATOR, Status.ADMINISTRATOR, Status.MEMBER, Status.RESTRICTED})

ADMINISTRATOR_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_send_welcome_messages",
)
_MEMBER_PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_react_to_messages",
    "can_edit_tag",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of the platform, a bot included."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def json(self) -> dict[str, Any]:
        """The `User` object."""
        extra = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | {
            name: value for name, value in extra.items() if value
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in a chat; `rights` are those of an administrator."""

    account: Account
    status: Status
    rights: frozenset[str] = frozenset()

    def json(self) -> dict[str, Any]:
        """The `ChatMember` object of this status."""
        base: dict[str, Any] = {"user": self.account.json(), "status": self.status.value}
        match self.status:
            case Status.CREATOR:
                return base | {"is_anonymous": False}
            case Status.ADMINISTRATOR:
                rights = {right: right in self.rights for right in ADMINISTRATOR_RIGHTS}
                return base | {"can_be_edited": False, "is_anonymous": False} | rights
            case Status.RESTRICTED:
                return base | {"is_member": True, "until_date": 0} | dict.fromkeys(_MEMBER_PERMISSIONS, False)
            case Status.KICKED:
                return base | {"until_date": 0}
        return base


@dataclass(slots=True, kw_only=True)
class Topic:
    """A forum topic; its id is the id of the service message that began it."""

    id: int
    name: str
    icon_color: int
    is_closed: bool = False

    def json(self) -> dict[str, Any]:
        """The `ForumTopic` object."""
        return {"message_thread_id": self.id, "name": self.name, "icon_color": self.icon_color}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A photo or a document in a message; `json` is the value of the field of that name."""

    field: str
    file_id: str
    name: str
    content: bytes
    json: Any


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A message in its current state: edits are applied, a deleted one is marked."""

    chat: "Chat" = field(repr=False)
    id: int
    sender: Account
    date: datetime
    body: Formatted
    keyboard: Keyboard | None = None
    reply_markup: dict[str, Any] | None = None
    reply_to: "Message | None" = None
    thread_id: int | None = None
    attachment: Attachment | None = None
    media_group_id: str | None = None
    service: dict[str, Any] = field(default_factory=dict)
    edited_at: datetime | None = None
    reactions: list[str] = field(default_factory=list)
    is_deleted: bool = False
    can_be_edited: bool = True

    @property
    def text(self) -> str:
        """The text, or the caption below a file."""
        return self.body.text

    @property
    def entities(self) -> list[dict[str, Any]]:
        """The entities of the text, ordered by offset in UTF-16 units."""
        return self.body.entities

    @property
    def labels(self) -> list[list[str]]:
        """The labels of the inline keyboard by rows; empty without one."""
        return [[button["text"] for button in row] for row in self.keyboard or []]

    @property
    def buttons(self) -> list[str]:
        """The labels of the inline keyboard, top left to bottom right."""
        return [label for row in self.labels for label in row]

    def button(self, label: str) -> dict[str, Any]:
        """The button with this label now; raises LookupError with the labels that exist."""
        for row in self.keyboard or []:
            for button in row:
                if button["text"] == label:
                    return button
        state = "is deleted" if self.is_deleted else f"has the buttons {self.buttons}"
        raise LookupError(f"message {self.id} of {self.chat.name!r} has no button {label!r}: it {state}")

    def json(self, *, with_reply: bool = True) -> dict[str, Any]:
        """The `Message` object."""
        value: dict[str, Any] = {
            "message_id": self.id,
            "from": self.sender.json(),
            "chat": self.chat.json(),
            "date": int(self.date.timestamp()),
        }
        if self.edited_at is not None:
            value["edit_date"] = int(self.edited_at.timestamp())
        if self.thread_id is not None and self.thread_id != GENERAL_TOPIC:
            value |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        answered = self.reply_to or self._topic_root()
        if with_reply and answered is not None and not answered.is_deleted:
            value["reply_to_message"] = answered.json(with_reply=False)
        if self.media_group_id is not None:
            value["media_group_id"] = self.media_group_id
        prefix = ""
        if self.attachment is not None:
            value[self.attachment.field] = self.attachment.json
            prefix = "caption"
        if self.text:
            value[prefix or "text"] = self.text
            if self.entities:
                value[f"{prefix}_entities".lstrip("_")] = self.entities
        if self.keyboard:
            value["reply_markup"] = {"inline_keyboard": self.keyboard}
        return value | self.service

    def _topic_root(self) -> "Message | None":
        # In a topic the platform shows every plain message as a reply to the service message that began the topic.
        if self.thread_id is None or self.thread_id in (GENERAL_TOPIC, self.id):
            return None
        return self.chat.history.get(self.thread_id)

    def transcript(self) -> str:
        """The message as a person reads it."""
        parts = [f"#{self.id}"]
        topic = self.chat.topics.get(self.thread_id or 0)
        if topic is not None:
            parts.append(f"({topic.name})")
        if self.reply_to is not None:
            parts.append(f"(reply to #{self.reply_to.id})")
        if self.edited_at is not None:
            parts.append("(edited)")
        lines = [f"{' '.join(parts)} {self.sender.full_name}:"]
        if self.attachment is not None:
            lines.append(f"    [{self.attachment.field}: {self.attachment.name}]")
        if self.service:
            lines.append(f"    ({', '.join(self.service)})")
        lines += [f"    {line}" for line in self.text.splitlines()]
        lines += ["    " + " ".join(f"[{label}]" for label in row) for row in self.labels]
        return "\n".join(lines)


@dataclass(slots=True, kw_only=True, eq=False)
class Chat:
    """A chat with all messages ever posted in it, by message id."""

    id: int
    kind: Kind
    title: str
    members: dict[int, Member] = field(default_factory=dict)
    is_forum: bool = False
    is_muted: bool = False
    reactions: frozenset[str] = REACTIONS
    upgraded_to: int | None = None
    topics: dict[int, Topic] = field(default_factory=dict)
    history: dict[int, Message] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The title, or the person's name of a private chat."""
        return self.title

    @property
    def is_private(self) -> bool:
        """Whether it is a chat of one person with the bot."""
        return self.kind is Kind.PRIVATE

    @property
    def messages(self) -> list[Message]:
        """The current messages of the chat, oldest first, without deleted ones."""
        return [message for message in self.history.values() if not message.is_deleted]

    @property
    def last(self) -> Message | None:
        """The newest message; None in an empty chat."""
        return next(reversed(self.messages), None)

    def in_topic(self, thread_id: int) -> list[Message]:
        """The messages of one topic, oldest first."""
        return [message for message in self.messages if message.thread_id == thread_id]

    def find(self, fragment: str) -> Message | None:
        """The newest message whose text contains this; None when there is none."""
        return next((message for message in reversed(self.messages) if fragment in message.text), None)

    def member(self, account: Account) -> Member:
        """The membership of this account here; an unknown account counts as having left."""
        return self.members.get(account.id, Member(account=account, status=Status.LEFT))

    def present(self) -> Iterator[Member]:
        """Those who are in the chat now."""
        return (member for member in self.members.values() if member.status in PRESENT)

    def transcript(self) -> str:
        """The whole chat as a person reads it."""
        header = f"== {self.name} ({'forum' if self.is_forum else self.kind.value}) =="
        return "\n".join([header, *(message.transcript() for message in self.messages)])

    def json(self) -> dict[str, Any]:
        """The `Chat` object."""
        value: dict[str, Any] = {"id": self.id, "type": self.kind.value}
        if self.is_private:
            account = next(iter(self.members.values())).account
            value["first_name"] = account.first_name
            extra = {"last_name": account.last_name, "username": account.username}
            value |= {name: text for name, text in extra.items() if text}
        else:
            value["title"] = self.title
        if self.is_forum:
            value["is_forum"] = True
        return value
