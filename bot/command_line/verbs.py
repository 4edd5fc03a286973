"""What the verbs of the command line do: their output for the operator, in both languages, and their exit codes."""

from pathlib import Path
from typing import TypeVar

import typer

import templates
from bot import bootstrap
from bot.command_line import app
from bot.command_line.demonstration import SAMPLES
from bot.command_line.exits import database_trouble, fail, fail_with, run_to_end
from bot.host.clock import SystemClock
from bot.host.settings import Settings
from bot.rendering.language.i18n import Words, words_in
from bot.trial.console import Stopped
from bot.web.addresses import ADDRESSES
from workflows.definitions import load
from workflows.definitions.json_schema import write_schemas as write_schema_files
from workflows.definitions.problems import CompanyProblems, did_you_mean
from workflows.domain.ids import PersonId, ProcessId
from workflows.usecases.commits import Commits
from workflows.usecases.directory import Directory
from workflows.usecases.invitations import Invitations
from workflows.usecases.organising import CurrentOrganisation, Organising

T = TypeVar("T")


def serve(settings: Settings, *, demo: bool) -> None:
    """Run until stopped; exits with 1 and a clear sentence when the program cannot start."""
    try:
        run_to_end(settings, app.serve(settings, demo=demo))
    except app.CannotStart as problem:
        fail(str(problem))


def sample_company(name: str) -> Path:
    """Return the folder of a sample company, or the folder *name* itself; exits with 1 where there is neither."""
    samples = {path.name: path for path in SAMPLES.iterdir() if path.is_dir()}
    folder = samples.get(name, Path(name).expanduser())
    if not folder.is_dir():
        guess = did_you_mean(name, sorted(samples))
        fail(f"{name}: такой компании нет; {guess.ru}\n{name}: there is no such company; {guess.en}")
    return folder


def upgrade_database(settings: Settings) -> None:
    """Migrate the tables to the current version and print so; exits with 1 when the database cannot be reached."""
    try:
        bootstrap.upgrade_database(settings)
    except bootstrap.STORAGE_TROUBLES as error:
        fail(database_trouble(error))
    typer.echo("База данных готова. / The database is up to date.")


def draw_processes(settings: Settings, folder: Path, process: str | None, into: Path) -> None:
    """Write the pictures of one process, or of all, and print the names of the files.

    Exits with 1 when the company has problems or no such process, or when a file cannot be written.
    """
    from bot.rendering.pictures.process_picture import png, process_svg

    company = _valid(settings, folder)
    for name in _named(settings, company, process):
        svg = process_svg(company.definitions[name], company.organisation, settings.language)
        for suffix, content in ((".svg", svg.encode()), (".png", png(svg))):
            written = into / f"{name}{suffix}"
            try:
                written.write_bytes(content)
            except OSError as error:
                fail(f"{written}: не записать / cannot be written ({error.strerror})")
            typer.echo(written)


def try_process(settings: Settings, process: str | None) -> None:
    """Walk through a process in the terminal; exits with 1 when the company has problems or no such process."""
    from bot.trial.walk import walk

    names = _named(settings, _valid(settings, settings.company), process)
    if len(names) > 1:
        fail(f"Назовите процесс / name the process: {', '.join(names)}")
    run_to_end(settings, walk(settings, names[0], Terminal(words_in(settings.language))))


class Terminal:
    """The terminal in which the program was started."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def show(self, text: str = "") -> None:
        """Print a line."""
        typer.echo(text)

    def read(self, prompt: str) -> str:
        """Return the line that was typed; raises Stopped when there is no more."""
        try:
            return input(prompt)
        except EOFError:
            raise Stopped from None


def write_schemas(check: bool) -> int:
    """Write the JSON Schemas for editors, or (to check) only report which are out of date; returns 1 when any is."""
    stale = write_schema_files(templates.FOLDER / "schema", check)
    for name in stale:
        state = (
            "устарела, выполните handover schema / out of date, run handover schema" if check else "записана / written"
        )
        typer.echo(f"{name}: {state}")
    return 1 if check and stale else 0


def print_invitation(settings: Settings, person: str) -> None:
    """Print the one-time ways in of a person; exits with 1 when the company has nobody of that id."""
    ways = run_to_end(settings, ways_in(settings, person))
    if ways is None:
        fail(f"{person}: нет такого человека в organisation.yaml / nobody of that id")
    for way in ways:
        typer.echo(way)


async def ways_in(settings: Settings, person: str) -> tuple[str, ...] | None:
    """Invite a person: return the link into the web chat, and the way into Telegram where that is set up.

    None when the company has nobody of that id.
    """
    company = load.load_company(settings.company)
    organisation, clock, commits = CurrentOrganisation(company.organisation), SystemClock(), Commits()
    async with bootstrap.open_database(settings) as (storage, queries):
        await Organising(storage=storage, queries=queries, current=organisation, clock=clock, commits=commits).look_up()
        if person not in organisation.now.people:
            return None
        invitations = Invitations(
            storage=storage,
            organisation=organisation,
            directory=Directory(organisation, ADDRESSES),
            clock=clock,
            commits=commits,
        )
        code = await invitations.invite(PersonId(person), by=None)
    web = f"{bootstrap.web_address(settings)}/enter/{code}"
    if settings.telegram_bot_token is None:
        return (web,)
    from bot.telegram.setup.invitations import way_in

    token = settings.telegram_bot_token.get_secret_value()
    return web, f"Telegram: {await way_in(token, settings.telegram_api_url, code)}"


def examine_slack(settings: Settings) -> int:
    """Print what keeps Slack from working and how to correct it; returns 1 when there is anything, else 0."""
    found = run_to_end(settings, _slack_problems(settings))
    for problem in found:
        typer.echo(problem)
    if not found:
        typer.echo("Slack: всё в порядке / no problems")
    return 1 if found else 0


async def _slack_problems(settings: Settings) -> list[str]:
    if settings.slack_bot_token is None:
        return ["SLACK_BOT_TOKEN: не задан / is not set"]
    from bot.slack.api.client import Api
    from bot.slack.setup.doctor import problems

    async with bootstrap.open_database(settings) as (_storage, queries):
        bindings = await queries.department_chats()
    api = Api(token=settings.slack_bot_token.get_secret_value(), url=settings.slack_api_url)
    app_token = settings.slack_app_token
    try:
        secret = None if app_token is None else app_token.get_secret_value()
        return [problem async for problem in problems(api, bindings, secret)]
    finally:
        await api.close()


def _named(settings: Settings, company: load.Company, process: str | None) -> tuple[ProcessId, ...]:
    """Return the process of that name, or all without one; exits with 1 when there is no such process."""
    if process is None:
        return tuple(company.definitions)
    if process not in company.definitions:
        guess = did_you_mean(process, company.definitions).in_(settings.language)
        fail(f"{process}: нет такого процесса / no such process; {guess}")
    return (ProcessId(process),)


def _valid(settings: Settings, folder: Path) -> load.Company:
    """Return a company without problems; prints them and exits with 1 when there are any."""
    try:
        return load.load_company(folder)
    except CompanyProblems as found:
        fail_with(found, settings.language)
