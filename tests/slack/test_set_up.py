"""Setting Slack up: the manifest that is printed, and the doctor that reports what is missing."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.command_line.cli import program
from bot.slack.api.addresses import address_of
from bot.slack.api.client import Api
from bot.slack.api.limits import METHODS, OTHERS, POST
from bot.slack.api.pace import Pace
from bot.slack.setup.doctor import problems
from bot.slack.setup.manifest import EVENTS, SCOPES, manifest
from tests.slack.server import METHODS as FACTS
from tests.slack.server import SlackServer
from tests.slack.server.methods import ALL_BOT_SCOPES, Tier
from workflows.domain.ids import DepartmentId, PersonId
from workflows.ports.chat import ChatAddress
from workflows.ports.platforms import DepartmentChat


def binding(channel: str, title: str) -> DepartmentChat:
    """Bind a channel to sales."""
    return DepartmentChat(
        department=DepartmentId("sales"),
        chat=address_of(channel),
        title=title,
        bound_by=PersonId("timur"),
        bound_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


def test_the_manifest_is_for_socket_mode_or_for_an_address() -> None:
    socket, http = json.loads(manifest("/handover", None)), json.loads(manifest("/cases", "https://h.example/"))

    assert socket["settings"]["socket_mode_enabled"]
    assert "request_url" not in socket["settings"]["interactivity"]
    assert not http["settings"]["socket_mode_enabled"]
    assert http["settings"]["event_subscriptions"]["request_url"] == "https://h.example/slack/events"
    assert http["features"]["slash_commands"][0]["command"] == "/cases"


def test_the_manual_shows_the_manifest_as_it_is() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "slack.md").read_text(encoding="utf-8")

    assert manifest("/handover", None) in manual


def test_the_manifest_asks_for_known_scopes_and_hears_of_channels() -> None:
    assert set(SCOPES) <= set(ALL_BOT_SCOPES)
    assert {"message.channels", "channel_left", "group_left", "app_home_opened"} <= set(EVENTS)


@pytest.mark.parametrize("method", [name for name in METHODS if name not in (POST, OTHERS)])
def test_the_pace_of_each_method_is_that_of_its_tier(method: str) -> None:
    # Special limits are several hundred a minute: less is enough.
    per_minute = {Tier.THREE: 50, Tier.FOUR: 100, Tier.SPECIAL: 100}

    assert METHODS[method].messages == per_minute[FACTS[method].tier]
    assert METHODS[method].seconds == 60


@pytest.mark.system
async def test_the_doctor_finds_nothing_wrong_with_a_workspace_in_order() -> None:
    async with SlackServer() as server:
        api = Api(token=server.bot_token, url=server.url, pace=Pace({}))
        channel = server.channel("sales")

        found = [p async for p in problems(api, [binding(channel.id, "sales")], server.app_token)]
        await api.close()

    assert found == []


@pytest.mark.system
async def test_the_doctor_names_what_is_missing_and_how_to_mend_it() -> None:
    async with SlackServer() as server:
        api = Api(token=server.bot_token, url=server.url, pace=Pace({}))
        left, archived = server.channel("left", bot=False), server.channel("old")
        server.archive(archived)
        server.tokens.scopes -= {"users:read.email"}
        bindings = [
            binding(left.id, "left"),
            binding(archived.id, "old"),
            replace(binding("x", "web"), chat=ChatAddress("web:#x")),
        ]

        found = "\n".join([p async for p in problems(api, bindings, "xapp-wrong")])
        await api.close()

    assert "users:read.email" in found
    assert "#left (sales): not_in_channel" in found
    assert "#old (sales): is_archived. Верните канал из архива" in found
    assert "Socket Mode: invalid_auth" in found
    assert "web" not in found


@pytest.mark.system
async def test_the_doctor_stops_at_a_token_that_is_refused() -> None:
    async with SlackServer() as server:
        api = Api(token="xoxb-wrong", url=server.url, pace=Pace({}))
        found = [p async for p in problems(api, [], None)]
        await api.close()

    assert len(found) == 1
    assert "invalid_auth" in found[0]


@pytest.mark.parametrize("module", ["bot.bootstrap", "bot.command_line.cli", "bot.slack.setup.manifest"])
@pytest.mark.system
def test_the_libraries_are_imported_only_for_whoever_has_a_token(module: str) -> None:
    script = f"import sys, {module}; print([name for name in sys.modules if name.startswith('slack_')])"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("url", ["handover.example.com", "нет"])
def test_half_an_address_makes_no_manifest(url: str) -> None:
    result = CliRunner().invoke(program, ["slack", "manifest", "--url", url])

    assert result.exit_code == 2
    assert "https://" in result.output
