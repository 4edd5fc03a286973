"""Logging: one format for our own lines and those of every library, with secrets masked."""

import logging
import re
import sys
from collections.abc import Mapping
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "***"
OURS = ("bot", "storage", "workflows")

_SECRET_NAME = re.compile(
    r"token|secret|password|passwd|authorization|cookie|api_?key|secret_?key|signature|dsn|database_url", re.IGNORECASE
)
# Telegram and Slack tokens, Slack's signed socket address, the password of a database address, codes in a query.
_SECRET_TEXT = re.compile(
    r"(?P<telegram>(?<!\d)\d{6,}:[A-Za-z0-9_-]{30,})"
    r"|(?P<slack>\bx(?:ox[a-z]|app)-[A-Za-z0-9-]+)"
    r"|(?P<password>(?<=://)[^\s/:@]*:[^\s/@]+(?=@))"
    r"|(?P<query>(?<=[?&])(?:code|start|token|ticket|secret|key)=[^\s&\"']+)"
)


def configure_logging(*, json: bool, level: str, stream: TextIO | None = None) -> None:
    """Send every log line to *stream* (standard error if none): JSON, or key-value lines for a terminal.

    *level* is a name of the standard library such as "info"; raises ValueError for another.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        mask_secrets,
    ]
    output = stream or sys.stderr
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if json
        else structlog.dev.ConsoleRenderer(colors=output.isatty())
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in OURS:
        logging.getLogger(name).setLevel(root.level)
    # At debug level libraries log whole statements, requests and texts, with everything that people wrote.
    root.setLevel(max(root.level, logging.INFO))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "aiogram", "slack_bolt", "slack_sdk"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    # A line for each request adds nothing to those of the commands, and its path may hold an invitation's code.
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return *event* with the values of secret names, and whatever looks like a token inside texts, masked."""
    return {name: value if name.startswith("_") else _mask(name, value) for name, value in event.items()}


def _mask(name: str, value: object) -> object:
    if _SECRET_NAME.search(name) and value not in (None, "", True, False):
        return MASK
    if isinstance(value, str):
        return _SECRET_TEXT.sub(_mask_text, value)
    if isinstance(value, Mapping):
        return {key: _mask(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_mask("", inner) for inner in value]
    return value


def _mask_text(found: re.Match[str]) -> str:
    if found.lastgroup == "query":
        return f"{found.group().partition('=')[0]}={MASK}"
    return MASK
