"""Everything the platform remembers, and the rules of who sees what; it knows no HTTP."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .chats import GENERAL_TOPIC, PRESENT, Account, Attachment, Chat, Kind, Member, Message, Status
from .clock import Clock
from .errors import bad_request, conflict, forbidden, upgraded
from .keyboards import Keyboard
from .limits import Meter
from .text import Formatted
from .updates import Update, Updates
from .watch import Watch

DEFAULT_ICON_COLOR = 7322096


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the presser of a button was shown, and when."""

    text: str
    show_alert: bool
    url: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class Query:
    """A pressed button that waits for its response."""

    id: str
    presser: Account
    asked_at: datetime
    answer: Answer | None = None


@dataclass(slots=True, kw_only=True)
class Webhook:
    """Where updates are posted; an empty URL means polling."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40


@dataclass(slots=True, kw_only=True)
class Platform:
    """The state of one bot's world."""

    clock: Clock
    bot: Account
    watch: Watch
    updates: Updates
    privacy_mode: bool
    callback_lifetime: timedelta
    meter: Meter | None = None
    chats: dict[int, Chat] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)
    deactivated: set[int] = field(default_factory=set)
    met: set[int] = field(default_factory=set)
    queries: dict[str, Query] = field(default_factory=dict)
    files: dict[str, Attachment] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    webhook: Webhook = field(default_factory=Webhook)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _common_message_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def next_id(self) -> int:
        """A number never given before."""
        return next(self._ids)

    # who may do what

    def chat(self, chat_id: Any) -> Chat:
        """The chat with this id; raises ApiError `chat not found`."""
        text = str(chat_id)
        found = self.chats.get(int(text)) if text.removeprefix("-").isdecimal() else None
        if found is None:
            raise bad_request("chat not found")
        if found.is_private and found.id not in self.met:
            if found.id in self.accounts and self._shares_a_group(found.id):
                raise forbidden("bot can't initiate conversation with a user")
            raise bad_request("chat not found")
        return found

    def _shares_a_group(self, account_id: int) -> bool:
        groups = (chat for chat in self.chats.values() if not chat.is_private)
        return any(account_id in chat.members and chat.member(self.bot).status in PRESENT for chat in groups)

    def readable(self, chat_id: Any) -> Chat:
        """The chat, when the bot may read it."""
        chat = self.chat(chat_id)
        status = chat.member(self.bot).status
        if chat.kind is Kind.SUPERGROUP:
            self._check_present(chat, status)
        return chat

    def editable(self, chat_id: Any) -> Chat:
        """The chat, when the bot may change its own messages there."""
        chat = self.chat(chat_id)
        if chat.is_private:
            if chat.id in self.deactivated:
                raise forbidden("user is deactivated")
        elif chat.upgraded_to is None:
            self._check_present(chat, chat.member(self.bot).status)
        return chat

    def writable(self, chat_id: Any, content: str = "text messages") -> Chat:
        """The chat, when the bot may send this content there."""
        chat = self.chat(chat_id)
        if chat.upgraded_to is not None:
            raise upgraded(chat.upgraded_to)
        chat = self.editable(chat_id)
        member = chat.member(self.bot)
        if chat.is_private:
            if member.status is Status.KICKED:
                raise forbidden("bot was blocked by the user")
        elif member.status is Status.RESTRICTED or (chat.is_muted and member.status is Status.MEMBER):
            raise bad_request(f"not enough rights to send {content} to the chat")
        return chat

    @staticmethod
    def _check_present(chat: Chat, status: Status) -> None:
        if status is Status.KICKED:
            raise forbidden(f"bot was kicked from the {chat.kind.value} chat")
        if status not in PRESENT:
            raise forbidden(f"bot is not a member of the {chat.kind.value} chat")

    def has_right(self, chat: Chat, right: str) -> bool:
        """Whether the bot is an administrator here with this right."""
        member = chat.member(self.bot)
        return member.status is Status.ADMINISTRATOR and right in member.rights

    # what happens

    def add_message(
        self,
        chat: Chat,
        sender: Account,
        body: Formatted,
        *,
        keyboard: Keyboard | None = None,
        reply_markup: dict[str, Any] | None = None,
        reply_to: Message | None = None,
        thread_id: int | None = None,
        attachment: Attachment | None = None,
        media_group_id: str | None = None,
        service: dict[str, Any] | None = None,
    ) -> Message:
        """Put a message into the chat; the bot's own ones are no update."""
        # Message ids are counted per supergroup, after the one of its General topic; for all other chats together.
        last = next(reversed(chat.history), GENERAL_TOPIC)
        number = last + 1 if chat.kind is Kind.SUPERGROUP else next(self._common_message_ids)
        message = Message(
            chat=chat,
            id=number,
            sender=sender,
            date=self.clock.now(),
            body=body,
            keyboard=keyboard,
            reply_markup=reply_markup,
            reply_to=reply_to,
            thread_id=thread_id,
            attachment=attachment,
            media_group_id=media_group_id,
            service=service or {},
        )
        chat.history[number] = message
        self.watch.changed()
        return message

    def tell(self, kind: str, message: Message) -> Update | None:
        """Queue an update about a message when the bot is there and allowed to see it."""
        chat = message.chat
        if chat.is_private:
            self.met.add(chat.id)
        if not self._is_seen(message):
            return None
        return self.updates.put(kind, message.json(), queue=chat.id)

    def _is_seen(self, message: Message) -> bool:
        chat = message.chat
        status = chat.member(self.bot).status
        if status not in PRESENT:
            return False
        if chat.is_private or message.service or not self.privacy_mode or status is Status.ADMINISTRATOR:
            return True
        if message.reply_to is not None and message.reply_to.sender.id == self.bot.id:
            return True
        words = [word for word in message.text.split() if word.startswith("/")]
        if any(entity["type"] == "bot_command" for entity in message.entities):
            return any("@" not in word or word.endswith(f"@{self.bot.username}") for word in words)
        return False

    def change_member(self, chat: Chat, member: Member, *, by: Account) -> None:
        """Give somebody another status in a chat; about itself the bot gets `my_chat_member`."""
        before = chat.member(member.account)
        chat.members[member.account.id] = member
        about_bot = member.account.id == self.bot.id
        if about_bot and chat.is_private:
            self.met.add(chat.id)
        if about_bot or self.has_right(chat, "can_manage_chat"):
            payload = {
                "chat": chat.json(),
                "from": by.json(),
                "date": int(self.clock.now().timestamp()),
                "old_chat_member": before.json(),
                "new_chat_member": member.json(),
            }
            self.updates.put("my_chat_member" if about_bot else "chat_member", payload, queue=chat.id)
        self.watch.changed()

    def ask(self, presser: Account, chat: Chat, message_id: int, data: str) -> Query:
        """Queue the press of a button; a message that is gone arrives as an inaccessible one."""
        query = Query(id=str(4_000_000_000_000 + self.next_id()), presser=presser, asked_at=self.clock.now())
        self.queries[query.id] = query
        message = chat.history.get(message_id)
        gone = {"chat": chat.json(), "message_id": message_id, "date": 0}
        payload = {
            "id": query.id,
            "from": presser.json(),
            "message": gone if message is None or message.is_deleted else message.json(),
            "chat_instance": str(abs(chat.id) * 7919),
            "data": data,
        }
        if chat.member(self.bot).status in PRESENT:
            self.updates.put("callback_query", payload, queue=presser.id)
        return query

    def set_webhook(self, webhook: Webhook) -> None:
        """Post updates there from now on; a waiting long poll is ended."""
        self.webhook = webhook
        if webhook.url:
            self.updates.interrupt(conflict("terminated by setWebhook request"))
        self.watch.changed()
