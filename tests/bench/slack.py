"""Slack through the local server: cards at the limits on a jittering network, and press to acknowledgement."""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

from bot.slack.api.addresses import address_of
from bot.slack.api.client import Api
from bot.slack.api.limits import METHODS, POST
from tests.bench.databases import POSTGRESQL, SQLITE, Databases
from tests.bench.figures import Aim, Line, Scale, milliseconds
from tests.fakes.memory import Memory
from tests.scenarios.inplat import BEGIN, CLIENT, INTAKE
from tests.slack.firm import Firm
from tests.slack.forms import fill, send
from tests.slack.one_channel import a_chat
from tests.slack.server import Message as Card
from tests.slack.server import Person, SlackServer
from workflows.domain.ids import PersonId
from workflows.domain.text import Language
from workflows.ports.chat import Message, Subject
from workflows.ports.platforms import Account
from workflows.ports.unit_of_work import UnitOfWork
from workflows.usecases.delivery.sayings import CARD_KEY

CHANNELS, CARDS_EACH = 50, 20
PRESSERS = ("gleb", "daria", "nikolay")
ACCOUNTS = 50
SLOW = 2.0
T = TypeVar("T")


def measure(databases: Databases, scale: Scale) -> Iterator[Line]:
    """Yield the share of the allowed rate that 1,000 cards reach, then how long presses wait to be acknowledged."""
    each = scale.of(full=CARDS_EACH, quick=4)
    seconds, refused = asyncio.run(_cards(CHANNELS, each))
    # The first post of a channel waits for nothing: the limit allows the others one by one.
    allowed = each / METHODS[POST].messages * METHODS[POST].seconds
    figures = {"cards/s": CHANNELS * each / seconds, "of the allowed": allowed / seconds, "429": float(refused)}
    aims = (Aim(figure="of the allowed", least=0.9), Aim(figure="429", most=0.0))
    yield Line(what=f"{CHANNELS * each} cards to {CHANNELS} channels, 20 - 200 ms", figures=figures, aims=aims)
    for name in (SQLITE, POSTGRESQL):
        for delay in (0.0, SLOW):
            with databases.fresh(name) as url:
                waited = asyncio.run(_presses(url, scale.of(full=5, quick=1), delay))
            slow = f", each transaction {delay:.0f} s late" if delay else ""
            what = f"press to acknowledgement, {name}{slow}, {ACCOUNTS} people"
            yield Line(what=what, figures=milliseconds(waited))


async def _cards(channels: int, each: int) -> tuple[float, int]:
    """Post cards to channels, each channel in order; return the seconds it took and how many calls were refused."""
    async with SlackServer(limits=True, answer_within=3.0, trigger_lives=3.0) as server:
        # Each direction takes half the time of a call.
        server.jitter(0.01, 0.1)
        api = Api(token=server.bot_token, url=server.url)
        chat = a_chat(api, Memory())

        async def drain(channel: str) -> None:
            for number in range(each):
                card = {Language.RU: Message(text=f"ONB-{number}")}
                await chat.post(address_of(channel), card, key=f"{CARD_KEY}{number}", subject=Subject())

        rooms = [server.channel(f"department-{number}") for number in range(channels)]
        begun = time.perf_counter()
        await asyncio.gather(*(drain(room.id) for room in rooms))
        taken = time.perf_counter() - begun
        await api.close()
        return taken, server.limits.refused


async def _presses(url: str, rounds: int, delay: float) -> list[float]:
    """Have fifty accounts press each card at once; answer the seconds until each press was acknowledged."""
    waited: list[float] = []
    async with SlackServer(answer_within=3.0, trigger_lives=3.0) as server, Firm(url, server) as firm:
        await firm.joins("timur", "vera")
        people = [server.user(f"Presser {number}") for number in range(ACCOUNTS)]
        for number, person in enumerate(people):
            await firm.app.chats.link(
                Account(
                    platform="slack",
                    account=person.id,
                    person=PersonId(PRESSERS[number % len(PRESSERS)]),
                    chat=None,
                    linked_at=datetime.now(UTC),
                )
            )
        support = await firm.channel_of("tech_support")
        for number in range(rounds):
            await _opens_case(firm, f"Client {number}")
            card = await firm.card(support, "Взять", INTAKE)
            with_delay = _Delayed(firm, delay)
            waited += await asyncio.gather(*(_press(person, card) for person in people))
            await firm.slack.inbox.wait_until_idle()
            with_delay.end()
            await firm.until(lambda card=card: "Взять" not in card.labels)  # type: ignore[misc]
    return waited


class _Delayed:
    """Every transaction begins so many seconds late, until `end`."""

    def __init__(self, firm: Firm, seconds: float) -> None:
        self._storage = firm.app.storage
        transact = self._transact = firm.app.storage.transact

        async def late(work: Callable[[UnitOfWork], T]) -> T:
            await asyncio.sleep(seconds)
            return await transact(work)

        setattr(self._storage, "transact", late)  # noqa: B010  # mypy: a method is not to be assigned to

    def end(self) -> None:
        setattr(self._storage, "transact", self._transact)  # noqa: B010  # as above


async def _opens_case(firm: Firm, client: str) -> None:
    vera = firm.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await firm.window("vera", "Подключение клиента")
    await fill(firm, "vera", {**CLIENT, "Клиент": client})
    await send(firm, "vera", BEGIN)


async def _press(person: Person, card: Card) -> float:
    delivery = await person.press(card, "Взять")
    assert delivery.acknowledged, person.troubles
    return delivery.elapsed or 0.0
