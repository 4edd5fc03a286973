"""Imports run downwards: between the rooms of each package in `room_order.py`, and only to what a room may see."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.architecture.room_order import ORDER, SEES
from tests.architecture.sources import OURS, Module, all_sources, imports_of, module_of

FLOORS: Mapping[Module, Mapping[str, int]] = {
    tuple(package.split(".")) if package else (): {
        room: floor for floor, row in enumerate(reversed(rows.strip().splitlines())) for room in row.split()
    }
    for package, rows in ORDER.items()
}
VIEWS: Mapping[Module, tuple[Module, ...]] = {
    tuple(room.split(".")): tuple(tuple(seen.split(".")) for seen in all_seen.split())
    for room, all_seen in SEES.items()
}


def upward_imports(source: str, path: Path) -> Iterator[str]:
    """Yield a sentence for each import of *path* that does not go down, one package after the other."""
    here = module_of(path)
    for line, target in imports_of(source, path):
        for package, floors in FLOORS.items():
            depth = len(package)
            if here[:depth] != package or target[:depth] != package or len(target) <= depth or len(here) <= depth:
                continue
            room, other = here[depth], target[depth]
            if room != other and other in floors and floors.get(room, -1) <= floors[other]:
                yield f"{path}:{line}: {room} does not stand above {other} in {'.'.join(package) or 'the project'}"


def unseen_imports(source: str, path: Path) -> Iterator[str]:
    """Yield a sentence for each import of *path* outside what its room may see."""
    here = module_of(path)
    for room, seen in VIEWS.items():
        if here[: len(room)] != room:
            continue
        for line, target in imports_of(source, path):
            if target[0] in OURS and not any(target[: len(each)] == each for each in (*seen, room)):
                yield f"{path}:{line}: {'.'.join(room)} may not import {'.'.join(target)}"


def rooms_in(package: Module, paths: list[Path]) -> set[str]:
    """Return the packages and single files directly in *package*."""
    modules = [module_of(path) for path in paths]
    return {module[len(package)] for module in modules if module[: len(package)] == package and module != package}


def test_imports_run_downwards() -> None:
    told = [line for path, source in all_sources().items() for line in upward_imports(source, path)]

    assert told == []


def test_a_room_imports_only_what_it_may_see() -> None:
    told = [line for path, source in all_sources().items() for line in unseen_imports(source, path)]

    assert told == []


@pytest.mark.parametrize("package", FLOORS, ids=lambda package: ".".join(package) or "project")
def test_every_room_stands_in_one_row_of_order_py(package: Module) -> None:
    named = ORDER[".".join(package)].split()

    assert sorted(named) == sorted(rooms_in(package, list(all_sources())))


def test_every_room_with_a_view_of_its_own_exists() -> None:
    modules = {module_of(path) for path in all_sources()}

    assert set(VIEWS) <= modules
    assert {seen for views in VIEWS.values() for seen in views} <= modules


def test_a_package_with_rooms_in_rows_imports_nothing_in_its_own_init() -> None:
    """Importing a room would run it, and the package stands in no row."""
    inits = {Path(*package, "__init__.py") for package in FLOORS if package}

    assert [path for path, source in all_sources().items() if path in inits and imports_of(source, path)] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("workflows/ports/chat.py", "from workflows.usecases import deliver"),
        ("workflows/domain/case.py", "from workflows.ports.chat import Chat"),
        ("workflows/definitions/load.py", "from workflows.usecases.running_processes import Company"),
        ("workflows/definitions/load.py", "from workflows.ports.clock import Clock"),
        ("workflows/usecases/delivery/deliver.py", "from bot.rendering import cards"),
        ("storage/database.py", "from bot.host.settings import Settings"),
        ("storage/rows/mapping.py", "from storage.writes.batch import Batch"),
        ("storage/writes/unit_of_work.py", "from storage.reads.queries import SqlQueries"),
        ("workflows/definitions/read/parse.py", "from workflows.definitions.building.process import build_definition"),
        ("bot/conversation/interview/steps/moves.py", "from bot.conversation.interview.screens.screen import Screens"),
        ("bot/slack/handlers/channels/life.py", "from bot.slack.handlers.presses import Presses"),
        ("bot/rendering/cards/cards.py", "from bot.conversation.reply import Reply"),
        ("bot/conversation/router.py", "from bot.telegram.api import addresses"),
        ("bot/conversation/router.py", "from bot.web.html import Templates"),
        ("bot/background/delivery.py", "from bot.rendering import cards"),
        ("bot/telegram/run.py", "from bot.slack.run import Slack"),
        ("bot/slack/inbound/webhook.py", "from bot.telegram.inbound import webhook"),
        ("bot/web/hub.py", "from bot.slack.api.client import Api"),
        ("bot/web/guards.py", "from bot.web.chat.pages import routes"),
        ("bot/web/site.py", "def late() -> None:\n    from bot.web.chat import pages"),
        ("bot/telegram/handlers/messages.py", "from bot.telegram.inbound import polling"),
        ("bot/telegram/api/client.py", "from ..outbound import chat"),
        ("bot/telegram/setup/menu.py", "from bot.telegram.handlers import receive"),
        ("bot/slack/blockkit/blocks.py", "if TYPE_CHECKING:\n    from bot.slack.outbound import replies"),
        ("bot/conversation/forms/form_view.py", "from bot.conversation.tasks import claims"),
        ("bot/conversation/commands/strangers.py", "from bot.conversation import router"),
        ("bot/conversation/router.py", "from bot.conversation.interview.interview import Interview"),
        ("bot/actions.py", "from bot.rendering.language.i18n import words_in"),
        ("bot/background/pacing.py", "from workflows.ports.clock import Clock"),
        ("bot/bootstrap.py", "from bot.command_line.app import run"),
    ],
)
def test_an_arrow_turned_round_is_seen(path: str, source: str) -> None:
    assert [*upward_imports(source, Path(path)), *unseen_imports(source, Path(path))] != []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bot/bootstrap.py", "from storage.database import open_database\nfrom bot.telegram.run import Telegram"),
        ("bot/telegram/run.py", "from bot.telegram.inbound import polling\nfrom bot.telegram.setup import menu"),
        ("bot/telegram/outbound/chat.py", "from bot.telegram.outbound.topics import Topics\nimport aiogram"),
        ("bot/conversation/interview/screens/screen.py", "from bot.conversation.commands import own_account"),
        ("bot/web/chat/pages.py", "from .case_panel import panel\nfrom ..guards import SECURITY_HEADERS"),
        (
            "workflows/usecases/delivery/deliver.py",
            "from workflows.definitions import problems\nfrom ..domain import case",
        ),
    ],
)
def test_an_arrow_that_goes_down_is_let_through(path: str, source: str) -> None:
    assert [*upward_imports(source, Path(path)), *unseen_imports(source, Path(path))] == []
