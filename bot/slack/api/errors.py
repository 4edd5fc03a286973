"""Slack's error codes as the errors of the chat port.

The codes are those of https://docs.slack.dev/reference/methods.
"""

import math
import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import aiohttp
from slack_sdk.errors import SlackClientError

from workflows.ports.chat import ChatError, ChatGone, MessageGone, RateLimited, Rejected, Unreachable


class TriggerExpired(ChatError):
    """The trigger is too old to open a window: offer a button that opens it."""


class ViewGone(ChatError):
    """The window was closed or changed meanwhile: show its content elsewhere."""


class ThreadGone(ChatError):
    """The parent message was deleted, or takes no replies: post in the channel."""


class FileRefused(Rejected):
    """The workspace does not accept this file: post a sentence in its place."""


class Unclear(Unreachable):
    """Refused for an unknown reason: after a few tries it is treated as Rejected."""


FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
"""Whatever a call may raise."""

CODES: Mapping[str, type[ChatError]] = MappingProxyType(
    {
        # The chat is closed to us: what waits is kept until it is open again, and those who can repair it are notified.
        "channel_is_limited_access": ChatGone,
        "channel_not_found": ChatGone,
        "invalid_channel": ChatGone,
        "is_archived": ChatGone,
        "is_inactive": ChatGone,
        "messages_tab_disabled": ChatGone,
        "method_not_supported_for_channel_type": ChatGone,
        "not_in_channel": ChatGone,
        "posting_to_channel_denied": ChatGone,
        "restricted_action": ChatGone,
        "restricted_action_read_only_channel": ChatGone,
        "restricted_action_thread_only_channel": ChatGone,
        "too_many_members": ChatGone,
        "user_disabled": ChatGone,
        "user_not_found": ChatGone,
        "user_not_in_channel": ChatGone,
        "user_not_visible": ChatGone,
        # All chats are closed until somebody installs the app again, or grants what it lacks.
        "access_denied": ChatGone,
        "accesslimited": ChatGone,
        "account_inactive": ChatGone,
        "ekm_access_denied": ChatGone,
        "enterprise_is_restricted": ChatGone,
        "forbidden_team": ChatGone,
        "invalid_auth": ChatGone,
        "missing_scope": ChatGone,
        "no_permission": ChatGone,
        "not_allowed_token_type": ChatGone,
        "not_authed": ChatGone,
        "team_access_not_granted": ChatGone,
        "team_not_found": ChatGone,
        "token_expired": ChatGone,
        "token_revoked": ChatGone,
        "two_factor_setup_required": ChatGone,
        # The message cannot be changed any more: it is posted again.
        "cant_update_message": MessageGone,
        "edit_window_closed": MessageGone,
        "message_not_found": MessageGone,
        "cannot_reply_to_message": ThreadGone,
        "restricted_action_non_threadable_channel": ThreadGone,
        "restricted_action_thread_locked": ThreadGone,
        "thread_not_found": ThreadGone,
        # Faults of ours: a retry does not help.
        "cant_broadcast_message": Rejected,
        "cant_delete_message": Rejected,
        "invalid_arg_name": Rejected,
        "invalid_arguments": Rejected,
        "invalid_array_arg": Rejected,
        "invalid_blocks": Rejected,
        "invalid_blocks_format": Rejected,
        "invalid_charset": Rejected,
        "invalid_cursor": Rejected,
        "invalid_form_data": Rejected,
        "invalid_metadata_format": Rejected,
        "invalid_metadata_schema": Rejected,
        "invalid_post_type": Rejected,
        "invalid_ts_latest": Rejected,
        "invalid_ts_oldest": Rejected,
        "metadata_must_be_sent_from_app": Rejected,
        "metadata_too_large": Rejected,
        "missing_args": Rejected,
        "missing_argument": Rejected,
        "missing_post_type": Rejected,
        "msg_blocks_too_long": Rejected,
        "msg_too_long": Rejected,
        "no_dual_broadcast_content_update": Rejected,
        "no_text": Rejected,
        "not_enabled": Rejected,
        "view_too_large": Rejected,
        # A file that is never accepted, whoever sends it.
        "blocked_file_type": FileRefused,
        "channels_limit_exceeded": FileRefused,
        "file_type_not_allowed": FileRefused,
        "file_upload_size_restricted": FileRefused,
        "file_uploads_disabled": FileRefused,
        "file_uploads_except_images_disabled": FileRefused,
        "storage_limit_reached": FileRefused,
        # Somebody else's file that cannot be downloaded.
        "file_deleted": FileRefused,
        "not_visible": FileRefused,
        "exchanged_trigger_id": TriggerExpired,
        "expired_trigger_id": TriggerExpired,
        "invalid_trigger_id": TriggerExpired,
        "duplicate_external_id": ViewGone,
        "hash_conflict": ViewGone,
        "not_found": ViewGone,
        "push_limit_reached": ViewGone,
        # The platform has a problem, or a retry starts from the beginning: retried as often as delivery retries.
        "external_channel_migrating": Unreachable,
        "fatal_error": Unreachable,
        "file_not_found": Unclear,
        "file_update_failed": Unclear,
        "internal_error": Unreachable,
        "org_login_required": Unreachable,
        "request_timeout": Unreachable,
        "service_unavailable": Unreachable,
        "team_added_to_org": Unreachable,
        "update_failed": Unreachable,
    }
)
"""What each code means; any other is Unclear."""
OF_THE_TOKEN = frozenset(
    {
        "access_denied",
        "accesslimited",
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "team_access_not_granted",
        "team_not_found",
        "token_expired",
        "token_revoked",
    }
)
"""The codes that close all chats until there is another token."""
NOT_LET_IN = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
"""Those of them with which `auth.test` is refused as well."""
TOO_FAST: Mapping[str, int] = MappingProxyType({"ratelimited": 1, "rate_limited": 1, "message_limit_exceeded": 60})
"""The codes that request a pause, and its seconds where Slack does not name them."""
_NUMBER = re.compile(r"\d+(\.\d+)?")


def chat_error(error: Exception) -> ChatError:
    """Return what a failed call means."""
    # SlackApiError types its response loosely: a dict, bytes, or what the HTTP library gave.
    response = getattr(error, "response", None)
    status, data = getattr(response, "status_code", None), getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or code in TOO_FAST:
        pause = _retry_after(getattr(response, "headers", {})) or TOO_FAST.get(code, 1)
        return RateLimited(code or "ratelimited", timedelta(seconds=pause))
    if code in CODES:
        return CODES[code](code)
    if code and status == 200:
        return Unclear(code)
    return Unreachable(code or (f"http_{status}" if status is not None else "network"))


def _retry_after(headers: Mapping[str, str]) -> int:
    """Return the seconds that Slack requests, 0 when it requests none."""
    given = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    return max(1, math.ceil(float(given))) if _NUMBER.fullmatch(given) else 0
