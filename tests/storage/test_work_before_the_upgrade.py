"""A database of the first language in the middle of its work: after the upgrade each case ends as before."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Boolean, Connection, MetaData, func, select

from storage.migrations import upgrade_async
from tests.play.play import Play
from tests.scenarios.inplat import (
    ACCEPTANCE,
    BANK,
    CATALOGUE,
    DOCUMENTS,
    GOODS_LIST,
    INTAKE,
    LAUNCH,
    MODULE,
    PREPARATION,
    TESTING,
    WORK,
    do_up_to,
)
from tests.storage.migrating import sample, to_revision, within
from workflows.domain.case import CaseStatus

LEFT_OFF = datetime(2026, 3, 2, 6, 40, tzinfo=UTC)
SAMPLE, REVISION = "0017_inplat_at_work.json", "0017"


def fill(connection: Connection) -> None:
    """Write the rows, each table with the columns that it has at this revision."""
    known = MetaData()
    known.reflect(connection)
    tables = {each["table"]: each["rows"] for each in sample(SAMPLE)}
    for table in known.sorted_tables:
        flags = {column.name for column in table.columns if isinstance(column.type, Boolean)}
        rows = tables.get(table.name, ())
        if rows:
            # The migrations have written some of their own.
            connection.execute(table.delete())
        for row in rows:
            values = {name: bool(value) if name in flags else value for name, value in row.items()}
            connection.execute(table.insert().values(values))
        for column in table.primary_key if rows and connection.dialect.name == "postgresql" else ():
            # What was written with its number has not moved the sequence of the numbers.
            sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
            if sequence is not None:
                connection.scalar(select(func.setval(sequence, select(func.max(column)).scalar_subquery())))


@pytest.fixture
async def inplat(empty_url: str) -> AsyncIterator[Play]:
    """InPlat, whose program was ended in the middle of the work and is started again in its present version."""
    await to_revision(empty_url, REVISION)
    await within(empty_url, fill)
    await upgrade_async(empty_url)
    async with Play(empty_url, now=LEFT_OFF) as play:
        yield play


async def is_connected(play: Play, number: str) -> bool:
    case = await play.case(number)
    return (case.status, case.end) == (CaseStatus.COMPLETED, "connected")


async def test_half_filled_forms_cards_and_timers_go_on_and_each_case_ends_as_before(inplat: Play) -> None:
    elena, boris, gleb = (inplat.person(name) for name in ("elena", "boris", "gleb"))
    waits = await gleb.card("ONB-3", INTAKE)
    assert "Взять" in [button.label for button in waits.buttons]

    await inplat.let_pass(hours=3)

    history = [event.kind for event in await inplat.history("ONB-3")]
    assert "head_told" in history
    entered = await elena.opens(await elena.card("ONB-1", CATALOGUE))
    goods = entered.typed("Заведённые товары")
    assert isinstance(goods, list)
    assert [row["system_id"] for row in goods] == ["GD-1001", "GD-1002"]
    await (await entered.tick_all()).send(WORK[CATALOGUE].outcome)
    await do_up_to(inplat, "ONB-1", PREPARATION, MODULE, ACCEPTANCE, TESTING, LAUNCH)
    assert await is_connected(inplat, "ONB-1")

    approved = await boris.opens(await boris.card("ONB-2", DOCUMENTS))
    assert approved.typed("Кто согласовал") == "Борис"
    await (await approved.fill(WORK[DOCUMENTS].answers).tick_all()).send(WORK[DOCUMENTS].outcome)
    rest = (BANK, GOODS_LIST, CATALOGUE, PREPARATION, MODULE, ACCEPTANCE, TESTING, LAUNCH)
    await do_up_to(inplat, "ONB-2", *rest)
    assert await is_connected(inplat, "ONB-2")

    await do_up_to(inplat, "ONB-3", INTAKE, DOCUMENTS, *rest)
    assert await is_connected(inplat, "ONB-3")
