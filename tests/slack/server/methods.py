"""The facts of the Web API methods in use: arguments, tier, scopes, error codes.

Read off Slack's public reference; ``test_facts.py`` compares them with a machine-readable copy where one is at hand.
"""

from dataclasses import dataclass
from enum import StrEnum

COMMON_ERRORS = frozenset(
    {
        "account_inactive",
        "fatal_error",
        "internal_error",
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_auth",
        "invalid_form_data",
        "invalid_post_type",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "token_expired",
        "token_revoked",
    }
)


class Tier(StrEnum):
    """How often a method may be called, in the words of the reference."""

    THREE = "Tier 3: 50+ per minute"
    FOUR = "Tier 4: 100+ per minute"
    SPECIAL = "Special rate limits apply."


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method: its arguments (name -> type, "" where the reference gives none) and what it may return."""

    name: str
    tier: Tier
    required: dict[str, str]
    optional: dict[str, str]
    scopes: frozenset[str]
    errors: frozenset[str]
    app_token: bool = False

    def type_of(self, argument: str) -> str | None:
        """The type of an argument, None when the method does not know it."""
        if argument in self.required:
            return self.required[argument]
        return self.optional.get(argument)


def _arguments(text: str) -> dict[str, str]:
    pairs = (word.partition(":") for word in text.split())
    return {name: kind for name, _, kind in pairs}


def _method(name: str, tier: Tier, *facts: str) -> Method:
    required, optional, scopes, errors = facts
    return Method(
        name=name,
        tier=tier,
        required=_arguments(required),
        optional=_arguments(optional),
        scopes=frozenset(scopes.split()),
        errors=frozenset(errors.split()),
        app_token=name == "apps.connections.open",
    )


_CONVERSATION_READ = "channels:read groups:read im:read mpim:read"
_CONVERSATION_HISTORY = "channels:history groups:history im:history mpim:history"
_CONVERSATION_WRITE = "channels:manage groups:write im:write mpim:write"

_ALL = (
    _method("auth.test", Tier.SPECIAL, "", "", "", ""),
    _method("apps.connections.open", Tier.THREE, "", "", "", ""),
    _method(
        "chat.postMessage",
        Tier.SPECIAL,
        "channel:string",
        "as_user:boolean attachments blocks current_draft_last_updated_ts:string icon_emoji icon_url link_names:boolean"
        " markdown_text:string metadata mrkdwn:boolean parse reply_broadcast:boolean text thread_ts"
        " unfurl_links:boolean unfurl_media:boolean username",
        "chat:write",
        "as_user_not_supported cannot_reply_to_message channel_not_found invalid_blocks invalid_blocks_format"
        " invalid_metadata_format metadata_too_large is_archived markdown_text_conflict no_text not_in_channel",
    ),
    _method(
        "chat.update",
        Tier.THREE,
        "channel:string ts:string",
        "as_user attachments blocks file_ids:array link_names markdown_text:string metadata parse"
        " reply_broadcast:boolean text unfurled_attachments",
        "chat:write",
        "as_user_not_supported cant_update_message channel_not_found invalid_blocks invalid_blocks_format is_inactive"
        " invalid_metadata_format metadata_too_large markdown_text_conflict message_not_found msg_too_long no_text",
    ),
    _method(
        "chat.delete",
        Tier.THREE,
        "channel:string ts:string",
        "as_user:boolean",
        "chat:write",
        "cant_delete_message channel_not_found message_not_found",
    ),
    _method(
        "chat.postEphemeral",
        Tier.FOUR,
        "channel:string user",
        "as_user:boolean attachments blocks icon_emoji:string icon_url:string link_names:boolean markdown_text:string"
        " parse text thread_ts username:string",
        "chat:write",
        "cannot_reply_to_message channel_not_found invalid_blocks invalid_blocks_format is_archived msg_too_long"
        " no_text not_in_channel user_not_in_channel markdown_text_conflict",
    ),
    _method(
        "chat.getPermalink",
        Tier.SPECIAL,
        "channel:string message_ts:string",
        "",
        "",
        "channel_not_found message_not_found",
    ),
    _method(
        "conversations.open",
        Tier.THREE,
        "",
        "channel prevent_creation:boolean return_im:boolean users:string",
        _CONVERSATION_WRITE,
        "channel_not_found too_many_users user_not_found users_list_not_supplied",
    ),
    _method(
        "conversations.info",
        Tier.THREE,
        "channel:string",
        "include_locale:boolean include_num_members:boolean",
        _CONVERSATION_READ,
        "channel_not_found",
    ),
    _method(
        "conversations.history",
        Tier.THREE,
        "channel:string",
        "cursor:string include_all_metadata:boolean inclusive:boolean latest:string limit:number oldest:string",
        _CONVERSATION_HISTORY,
        "channel_not_found invalid_cursor invalid_ts_latest invalid_ts_oldest not_in_channel",
    ),
    _method(
        "conversations.replies",
        Tier.THREE,
        "channel:string ts:string",
        "cursor:string include_all_metadata:boolean inclusive:boolean latest:string limit:number oldest:string",
        _CONVERSATION_HISTORY,
        "channel_not_found invalid_cursor invalid_ts_latest invalid_ts_oldest thread_not_found",
    ),
    _method(
        "conversations.join",
        Tier.THREE,
        "channel:string",
        "",
        "channels:join",
        "channel_not_found is_archived method_not_supported_for_channel_type",
    ),
    _method("users.info", Tier.FOUR, "user:string", "include_locale:boolean", "users:read", "user_not_found"),
    _method(
        "views.open",
        Tier.FOUR,
        "view",
        "interactivity_pointer trigger_id",
        "",
        "duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id view_too_large",
    ),
    _method(
        "views.update",
        Tier.FOUR,
        "view",
        "external_id:string hash:string view_id:string",
        "",
        "duplicate_external_id hash_conflict not_found view_too_large",
    ),
    _method(
        "views.publish",
        Tier.FOUR,
        "user_id:string view",
        "hash:string",
        "",
        "duplicate_external_id hash_conflict not_enabled view_too_large",
    ),
    _method(
        "files.getUploadURLExternal",
        Tier.FOUR,
        "filename:string length:integer",
        "alt_txt:string snippet_type:string",
        "files:write",
        "alt_txt_too_large file_upload_size_restricted",
    ),
    _method(
        "files.completeUploadExternal",
        Tier.FOUR,
        "files:array",
        "blocks:string channel_id channels:string initial_comment:string thread_ts:string",
        "files:write",
        "channel_not_found file_not_found file_update_failed invalid_blocks not_in_channel posting_to_channel_denied",
    ),
    _method(
        "files.info",
        Tier.FOUR,
        "file:string",
        "count:integer cursor:string limit:integer page:integer",
        "files:read",
        "file_deleted file_not_found",
    ),
    _method("bots.info", Tier.THREE, "", "bot:string team_id:string", "users:read", "bot_not_found"),
)

METHODS: dict[str, Method] = {method.name: method for method in _ALL}

_OF_NO_METHOD = {"commands", "app_mentions:read", "users:read.email"}

ALL_BOT_SCOPES = frozenset().union(*(method.scopes for method in _ALL)) | _OF_NO_METHOD
