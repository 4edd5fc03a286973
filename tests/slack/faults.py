"""The conversation as the adapter calls it, with injected faults and a record of the calls."""

from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Asker, Incoming, Intent, ListRead, PreviewRead
from bot.conversation.reply import HomeView, Reply
from workflows.domain.text import Language
from workflows.ports.chat import Message


class Faults:
    """Whether handling fails now; outlives the programs of a story."""

    def __init__(self) -> None:
        self.is_broken = False
        self.intents: list[Intent] = []

    def of_kind(self, kind: type[Intent]) -> list[Intent]:
        """Return what of a kind was handed to the conversation."""
        return [intent for intent in self.intents if isinstance(intent, kind)]


class FaultyConversation(Conversation):
    """Hands on to the real one."""

    def __init__(self, conversation: Conversation, faults: Faults) -> None:
        self._real = conversation
        self._faults = faults

    async def handle(self, incoming: Incoming) -> Reply:
        self._faults.intents.append(incoming.intent)
        reply = await self._real.handle(incoming)
        if self._faults.is_broken:
            raise RuntimeError("a fault of ours")
        return reply

    async def form(self, asker: Asker, key: str) -> Reply:
        return await self._real.form(asker, key)

    async def foresee(self, asker: Asker, read: PreviewRead) -> Reply:
        return await self._real.foresee(asker, read)

    async def list_now(self, asker: Asker, read: ListRead) -> Message | None:
        return await self._real.list_now(asker, read)

    async def home(self, asker: Asker) -> HomeView:
        return await self._real.home(asker)

    async def language_of(self, asker: Asker) -> Language:
        return await self._real.language_of(asker)
