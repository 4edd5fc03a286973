"""The verbs of the program; each imports what it needs only when it is called, so that `--help` is instant."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.help_in_russian import speak_russian
from bot.host.logs import configure_logging
from bot.host.settings import Settings, SettingsProblem, load_settings
from workflows.domain.text import Language

program = typer.Typer(
    name="handover",
    help="A workflow assistant in the chat: one department finishes, the next one sees a card with a claim button.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
database = typer.Typer(help="Look after the database.", no_args_is_help=True)
program.add_typer(database, name="db")
people = typer.Typer(help="Who works here, and how that differs from organisation.yaml.", no_args_is_help=True)
program.add_typer(people, name="people")
slack = typer.Typer(help="Set Slack up.", no_args_is_help=True)
program.add_typer(slack, name="slack")

LogLevel = Annotated[str, typer.Option(help="The least level that is logged: debug, info, warning or error.")]


def main() -> None:
    """Run the verb of the command line; exits with 0, 1 (a problem was found) or 2 (wrongly called or set up)."""
    command = typer.main.get_command(program)
    if _language() is Language.RU:
        speak_russian(command)
    command()


@program.command()
def demo(
    company: Annotated[
        str | None,
        typer.Argument(help="A sample company, such as bank, or a folder; COMPANY when none is given."),
    ] = None,
    log_level: LogLevel = "warning",
) -> None:
    """Start a sample company with the web chat in the browser; its first page leads to the others."""
    settings = _prepare(log_level)
    from bot.command_line.verbs import sample_company, serve

    if company is not None:
        settings = settings.model_copy(update={"company": sample_company(company)})

    serve(settings, demo=True)


@program.command()
def run(log_level: LogLevel = "info") -> None:
    """Start the company of COMPANY in every chat whose token is set."""
    settings = _prepare(log_level)
    from bot.command_line.verbs import serve

    serve(settings, demo=False)


@program.command()
def check(
    company: Annotated[
        list[Path] | None, typer.Argument(help="Folders of company packs; that of COMPANY when none is given.")
    ] = None,
) -> None:
    """Check organisations, processes and letters; print each problem as file:line."""
    settings = _settings()
    from bot.command_line.checking import check_company

    raise typer.Exit(max([check_company(folder, settings.language) for folder in company or [settings.company]]))


@program.command()
def draw(
    process: Annotated[
        str | None, typer.Argument(help="The id of the process; every process when none is given.")
    ] = None,
    into: Annotated[Path, typer.Option(help="The folder in which the pictures are written.")] = Path(),
    company: Annotated[Path | None, typer.Option(help="The folder of a company pack instead of COMPANY.")] = None,
) -> None:
    """Draw the picture of a process: its stages and where its outcomes lead, as SVG and PNG."""
    settings = _settings()
    from bot.command_line.verbs import draw_processes

    draw_processes(settings, company or settings.company, process, into)


@program.command(name="try")
def try_(
    process: Annotated[str | None, typer.Argument(help="The id of the process, where there are several.")] = None,
    company: Annotated[Path | None, typer.Option(help="The folder of a company pack instead of COMPANY.")] = None,
) -> None:
    """Walk through a process here, alone, playing everybody: its forms, conditions and letters; nothing is kept."""
    settings = _prepare("error")
    from bot.command_line.verbs import try_process

    try_process(settings.model_copy(update={"company": company or settings.company}), process)


@program.command()
def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 when a file is out of date.")
    ] = False,
) -> None:
    """Write the JSON Schemas by which editors complete and check the files of a company pack."""
    from bot.command_line.verbs import write_schemas

    raise typer.Exit(write_schemas(check))


@program.command()
def invite(
    person: Annotated[str, typer.Argument(help="The person's id in organisation.yaml.")],
    log_level: LogLevel = "warning",
) -> None:
    """Print a one-time link by which a person enters the web chat, or Telegram."""
    settings = _prepare(log_level)
    from bot.command_line.verbs import print_invitation

    print_invitation(settings, person)


@people.command("list")
def list_people(log_level: LogLevel = "warning") -> None:
    """Print everybody: id, name, post, departments, and the chats in which they have an account."""
    settings = _prepare(log_level)
    from bot.command_line import people_verbs

    people_verbs.list_people(settings)


@people.command("diff")
def people_diff(log_level: LogLevel = "warning") -> None:
    """Print what organisation.yaml says otherwise than what people have changed; exits with 1 when there is any."""
    settings = _prepare(log_level)
    from bot.command_line import people_verbs

    raise typer.Exit(people_verbs.print_differences(settings))


@people.command("apply")
def people_apply(log_level: LogLevel = "warning") -> None:
    """Let organisation.yaml count where people have changed the same; the running program follows within a second."""
    settings = _prepare(log_level)
    from bot.command_line import people_verbs

    people_verbs.apply_file(settings)


@people.command("export")
def people_export(log_level: LogLevel = "warning") -> None:
    """Print organisation.yaml as it would describe the people and departments of now."""
    settings = _prepare(log_level)
    from bot.command_line import people_verbs

    people_verbs.export(settings)


@database.command()
def upgrade(log_level: LogLevel = "info") -> None:
    """Bring the tables of DATABASE_URL to the present version."""
    settings = _prepare(log_level)
    from bot.command_line.verbs import upgrade_database

    upgrade_database(settings)


@slack.command()
def manifest(
    url: Annotated[
        str | None, typer.Option(help="Where Slack reaches this program over HTTP; without it Socket Mode.")
    ] = None,
) -> None:
    """Print the app manifest to be pasted at https://api.slack.com/apps."""
    if url is not None and not url.startswith(("https://", "http://")):
        raise typer.BadParameter("give the whole address, such as https://handover.example.com", param_hint="--url")
    settings = _settings()
    from bot.slack.setup.manifest import manifest as written

    typer.echo(written(settings.slack_command, url))


@slack.command()
def doctor(log_level: LogLevel = "error") -> None:
    """Check the token, its scopes and the bound channels; exit with 1 when something is missing."""
    settings = _prepare(log_level)
    from bot.command_line.verbs import examine_slack

    raise typer.Exit(examine_slack(settings))


def _prepare(log_level: str) -> Settings:
    settings = _settings()
    try:
        configure_logging(json=not sys.stderr.isatty(), level=log_level)
    except ValueError:
        raise typer.BadParameter("give debug, info, warning or error", param_hint="--log-level") from None
    return settings


def _language() -> Language:
    """Return the language of the help: that of LOCALE, Russian where the settings cannot be read."""
    try:
        return load_settings().language
    except SettingsProblem:
        return Language.RU


def _settings() -> Settings:
    """Load the settings, or print what is wrong with them and exit with 2."""
    try:
        return load_settings()
    except SettingsProblem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(2) from None
