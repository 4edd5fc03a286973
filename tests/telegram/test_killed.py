"""The program is killed while it handles a press: the next one handles it again, and it takes effect once."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import pytest

from tests.scenarios.inplat import INTAKE
from tests.scenarios.program import PATIENCE, running_program
from tests.telegram.firm import Firm
from tests.telegram.server import TelegramServer
from workflows.domain.events import TaskClaimed


@contextmanager
def busy(database_url: str) -> Iterator[None]:
    """Keep everybody else from writing."""
    file = database_url.removeprefix("sqlite+aiosqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before the commit", "after the commit"])
async def test_a_press_in_hand_at_a_kill_takes_effect_once(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    async with TelegramServer() as server:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", server.token)
        monkeypatch.setenv("TELEGRAM_API_URL", server.url)
        async with Firm(sqlite_url, server) as firm:
            await firm.joins("gleb")
            group = await firm.group_of("tech_support", "gleb")
            await firm.opens_case()
            card = await firm.button(group, "Взять", INTAKE)
        gate = server.hold("answerCallbackQuery", times=1)
        async with running_program(sqlite_url, tmp_path) as program:
            with busy(sqlite_url) if moment == "before the commit" else nullcontext():
                _ = firm.people["gleb"].press(card, "Взять")
                await asyncio.wait_for(gate.reached(), PATIENCE)
                if moment == "before the commit":
                    assert server.platform.updates.pending
                await program.kill()
        gate.release()

        async with running_program(sqlite_url, tmp_path):
            # The spinner has stopped by itself when the restart took long; the press is handled all the same.
            await server.wait_for(lambda: not server.platform.updates.pending, PATIENCE)
            await server.wait_for(lambda: group.find("Исполнитель: Глеб Никитин"), PATIENCE)

        async with Firm(sqlite_url, server) as again:
            history = await again.app.queries.history((await again.case("ONB-1")).id)
        assert len([event for event in history if isinstance(event, TaskClaimed)]) == 1
