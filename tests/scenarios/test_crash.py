"""The program is killed at the worst moments: no card is lost, none is shown twice."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.rendering.cards.cards import Renderer
from tests.databases import ON_BOTH_DATABASES
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import DOCUMENTS, INTAKE
from tests.scenarios.program import Program, Window, running_program, window
from workflows.ports.unit_of_work import StorageUnavailable, UnitOfWork
from workflows.usecases.delivery.deliver import Deliverer, DueRow

pytestmark = pytest.mark.system

T = TypeVar("T")


def cards_of(shown: list[str], stage: str) -> Counter[str]:
    """Count the messages of a channel that are cards of a stage, by the number of their case."""
    cards = [text for text in shown if f"— {stage} " in text and "Взять" in text]
    return Counter(next(word for word in text.split() if word.startswith("ONB-")) for text in cards)


async def test_a_card_committed_before_a_kill_is_shown_once_after_the_restart(
    database_url: str, tmp_path: Path
) -> None:
    async with running_program(database_url, tmp_path) as program:
        async with window(program, "anna") as anna, window(program, "gleb") as gleb:
            assert await anna.opens_case("ООО «Ромашка»")
            await gleb.waits_until("tech_support", lambda shown: len(cards_of(shown, INTAKE)) == 1)
        await program.kill()
    async with Play(database_url, now=datetime.now(UTC)) as dying:
        # The program dies between commit and delivery: the same wiring commits and delivers nothing.
        dying.is_delivering = False
        await inplat.open_case(dying, "ООО «Ландыш»", inn="7728168971")

    async with running_program(database_url, tmp_path) as again, window(again, "gleb") as gleb:
        shown = await gleb.waits_until("tech_support", lambda shown: len(cards_of(shown, INTAKE)) == 2)
        assert cards_of(shown, INTAKE) == {"ONB-1": 1, "ONB-2": 1}
        checked = await gleb.waits_until("accounts", lambda shown: len(cards_of(shown, DOCUMENTS)) == 2)
        assert cards_of(checked, DOCUMENTS) == {"ONB-1": 1, "ONB-2": 1}


class DyingStorage:
    """Dies whenever something would be recorded."""

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        raise StorageUnavailable("killed")


async def test_a_kill_between_post_and_record_leaves_one_card_that_shows_the_present_state(play: Play) -> None:
    play.is_delivering = False
    await inplat.open_case(play)
    app, zone = play.app, ZoneInfo("Europe/Moscow")
    dying = Deliverer(
        storage=DyingStorage(),
        queries=app.queries,
        definitions=app.services.definitions,
        rendering=Renderer(app.services.organisation, zone),
        chats={"web": app.services.chat},
        clock=play.clock,
    )
    for row in await app.queries.outbox(play.clock.now(), 10):
        delivered = await dying.deliver(DueRow(row=row))
        with pytest.raises(StorageUnavailable):
            await dying.record(delivered)
    gleb = play.person("gleb")
    await gleb.press(await gleb.card("ONB-1", INTAKE), "Взять")

    await play.restart()

    (card,) = await play.person("gleb").cards("ONB-1", INTAKE)
    assert "Исполнитель: Глеб Никитин" in card.text
    assert len(await play.person("boris").cards("ONB-1", DOCUMENTS)) == 1
    assert list(await play.app.queries.outbox(play.clock.now(), 10)) == []


class Load:
    """People who open cases one after the other until the program dies under them."""

    def __init__(self, program: Program, kill_after: int) -> None:
        self._program = program
        self._kill_after = kill_after
        self.sent = 0
        self.answered = 0

    async def run(self, people: int) -> None:
        """Open cases from several windows; the program is killed as soon as that many have their replies."""
        async with asyncio.TaskGroup() as group:
            for number in range(people):
                group.create_task(self._open_cases(number))

    async def _open_cases(self, number: int) -> None:
        try:
            async with window(self._program, "anna" if number % 2 else "ivan") as opened:
                while True:
                    await self._open_one(opened)
        except httpx.TransportError:
            return

    async def _open_one(self, opened: Window) -> None:
        self.sent += 1
        assert await opened.opens_case(f"ООО «Клиент {self.sent}»")
        self.answered += 1
        if self.answered == self._kill_after:
            await self._program.kill()


async def _kill_again_and_again(database_url: str, folder: Path, rounds: int) -> None:
    moments = random.Random(2026)
    sent = answered = 0
    for _ in range(rounds):
        async with running_program(database_url, folder) as program:
            load = Load(program, kill_after=moments.randint(3, 15))
            await load.run(people=4)
        sent, answered = sent + load.sent, answered + load.answered

    async with running_program(database_url, folder) as program, window(program, "gleb") as gleb:
        async with Play(database_url, now=datetime.now(UTC)) as onlooker:
            numbers = [case.number for case in await onlooker.app.queries.active_cases(10_000)]
        assert answered <= len(numbers) <= sent
        assert sorted(numbers) == sorted(f"ONB-{n + 1}" for n in range(len(numbers)))
        for department, stage in (("tech_support", INTAKE), ("accounts", DOCUMENTS)):
            shown = await gleb.waits_until(department, lambda shown, s=stage: len(cards_of(shown, s)) >= len(numbers))  # type: ignore[misc]  # mypy infers no type for a default
            assert cards_of(shown, stage) == dict.fromkeys(numbers, 1)


@ON_BOTH_DATABASES
async def test_kills_under_load_lose_no_case_and_show_each_card_once(database_url: str, tmp_path: Path) -> None:
    await _kill_again_and_again(database_url, tmp_path, rounds=1)


@ON_BOTH_DATABASES
@pytest.mark.slow
async def test_many_kills_under_load_lose_no_case_and_show_each_card_once(database_url: str, tmp_path: Path) -> None:
    await _kill_again_and_again(database_url, tmp_path, rounds=10)
