"""Wiring by hand: the only place that knows both adapters and storage. Tests call the same functions."""

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.adapter import Adapter, Core, Platform, keep_running
from bot.clock import SystemClock
from bot.conversation.conversation import Conversation
from bot.delivery import Delivery
from bot.rendering.cards import Renderer
from bot.rendering.chat_style import ChatStyle
from bot.rendering.environment import Messages
from bot.rendering.letters import JinjaLetters
from bot.scheduler import Scheduler
from bot.settings import Settings
from bot.tuning import Tuning
from bot.web.addresses import ADDRESSES
from bot.web.chat_port import WebChat
from bot.web.hub import Hub
from bot.web.services import SampleCompanies, Services
from storage.database import Database
from storage.migrations import DatabaseIsNewer, upgrade, upgrade_async
from storage.notes import SqlNotes
from storage.reads.queries import SqlQueries
from storage.web_messages import SqlWebMessages
from workflows.definitions import load
from workflows.definitions.problems import CompanyProblems
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.ids import PersonId
from workflows.ports.chat import ChatPort
from workflows.ports.clock import Clock
from workflows.ports.notes import Notes
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import Storage, StorageUnavailable
from workflows.usecases.chats import Chats
from workflows.usecases.commits import Commits
from workflows.usecases.delivery.deliver import Deliverer
from workflows.usecases.delivery.outbox import Outbox
from workflows.usecases.directory import Directory
from workflows.usecases.fire_timers import TimerFiring
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.invitations import Invitations
from workflows.usecases.keep_file import FileKeeper
from workflows.usecases.languages import ChosenLanguages
from workflows.usecases.received_updates import ReceivedUpdates
from workflows.usecases.review_tasks import review_tasks
from workflows.usecases.running_processes import Definitions, publish
from workflows.usecases.sign_ins import SignIns
from workflows.usecases.stranded_tasks import bring_in_stranded

STORAGE_TROUBLES = (StorageUnavailable, DatabaseIsNewer, OSError, SQLAlchemyError)
"""What is raised when the database cannot be opened."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The wired program: what runs it and serves it, and the parts that tests look at."""

    settings: Settings
    services: Services
    handler: CommandHandler
    queries: Queries
    storage: Storage
    notes: Notes
    delivery: Delivery
    scheduler: Scheduler
    chats: Chats
    adapters: tuple[Adapter, ...]


@asynccontextmanager
async def wired(
    settings: Settings,
    *,
    samples: SampleCompanies | None = None,
    clock: Clock | None = None,
    company: load.Company | None = None,
    tuning: Tuning | None = None,
) -> AsyncIterator[Application]:
    """Open the database and wire everything, with nothing running: delivery and timers work only when called.

    *company* is the pack that the settings name, if it was read already; *samples* are the companies of the
    demonstration, None outside it. Raises CompanyProblems or one of `STORAGE_TROUBLES` when the program cannot start.
    """
    company = company or load.load_company(settings.company)
    await upgrade_async(settings.database_url)
    async with Database(settings.database_url) as database:
        yield await _wire(
            settings, company, database, clock or SystemClock(), samples=samples, tuning=tuning or Tuning()
        )


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    samples: SampleCompanies | None = None,
    port: int | None = None,
    clock: Clock | None = None,
    tuning: Tuning | None = None,
) -> AsyncIterator[Application]:
    """Wire everything, run delivery, timers and adapters until the block ends; raises what `wired` raises.

    *port* is the one that the web server has bound, where it is not that of the settings.
    """
    tuning = tuning or Tuning()
    settings = settings if port is None else settings.model_copy(update={"web_port": port})
    async with wired(settings, samples=samples, clock=clock, tuning=tuning) as application:
        tasks = [asyncio.create_task(application.delivery.run(), name="delivery")]
        for adapter in application.adapters:
            platform = adapter.chat.platform
            work = keep_running(adapter.run, platform, tuning.restart_pauses)
            tasks.append(asyncio.create_task(work, name=platform))
        try:
            await application.scheduler.start()
            yield application
        finally:
            application.scheduler.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _platforms(settings: Settings, core: Core, tuning: Tuning) -> Iterator[Platform]:
    """Yield the platforms whose tokens are set; their libraries are imported only then."""
    if settings.telegram_bot_token is not None:
        from bot.telegram.run import TelegramPlatform, TelegramSettings

        secret = settings.telegram_webhook_secret
        yield TelegramPlatform(
            TelegramSettings(
                token=settings.telegram_bot_token.get_secret_value(),
                api_url=settings.telegram_api_url,
                public_url=settings.public_url,
                secret=None if secret is None else secret.get_secret_value(),
            ),
            core,
            tuning.telegram,
        )
    if settings.slack_bot_token is not None:
        from bot.slack.run import SlackPlatform, SlackSettings

        app_token, signing_secret = settings.slack_app_token, settings.slack_signing_secret
        yield SlackPlatform(
            SlackSettings(
                token=settings.slack_bot_token.get_secret_value(),
                api_url=settings.slack_api_url,
                command=settings.slack_command,
                app_token=None if app_token is None else app_token.get_secret_value(),
                signing_secret=None if signing_secret is None else signing_secret.get_secret_value(),
            ),
            core,
            tuning.slack,
        )


async def _wire(
    settings: Settings,
    company: load.Company,
    database: Database,
    clock: Clock,
    *,
    samples: SampleCompanies | None,
    tuning: Tuning,
) -> Application:
    zone, organisation = settings.timezone, company.organisation
    queries, notes, commits = SqlQueries(database.engine), SqlNotes(database), Commits()
    definitions = await _publish_definitions(company, database, queries, clock)
    directory = Directory(organisation, ADDRESSES)
    bound_chats = Chats(
        storage=database, queries=queries, organisation=organisation, directory=directory, clock=clock, commits=commits
    )
    await bound_chats.refresh()
    await _bring_in_stranded(company, database, queries, directory, clock)

    core = Core(
        queries=queries,
        notes=notes,
        chats=bound_chats,
        definitions=definitions,
        files=FileKeeper(storage=database, clock=clock),
        clock=clock,
        locale=settings.language,
        zone=zone,
    )
    web_messages, hub = SqlWebMessages(database), Hub()
    sign_ins = SignIns(notes, clock, hub.on_sign_ins_ended)
    web_chat = WebChat(messages=web_messages, hub=hub, clock=clock, address=web_address(settings))
    platforms = tuple(_platforms(settings, core, tuning))
    ports: dict[str, ChatPort] = {port.platform: port for port in (web_chat, *(each.chat for each in platforms))}
    styles = {port.dialect: ChatStyle(sign=port.command_sign) for port in ports.values()}
    messages = Messages(zone, styles=styles)

    handler = CommandHandler(
        storage=database,
        queries=queries,
        organisation=organisation,
        definitions=definitions,
        letters=JinjaLetters(company.letters, organisation, zone),
        directory=directory,
        platforms=ports,
        clock=clock,
        commits=commits,
        zone=zone,
    )
    invitations = Invitations(
        storage=database, organisation=organisation, directory=directory, clock=clock, commits=commits
    )
    conversation = Conversation(
        handler=handler,
        queries=queries,
        organisation=organisation,
        definitions=definitions,
        messages=messages,
        languages=ChosenLanguages(database, queries, clock),
        invitations=invitations,
        sign_ins=sign_ins,
        chats=bound_chats,
        ports=ports,
        clock=clock,
        zone=zone,
    )
    adapters = tuple(platform.adapter(conversation) for platform in platforms)

    deliverer = Deliverer(
        storage=database,
        queries=queries,
        definitions=definitions,
        rendering=Renderer(organisation, zone, messages),
        chats=ports,
        clock=clock,
        own={web_chat.platform: web_chat},
    )
    outbox = Outbox(storage=database, organisation=organisation, clock=clock, commits=commits)
    delivery = Delivery(deliverer, outbox, queries, clock, bound_chats)
    firing = TimerFiring(handler=handler, storage=database, queries=queries, clock=clock)
    updates = ReceivedUpdates(storage=database, clock=clock)
    scheduler = Scheduler(firing=firing, updates=updates, queries=queries, clock=clock, zone=zone)
    for subscriber in (delivery.on_commit, scheduler.on_commit, hub.on_commit):
        commits.subscribe(subscriber)
    await _review_tasks(handler, queries)

    async def redeem(code: str) -> PersonId | None:
        return await invitations.redeem(code, None)

    async def is_ready() -> bool:
        try:
            await queries.next_timer_due()
        except StorageUnavailable:
            return False
        return True

    services = Services(
        conversation=conversation,
        queries=queries,
        storage=database,
        web_messages=web_messages,
        chat=web_chat,
        hub=hub,
        organisation=organisation,
        definitions=definitions,
        clock=clock,
        locale=settings.language,
        timezone=zone,
        session_secret=_session_secret(settings),
        company=settings.company.name,
        samples=samples,
        public_url=settings.public_url,
        redeem=redeem,
        is_ready=is_ready,
        outbox=outbox,
        sign_ins=sign_ins,
    )
    return Application(
        settings=settings,
        services=services,
        handler=handler,
        queries=queries,
        storage=database,
        notes=notes,
        delivery=delivery,
        scheduler=scheduler,
        chats=bound_chats,
        adapters=adapters,
    )


async def _review_tasks(handler: CommandHandler, queries: Queries) -> None:
    """Offer the tasks anew whose people organisation.yaml no longer has; log which."""
    if changed := await review_tasks(handler, queries):
        log.warning(
            "Open tasks were for people whom organisation.yaml no longer has, or has otherwise; others have them now.",
            action="tasks_reviewed",
            tasks=changed,
        )


async def _bring_in_stranded(
    company: load.Company, storage: Storage, queries: Queries, directory: Directory, clock: Clock
) -> None:
    """Post the open tasks of departments that no longer exist where they are looked after; log all stranded tasks."""
    stranded = await bring_in_stranded(
        storage=storage, queries=queries, organisation=company.organisation, directory=directory, clock=clock
    )
    if stranded:
        log.warning(
            "Open tasks are with people or departments that organisation.yaml no longer has; heads can reassign them.",
            action="tasks_stranded",
            tasks=[line.task_id for line in stranded],
        )


async def _publish_definitions(company: load.Company, storage: Storage, queries: Queries, clock: Clock) -> Definitions:
    """Store the current version of every process and return it with every older one that was ever stored."""
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
                "An older version of a process cannot be read; cases of it, if there are any, cannot continue.",
                action="definition_unreadable",
                process=process,
                version=version,
                problems=len(problems.problems),
            )
    return Definitions(current, older, company.kinds)


def _session_secret(settings: Settings) -> str:
    """Return SECRET_KEY, or the key that the first start created in var/secret_key, readable by its owner only."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    kept = Path("var/secret_key")
    if not kept.exists() or not kept.stat().st_size:
        kept.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a key that another process is still writing would be read as an empty one.
        descriptor, written = tempfile.mkstemp(dir=kept.parent, prefix="secret_key.")
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
        if kept.exists():
            os.replace(written, kept)
        else:
            with suppress(FileExistsError):
                os.link(written, kept)
            os.unlink(written)
    return kept.read_text(encoding="ascii")


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[tuple[Storage, Queries]]:
    """Migrate and open the database without wiring anything; raises one of `STORAGE_TROUBLES`."""
    await upgrade_async(settings.database_url)
    async with Database(settings.database_url) as database:
        yield database, SqlQueries(database.engine)


def upgrade_database(settings: Settings) -> None:
    """Migrate the tables to the current version; raises one of `STORAGE_TROUBLES`."""
    upgrade(settings.database_url)


def is_newer(trouble: Exception) -> bool:
    """Whether the database was migrated by a newer version of the program."""
    return isinstance(trouble, DatabaseIsNewer)


def web_address(settings: Settings, port: int | None = None) -> str:
    """Return the address at which people open the web chat; *port* is the one that was bound, if it is known.

    A server that listens everywhere is named by this machine's own address.
    """
    if settings.public_url is not None:
        return settings.public_url
    host = "127.0.0.1" if settings.web_host in {"0.0.0.0", "::"} else settings.web_host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.web_port if port is None else port}"
