"""Slack's refusals as the errors of the chat port: what each means for what was to be said.

The codes are those of https://docs.slack.dev/reference/methods.
"""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import aiohttp
from slack_sdk.errors import SlackClientError

from workflows.ports.chat import ChatError, ChatGone, MessageGone, RateLimited, Rejected, Unreachable


class TriggerExpired(ChatError):
    """The press is too old to open a window: offer a button that opens it."""


class ViewGone(ChatError):
    """The window was closed or changed meanwhile: what was to be shown in it is said elsewhere."""


class ThreadGone(ChatError):
    """The message that a reply belongs under is no more: say it in the channel."""


FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
"""Whatever a call may raise."""

CODES: Mapping[str, type[ChatError]] = MappingProxyType(
    {
        # The chat is closed to us: what waits is kept until it is back, and those who can mend it are told.
        "channel_not_found": ChatGone,
        "is_archived": ChatGone,
        "is_inactive": ChatGone,
        "not_in_channel": ChatGone,
        "posting_to_channel_denied": ChatGone,
        "restricted_action": ChatGone,
        "user_not_found": ChatGone,
        # Every chat is: until somebody installs the app again, or gives it what it lacks.
        "account_inactive": ChatGone,
        "invalid_auth": ChatGone,
        "missing_scope": ChatGone,
        "not_authed": ChatGone,
        "token_expired": ChatGone,
        "token_revoked": ChatGone,
        # The message cannot be changed any more: it is posted anew.
        "cant_update_message": MessageGone,
        "edit_window_closed": MessageGone,
        "message_not_found": MessageGone,
        "cannot_reply_to_message": ThreadGone,
        "thread_not_found": ThreadGone,
        # Ours to mend: trying again is of no use.
        "invalid_arguments": Rejected,
        "invalid_blocks": Rejected,
        "invalid_blocks_format": Rejected,
        "metadata_too_large": Rejected,
        "msg_blocks_too_long": Rejected,
        "msg_too_long": Rejected,
        "no_text": Rejected,
        "view_too_large": Rejected,
        "exchanged_trigger_id": TriggerExpired,
        "expired_trigger_id": TriggerExpired,
        "invalid_trigger_id": TriggerExpired,
        "hash_conflict": ViewGone,
        "not_found": ViewGone,
        "push_limit_reached": ViewGone,
    }
)
"""What each code means; any other is the platform not being well, and is tried again."""


def chat_error(error: Exception) -> ChatError:
    """Answer what a failed call means."""
    # SlackApiError types its response loosely: a dict, bytes, or what the HTTP library gave.
    response = getattr(error, "response", None)
    status, data = getattr(response, "status_code", None), getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or code == "ratelimited":
        return RateLimited("ratelimited", timedelta(seconds=_retry_after(getattr(response, "headers", {}))))
    if code in CODES:
        return CODES[code](code)
    return Unreachable(code or (f"http_{status}" if status is not None else "network"))


def _retry_after(headers: Mapping[str, str]) -> int:
    given = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    return max(1, int(given)) if given.isdecimal() else 1
