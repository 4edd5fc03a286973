"""A small organisation at work over any storage: what the tests of the storage open, press and look at."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import pytest

from storage.database import Database
from storage.reads.queries import SqlQueries
from tests.fakes.clock import HandClock
from tests.fakes.directory import NamedChats
from tests.fakes.letters import PlainLetters
from tests.fakes.memory import Memory
from tests.fakes.silent_chat import silent_chats
from tests.onboarding import ANNA, ONBOARDING, an_organisation, complaint, onboarding
from workflows.domain.candidates import QueueReader
from workflows.domain.case import Case
from workflows.domain.commands import Command, OpenCase
from workflows.domain.decision import Decision
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.ids import DepartmentId, FieldName, OutcomeId, PersonId
from workflows.domain.notices import LetterRequest
from workflows.ports.queries import Queries
from workflows.ports.rendering import FilledLetter
from workflows.ports.unit_of_work import Storage, UnitOfWork
from workflows.usecases.commits import Commits
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.organising import CurrentOrganisation
from workflows.usecases.running_processes import Definitions

T = TypeVar("T")

ON_SQL = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
EVERYWHERE = ["memory", *ON_SQL]


class KeptLetters(PlainLetters):
    """Remembers every letter it has filled."""

    def __init__(self) -> None:
        super().__init__()
        self.filled: list[FilledLetter] = []

    def write(
        self, request: LetterRequest, *, case: Case, definition: WorkflowDefinition, now: datetime
    ) -> FilledLetter:
        """Fill the letter and remember it."""
        letter = super().write(request, case=case, definition=definition, now=now)
        self.filled.append(letter)
        return letter


def reading(*departments: DepartmentId, by: str = "somebody") -> QueueReader:
    """Return the reader of the queue of somebody who works in departments."""
    return QueueReader(person=PersonId(by), works_in=departments, leads=())


def answers(**values: object) -> dict[FieldName, object]:
    """Return the answers of a form by field name."""
    return {FieldName(name): value for name, value in values.items()}


def opening(client: str = "ООО «Ромашка»", **more: object) -> OpenCase:
    """Make the command that opens an onboarding for a client."""
    values = answers(client=client, services=["cards"], **more)
    return OpenCase(process=ONBOARDING, outcome=OutcomeId("begin"), values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A storage with its queries, and people who work on it."""

    storage: Storage
    queries: Queries
    clock: HandClock
    letters: KeptLetters
    handler: CommandHandler

    async def open(self, client: str = "ООО «Ромашка»", **more: object) -> Decision:
        """Open a case as Anna; its second task waits for support."""
        return await self.handler.handle(opening(client, **more), actor=ANNA)

    async def do(self, command: Command, by: PersonId, update_id: str | None = None) -> Decision:
        """Handle a person's command."""
        return await self.handler.handle(command, actor=by, update_id=update_id)

    async def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run one transaction function."""
        return await self.storage.transact(work)


def an_office(storage: Storage, queries: Queries) -> Office:
    """Put people to work over a storage."""
    clock, letters = HandClock(), KeptLetters()
    handler = CommandHandler(
        storage=storage,
        queries=queries,
        organisation=CurrentOrganisation(an_organisation()),
        definitions=Definitions([onboarding(), complaint()]),
        letters=letters,
        directory=NamedChats(),
        platforms=silent_chats(),
        clock=clock,
        commits=Commits(),
    )
    return Office(storage=storage, queries=queries, clock=clock, letters=letters, handler=handler)


@asynccontextmanager
async def office_at(url: str) -> AsyncIterator[Office]:
    """Open an office on a database, as one process would."""
    async with Database(url) as database:
        yield an_office(database, SqlQueries(database.engine))


@asynccontextmanager
async def office_on(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    """Open an office on a fresh storage of the kind that the fixture's parameter names."""
    if request.param == "memory":
        memory = Memory()
        yield an_office(memory, memory)
        return
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    async with office_at(url) as office:
        yield office
