"""`handover people`: who works here and has entered, and how that differs from organisation.yaml."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import typer
import yaml

from bot import bootstrap
from bot.command_line.exits import run_to_end
from bot.host.clock import SystemClock
from bot.host.settings import Settings
from workflows.definitions import load
from workflows.domain.ids import PersonId
from workflows.domain.organising.changes import Change, differences
from workflows.domain.organising.register import GONE, Attribute, Attributes, Register, Subject, register_of, words
from workflows.domain.people import Organisation
from workflows.domain.text import Language
from workflows.ports.organisation import FileState
from workflows.ports.queries import Queries
from workflows.usecases.commits import Commits
from workflows.usecases.organising import CurrentOrganisation, Organising

BY_COMMAND = "handover people apply"
"""The reason that is kept with what the command has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Both:
    """The register as it is kept, that of organisation.yaml, and what changes the kept one."""

    kept: Register
    file: Register
    organising: Organising
    queries: Queries


@asynccontextmanager
async def _both(settings: Settings) -> AsyncIterator[_Both]:
    company = load.load_company(settings.company)
    current = CurrentOrganisation(company.organisation)
    async with bootstrap.open_database(settings) as (storage, queries):
        organising = Organising(
            storage=storage, queries=queries, current=current, clock=SystemClock(), commits=Commits()
        )
        await organising.look_up()
        yield _Both(
            kept=current.register, file=register_of(company.organisation), organising=organising, queries=queries
        )


def list_people(settings: Settings) -> None:
    """Print everybody who works here: id, name, post, departments, and the chats in which they have an account."""

    async def work() -> tuple[Organisation, Mapping[PersonId, set[str]]]:
        async with _both(settings) as both:
            platforms: dict[PersonId, set[str]] = {}
            for account in await both.queries.accounts():
                platforms.setdefault(account.person, set()).add(account.platform)
            return both.organising.now, platforms

    organisation, platforms = run_to_end(settings, work())
    language = settings.language
    for person in organisation.people.values():
        where = ", ".join(organisation.title_of(each).in_(language) for each in person.departments)
        linked = ", ".join(sorted(platforms.get(person.id, ()))) or "—"
        typer.echo(f"{person.id}\t{person.name.in_(language)}\t{person.post.in_(language)}\t{where}\t{linked}")


def print_differences(settings: Settings) -> int:
    """Print what organisation.yaml says otherwise than what is kept, a line each; returns 1 when there is any."""

    async def work() -> tuple[Change, ...]:
        async with _both(settings) as both:
            return differences(both.kept, both.file)

    lines = [line for change in run_to_end(settings, work()) for line in _lines(change, settings.language)]
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo("Различий нет. / No differences.")
    return 1 if lines else 0


def apply_file(settings: Settings) -> None:
    """Make what is kept what organisation.yaml says, also where people have changed it; it is kept who was what."""

    async def work() -> int:
        async with _both(settings) as both:
            state = FileState(people=both.file.people, departments=both.file.departments)
            changes = await both.organising.change(
                lambda register: differences(register, both.file), by=None, why=BY_COMMAND, file=state
            )
            return len(changes)

    count = run_to_end(settings, work())
    typer.echo(f"Изменено по organisation.yaml: {count} / changed as organisation.yaml says: {count}")


def export(settings: Settings) -> None:
    """Print organisation.yaml as it would describe the organisation that is kept."""

    async def work() -> Register:
        async with _both(settings) as both:
            return both.kept

    register = run_to_end(settings, work())
    typer.echo(yaml.safe_dump(_file_of(register), allow_unicode=True, sort_keys=False, width=110), nl=False)


def _lines(change: Change, language: Language) -> Iterator[str]:
    for attribute, (kept, in_file) in change.attributes.items():
        yield f"{change.subject}.{change.id}.{attribute}: {_value(kept, language)} → {_value(in_file, language)}"


def _value(value: object, language: Language) -> str:
    if isinstance(value, Mapping):
        return str(value[language.value])
    return ", ".join(map(str, value)) if isinstance(value, list) else "—" if value is None else str(value)


def _file_of(register: Register) -> Mapping[str, object]:
    titles = {"posts": register.posts, "skills": register.skills, "roles": register.roles}
    return {
        "organisation": dict(words(register.name)),
        **{key: {name: dict(words(text)) for name, text in found.items()} for key, found in titles.items() if found},
        "departments": {name: dict(each) for name, each in _there(register, Subject.DEPARTMENT)},
        "people": {name: _person(each) for name, each in _there(register, Subject.PERSON)},
    }


def _there(register: Register, subject: Subject) -> Iterator[tuple[str, Attributes]]:
    """Yield those who have not left, and departments that are not closed."""
    for name, attributes in register.of(subject).items():
        if not attributes.get(GONE[subject]):
            yield name, attributes


def _person(attributes: Attributes) -> Mapping[str, object]:
    """Return a person as the file writes them: one department is no list."""
    departments = attributes[Attribute.DEPARTMENTS]
    one = departments[0] if isinstance(departments, list) and len(departments) == 1 else departments
    others = {name: value for name, value in attributes.items() if name != Attribute.DEPARTMENTS}
    return {**others, "department": one}
