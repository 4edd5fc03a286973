"""Telegram's updates to `Incoming`: who, where, what; no decisions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from aiogram.enums import ContentType, MessageEntityType
from aiogram.types import CallbackQuery, Chat, Document, InaccessibleMessage, Message

from bot.conversation.commands.vocabulary import read
from bot.conversation.incoming import Attached, Followed, Incoming, Invited, Press, Said
from bot.rendering.markup.text import units
from bot.telegram.api import deep_links
from bot.telegram.api.addresses import PLATFORM, Place
from bot.telegram.api.identity import Identity
from workflows.domain.ids import FileId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import Dialect
from workflows.ports.platforms import LinkedAccount

FULL_UNITS = 4_096
"""The length of a part that was cut inside a word; a shorter one lost the space at which it was cut."""
_COMMAND = re.compile(r"/\w+(?:@(?P<bot>\w+))?(?:\s|$)")
_START = re.compile(r"\s*/start(?:@\w+)?(?:\s+(?P<carried>.*\S))?\s*", re.DOTALL | re.IGNORECASE)
"""What a client sends for somebody who follows a deep link or presses Start."""


class Kind(StrEnum):
    """What a message contains: words, a file that we keep, something that we do not keep, or a service note."""

    WORDS = "words"
    FILE = "file"
    NOT_KEPT = "not_kept"
    SERVICE = "service"


_NOT_KEPT = frozenset(
    {
        ContentType.AUDIO,
        ContentType.CHECKLIST,
        ContentType.CONTACT,
        ContentType.DICE,
        ContentType.GAME,
        ContentType.LIVE_PHOTO,
        ContentType.LOCATION,
        ContentType.PAID_MEDIA,
        ContentType.POLL,
        ContentType.RICH_MESSAGE,
        ContentType.STICKER,
        ContentType.STORY,
        ContentType.VENUE,
        ContentType.VIDEO,
        ContentType.VIDEO_NOTE,
        ContentType.VOICE,
    }
)
"""What people send beside words, photos and documents; all other contents are service notes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file or photo in a message; `size` is in bytes, None if Telegram does not report it."""

    file_id: str
    name: str
    media_type: str
    size: int | None


def kind_of(message: Message) -> Kind:
    """Return what a message contains."""
    if message.text:
        return Kind.WORDS
    if sent_file(message) is not None:
        return Kind.FILE
    return Kind.NOT_KEPT if message.content_type in _NOT_KEPT else Kind.SERVICE


def place_of_message(message: Message) -> Place:
    """Return where a message stands; outside forums its thread is none of a topic."""
    return Place(message.chat.id, message.message_thread_id if message.is_topic_message else None)


def message(update_id: int, message: Message, *, person: PersonId | None, language: Language) -> Incoming:
    """Read a message as a line typed to the assistant, in the place where it stands."""
    return Incoming(
        update_id=f"{PLATFORM}:{update_id}",
        person=person,
        language=language,
        chat=place_of_message(message).address,
        dialect=Dialect.INLINE_HTML,
        intent=said([message]),
        group_title=_title(message.chat),
        account=_account(message.chat),
    )


def press(
    update_id: int,
    query: CallbackQuery,
    message: Message | InaccessibleMessage,
    *,
    person: PersonId | None,
    language: Language,
) -> Incoming:
    """Read a press of a button under a message."""
    place = place_of_message(message) if isinstance(message, Message) else Place(message.chat.id)
    return Incoming(
        update_id=f"{PLATFORM}:{update_id}",
        person=person,
        language=language,
        chat=place.address,
        dialect=Dialect.INLINE_HTML,
        intent=Press(action=query.data or ""),
        group_title=_title(message.chat),
        account=_account(message.chat),
    )


def _title(chat: Chat) -> str | None:
    """Return the title of a group; None for a private chat."""
    return (chat.title or str(chat.id)) if Place(chat.id).is_group else None


def _account(chat: Chat) -> LinkedAccount | None:
    """Return the account that an invitation may be redeemed for: in private alone, where nobody else reads the code."""
    if Place(chat.id).is_group:
        return None
    # The number of a private chat is that of the account.
    return LinkedAccount(platform=PLATFORM, account=str(chat.id), chat=Place(chat.id).address)


def words_of(parts: Sequence[Message]) -> str:
    """Return the text of a message or of its parts, or the captions below its files."""
    if parts[0].media_group_id is not None:
        return "\n".join(_with_addresses(message) for message in parts if message.caption)
    words = ""
    for message in parts:
        words += _with_addresses(message) + ("" if message is parts[-1] else _cut_at(message.text or ""))
    return words


def _cut_at(part: str) -> str:
    """Return what was lost between a part of a text and the next: a line end where the part has one far behind.

    Clients cut at the last line end in the second half of what a message may hold, else at a space, else in a word.
    """
    if units(part) >= FULL_UNITS:
        return ""
    half = part.encode("utf-16-le")[FULL_UNITS:]
    return "\n" if "\n".encode("utf-16-le") in half else " "


def _with_addresses(message: Message) -> str:
    """Return the text or caption of a message, each linked word followed by its address in brackets."""
    text = message.text or message.caption or ""
    if text.startswith("/"):
        return text
    # Offsets count UTF-16 units of two bytes.
    encoded = text.encode("utf-16-le")
    for entity in sorted(message.entities or message.caption_entities or [], key=lambda each: -each.offset):
        words = entity.extract_from(text).rstrip()
        if entity.type == MessageEntityType.TEXT_LINK and entity.url and _bare(entity.url) != _bare(words):
            end = 2 * (entity.offset + units(words))
            encoded = encoded[:end] + f" ({entity.url})".encode("utf-16-le") + encoded[end:]
    return encoded.decode("utf-16-le")


def _bare(address: str) -> str:
    return address.strip().casefold().removeprefix("https://").removeprefix("http://").rstrip("/")


def said(parts: Sequence[Message]) -> Said | Followed | Invited:
    """Read a typed line; `/start` carries the payload of a deep link, the code of an invitation, or nothing."""
    text = words_of(parts)
    started = _START.fullmatch(text)
    if started is None:
        return Said(text=text)
    carried = started["carried"] or deep_links.HELLO
    action = deep_links.action_of(carried)
    if action is not None:
        return Followed(action=action.encode())
    return Said(text="/help") if carried == deep_links.HELLO else Invited(code=carried)


def attached(parts: Sequence[Message], file_id: FileId, name: str, others: Sequence[str]) -> Attached:
    """Read a file sent to the assistant, and the names of those that came with it."""
    return Attached(file=file_id, name=name, caption=words_of(parts), others=tuple(others))


def is_command(message: Message, identity: Identity) -> bool:
    """Whether a message is a command for this bot; in a group one that names no bot may be meant for another."""
    found = _COMMAND.match(message.text or "")
    if found is None:
        return False
    if found["bot"] is not None:
        return found["bot"].lower() == identity.username.lower()
    return message.chat.id > 0 or read(message.text or "") is not None


def is_for_another_bot(message: Message, identity: Identity) -> bool:
    """Whether a message in a group is a command that is none of ours."""
    is_any = message.chat.id < 0 and _COMMAND.match(message.text or "") is not None
    return is_any and not is_command(message, identity)


def is_reply_to_bot(message: Message, identity: Identity) -> bool:
    """Whether a message replies to one of ours; in a topic every message seems to reply to the one that began it."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created is not None:
        return False
    by = answered.from_user
    # If Telegram does not say whose message it is, our own record decides.
    return by is None or by.id == identity.bot_id or by.username == identity.username


def sent_file(message: Message) -> SentFile | None:
    """Read the file of a message; of a photo the largest size."""
    if message.photo:
        photo = message.photo[-1]
        name = f"photo-{message.message_id}.jpg"
        return SentFile(file_id=photo.file_id, name=name, media_type="image/jpeg", size=photo.file_size)
    return None if message.document is None else _document(message.document)


def _document(document: Document) -> SentFile:
    return SentFile(
        file_id=document.file_id,
        name=document.file_name or "file",
        media_type=document.mime_type or "application/octet-stream",
        size=document.file_size,
    )
