"""InPlat on the local Slack: the whole program, people with accounts, channels bound to departments."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import SecretStr

from bot.conversation.conversation import Conversation
from bot.host.settings import Settings
from bot.slack.run import Slack
from bot.tuning import Tuning
from tests.companies import INPLAT
from tests.fakes.tuning import AT_ONCE
from tests.firm import PATIENCE, RunningFirm
from tests.slack.faults import Faults, FaultyConversation
from tests.slack.server import Channel, Message, Person, SlackServer
from workflows.ports.clock import Clock

T = TypeVar("T")


class Firm(RunningFirm):
    """The program against a Slack server; entered, it is connected, delivers and is ready for presses.

    What Slack hands to the conversation passes `faults`; *more* are settings.
    """

    def __init__(
        self,
        database_url: str,
        server: SlackServer,
        *,
        clock: Clock | None = None,
        tuning: Tuning = AT_ONCE,
        **more: object,
    ) -> None:
        self.server = server
        self.people: dict[str, Person] = {}
        self.faults = Faults()
        settings = Settings(
            _env_file=None,
            database_url=database_url,
            company=INPLAT,
            secret_key=SecretStr("nothing is secret here"),
            slack_bot_token=SecretStr(server.bot_token),
            slack_app_token=SecretStr(server.app_token),
            slack_api_url=server.url,
        ).model_copy(update=more)
        super().__init__(settings, clock=clock, tuning=tuning)

    def works(self) -> Sequence[Coroutine[Any, Any, object]]:
        """Return the work of the adapters, of which Slack's gets its conversation by way of the faults."""
        wired_slack = next(adapter for adapter in self.app.adapters if isinstance(adapter, Slack))
        conversation = self.app.services.conversation
        assert isinstance(conversation, Conversation)
        self.slack = wired_slack.platform.adapter(FaultyConversation(conversation, self.faults))
        others = [adapter for adapter in self.app.adapters if adapter is not wired_slack]
        return [adapter.run() for adapter in (self.slack, *others)]

    async def listens(self, running: AsyncExitStack) -> None:
        """Wait until Slack is connected."""
        await asyncio.wait_for(self.slack.is_listening.wait(), PATIENCE)

    async def restart(self, meanwhile: Callable[[], Awaitable[None]] | None = None, **tuning: Any) -> None:
        """End the program and start another one on the same database; *meanwhile* happens in between.

        *tuning* is what the new one has of Slack's tuning instead of what the old one had.
        """
        self.tuning = replace(self.tuning, slack=replace(self.tuning.slack, **tuning))
        await self.stop()
        if meanwhile is not None:
            await meanwhile()
        await self.__aenter__()

    async def joins(self, *people: str) -> list[Person]:
        """Add people of the company to Slack and link their accounts by their codes."""
        for name in people:
            person = self.server.user(name.capitalize())
            await person.command("/handover", f"link {await self.code_for(name)}", person.dm)
            await self.until(lambda person=person: person.ephemerals)  # type: ignore[misc]
            self.people[name] = person
        return [self.people[name] for name in people]

    async def channel_of(self, department: str, *people: str, by: str = "timur") -> Channel:
        """Make a channel with these people and have the administrator bind it to a department."""
        if by not in self.people:
            await self.joins(by)
        members = tuple(self.people[name] for name in (by, *people))
        channel = self.server.channel(department, members=members)
        await self.bind(channel, department, by=by)
        return channel

    async def bind(self, channel: Channel, department: str, *, by: str = "timur") -> None:
        """Have a channel bound to a department."""
        before = len(self.app.chats.directory.bindings())
        await self.people[by].command("/handover", f"bind {department}", channel)
        await self.until(lambda: len(self.app.chats.directory.bindings()) > before)
        # The app joins a bound channel last: who removes it before has it back.
        await self.slack.inbox.wait_until_idle()

    async def until(self, predicate: Callable[[], T], within: float = PATIENCE) -> T:
        """Wait until a condition holds."""
        return await self.server.wait_for(predicate, within=within)

    async def card(self, channel: Channel, label: str, words: str = "") -> Message:
        """Wait for the newest message of a channel with this button and this text."""

        def found() -> Message:
            return [m for m in channel.everything if label in m.labels and words in m.plain][-1]

        return await self.until(found)

    async def press(self, person: str, channel: Channel, label: str, words: str = "") -> Message:
        """Press the newest button of that label on a message with those words; returns the message."""
        card = await self.card(channel, label, words)
        await self.people[person].press(card, label)
        return card

    async def window(self, person: str, title: str) -> None:
        """Wait until somebody has a window with that title (or its beginning) on top."""

        def is_open() -> bool:
            shown = self.people[person].view.title
            return shown.rstrip("…").strip() in title or title in self.people[person].view.plain

        await self.until(is_open)

    async def told(self, person: str, words: str) -> str:
        """Wait until only this person sees some text, in an ephemeral or direct message or in a window; returns it."""
        who = self.people[person]

        def found() -> str:
            said = [message.plain for message in (*who.ephemerals, *who.dm.messages) if words in message.plain]
            if who.has_view and words in who.view.plain:
                said.append(who.view.plain)
            return said[-1]

        return await self.until(found)
