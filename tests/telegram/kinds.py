"""What people send besides text, photos and documents, and under another name than their own."""

from typing import Any

from tests.telegram.firm import Firm
from tests.telegram.server import Chat, Message
from tests.telegram.server.chats import Account
from tests.telegram.server.text import Formatted, from_person

VOICE = {"file_id": "v", "file_unique_id": "v", "duration": 3}
STICKER = {
    "file_id": "s",
    "file_unique_id": "s",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
}
ANONYMOUS = Account(id=1087968824, first_name="Group", username="GroupAnonymousBot", is_bot=True)


def sends(firm: Firm, person: str, chat: Chat, content: dict[str, Any], *, reply_to: Message | None = None) -> Message:
    """Have somebody send a message with these fields instead of a text."""
    platform = firm.server.platform
    sender = firm.people[person].account
    message = platform.add_message(chat, sender, Formatted(""), reply_to=reply_to, service=content)
    platform.tell("message", message)
    return message


def says_anonymously(firm: Firm, chat: Chat, text: str, *, reply_to: Message | None = None) -> Message:
    """Have an administrator who remains anonymous write into a group."""
    platform = firm.server.platform
    name = {"sender_chat": chat.json()}
    message = platform.add_message(chat, ANONYMOUS, from_person(text), reply_to=reply_to, service=name)
    platform.tell("message", message)
    return message
