"""The same three steps on SpiffWorkflow, its serialized state saved durably after each step: start, claim, completion.

It has no claim of its own: a conditional update beside its state picks the winner, who is then noted in the state.
There are no cards, no history, no letters and no outbox.
"""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from tests.bench.bare import CONNECTIONS, connect
from tests.bench.steps import OPENING, STEPS, racers

_TABLE = "CREATE TABLE spiff (id INTEGER PRIMARY KEY, state TEXT NOT NULL, step TEXT NOT NULL, assignee TEXT)"


class States(Protocol):
    """Where the serialized state of each case is kept; every write is a durable commit of its own."""

    async def add(self, case: int, state: str, step: str) -> None: ...
    async def claim(self, case: int, step: str, person: str) -> str: ...
    async def state(self, case: int) -> str: ...
    async def save(self, case: int, state: str) -> None: ...
    async def move(self, case: int, state: str, step: str) -> None: ...


class SqliteStates:
    """States in a SQLite file, on one connection."""

    def __init__(self, url: str) -> None:
        self._connection = sqlite3.connect(url.partition("///")[2], isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute(_TABLE)

    async def add(self, case: int, state: str, step: str) -> None:
        self._connection.execute("INSERT INTO spiff VALUES (?, ?, ?, NULL)", (case, state, step))

    async def claim(self, case: int, step: str, person: str) -> str:
        taken = "UPDATE spiff SET assignee = ? WHERE id = ? AND step = ? AND assignee IS NULL"
        if self._connection.execute(taken, (person, case, step)).rowcount:
            return person
        return str(self._connection.execute("SELECT assignee FROM spiff WHERE id = ?", (case,)).fetchone()[0])

    async def state(self, case: int) -> str:
        return str(self._connection.execute("SELECT state FROM spiff WHERE id = ?", (case,)).fetchone()[0])

    async def save(self, case: int, state: str) -> None:
        self._connection.execute("UPDATE spiff SET state = ? WHERE id = ?", (state, case))

    async def move(self, case: int, state: str, step: str) -> None:
        saved = "UPDATE spiff SET state = ?, step = ?, assignee = NULL WHERE id = ?"
        self._connection.execute(saved, (state, step, case))

    async def close(self) -> None:
        self._connection.close()


class PostgresStates:
    """States in PostgreSQL, on a pool of connections."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._free: asyncio.Queue[asyncpg.Connection] = asyncio.Queue()

    async def open(self) -> None:
        for _ in range(CONNECTIONS):
            self._free.put_nowait(await connect(self._url))
        await self._ask("execute", _TABLE)

    async def add(self, case: int, state: str, step: str) -> None:
        await self._ask("execute", "INSERT INTO spiff VALUES ($1, $2, $3, NULL)", case, state, step)

    async def claim(self, case: int, step: str, person: str) -> str:
        taken = "UPDATE spiff SET assignee = $1 WHERE id = $2 AND step = $3 AND assignee IS NULL"
        if await self._ask("execute", taken, person, case, step) == "UPDATE 1":
            return person
        return str(await self._ask("fetchval", "SELECT assignee FROM spiff WHERE id = $1", case))

    async def state(self, case: int) -> str:
        return str(await self._ask("fetchval", "SELECT state FROM spiff WHERE id = $1", case))

    async def save(self, case: int, state: str) -> None:
        await self._ask("execute", "UPDATE spiff SET state = $1 WHERE id = $2", state, case)

    async def move(self, case: int, state: str, step: str) -> None:
        saved = "UPDATE spiff SET state = $1, step = $2, assignee = NULL WHERE id = $3"
        await self._ask("execute", saved, state, step, case)

    async def close(self) -> None:
        while not self._free.empty():
            await self._free.get_nowait().close()

    async def _ask(self, how: str, sql: str, *arguments: object) -> Any:
        connection = await self._free.get()
        try:
            return await getattr(connection, how)(sql, *arguments)
        finally:
            self._free.put_nowait(connection)


class Spiff:
    """Runs whole cases on the engine."""

    def __init__(self, states: States) -> None:
        parser = BpmnParser()
        parser.add_bpmn_file(str(Path(__file__).parent / "three_steps.bpmn"))
        self._specification = parser.get_spec("three_steps")
        self._serializer = BpmnWorkflowSerializer()
        self._states = states

    async def run_case(self, number: int) -> None:
        """Start a case; then for each step let five race for it and the winner complete it."""
        workflow = BpmnWorkflow(self._specification)
        workflow.data.update(OPENING, client=f"Client {number}")
        workflow.do_engine_steps()
        steps = list(STEPS)
        await self._states.add(number, self._serializer.serialize_json(workflow), steps[0])
        for step, following in zip(steps, [*steps[1:], "done"], strict=True):
            people = racers(step)
            told = await asyncio.gather(*(self._states.claim(number, step, person) for person in people))
            if len(set(told)) != 1:
                raise AssertionError(f"step {step} of case {number} has {len(set(told))} winners")
            workflow, task = await self._at(number, step)
            task.data["assignee"] = told[0]
            await self._states.save(number, self._serializer.serialize_json(workflow))
            workflow, task = await self._at(number, step)
            _outcome, values = STEPS[step]
            task.data.update(values)
            task.run()
            workflow.do_engine_steps()
            await self._states.move(number, self._serializer.serialize_json(workflow), following)
        if not workflow.is_completed():
            raise AssertionError(f"case {number} did not end")

    async def _at(self, number: int, step: str) -> tuple[Any, Any]:
        """Load a case that is at *step*; return it and its ready task."""
        workflow = self._serializer.deserialize_json(await self._states.state(number))
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        if task is None or task.task_spec.name != step:
            raise AssertionError(f"case {number} does not stand at {step}")
        return workflow, task
