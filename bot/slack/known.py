"""What we know how to read: anything else that Slack sends is acknowledged and left alone."""

from collections.abc import Awaitable, Callable, Mapping

import structlog
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack.api import JSON

KINDS = frozenset(
    {
        "event_callback",
        "url_verification",
        "view_submission",
        "view_closed",
        "shortcut",
        "message_action",
        "block_suggestion",
    }
)

log = structlog.get_logger(__name__)


class KnownAlone(AsyncMiddleware):
    """Acknowledges what is of an unknown shape: bolt itself would fail at some of it, and Slack send it again."""

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        """Let pass what is known."""
        if _is_known(req.body):
            return await next()
        kind = str(req.body.get("type"))
        log.info("Something of an unknown shape was ignored.", action="slack_unknown_ignored", kind=kind)
        return BoltResponse(status=200, body="")


def _is_known(body: JSON) -> bool:
    if body.get("type") == "block_actions":
        return bool(body.get("actions"))
    if body.get("type") == "event_callback":
        event = body.get("event")
        return isinstance(event, Mapping) and bool(event.get("type"))
    if "command" in body:
        return bool(body.get("user_id") and body.get("channel_id"))
    return body.get("type") in KINDS
