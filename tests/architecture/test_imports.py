"""The direction of imports, read from the source: bot -> workflows <- storage, and a core without input or output."""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import OURS, ROOT, all_sources, imports_of, module_of

PLATFORMS = {
    "aiogram": ("bot", "telegram"),
    "slack_bolt": ("bot", "slack"),
    "slack_sdk": ("bot", "slack"),
}
NOT_PURE = {"asyncio", "concurrent", "io", "logging", "os", "random", "secrets", "socket", "subprocess", "threading"}
READERS = {"phonenumbers", "email_validator", "stdnum"}
"""Functions of text that the domain may lean on, in one file (`docs/decisions/0016-reading-with-libraries.md`)."""
READER = ("workflows", "domain", "reading", "contacts_and_amounts")
CLOCKS = {"now", "utcnow", "today"}


def layer_violations(source: str, path: Path) -> Iterator[str]:
    """Report each import of *path* that goes against the arrows."""
    here = module_of(path)
    for line, target in imports_of(source, path):
        wrong = (
            (here[0] == "workflows" and target[0] in {"bot", "storage", "templates"})
            or (here[0] == "storage" and target[0] in {"bot", "templates"})
            or (here[0] == "templates" and target[0] in set(OURS) - {"templates"})
            or (here[0] == "bot" and target[0] == "storage" and here != ("bot", "bootstrap"))
            or target[0] == "tests"
        )
        if wrong:
            yield f"{path}:{line}: {'.'.join(here)} must not import {'.'.join(target)}"


def domain_violations(source: str, path: Path) -> Iterator[str]:
    """Report what keeps a file of workflows/domain from being pure."""
    if module_of(path)[:2] != ("workflows", "domain"):
        return
    for line, target in imports_of(source, path):
        is_reader = module_of(path) == READER and target[0] in READERS
        foreign = target[0] not in sys.stdlib_module_names and target[:2] != ("workflows", "domain") and not is_reader
        if foreign or target[0] in NOT_PURE or target[0] == "time":
            yield f"{path}:{line}: the domain must not import {'.'.join(target)}"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            yield f"{path}:{node.lineno}: nothing in the domain waits"
        elif isinstance(node, ast.Attribute) and node.attr in CLOCKS and _names_a_date(node.value):
            yield f"{path}:{node.lineno}: time is an argument, not {ast.unparse(node)}"
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"print", "open", "input"}
        ):
            yield f"{path}:{node.lineno}: the domain must not call {node.func.id}"
        elif isinstance(node, ast.Attribute) and node.attr in {"uuid1", "uuid4"}:
            yield f"{path}:{node.lineno}: an id is an argument, not {ast.unparse(node)}"


def _names_a_date(node: ast.expr) -> bool:
    last = ast.unparse(node).rpartition(".")[2]
    return last in {"datetime", "date"}


def platform_violations(source: str, path: Path) -> Iterator[str]:
    """Report each import of a platform's library outside its own adapter."""
    for line, target in imports_of(source, path):
        home = PLATFORMS.get(target[0])
        if home and module_of(path)[:2] != home:
            yield f"{path}:{line}: {target[0]} is imported only under {'/'.join(home)}"


def environment_violations(source: str, path: Path) -> Iterator[str]:
    """Report each reading of the environment outside bot/host/settings.py."""
    if module_of(path) == ("bot", "host", "settings"):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv", "os.environb"}:
            yield f"{path}:{node.lineno}: only bot/host/settings.py reads the environment"
    for line, target in imports_of(source, path):
        if target in {("os", "environ"), ("os", "getenv"), ("os", "environb")}:
            yield f"{path}:{line}: only bot/host/settings.py reads the environment"


Rule = Callable[[str, Path], Iterator[str]]
RULES: tuple[Rule, ...] = (layer_violations, domain_violations, platform_violations, environment_violations)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_source_file_keeps_the_rule(rule: Rule) -> None:
    broken = [told for path, source in all_sources().items() for told in rule(source, path)]

    assert len(all_sources()) > len(OURS)
    assert broken == []


@pytest.mark.parametrize("server", ["tests/telegram/server", "tests/slack/server"])
def test_a_local_platform_server_knows_no_product_code(server: str) -> None:
    files = [file.relative_to(ROOT) for file in (ROOT / server).rglob("*.py")]
    known = [(path, target) for path in files for _, target in imports_of((ROOT / path).read_text("utf-8"), path)]

    assert known != []
    assert [(path, target) for path, target in known if target[0] in OURS] == []


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (layer_violations, "workflows/usecases/handle_command.py", "from storage import engine"),
        (layer_violations, "workflows/ports/chat.py", "import bot.telegram"),
        (layer_violations, "storage/cases.py", "def f():\n    from bot.host.settings import Settings"),
        (layer_violations, "storage/migrations/env.py", "from ...bot import settings"),
        (layer_violations, "bot/http/application.py", "from storage.engine import open_storage"),
        (layer_violations, "bot/background/delivery.py", "from tests.fakes import Clock"),
        (domain_violations, "workflows/domain/decide.py", "import pydantic"),
        (domain_violations, "workflows/domain/decide.py", "import phonenumbers"),
        (domain_violations, "workflows/domain/reading/contacts_and_amounts.py", "import requests"),
        (domain_violations, "workflows/domain/decide.py", "from workflows.ports import clock"),
        (domain_violations, "workflows/domain/decide.py", "from ..ports import clock"),
        (domain_violations, "workflows/domain/decide.py", "import logging"),
        (domain_violations, "workflows/domain/decide.py", "from random import choice"),
        (domain_violations, "workflows/domain/decide.py", "from time import time"),
        (domain_violations, "workflows/domain/decide.py", "async def decide(): ..."),
        (domain_violations, "workflows/domain/decide.py", "now = datetime.now(UTC)"),
        (domain_violations, "workflows/domain/decide.py", "day = datetime.date.today()"),
        (domain_violations, "workflows/domain/decide.py", "number = uuid.uuid4()"),
        (domain_violations, "workflows/domain/decide.py", "print('decided')"),
        (platform_violations, "bot/conversation/router.py", "from aiogram.types import Message"),
        (platform_violations, "bot/telegram/receive.py", "import slack_sdk.errors"),
        (platform_violations, "bot/slack/receive.py", "import aiogram"),
        (environment_violations, "bot/command_line/app.py", "import os\nhome = os.environ['HOME']"),
        (environment_violations, "storage/engine.py", "from os import getenv"),
    ],
)
def test_a_breach_is_seen(rule: Rule, path: str, source: str) -> None:
    assert list(rule(source, Path(path))) != []


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (layer_violations, "bot/bootstrap.py", "from storage.engine import open_storage\nimport workflows.usecases"),
        (layer_violations, "storage/cases.py", "from workflows.domain.case import Case\nfrom . import tables"),
        (domain_violations, "workflows/domain/timers.py", "from datetime import datetime\nfrom .ids import CaseId"),
        (
            domain_violations,
            "workflows/domain/reading/contacts_and_amounts.py",
            "def f():\n    import phonenumbers\n    from stdnum.ru import inn",
        ),
        (domain_violations, "workflows/domain/timers.py", "def arm(now: datetime) -> datetime: return now"),
        (domain_violations, "workflows/domain/decide.py", "from workflows.domain import errors, events"),
        (platform_violations, "bot/telegram/run.py", "from aiogram import Bot"),
        (platform_violations, "bot/slack/run.py", "from slack_bolt.async_app import AsyncApp"),
        (environment_violations, "bot/host/settings.py", "import os\nos.environ"),
    ],
)
def test_what_the_rules_allow_is_let_through(rule: Rule, path: str, source: str) -> None:
    assert list(rule(source, Path(path))) == []
