"""The methods and objects of the Bot API that the server speaks, as one table checked against the specification.

A line reads `name:type`, a required one `name!:type`; alternatives are joined by `|`, `*T` is an array of T,
`=value` is a literal. Source: Bot API 10.3.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One parameter of a method or one field of an object: its alternatives as written in the table."""

    types: tuple[str, ...]
    required: bool


def read(line: str) -> dict[str, Field]:
    """Fields by name, in the order written; raises ValueError when a word has no type."""
    fields = {}
    for word in line.split():
        name, _, types = word.partition(":")
        if not types:
            raise ValueError(f"no type: {word}")
        fields[name.rstrip("!")] = Field(types=tuple(types.split("|")), required=name.endswith("!"))
    return fields


_CHAT = "chat_id!:Integer|String "
_PARSE_MODE = "parse_mode:=HTML|=MarkdownV2|=Markdown "
_CAPTION = "caption:String " + _PARSE_MODE + "caption_entities:*MessageEntity "
_BUSINESS = "business_connection_id:String "
_THREAD = "message_thread_id:Integer "
_DIRECT = "direct_messages_topic_id:Integer "
_EPHEMERAL = "ephemeral_message_parameters:EphemeralMessageParameters "
_OPTIONS = (
    "disable_notification:Boolean protect_content:Boolean allow_paid_broadcast:Boolean message_effect_id:String "
    "suggested_post_parameters:SuggestedPostParameters reply_parameters:ReplyParameters "
    "reply_markup:InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply "
)
_SEND = _BUSINESS + _CHAT + _THREAD + _DIRECT + _EPHEMERAL
_EDIT = (
    "business_connection_id:String chat_id:Integer|String message_id:Integer inline_message_id:String "
    "reply_markup:InlineKeyboardMarkup "
)
_TOPIC = _CHAT + "message_thread_id!:Integer "
_COMMANDS = "scope:BotCommandScope language_code:String "

METHODS: Final[dict[str, dict[str, Field]]] = {
    name: read(line)
    for name, line in {
        "getUpdates": "offset:Integer limit:Integer timeout:Integer allowed_updates:*String",
        "setWebhook": "url!:String certificate:InputFile ip_address:String max_connections:Integer "
        "allowed_updates:*String drop_pending_updates:Boolean secret_token:String",
        "deleteWebhook": "drop_pending_updates:Boolean",
        "getMe": "",
        "sendMessage": _SEND
        + "text!:String entities:*MessageEntity link_preview_options:LinkPreviewOptions "
        + _PARSE_MODE
        + _OPTIONS,
        "sendDocument": _SEND
        + "document!:InputFile|String thumbnail:InputFile|String disable_content_type_detection:Boolean "
        + _CAPTION
        + _OPTIONS,
        "editMessageText": _EDIT
        + "text:String entities:*MessageEntity link_preview_options:LinkPreviewOptions rich_message:InputRichMessage "
        + _PARSE_MODE,
        "editMessageReplyMarkup": _EDIT,
        "deleteMessage": _CHAT + "message_id!:Integer",
        "setMessageReaction": _CHAT + "message_id!:Integer reaction:*ReactionType is_big:Boolean",
        "answerCallbackQuery": "callback_query_id!:String text:String show_alert:Boolean url:String cache_time:Integer",
        "getFile": "file_id!:String",
        "createForumTopic": _CHAT + "name!:String icon_color:CreateForumTopicIconColor icon_custom_emoji_id:String",
        "closeForumTopic": _TOPIC,
        "setMyCommands": "commands!:*BotCommand " + _COMMANDS,
    }.items()
}

OBJECTS: Final[dict[str, dict[str, Field]]] = {
    name: read(line)
    for name, line in {
        "ReplyParameters": "message_id:Integer chat_id:Integer|String ephemeral_message_id:Integer "
        "allow_sending_without_reply:Boolean quote:String quote_parse_mode:=HTML|=MarkdownV2|=Markdown "
        "quote_entities:*MessageEntity quote_position:Integer checklist_task_id:Integer poll_option_id:String",
        "LinkPreviewOptions": "is_disabled:Boolean url:String prefer_small_media:Boolean prefer_large_media:Boolean "
        "show_above_text:Boolean",
        "MessageEntity": "type!:MessageEntityType offset!:Integer length!:Integer url:String user:User "
        "language:String custom_emoji_id:String unix_time:Integer date_time_format:String",
        "InlineKeyboardMarkup": "inline_keyboard!:**InlineKeyboardButton force_reply:Boolean",
        "InlineKeyboardButton": "text!:String icon_custom_emoji_id:String style:InlineKeyboardButtonStyle url:String "
        "callback_data:String web_app:WebAppInfo login_url:LoginUrl switch_inline_query:String "
        "switch_inline_query_current_chat:String switch_inline_query_chosen_chat:SwitchInlineQueryChosenChat "
        "copy_text:CopyTextButton callback_game:CallbackGame pay:Boolean disabled:DisabledButton",
        "ReplyKeyboardMarkup": "keyboard!:**KeyboardButton is_persistent:Boolean resize_keyboard:Boolean "
        "one_time_keyboard:Boolean input_field_placeholder:String selective:Boolean force_reply:Boolean",
        "KeyboardButton": "text!:String icon_custom_emoji_id:String style:KeyboardButtonStyle "
        "request_users:KeyboardButtonRequestUsers request_chat:KeyboardButtonRequestChat "
        "request_managed_bot:KeyboardButtonRequestManagedBot request_contact:Boolean request_location:Boolean "
        "request_poll:KeyboardButtonPollType web_app:WebAppInfo",
        "ReplyKeyboardRemove": "remove_keyboard!:True selective:Boolean",
        "ForceReply": "force_reply!:True input_field_placeholder:String selective:Boolean",
        "CopyTextButton": "text!:String",
        "WebAppInfo": "url!:String",
        "ReactionTypeEmoji": "type!:=emoji emoji!:ReactionTypeEmojiEmoji",
        "ReactionTypeCustomEmoji": "type!:=custom_emoji custom_emoji_id!:String",
        "ReactionTypePaid": "type!:=paid",
        "BotCommand": "command!:String description!:String is_ephemeral:Boolean",
        "BotCommandScopeDefault": "type!:=default",
        "BotCommandScopeAllPrivateChats": "type!:=all_private_chats",
        "BotCommandScopeAllGroupChats": "type!:=all_group_chats",
        "BotCommandScopeAllChatAdministrators": "type!:=all_chat_administrators",
        "BotCommandScopeChat": "type!:=chat chat_id!:Integer|String",
        "BotCommandScopeChatAdministrators": "type!:=chat_administrators chat_id!:Integer|String",
        "BotCommandScopeChatMember": "type!:=chat_member chat_id!:Integer|String user_id!:Integer",
    }.items()
}

UNIONS: Final[dict[str, tuple[str, ...]]] = {
    name: tuple(line.split())
    for name, line in {
        "BotCommandScope": "BotCommandScopeDefault BotCommandScopeAllPrivateChats BotCommandScopeAllGroupChats "
        "BotCommandScopeAllChatAdministrators BotCommandScopeChat BotCommandScopeChatAdministrators "
        "BotCommandScopeChatMember",
        "ReactionType": "ReactionTypeEmoji ReactionTypeCustomEmoji ReactionTypePaid",
        "ReactionTypeEmojiEmoji": "=❤ =👍 =👎 =🔥 =🥰 =👏 =😁 =🤔 =🤯 =😱 =🤬 =😢 =🎉 =🤩 =🤮 =💩 "
        "=🙏 =👌 =🕊 =🤡 =🥱 =🥴 =😍 =🐳 =❤‍🔥 =🌚 =🌭 =💯 =🤣 =⚡ =🍌 =🏆 "
        "=💔 =🤨 =😐 =🍓 =🍾 =💋 =🖕 =😈 =😴 =😭 =🤓 =👻 =👨‍💻 =👀 =🎃 =🙈 "
        "=😇 =😨 =🤝 =✍ =🤗 =🫡 =🎅 =🎄 =☃ =💅 =🤪 =🗿 =🆒 =💘 =🙉 =🦄 "
        "=😘 =💊 =🙊 =😎 =👾 =🤷‍♂ =🤷 =🤷‍♀ =😡",
        "InlineKeyboardButtonStyle": "=danger =success =primary",
        "KeyboardButtonStyle": "=danger =success =primary",
        "CreateForumTopicIconColor": "=7322096 =16766590 =13338331 =9367192 =16749490 =16478047",
        "MessageEntityType": "=mention =hashtag =cashtag =bot_command =url =email =phone_number =bold =italic "
        "=underline =strikethrough =spoiler =blockquote =expandable_blockquote =code =pre =text_link =text_mention "
        "=custom_emoji =date_time",
    }.items()
}

MAX_TEXT: Final = 4096
MAX_CAPTION: Final = 1024
MAX_CALLBACK_DATA_BYTES: Final = 64
MAX_CALLBACK_ANSWER: Final = 200
MAX_BUTTONS: Final = 100
MAX_BUTTONS_IN_ROW: Final = 8
MAX_COMMANDS: Final = 100
MAX_TOPIC_NAME: Final = 128
MAX_UPLOAD_BYTES: Final = 50 * 1024 * 1024
MAX_DOWNLOAD_BYTES: Final = 20 * 1024 * 1024

REACTIONS: Final = frozenset(each.removeprefix("=") for each in UNIONS["ReactionTypeEmojiEmoji"])
"""What a bot may set below a message where the chat does not choose among them."""

UPDATE_KINDS: Final = frozenset(
    {"message", "edited_message", "callback_query", "my_chat_member", "chat_member", "channel_post", "inline_query"}
    | {"edited_channel_post", "chosen_inline_result", "shipping_query", "pre_checkout_query", "poll", "poll_answer"}
    | {"message_reaction", "message_reaction_count", "chat_join_request", "chat_boost", "removed_chat_boost"}
)
NOT_SENT_BY_DEFAULT: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Update kinds that come only when `allowed_updates` names them."""
