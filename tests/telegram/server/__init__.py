"""A local server that speaks the Telegram Bot API, with people to act against the bot; see the README beside it."""

from .chats import Account, Attachment, Chat, Kind, Message, Status, Topic
from .clock import Clock
from .errors import ApiError
from .faults import Fault, Gate
from .limits import Limits
from .messages import marked_up
from .people import Person, Press, all_answered
from .platform import Answer
from .server import Call, TelegramServer
from .updates import Update

__all__ = [
    "Account",
    "Answer",
    "ApiError",
    "Attachment",
    "Call",
    "Chat",
    "Clock",
    "Fault",
    "Gate",
    "Kind",
    "Limits",
    "Message",
    "Person",
    "Press",
    "Status",
    "TelegramServer",
    "Topic",
    "Update",
    "all_answered",
    "marked_up",
]
