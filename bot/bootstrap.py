"""Wiring by hand: the only place that knows both adapters and storage. Tests call the same functions."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.adapter import Adapter, Core, keep_running
from bot.background.delivery import Delivery
from bot.background.organisation_changes import follow_changes
from bot.background.scheduler import Scheduler
from bot.company_at_start import bring_in_stranded, offer_anew, publish_definitions, take_in_file
from bot.conversation.conversation import Conversation
from bot.conversation.lists_now import ListsNow
from bot.host.clock import SystemClock
from bot.host.secret_key import session_secret
from bot.host.settings import Settings
from bot.platforms import platforms_of
from bot.rendering.cards.cards import Renderer
from bot.rendering.language.chat_style import ChatStyle
from bot.rendering.letters import JinjaLetters
from bot.rendering.markup.environment import Messages
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
from workflows.usecases.delivery.shown_lists import ShownLists
from workflows.usecases.directory import Directory
from workflows.usecases.fire_timers import TimerFiring
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.invitations import Invitations
from workflows.usecases.keep_file import FileKeeper
from workflows.usecases.languages import ChosenLanguages
from workflows.usecases.organising import CurrentOrganisation, Organising
from workflows.usecases.people import People
from workflows.usecases.received_updates import ReceivedUpdates
from workflows.usecases.running_processes import Definitions
from workflows.usecases.sign_ins import SignIns

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
    organising: Organising
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
        tasks = [
            asyncio.create_task(application.delivery.run(), name="delivery"),
            asyncio.create_task(follow_changes(application.organising), name="organisation"),
        ]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What everything else stands on."""

    settings: Settings
    company: load.Company
    organisation: CurrentOrganisation
    organising: Organising
    database: Database
    clock: Clock
    zone: ZoneInfo
    queries: SqlQueries
    notes: SqlNotes
    commits: Commits
    definitions: Definitions
    directory: Directory
    chats: Chats
    lists: ShownLists


async def _wire(
    settings: Settings,
    company: load.Company,
    database: Database,
    clock: Clock,
    *,
    samples: SampleCompanies | None,
    tuning: Tuning,
) -> Application:
    ground = await _lay_ground(settings, company, database, clock)
    hub = Hub()
    sign_ins = SignIns(ground.notes, clock, hub.on_sign_ins_ended)
    web_messages = SqlWebMessages(database)
    web_chat = WebChat(messages=web_messages, hub=hub, clock=clock, address=web_address(settings))
    platforms = tuple(platforms_of(settings, _core(ground), tuning))
    ports: dict[str, ChatPort] = {port.platform: port for port in (web_chat, *(each.chat for each in platforms))}
    styles = {port.dialect: ChatStyle(sign=port.command_sign) for port in ports.values()}
    messages = Messages(ground.zone, styles=styles)

    handler = _handler(ground, ports)
    invitations = Invitations(
        storage=database,
        organisation=ground.organisation,
        directory=ground.directory,
        clock=clock,
        commits=ground.commits,
    )
    people = People(
        organising=ground.organising,
        handler=handler,
        queries=ground.queries,
        chats=ground.chats,
        sign_ins=sign_ins,
    )
    conversation = _conversation(
        ground, handler, ports, messages, invitations=invitations, sign_ins=sign_ins, people=people
    )
    adapters = tuple(platform.adapter(conversation) for platform in platforms)

    outbox = Outbox(storage=database, organisation=ground.organisation, clock=clock, commits=ground.commits)
    lists = ListsNow(conversation=conversation, ports=ports)
    delivery = _delivery(ground, outbox, ports, web_chat=web_chat, messages=messages, lists=lists)
    scheduler = _scheduler(ground, handler)
    for subscriber in (delivery.on_commit, scheduler.on_commit, hub.on_commit):
        ground.commits.subscribe(subscriber)
    await offer_anew(handler, ground.queries)

    services = _services(
        ground,
        conversation=conversation,
        web_messages=web_messages,
        web_chat=web_chat,
        hub=hub,
        outbox=outbox,
        sign_ins=sign_ins,
        invitations=invitations,
        samples=samples,
    )
    return Application(
        settings=settings,
        services=services,
        handler=handler,
        queries=ground.queries,
        storage=database,
        notes=ground.notes,
        delivery=delivery,
        scheduler=scheduler,
        chats=ground.chats,
        organising=ground.organising,
        adapters=adapters,
    )


async def _lay_ground(settings: Settings, company: load.Company, database: Database, clock: Clock) -> _Ground:
    queries, commits = SqlQueries(database.engine), Commits()
    organisation = CurrentOrganisation(company.organisation)
    organising = Organising(storage=database, queries=queries, current=organisation, clock=clock, commits=commits)
    await take_in_file(organising)
    definitions = await publish_definitions(company, organisation.now, database, queries, clock)
    organisation.follow(definitions.staff)
    directory = Directory(organisation, ADDRESSES)
    chats = Chats(
        storage=database,
        queries=queries,
        organisation=organisation,
        directory=directory,
        clock=clock,
        commits=commits,
    )
    await chats.refresh()
    await bring_in_stranded(organisation.now, database, queries, directory, clock)
    return _Ground(
        settings=settings,
        company=company,
        organisation=organisation,
        organising=organising,
        database=database,
        clock=clock,
        zone=settings.timezone,
        queries=queries,
        notes=SqlNotes(database),
        commits=commits,
        definitions=definitions,
        directory=directory,
        chats=chats,
        lists=ShownLists(storage=database, clock=clock),
    )


def _core(ground: _Ground) -> Core:
    return Core(
        queries=ground.queries,
        notes=ground.notes,
        chats=ground.chats,
        definitions=ground.definitions,
        files=FileKeeper(storage=ground.database, clock=ground.clock),
        lists=ground.lists,
        commits=ground.commits,
        clock=ground.clock,
        locale=ground.settings.language,
        zone=ground.zone,
    )


def _handler(ground: _Ground, ports: Mapping[str, ChatPort]) -> CommandHandler:
    return CommandHandler(
        storage=ground.database,
        queries=ground.queries,
        organisation=ground.organisation,
        definitions=ground.definitions,
        letters=JinjaLetters(ground.company.letters, ground.organisation, ground.zone),
        directory=ground.directory,
        platforms=ports,
        clock=ground.clock,
        commits=ground.commits,
        zone=ground.zone,
    )


def _conversation(
    ground: _Ground,
    handler: CommandHandler,
    ports: Mapping[str, ChatPort],
    messages: Messages,
    *,
    invitations: Invitations,
    sign_ins: SignIns,
    people: People,
) -> Conversation:
    return Conversation(
        handler=handler,
        queries=ground.queries,
        organisation=ground.organisation,
        definitions=ground.definitions,
        messages=messages,
        languages=ChosenLanguages(ground.database, ground.queries, ground.clock),
        invitations=invitations,
        sign_ins=sign_ins,
        people=people,
        chats=ground.chats,
        ports=ports,
        clock=ground.clock,
        zone=ground.zone,
    )


def _delivery(
    ground: _Ground,
    outbox: Outbox,
    ports: Mapping[str, ChatPort],
    *,
    web_chat: WebChat,
    messages: Messages,
    lists: ListsNow,
) -> Delivery:
    deliverer = Deliverer(
        storage=ground.database,
        queries=ground.queries,
        definitions=ground.definitions,
        rendering=Renderer(ground.organisation, ground.zone, messages),
        chats=ports,
        clock=ground.clock,
        own={web_chat.platform: web_chat},
        lists=lists,
    )
    return Delivery(deliverer, outbox, ground.queries, ground.clock, ground.chats)


def _scheduler(ground: _Ground, handler: CommandHandler) -> Scheduler:
    database, queries, clock = ground.database, ground.queries, ground.clock
    firing = TimerFiring(handler=handler, storage=database, queries=queries, clock=clock)
    updates = ReceivedUpdates(storage=database, clock=clock)
    return Scheduler(firing=firing, updates=updates, queries=queries, clock=clock, zone=ground.zone)


def _services(
    ground: _Ground,
    *,
    conversation: Conversation,
    web_messages: SqlWebMessages,
    web_chat: WebChat,
    hub: Hub,
    outbox: Outbox,
    sign_ins: SignIns,
    invitations: Invitations,
    samples: SampleCompanies | None,
) -> Services:
    settings = ground.settings

    async def redeem(code: str) -> PersonId | None:
        return await invitations.redeem(code, None)

    async def is_ready() -> bool:
        try:
            await ground.queries.next_timer_due()
        except StorageUnavailable:
            return False
        return True

    return Services(
        conversation=conversation,
        queries=ground.queries,
        storage=ground.database,
        web_messages=web_messages,
        chat=web_chat,
        hub=hub,
        organisation=ground.organisation,
        definitions=ground.definitions,
        clock=ground.clock,
        locale=settings.language,
        timezone=ground.zone,
        session_secret=session_secret(settings),
        company=settings.company.name,
        samples=samples,
        public_url=settings.public_url,
        redeem=redeem,
        is_ready=is_ready,
        outbox=outbox,
        sign_ins=sign_ins,
        lists=ground.lists,
    )


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
