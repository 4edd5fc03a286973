"""Signed raw payloads, as Slack sends them to a request URL, through the real bolt app and the web application."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import CodeType, MappingProxyType
from urllib.parse import quote_plus, unquote_plus

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

import templates
from bot.bootstrap import Application, wired
from bot.host.settings import Settings
from bot.request_body import MAX_BODY
from bot.slack.api.addresses import address_of
from bot.slack.run import Slack
from bot.web.app import create_app
from tests.databases import SqliteDatabases
from tests.fakes.tuning import AT_ONCE
from tests.firm import PATIENCE
from tests.slack.server import SlackServer, signature
from workflows.domain.commands import OpenCase
from workflows.domain.events import CommentAdded, TaskClaimed, TaskReleased
from workflows.domain.ids import CaseId, FieldName, OutcomeId, PersonId, ProcessId, TaskId
from workflows.ports.chat import MessageId
from workflows.ports.platforms import Account, CaseMessage
from workflows.ports.unit_of_work import UnitOfWork
from workflows.usecases.form_drafts import new_case_draft

pytestmark = pytest.mark.system
refused = pytest.mark.asyncio(loop_scope="module")

PAYLOADS = Path(__file__).parent / "payloads"
ONBOARDING = ProcessId("client_onboarding")
VALUES = {
    "client": "ООО «Ромашка»",
    "contact": "Мария Петровна",
    "phone": "84951234567",
    "email": "info@romashka.example",
    "inn": "7707083893",
    "site": "romashka.example",
    "services": ["cards"],
    "expected_start": "01.04.2099",
}


class Door:
    """The web application with a case in it, and Slack that knocks."""

    def __init__(self, app: Application, server: SlackServer, browser: httpx.AsyncClient) -> None:
        self.app = app
        self.server = server
        self._browser = browser
        self.slack = next(adapter for adapter in app.adapters if isinstance(adapter, Slack))

    async def knock(
        self,
        file: str,
        *,
        secret: str | None = None,
        at: float | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> httpx.Response:
        """Send a payload, signed with *secret* at the moment *at* (Slack's own and now), and let it be handled."""
        body = (PAYLOADS / file).read_text(encoding="utf-8").rstrip("\n")
        stamp = str(int(time.time() if at is None else at))
        kind = "application/json" if file.endswith(".json") else "application/x-www-form-urlencoded"
        signed = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(secret or self.server.signing_secret, stamp, body),
        }
        answer = await self.knock_with(body.encode(), {**signed, **headers})
        await self._wait_until_handled()
        return answer

    async def knock_about(self, changed: Mapping[str, object], *, file: str) -> httpx.Response:
        """Send a payload with changed values: those of the event, or else of the payload; None removes a value."""
        text = (PAYLOADS / file).read_text(encoding="utf-8").rstrip("\n")
        form = not file.endswith(".json")
        body = json.loads(unquote_plus(text.removeprefix("payload=")) if form else text)
        facts = body.get("event", body)
        facts |= changed
        for name in [name for name, value in changed.items() if value is None]:
            del facts[name]
        sent = (f"payload={quote_plus(json.dumps(body))}" if form else json.dumps(body)).encode()
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        answer = await self.knock_with(sent, {**self.signed(sent), "Content-Type": kind})
        await self._wait_until_handled()
        return answer

    async def _wait_until_handled(self) -> None:
        """Wait for bolt's tasks, in which it calls listeners after it has acknowledged, and for what these start."""
        while calling := [task for task in asyncio.all_tasks() if _is_of_bolt(task)]:
            await asyncio.gather(*calling)
        await self.slack.inbox.wait_until_idle()

    async def knock_with(self, body: bytes, headers: Mapping[str, str | bytes]) -> httpx.Response:
        """Send anything."""
        raw = [(name.encode(), value.encode() if isinstance(value, str) else value) for name, value in headers.items()]
        return await self._browser.post("/slack/events", content=body, headers=raw)

    def signed(self, body: bytes) -> dict[str, str | bytes]:
        """Return the headers that Slack would send with a body."""
        stamp = str(int(time.time()))
        signed = signature(self.server.signing_secret, stamp, body.decode())
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signed, "Content-Type": "application/json"}

    async def events(self, kind: type[object]) -> list[object]:
        """Return what of a kind has happened to the case."""
        return [event for event in await self.app.queries.history(CaseId(1)) if isinstance(event, kind)]


def _is_of_bolt(task: asyncio.Task[object]) -> bool:
    code: CodeType | None = getattr(task.get_coro(), "cr_code", None)
    return code is not None and "slack_bolt" in code.co_filename


@asynccontextmanager
async def open_door(database_url: str) -> AsyncIterator[Door]:
    """Run the program with a door for Slack."""
    async with SlackServer() as server:
        settings = Settings(
            _env_file=None,
            database_url=database_url,
            company=templates.FOLDER / "companies" / "inplat",
            secret_key=SecretStr("nothing is secret at a door"),
            slack_bot_token=SecretStr(server.bot_token),
            slack_signing_secret=SecretStr(server.signing_secret),
            slack_api_url=server.url.rstrip("/"),
        )
        async with wired(settings, tuning=AT_ONCE) as app:
            web = create_app(app.services)
            for adapter in app.adapters:
                web.include_router(adapter.routes())
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app=web), base_url="https://handover.example"
            ) as browser:
                door = Door(app, server, browser)
                running = asyncio.create_task(door.slack.run())
                await asyncio.wait_for(door.slack.is_listening.wait(), PATIENCE)
                await _furnish(app)
                yield door
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def door(sqlite_url: str) -> AsyncIterator[Door]:
    async with open_door(sqlite_url) as door:
        yield door


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shut_door(sqlite_databases: SqliteDatabases) -> AsyncIterator[Door]:
    """The door of all who are refused at it, after whom everything behind it is as before."""
    with sqlite_databases.fresh() as url:
        async with open_door(url) as door:
            yield door


async def _furnish(app: Application) -> None:
    """Link two accounts and open a case whose card stands in a channel."""
    now = app.services.clock.now()

    def link(unit: UnitOfWork) -> None:
        for name in ("gleb", "anna"):
            unit.link_account(
                Account(platform="slack", account=f"U0{name.upper()}", person=PersonId(name), chat=None, linked_at=now)
            )
        card = CaseMessage(chat=address_of("C0SUPPORT"), message_id=MessageId("1772435000.000100"), case_id=CaseId(1))
        unit.remember_message(card)

    values = {FieldName(name): value for name, value in VALUES.items()}
    command = OpenCase(process=ONBOARDING, outcome=OutcomeId("work_begun"), values=values)
    await app.handler.handle(command, actor=PersonId("anna"))
    await app.storage.transact(link)
    await app.chats.refresh()


async def test_the_address_is_verified(door: Door) -> None:
    answer = await door.knock("url_verification.json")

    assert (answer.status_code, "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" in answer.text) == (200, True)


async def test_a_press_claims_the_task_and_its_repetition_changes_nothing(door: Door) -> None:
    first = await door.knock("press.txt")
    again = await door.knock("press.txt", headers={"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"})

    assert (first.status_code, first.text, again.status_code) == (200, "", 200)
    assert len(await door.events(TaskClaimed)) == 1


async def test_an_entry_of_the_menu_is_a_press_too(door: Door) -> None:
    await door.knock("press.txt")
    await door.knock("menu.txt")

    assert len(await door.events(TaskReleased)) == 1


async def test_a_command_is_acknowledged_empty_and_answered_after(door: Door) -> None:
    answer = await door.knock("command.txt")

    assert (answer.status_code, answer.text) == (200, "")
    # The response URL does not work in this test: the direct message is the remaining way, and Slack
    # does not return its channel either, for somebody whom this server does not know.
    (said,) = door.server.calls_of("chat.postMessage")
    assert said.args["channel"] == "U0GLEB"
    assert "ООО «Ромашка»" in str(said.args["blocks"])


async def test_a_wrong_answer_in_a_sent_window_is_told_at_its_block(door: Door) -> None:
    answer = await door.knock("submission.txt")

    told = answer.json()
    assert told["response_action"] == "errors"
    assert list(told["errors"]) == ["f:inn:0"]


async def test_a_closed_window_leaves_a_draft(door: Door) -> None:
    await door.knock("closing.txt")

    draft = await door.app.queries.draft(new_case_draft(ONBOARDING, PersonId("anna")))
    assert draft is not None
    assert draft.answers[FieldName("client")] == "ООО «Лютик»"


async def test_a_shortcut_opens_a_window_with_its_trigger(door: Door) -> None:
    await door.knock("shortcut.txt")

    (opened,) = door.server.calls_of("views.open")
    assert opened.args["trigger_id"] == "10005.98765.0f3b"
    assert opened.args["view"]["callback_id"] == "form"


async def test_a_reply_in_a_thread_is_a_comment_of_the_case_once(door: Door) -> None:
    await door.knock("comment.json")
    await door.knock("comment.json", headers={"X-Slack-Retry-Num": "1"})

    (comment,) = await door.events(CommentAdded)
    assert isinstance(comment, CommentAdded)
    assert (comment.by, comment.text) == ("gleb", "Пароль < 8 знаков")


async def test_what_we_said_ourselves_is_no_comment(door: Door) -> None:
    answer = await door.knock("own_message.json")

    assert answer.status_code == 200
    assert await door.events(CommentAdded) == []


@pytest.mark.parametrize("late", [-301, 310])
@refused
async def test_a_request_that_is_more_than_five_minutes_off_is_refused(shut_door: Door, late: int) -> None:
    answer = await shut_door.knock("press.txt", at=time.time() + late)

    assert answer.status_code == 401
    assert await shut_door.events(TaskClaimed) == []


@refused
async def test_a_request_with_a_wrong_signature_is_refused(shut_door: Door) -> None:
    answer = await shut_door.knock("press.txt", secret="somebody else's")

    assert answer.status_code == 401
    assert await shut_door.events(TaskClaimed) == []


@refused
async def test_a_request_without_a_signature_is_refused(shut_door: Door) -> None:
    answer = await shut_door.knock("press.txt", headers={"X-Slack-Signature": ""})

    assert answer.status_code == 401
    assert await shut_door.events(TaskClaimed) == []


async def test_a_task_of_the_case_is_still_to_be_claimed(door: Door) -> None:
    case = await door.app.queries.case(CaseId(1))

    assert case is not None
    assert case.tasks[TaskId("1.2")].revision == 1


@pytest.mark.parametrize("body", [b"{broken", b"[1]", b"[" * 10_000, b"\xff", b"", b"payload=%ff", b"payload={"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "abc", "X-Slack-Signature": "v0=1"},
        {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=ключ".encode()},
    ],
)
@refused
async def test_what_slack_has_not_signed_is_refused_before_it_is_read(
    shut_door: Door, body: bytes, headers: dict[str, str | bytes]
) -> None:
    answer = await shut_door.knock_with(body, headers)

    assert (answer.status_code, answer.headers["content-type"]) == (401, "text/plain; charset=utf-8")


@pytest.mark.parametrize("body", [b"{broken", b"[" * 100_000, b"[1, 2]", b"null", b'"x"', b"payload=%5B%5D"])
@refused
async def test_signed_rubbish_is_refused(shut_door: Door, body: bytes) -> None:
    assert (await shut_door.knock_with(body, shut_door.signed(body))).status_code == 400


@refused
async def test_a_body_past_the_limit_is_refused(shut_door: Door) -> None:
    assert (await shut_door.knock_with(b"x" * (MAX_BODY + 1), {})).status_code == 413


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("comment.json", {"type": None}),
        ("comment.json", {"user": None}),
        ("comment.json", {"subtype": "message_changed", "message": {"text": "x", "ts": "1.2", "thread_ts": "1.1"}}),
        ("comment.json", {"subtype": "message_changed"}),
        ("comment.json", {"subtype": "message_deleted", "channel": None}),
        ("comment.json", {"type": "channel_rename", "channel": {"id": "C0SUPPORT"}}),
        ("comment.json", {"type": "channel_rename", "channel": "C0SUPPORT"}),
        ("press.txt", {"type": None, "command": "/handover", "text": "my"}),
        ("press.txt", {"actions": []}),
        ("press.txt", {"actions": [{"type": "button"}]}),
        ("press.txt", {"type": "block_suggestion"}),
        ("shortcut.txt", {"callback_id": None}),
        ("submission.txt", {"view": None}),
        ("press.txt", {"actions": None}),
        (
            "press.txt",
            {"type": "interactive_message", "callback_id": "old", "actions": [{"name": "a", "type": "button"}]},
        ),
        ("press.txt", {"type": "workflow_step_edit", "callback_id": "step", "actions": None}),
    ],
)
async def test_what_is_of_an_unknown_shape_is_acknowledged_and_left_alone(
    door: Door, capsys: pytest.CaptureFixture[str], file: str, changed: dict[str, object]
) -> None:
    answer = await door.knock_about(changed, file=file)

    assert (answer.status_code, answer.text) == (200, "")
    assert await door.events(CommentAdded) == await door.events(TaskClaimed) == []
    logged = capsys.readouterr()
    assert "Traceback" not in logged.out + logged.err
    assert "[error" not in logged.out + logged.err
