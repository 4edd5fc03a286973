"""Telegram's port without the program around it."""

from bot.telegram.api.client import Api
from bot.telegram.api.identity import Identity
from bot.telegram.outbound.chat import TelegramChat
from bot.telegram.outbound.topics import CaseTopics
from tests.fakes.core import core_over
from tests.fakes.memory import Memory
from workflows.domain.text import Language
from workflows.ports.queries import Queries


def telegram_chat(api: Api, queries: Queries) -> TelegramChat:
    """Make the port of a small organisation that speaks Russian."""
    chats = core_over(Memory()).chats
    topics = CaseTopics(api=api, queries=queries, chats=chats)
    return TelegramChat(api=api, queries=queries, locale=Language.RU, topics=topics, chats=chats, identity=Identity())
