"""Slack's limits (https://docs.slack.dev/apis/web-api/rate-limits): one post a second in a channel, else tiers."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.background.pacing import Limit

POST = "chat.postMessage"
OPEN = "views.open"
UPDATE = "chat.update"
OTHERS = "*"
"""Stands for every method that has no row of its own."""
_TIER_2 = Limit(messages=20, seconds=60.0)
_TIER_3 = Limit(messages=50, seconds=60.0)
_TIER_4 = Limit(messages=100, seconds=60.0)

METHODS: Mapping[str, Limit] = MappingProxyType(
    {
        POST: Limit(messages=1, seconds=1.0),
        OTHERS: _TIER_2,
        "apps.connections.open": _TIER_3,
        # Special limits of several hundred a minute; we need fewer.
        "auth.test": _TIER_4,
        "chat.getPermalink": _TIER_4,
        "chat.delete": _TIER_3,
        # A tick, a new place in the queue: what nobody waits for leaves slots for claims and completions.
        UPDATE: Limit(messages=50, seconds=60.0, kept=(0, 25)),
        "conversations.history": _TIER_3,
        "conversations.info": _TIER_3,
        "conversations.join": _TIER_3,
        "conversations.open": _TIER_3,
        "conversations.replies": _TIER_3,
        "chat.postEphemeral": _TIER_4,
        "files.completeUploadExternal": _TIER_4,
        "files.getUploadURLExternal": _TIER_4,
        "files.info": _TIER_4,
        "users.info": _TIER_4,
        OPEN: _TIER_4,
        "views.publish": _TIER_4,
        "views.update": _TIER_4,
    }
)
"""The limit of each method in use."""
