"""`handover check`, apart from the other verbs: it needs no chats and no database, whose code takes long to load."""

from pathlib import Path

import typer

from workflows.definitions import load
from workflows.domain.text import Language


def check_company(folder: Path, language: Language) -> int:
    """Print each problem of a company pack as `file:line: …`; returns 1 when there is one, else 0."""
    problems = load.check_company(folder)
    for problem in problems:
        typer.echo(problem.in_(language))
    if not problems:
        typer.echo(f"{folder}: всё в порядке / no problems")
    return 1 if problems else 0
