"""Wiring by hand, once: the only place that sees adapters and storage. Tests call the same functions."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
import typer
from sqlalchemy.exc import SQLAlchemyError

import templates
from bot.adapter import Adapter, kept_running
from bot.clock import SystemClock
from bot.conversation.router import Conversation
from bot.delivery import Delivery
from bot.rendering.cards import Renderer
from bot.rendering.chat_style import ChatStyle
from bot.rendering.environment import Messages
from bot.rendering.letters import JinjaLetters
from bot.scheduler import Scheduler
from bot.settings import Settings
from bot.web.chat_port import WebChat
from bot.web.hub import CaseChanged, Hub
from bot.web.services import Services
from storage.database import Database
from storage.migrations import DatabaseIsNewer, upgrade, upgrade_async
from storage.queries import SqlQueries
from storage.web_messages import SqlWebMessages
from workflows.definitions import load
from workflows.definitions.json_schema import write_schemas as write_schema_files
from workflows.definitions.problems import CompanyProblems
from workflows.domain.decision import Decision
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.ids import PersonId
from workflows.domain.text import Language
from workflows.ports.chat import ChatPort, Dialect
from workflows.ports.clock import Clock
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import Storage, StorageUnavailable
from workflows.usecases.chats import Chats
from workflows.usecases.deliver import Deliverer
from workflows.usecases.directory import Directory
from workflows.usecases.fire_timers import TimerFiring
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.invitations import Invitations
from workflows.usecases.outbox import Outbox
from workflows.usecases.received_updates import ReceivedUpdates
from workflows.usecases.running_processes import Definitions, publish
from workflows.usecases.stranded import bring_in_stranded

STORAGE_TROUBLES = (StorageUnavailable, DatabaseIsNewer, OSError, SQLAlchemyError)
"""What keeps the database from opening; `database_trouble` says each for the operator."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The running program: what the adapters talk to, and what tests look at."""

    settings: Settings
    services: Services
    handler: CommandHandler
    queries: Queries
    storage: Storage
    delivery: Delivery
    scheduler: Scheduler
    chats: Chats
    adapters: tuple[Adapter, ...]


@asynccontextmanager
async def wired(
    settings: Settings, *, demo: bool, clock: Clock | None = None, company: load.Company | None = None
) -> AsyncIterator[Application]:
    """Open the database and wire everything, with nothing running: delivery and timers move when they are called.

    *company* is the pack that the settings name, where it was read already. Raises CompanyProblems, StorageUnavailable,
    OSError or SQLAlchemyError when something does not allow to start.
    """
    company = company or load.load_company(settings.company)
    await upgrade_async(settings.database_url)
    async with Database(settings.database_url) as database:
        yield await _wired(settings, company, database, clock or SystemClock(), demo=demo)


@asynccontextmanager
async def running(settings: Settings, *, demo: bool, clock: Clock | None = None) -> AsyncIterator[Application]:
    """Wire everything, run delivery and timers until the block ends; raises what `wired` raises."""
    async with wired(settings, demo=demo, clock=clock) as application:
        running = [asyncio.create_task(application.delivery.run(), name="delivery")]
        for adapter in application.adapters:
            platform = adapter.chat.platform
            running.append(asyncio.create_task(kept_running(adapter.run, platform), name=platform))
        await application.scheduler.start()
        try:
            yield application
        finally:
            application.scheduler.stop()
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


def _adapters(settings: Settings, queries: Queries) -> Iterator[Adapter]:
    """Make the adapters whose tokens are set; their libraries are imported only then."""
    if settings.telegram_bot_token is not None:
        from bot.telegram.run import Telegram, TelegramSettings

        secret = settings.telegram_webhook_secret
        yield Telegram(
            TelegramSettings(
                token=settings.telegram_bot_token.get_secret_value(),
                api_url=settings.telegram_api_url,
                locale=settings.language,
                zone=settings.timezone,
                public_url=settings.public_url,
                secret=None if secret is None else secret.get_secret_value(),
            ),
            queries,
        )
    if settings.slack_bot_token is not None:
        from bot.slack.run import Slack, SlackSettings

        app_token, signing_secret = settings.slack_app_token, settings.slack_signing_secret
        yield Slack(
            SlackSettings(
                token=settings.slack_bot_token.get_secret_value(),
                api_url=settings.slack_api_url,
                locale=settings.language,
                command=settings.slack_command,
                app_token=None if app_token is None else app_token.get_secret_value(),
                signing_secret=None if signing_secret is None else signing_secret.get_secret_value(),
            ),
            queries,
        )


async def _wired(
    settings: Settings, company: load.Company, database: Database, clock: Clock, *, demo: bool
) -> Application:
    zone = settings.timezone
    queries = SqlQueries(database.engine)
    definitions = await _published(company, database, queries, clock)
    styles = {Dialect.SLACK: ChatStyle(sign=f"{settings.slack_command} ", joins_channels=True)}
    messages = Messages(zone, styles=styles)
    web_messages, hub = SqlWebMessages(database), Hub()
    chat = WebChat(messages=web_messages, hub=hub, clock=clock)
    adapters = tuple(_adapters(settings, queries))
    ports: tuple[ChatPort, ...] = (chat, *(adapter.chat for adapter in adapters))
    deliverer = Deliverer(
        storage=database,
        queries=queries,
        definitions=definitions,
        rendering=Renderer(company.organisation, zone, messages),
        chats={port.platform: port for port in ports},
        clock=clock,
    )
    directory = Directory(company.organisation)

    def wake() -> None:
        delivery.wake()

    bound_chats = Chats(
        storage=database,
        queries=queries,
        organisation=company.organisation,
        directory=directory,
        clock=clock,
        wake=wake,
    )
    await bound_chats.refresh()
    stranded = await bring_in_stranded(
        storage=database, queries=queries, organisation=company.organisation, directory=directory, clock=clock
    )
    if stranded:
        log.warning(
            "Open tasks are with people or departments that organisation.yaml no longer has; heads can reassign them.",
            action="tasks_stranded",
            tasks=[line.task_id for line in stranded],
        )
    delivery = Delivery(deliverer, database, queries, clock, bound_chats)

    def after_commit(decision: Decision) -> None:
        delivery.wake()
        scheduler.timers_changed(decision)
        if decision.events:
            hub.publish(CaseChanged(case_id=decision.case.id))

    handler = CommandHandler(
        storage=database,
        queries=queries,
        organisation=company.organisation,
        definitions=definitions,
        letters=JinjaLetters(company.letters, company.organisation, zone),
        directory=directory,
        clock=clock,
        wake=after_commit,
    )
    firing = TimerFiring(handler=handler, storage=database, queries=queries, clock=clock)
    updates = ReceivedUpdates(storage=database, clock=clock)
    scheduler = Scheduler(firing=firing, updates=updates, queries=queries, clock=clock, zone=zone)

    invitations = Invitations(storage=database, organisation=company.organisation, clock=clock)

    async def redeem(code: str) -> PersonId | None:
        return await invitations.redeem(code, None)

    async def is_ready() -> bool:
        try:
            await queries.next_timer_due()
        except StorageUnavailable:
            return False
        return True

    bound_chats.ways_in["Web"] = lambda code: f"{web_address(settings)}/enter/{code}"
    conversation = Conversation(handler=handler, messages=messages, zone=zone, chats=bound_chats)
    for adapter in adapters:
        adapter.listen(conversation=conversation, handler=handler, chats=bound_chats, messages=messages)
    services = Services(
        conversation=conversation,
        queries=queries,
        storage=database,
        web_messages=web_messages,
        chat=chat,
        hub=hub,
        organisation=company.organisation,
        definitions=definitions,
        clock=clock,
        locale=Language(settings.locale),
        timezone=zone,
        session_secret=_session_secret(settings),
        demo=demo,
        public_url=settings.public_url,
        redeem=redeem,
        is_ready=is_ready,
        outbox=Outbox(storage=database, organisation=company.organisation, clock=clock, wake=delivery.wake),
    )
    return Application(
        settings=settings,
        services=services,
        handler=handler,
        queries=queries,
        storage=database,
        delivery=delivery,
        scheduler=scheduler,
        chats=bound_chats,
        adapters=adapters,
    )


async def _published(company: load.Company, storage: Storage, queries: Queries, clock: Clock) -> Definitions:
    """Keep today's version of every process, and read again the older ones that running cases lean on."""
    await publish(
        storage, ((source.id, source.version, source.text) for source in company.sources.values()), clock.now()
    )
    current = company.definitions.values()
    known = {(definition.id, definition.version) for definition in current}
    older: list[WorkflowDefinition] = []
    for process, version, text in await queries.definitions():
        if (process, version) in known:
            continue
        try:
            older.append(load.parse_process(text, f"{process}@{version}"))
        except CompanyProblems as problems:
            log.error(
                "An older version of a process cannot be read; its cases wait.",
                action="definition_unreadable",
                process=process,
                version=version,
                problems=len(problems.problems),
            )
    return Definitions(current, older)


def _session_secret(settings: Settings) -> str:
    """Return SECRET_KEY, or the one made at the first start and kept in var/secret_key for its owner alone."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    kept = Path("var/secret_key")
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with (
            suppress(FileExistsError),
            open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file,
        ):
            file.write(secrets.token_urlsafe(32))
    return kept.read_text(encoding="ascii")


def upgrade_database(settings: Settings) -> None:
    """Bring the tables to the present version and say so; exits with 1 when the database cannot be reached."""
    try:
        upgrade(settings.database_url)
    except STORAGE_TROUBLES as error:
        typer.echo(database_trouble(error), err=True)
        raise typer.Exit(1) from None
    typer.echo("База данных готова. / The database is up to date.")


def database_trouble(error: Exception) -> str:
    """Say for the operator what keeps the database from opening, without its address: that may hold a password."""
    if isinstance(error, DatabaseIsNewer):
        return (
            "База данных новее этой программы. Обновите программу или восстановите прежнюю копию базы.\n"
            "The database is newer than this program. Update the program, or restore an earlier copy of the database."
        )
    return (
        "База данных недоступна. Проверьте DATABASE_URL, запущен ли сервер и есть ли права на папку.\n"
        "The database cannot be reached. Check DATABASE_URL, that the server runs and that the folder is writable.\n"
        f"({type(error).__name__})"
    )


def check_company(folder: Path, language: Language) -> int:
    """Print each problem of a company pack as `file:line: …`; returns 1 when there is one, else 0."""
    problems = load.check_company(folder)
    for problem in problems:
        typer.echo(problem.in_(language))
    if not problems:
        typer.echo(f"{folder}: всё в порядке / no problems")
    return 1 if problems else 0


def write_schemas(check: bool) -> int:
    """Write the JSON Schemas for editors, or (to check) only tell which are out of date; returns 1 when any is."""
    stale = write_schema_files(templates.FOLDER / "schema", check)
    for name in stale:
        said = (
            "устарела, выполните handover schema / out of date, run handover schema" if check else "записана / written"
        )
        typer.echo(f"{name}: {said}")
    return 1 if check and stale else 0


def web_address(settings: Settings) -> str:
    """Return where people reach the web chat."""
    return settings.public_url or f"http://{settings.web_host}:{settings.web_port}"


async def invite(settings: Settings, person: str) -> tuple[str, ...] | None:
    """Make a one-time code for a person: the link into the web chat, and the way into Telegram where that is set up.

    None when the company has nobody of that id.
    """
    company = load.load_company(settings.company)
    if person not in company.organisation.people:
        return None
    await upgrade_async(settings.database_url)
    async with Database(settings.database_url) as database:
        invitations = Invitations(storage=database, organisation=company.organisation, clock=SystemClock())
        code = await invitations.invite(PersonId(person), by=None)
    web = f"{web_address(settings)}/enter/{code}"
    if settings.telegram_bot_token is None:
        return (web,)
    from bot.telegram.setup.invitations import way_in

    token = settings.telegram_bot_token.get_secret_value()
    return web, f"Telegram: {await way_in(token, settings.telegram_api_url, code)}"


async def slack_problems(settings: Settings) -> list[str]:
    """Return what keeps Slack from working; raises what `wired` raises about the database."""
    if settings.slack_bot_token is None:
        return ["SLACK_BOT_TOKEN: не задан / is not set"]
    from bot.slack.api.client import Api
    from bot.slack.setup.doctor import problems

    await upgrade_async(settings.database_url)
    async with Database(settings.database_url) as database:
        bindings = await SqlQueries(database.engine).department_chats()
    api = Api(token=settings.slack_bot_token.get_secret_value(), url=settings.slack_api_url)
    app_token = settings.slack_app_token
    try:
        secret = None if app_token is None else app_token.get_secret_value()
        return [problem async for problem in problems(api, bindings, secret)]
    finally:
        await api.close()
