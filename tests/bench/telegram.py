"""Telegram through the local server: cards at the platform's limits on a jittering network, and press to answer."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.telegram.api.addresses import Place
from bot.telegram.api.client import Api
from bot.telegram.api.limits import OF_TELEGRAM
from bot.telegram.api.pace import Pace
from tests.bench.databases import POSTGRESQL, SQLITE, Databases
from tests.bench.figures import Aim, Line, Scale, milliseconds
from tests.fakes.memory import Memory
from tests.telegram.firm import Firm
from tests.telegram.server import Message as Card
from tests.telegram.server import Person, TelegramServer
from tests.telegram.server.aiogram_client import connected
from tests.telegram.server.limits import Limits as PlatformLimits
from tests.telegram.telegram_chat import telegram_chat
from workflows.domain.ids import PersonId
from workflows.domain.text import Language
from workflows.ports.chat import Message, Subject
from workflows.ports.platforms import Account
from workflows.usecases.delivery.sayings import CARD_KEY

GROUPS, CARDS_EACH = 50, 20
PRESSERS = ("gleb", "daria", "nikolay")
ACCOUNTS = 50


def measure(databases: Databases, scale: Scale) -> Iterator[Line]:
    """Yield the share of the allowed rate that 1,000 cards reach, then how long presses wait for their answers."""
    seconds, refused = asyncio.run(_cards(GROUPS, scale.of(full=CARDS_EACH, quick=4)))
    count = GROUPS * scale.of(full=CARDS_EACH, quick=4)
    allowed = count / OF_TELEGRAM.overall.messages
    figures = {"cards/s": count / seconds, "of the allowed": allowed / seconds, "429": float(refused)}
    aims = (Aim(figure="of the allowed", least=0.9), Aim(figure="429", most=0.0))
    yield Line(what=f"{count} cards to {GROUPS} groups, network 20 - 200 ms", figures=figures, aims=aims)
    for name in (SQLITE, POSTGRESQL):
        with databases.fresh(name) as url:
            waited = asyncio.run(_presses(url, scale.of(full=10, quick=3)))
        figures = milliseconds(waited)
        yield Line(what=f"press to answer, {name}, {ACCOUNTS} people", figures=figures)


async def _cards(groups: int, each: int) -> tuple[float, int]:
    """Post cards to groups, each group in order; return the seconds it took and how many calls were refused."""
    async with TelegramServer(limits=PlatformLimits()) as server, connected(server) as bot:
        # Each direction takes half the time of a call.
        server.jitter(0.01, 0.1)
        owner = server.user("Timur")
        rooms = [server.supergroup(f"Department {number}", owner) for number in range(groups)]
        chat = telegram_chat(Api(bot, Pace(OF_TELEGRAM)), Memory())

        async def drain(place: Place) -> None:
            for number in range(each):
                card = {Language.RU: Message(text=f"ONB-{number}")}
                await chat.post(place.address, card, key=f"{CARD_KEY}{number}", subject=Subject())

        begun = time.perf_counter()
        await asyncio.gather(*(drain(Place(room.id)) for room in rooms))
        taken = time.perf_counter() - begun
        return taken, sum(call.error is not None for call in server.calls)


async def _presses(url: str, rounds: int) -> list[float]:
    """Have fifty accounts press each card at once; answer the seconds until each spinner stopped."""
    waited: list[float] = []
    async with TelegramServer() as server, Firm(url, server) as firm:
        people = [server.user(f"Presser {number}", "ru") for number in range(ACCOUNTS)]
        for number, person in enumerate(people):
            await firm.app.chats.link(
                Account(
                    platform="telegram",
                    account=str(person.id),
                    person=PersonId(PRESSERS[number % len(PRESSERS)]),
                    chat=None,
                    linked_at=datetime.now(UTC),
                )
            )
        group = await firm.group_of("tech_support")
        for person in people:
            server.join(group, person)
        for number in range(rounds):
            await firm.opens_case(f"Client {number}")
            card = await firm.button(group, "Взять", "— Знакомство")
            waited += await asyncio.gather(*(_press(person, card) for person in people))
            await firm.until(lambda card=card: "Взять" not in card.buttons)  # type: ignore[misc]
    return waited


async def _press(person: Person, card: Card) -> float:
    begun = time.perf_counter()
    await person.press(card, "Взять").answered(within=30)
    return time.perf_counter() - begun
