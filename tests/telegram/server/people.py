"""People as they use the client: they write, answer, press buttons and follow links."""

import asyncio
import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from . import files
from .chats import PRESENT, Account, Attachment, Chat, Member, Message, Status
from .facts import MAX_TEXT
from .platform import Answer, Platform, Query
from .text import from_person
from .validation import Upload

if TYPE_CHECKING:
    from .world import World

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button; awaiting it returns the response, or raises TimeoutError if the spinner does not stop."""

    _platform: Platform
    _query: Query
    _label: str

    @property
    def answer(self) -> Answer | None:
        """The response so far; None while the spinner turns."""
        return self._query.answer

    async def answered(self, within: float = 30.0) -> Answer:
        """The response; raises TimeoutError after this many real seconds."""
        try:
            return await self._platform.watch.until(lambda: self._query.answer, within=within)
        except TimeoutError:
            message = f"{self._query.presser.full_name} pressed {self._label!r} and the spinner still turns"
            raise TimeoutError(message) from None

    def __await__(self) -> Generator[Any, None, Answer]:
        return self.answered().__await__()


class Person:
    """A user of the platform; every act reaches the bot as the update that the platform would make of it."""

    def __init__(self, world: "World", account: Account, private: Chat) -> None:
        self._world = world
        self._platform = world.platform
        self.account = account
        self.private = private

    @property
    def id(self) -> int:
        """The user's id, which is the id of the private chat too."""
        return self.account.id

    @property
    def name(self) -> str:
        """First and last name."""
        return self.account.full_name

    async def send(
        self,
        chat: Chat,
        text: str,
        *,
        thread_id: int | None = None,
        reply_to: Message | None = None,
        links: Mapping[str, str] | None = None,
    ) -> Message:
        """Write into a chat, or into a topic of it; *links* are the addresses behind words."""
        return self._say(chat, text, thread_id=thread_id, reply_to=reply_to, links=links)

    async def send_long(self, chat: Chat, text: str, *, reply_to: Message | None = None) -> list[Message]:
        """Write a text that the client sends in parts of the greatest length."""
        parts = [text[at : at + MAX_TEXT] for at in range(0, len(text), MAX_TEXT)]
        return [self._say(chat, part, reply_to=reply_to) for part in parts]

    async def send_album(
        self, chat: Chat, *names: str, caption: str = "", reply_to: Message | None = None
    ) -> list[Message]:
        """Send photos as an album: a message and an update each; the caption is the first one's."""
        album, said = str(self._platform.next_id()), list[Message]()
        for at, name in enumerate(names):
            kept = files.store(self._platform, "photo", Upload(name, "image/jpeg", name.encode()))
            words = "" if at else caption
            said.append(self._say(chat, words, reply_to=reply_to, attachment=kept, media_group_id=album))
        return said

    async def reply(self, message: Message, text: str, *, links: Mapping[str, str] | None = None) -> Message:
        """Reply to a message, in its topic."""
        return self._say(message.chat, text, thread_id=message.thread_id, reply_to=message, links=links)

    async def edit(self, message: Message, text: str, *, links: Mapping[str, str] | None = None) -> None:
        """Change one's own message."""
        if message.sender.id != self.id or message.is_deleted:
            raise ValueError(f"{self.name} cannot edit message {message.id}")
        message.body = from_person(text, links)
        message.edited_at = self._platform.clock.now()
        self._platform.tell("edited_message", message)
        self._platform.watch.changed()

    async def delete(self, message: Message) -> None:
        """Delete one's own message; bots get no update about it."""
        if message.sender.id != self.id:
            raise ValueError(f"{self.name} cannot delete message {message.id}")
        message.is_deleted = True
        self._platform.watch.changed()

    async def send_photo(
        self,
        chat: Chat,
        content: bytes,
        name: str = "photo.jpg",
        caption: str = "",
        *,
        thread_id: int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Send a picture, with a caption below."""
        upload = Upload(name, "image/jpeg", content)
        return self._attach(chat, "photo", upload, caption, thread_id=thread_id, reply_to=reply_to)

    async def send_document(
        self,
        chat: Chat,
        content: bytes,
        name: str,
        caption: str = "",
        *,
        mime_type: str = "application/octet-stream",
        thread_id: int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Send a file, with a caption below."""
        upload = Upload(name, mime_type, content)
        return self._attach(chat, "document", upload, caption, thread_id=thread_id, reply_to=reply_to)

    async def start(self, bot: Account, payload: str = "") -> Message:
        """Open the private chat and press Start, as a deep link does; a blocked bot is unblocked by it."""
        if bot.id != self._platform.bot.id or not _PAYLOAD.fullmatch(payload):
            raise ValueError(f"the client cannot follow this deep link: {bot.username}?start={payload}")
        if self.private.member(bot).status is Status.KICKED:
            self._set_bot(Status.MEMBER)
        return self._say(self.private, f"/start {payload}".rstrip())

    async def open_link(self, url: str) -> Message:
        """Follow a `t.me/<bot>?start=<payload>` link."""
        parts = urlsplit(url if "://" in url else f"https://{url}")
        if parts.hostname != "t.me" or parts.path != f"/{self._platform.bot.username}":
            raise ValueError(f"this link does not lead to the bot: {url}")
        return await self.start(self._platform.bot, parse_qs(parts.query).get("start", [""])[0])

    async def block_bot(self) -> None:
        """Block the bot; it gets an update about it."""
        self._set_bot(Status.KICKED)

    async def deactivate(self) -> None:
        """Delete the account."""
        self._platform.deactivated.add(self.id)

    def press(self, message: Message, label: str) -> Press:
        """Press an inline button by its label now; raises LookupError with the labels that exist.

        A button with a link returns its URL at once and reaches nobody.
        """
        self._check_present(message.chat)
        button = message.button(label)
        if "url" in button:
            now = self._platform.clock.now()
            answer = Answer(text="", show_alert=False, url=button["url"], at=now)
            return Press(self._platform, Query(id="link", presser=self.account, asked_at=now, answer=answer), label)
        if "callback_data" not in button:
            raise LookupError(f"the button {label!r} sends nothing to the bot")
        query = self._platform.ask(self.account, message.chat, message.id, button["callback_data"])
        return Press(self._platform, query, label)

    def press_stale(self, message_id: int, data: str, *, chat: Chat | None = None) -> Press:
        """Press what an outdated client still shows: any data on any message, even a deleted one."""
        query = self._platform.ask(self.account, chat or self.private, message_id, data)
        return Press(self._platform, query, data)

    def _set_bot(self, status: Status) -> None:
        self._platform.change_member(self.private, Member(account=self._platform.bot, status=status), by=self.account)

    def _check_present(self, chat: Chat) -> None:
        if chat.member(self.account).status not in PRESENT or chat.upgraded_to is not None:
            raise ValueError(f"{self.name} is not in {chat.name!r}")

    def _attach(
        self, chat: Chat, field: str, upload: Upload, caption: str, *, thread_id: int | None, reply_to: Message | None
    ) -> Message:
        kept = files.store(self._platform, field, upload)
        return self._say(chat, caption, thread_id=thread_id, reply_to=reply_to, attachment=kept)

    def _say(
        self,
        chat: Chat,
        text: str,
        *,
        thread_id: int | None = None,
        reply_to: Message | None = None,
        attachment: Attachment | None = None,
        media_group_id: str | None = None,
        links: Mapping[str, str] | None = None,
    ) -> Message:
        self._check_present(chat)
        if chat.is_private and chat.member(self._platform.bot).status is Status.KICKED:
            raise ValueError(f"{self.name} has blocked the bot")
        message = self._platform.add_message(
            chat,
            self.account,
            from_person(text, links),
            thread_id=thread_id,
            reply_to=reply_to,
            attachment=attachment,
            media_group_id=media_group_id,
        )
        self._platform.tell("message", message)
        return message


async def all_answered(*presses: Press) -> list[Answer]:
    """The responses to several presses at once, in the order given."""
    return list(await asyncio.gather(*(press.answered() for press in presses)))
