"""Drops payloads that we cannot read: they are acknowledged and ignored."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

import structlog
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack.api.client import JSON

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "url_verification": ("challenge",),
        "event_callback": ("event", "type"),
        "block_actions": ("actions", "action_id"),
        "block_suggestion": ("action_id",),
        "view_submission": ("view", "callback_id"),
        "view_closed": ("view", "callback_id"),
        "shortcut": ("callback_id",),
        "message_action": ("callback_id",),
    }
)
"""The kinds of payloads, and the path to the field that each needs; of a list the first item counts."""

log = structlog.get_logger(__name__)


class PayloadGuard(AsyncMiddleware):
    """Acknowledges payloads of unknown shape: bolt would fail on some of them, and Slack would send them again."""

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        """Pass on payloads of known shape."""
        if _is_known(req.body):
            return await next()
        kind = str(req.body.get("type"))
        log.info("A payload of unknown shape was ignored.", action="slack_unknown_ignored", kind=kind)
        return BoltResponse(status=200, body="")


def _is_known(body: JSON) -> bool:
    if "command" in body:
        return bool(body.get("user_id") and body.get("channel_id"))
    needed = NEEDED.get(str(body.get("type")))
    if needed is None:
        return False
    found: object = body
    for name in needed:
        found = found[0] if isinstance(found, list) and found else found
        found = found.get(name) if isinstance(found, Mapping) else None
    return bool(found)
