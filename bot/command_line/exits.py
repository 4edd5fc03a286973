"""How the verbs of the command line end: with a sentence for the operator in both languages, and an exit code."""

import asyncio
from collections.abc import Coroutine
from typing import NoReturn, TypeVar

import typer

from bot import bootstrap
from bot.host.settings import Settings
from workflows.definitions.problems import CompanyProblems
from workflows.domain.text import Language

T = TypeVar("T")


def run_to_end(settings: Settings, work: Coroutine[object, object, T]) -> T:
    """Return the result of *work*; exits with 1 and a sentence for a problem of the company pack or the database."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    except CompanyProblems as found:
        fail_with(found, settings.language)
    except bootstrap.STORAGE_TROUBLES as error:
        fail(database_trouble(error))


def fail_with(found: CompanyProblems, language: Language) -> NoReturn:
    """Print the problems of a company pack and exit with 1."""
    lines = [problem.in_(language) for problem in found.problems]
    advice = "Исправьте и запустите снова." if language is Language.RU else "Fix this and start again."
    fail("\n".join([*lines, advice]))


def database_trouble(error: Exception) -> str:
    """Return why the database cannot be opened, for the operator, without its address: that may hold a password."""
    if bootstrap.is_newer(error):
        return (
            "База данных новее этой программы. Обновите программу или восстановите прежнюю копию базы.\n"
            "The database is newer than this program. Update the program, or restore an earlier copy of the database."
        )
    return (
        "База данных недоступна. Проверьте DATABASE_URL, запущен ли сервер и есть ли права на папку.\n"
        "The database cannot be reached. Check DATABASE_URL, that the server runs and that the folder is writable.\n"
        f"({type(error).__name__})"
    )


def fail(sentence: str) -> NoReturn:
    """Print why nothing was done and exit with 1."""
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
