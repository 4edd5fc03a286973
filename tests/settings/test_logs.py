"""What the log contains, and what it must not contain."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.host.logs import MASK, OURS, configure_logging

TELEGRAM_TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz012345"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()


@pytest.fixture
def log() -> io.StringIO:
    """Everything logged in this test, as lines of JSON."""
    stream = io.StringIO()
    configure_logging(json=True, level="info", stream=stream)
    return stream


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_line_of_ours_carries_its_sentence_action_and_ids(log: io.StringIO) -> None:
    structlog.get_logger("bot.claims").info("A task was claimed", action="claim", case_id="ONB-1")

    (line,) = lines(log)
    assert line["event"] == "A task was claimed"
    assert (line["action"], line["case_id"], line["level"]) == ("claim", "ONB-1", "info")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("library", ["uvicorn.error", "aiogram.dispatcher", "slack_bolt.App"])
def test_the_lines_of_libraries_have_the_same_shape(log: io.StringIO, library: str) -> None:
    logging.getLogger(library).warning("Started on port %d", 8080)

    (line,) = lines(log)
    assert (line["event"], line["logger"], line["level"]) == ("Started on port 8080", library, "warning")


def test_values_of_secret_names_are_masked_however_deep(log: io.StringIO) -> None:
    structlog.get_logger().info(
        "Connected", bot_token="a", headers={"Authorization": "b", "Accept": "c"}, rows=[{"password": "d"}]
    )

    (line,) = lines(log)
    assert line["bot_token"] == MASK
    assert line["headers"] == {"Authorization": MASK, "Accept": "c"}
    assert line["rows"] == [{"password": MASK}]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"POST /bot{TELEGRAM_TOKEN}/getMe", f"POST /bot{MASK}/getMe"),
        (f"token {TELEGRAM_TOKEN} refused", f"token {MASK} refused"),
        ("slack said no to xoxb-12-34-abC", f"slack said no to {MASK}"),
        ("cannot reach postgresql+asyncpg://u:p4ss@db/x", f"cannot reach postgresql+asyncpg://{MASK}@db/x"),
        ("GET /join?code=abc123&lang=ru", f"GET /join?code={MASK}&lang=ru"),
        ("Task ONB-1 of 12:30 waits", "Task ONB-1 of 12:30 waits"),
    ],
)
def test_what_looks_like_a_token_inside_a_text_is_masked(log: io.StringIO, text: str, shown: str) -> None:
    logging.getLogger("aiogram").error("%s", text)

    (line,) = lines(log)
    assert line["event"] == shown


def test_an_error_is_logged_with_its_trace_and_without_its_secrets(log: io.StringIO) -> None:
    try:
        raise RuntimeError(f"Unauthorized: {TELEGRAM_TOKEN}")
    except RuntimeError:
        structlog.get_logger().exception("The platform refused", action="connect")

    (line,) = lines(log)
    assert "RuntimeError: Unauthorized" in line["exception"]
    assert TELEGRAM_TOKEN not in log.getvalue()


def test_the_terminal_gets_key_value_lines() -> None:
    stream = io.StringIO()
    configure_logging(json=False, level="info", stream=stream)

    structlog.get_logger().info("Ready", action="start", secret_key="hush")
    structlog.get_logger().debug("Not asked for")

    assert "action=start" in stream.getvalue()
    assert "hush" not in stream.getvalue()
    assert "Not asked for" not in stream.getvalue()


def test_configuring_twice_logs_each_line_once(log: io.StringIO) -> None:
    again = io.StringIO()
    configure_logging(json=True, level="info", stream=again)

    logging.getLogger("uvicorn.error").info("Ready")

    assert lines(log) == []
    assert len(lines(again)) == 1


def test_being_debugged_ourselves_does_not_make_libraries_tell_what_people_wrote() -> None:
    stream = io.StringIO()
    configure_logging(json=True, level="debug", stream=stream)

    logging.getLogger("aiosqlite").debug("executing INSERT ... ('Мария Петровна')")
    structlog.get_logger("bot.background.delivery").debug("A chat is asked", action="asked")

    (line,) = lines(stream)
    assert line["action"] == "asked"


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="LOUD"):
        configure_logging(json=True, level="loud")
