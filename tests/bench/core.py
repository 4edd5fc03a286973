"""The whole core as it runs in production, over one database: the command handler with the real letters."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

import templates
from bot.host.clock import SystemClock
from bot.host.settings import Settings
from bot.rendering.letters import JinjaLetters
from bot.web.addresses import ADDRESSES
from storage.database import Database
from storage.reads.queries import SqlQueries
from tests.fakes.silent_chat import silent_chats
from workflows.definitions.load import Company, load_company
from workflows.domain.commands import ClaimTask, CompleteTask, OpenCase, TickItem
from workflows.domain.decision import Decision
from workflows.domain.ids import DepartmentId, FieldName, ItemId, OutcomeId, PersonId, ProcessId, StageId, TaskId
from workflows.domain.people import Person
from workflows.domain.text import Text
from workflows.ports.unit_of_work import Storage
from workflows.usecases.commits import Commits
from workflows.usecases.directory import Directory
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.organising import CurrentOrganisation
from workflows.usecases.running_processes import Definitions

INPLAT = templates.FOLDER / "companies" / "inplat"
THREE_STEPS = Path(__file__).parent / "company"
"""A small company: three departments one after the other."""
ZONE = ZoneInfo("Europe/Moscow")
PROCESS = ProcessId("client_onboarding")
OPENER = PersonId("anna")
ACCOUNTS = DepartmentId("accounts")
CROWD = tuple(PersonId(f"presser_{number}") for number in range(200))
"""People of account management beside the company's own: enough to press one card at once."""

_ITEMS = tuple(ItemId(i) for i in ("charter_checked", "authority_checked", "bank_details_checked", "inn_checked"))


@cache
def inplat() -> Company:
    """Read InPlat's pack and put a crowd into its account management."""
    company = load_company(INPLAT)
    people = {**company.organisation.people, **{person: _somebody(person) for person in CROWD}}
    return replace(company, organisation=replace(company.organisation, people=people))


def program_settings(database_url: str, company: Path) -> Settings:
    """Return the settings of a whole program on a database, with nothing from the environment but defaults."""
    return Settings(
        database_url=database_url, company=company, secret_key=SecretStr("a secret for measurements"), web_port=0
    )


def command_handler(
    company: Company,
    database: Database,
    *,
    storage: Storage | None = None,
    commits: Commits | None = None,
) -> CommandHandler:
    """Wire the write path; *storage* stands in for the database where what would be written is of interest."""
    organisation = CurrentOrganisation(company.organisation)
    return CommandHandler(
        storage=storage or database,
        queries=SqlQueries(database.engine),
        organisation=organisation,
        definitions=Definitions(company.definitions.values()),
        letters=JinjaLetters(company.letters, organisation, ZONE),
        directory=Directory(organisation, ADDRESSES),
        platforms=silent_chats(),
        clock=SystemClock(),
        commits=commits or Commits(),
    )


def opening(number: int) -> OpenCase:
    """Open the onboarding of another client."""
    return OpenCase(
        process=PROCESS, outcome=OutcomeId("work_begun"), values=_named(_OPENING, client=f"Client {number}")
    )


def documents_task(decision: Decision) -> TaskId:
    """Return the task in which account management checks the documents of a case just opened."""
    task = decision.case.latest(StageId("documents"))
    if task is None:
        raise RuntimeError("The pack opens no documents stage any more; the measurements have to follow it.")
    return task.id


def claim(task: TaskId) -> ClaimTask:
    """Return a claim with a reason why an earlier client waits, as people need when many work side by side."""
    return ClaimTask(task_id=task, reason="Several people work through the queue at once")


def ticks(task: TaskId) -> Sequence[TickItem]:
    """Tick everything that has to be done before the documents are approved."""
    return [TickItem(task_id=task, item=item, done=True) for item in _ITEMS]


def approval(task: TaskId) -> CompleteTask:
    """Complete the documents stage with its form; a handover message goes to sales."""
    return CompleteTask(task_id=task, outcome=OutcomeId("approved"), values=_named(_APPROVAL))


def _somebody(person: PersonId) -> Person:
    name = Text(ru=f"Сотрудник {person}", en=f"Colleague {person}")
    return Person(id=person, name=name, post=Text(ru="аккаунт-менеджер", en="account manager"), departments=(ACCOUNTS,))


def _named(values: Mapping[str, object], **more: object) -> dict[FieldName, object]:
    return {FieldName(name): value for name, value in {**values, **more}.items()}


_OPENING: Mapping[str, object] = {
    "contact": "Мария Ивановна",
    "phone": "+7 495 123-45-67",
    "email": "office@client.example",
    "inn": "7707083893",
    "site": "client.example",
    "services": ["cards", "sbp"],
    "expected_start": "2030-09-01",
    "comment": "Просят запустить до начала сезона, сайт уже принимает заказы.",
}
_APPROVAL: Mapping[str, object] = {
    "documents_approved": ["contract", "charter", "registration", "bank_details"],
    "documents_approved_by": "Борис Лебедев, Мария Ивановна",
    "documents_approved_on": "2030-08-01",
}
