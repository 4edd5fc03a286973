"""The methods about messages: sending, editing, deleting, pinning."""

from datetime import timedelta
from typing import Any

from . import files
from .chats import GENERAL_TOPIC, Attachment, Chat, Message
from .errors import bad_request
from .facts import MAX_CAPTION, MAX_TEXT
from .keyboards import Keyboard, check_reply_keyboard, inline_keyboard
from .platform import Platform
from .text import Formatted, from_bot, slice_units
from .validation import Parameters

DELETABLE_FOR = timedelta(hours=48)


def send_message(platform: Platform, call: Parameters) -> dict[str, Any]:
    """sendMessage."""
    body = from_bot(
        call.text("text"),
        parse_mode=call.get("parse_mode"),
        entities=call.get("entities"),
        limit=MAX_TEXT,
        what="message",
    )
    chat = platform.writable(call.get("chat_id"))
    return _post(platform, call, chat, body).json()


def send_document(platform: Platform, call: Parameters) -> dict[str, Any]:
    """sendDocument."""
    body = _caption(call.values)
    chat = platform.writable(call.get("chat_id"), "documents")
    file = files.sent_by_bot(platform, "document", call.file("document"))
    return _post(platform, call, chat, body, attachment=file).json()


def edit_text(platform: Platform, call: Parameters) -> dict[str, Any]:
    """editMessageText; without a keyboard in the call the message loses its keyboard."""
    body = from_bot(
        call.text("text"),
        parse_mode=call.get("parse_mode"),
        entities=call.get("entities"),
        limit=MAX_TEXT,
        what="message",
    )
    message = _editable(platform, call)
    if message.attachment is not None:
        raise bad_request("there is no text in the message to edit")
    return _edit(platform, call, message, body, None)


def edit_markup(platform: Platform, call: Parameters) -> dict[str, Any]:
    """editMessageReplyMarkup."""
    message = _editable(platform, call)
    return _edit(platform, call, message, message.body, message.attachment)


def delete_message(platform: Platform, call: Parameters) -> bool:
    """deleteMessage."""
    chat = platform.editable(call.get("chat_id"))
    message = chat.history.get(call.number("message_id"))
    if message is None or message.is_deleted:
        raise bad_request("message to delete not found")
    _delete(platform, message)
    return True


def set_reaction(platform: Platform, call: Parameters) -> bool:
    """setMessageReaction; a bot sets at most one, of those that the platform lists and the chat allows."""
    chat = platform.writable(call.get("chat_id"))
    message = chat.history.get(call.number("message_id"))
    if message is None or message.is_deleted:
        raise bad_request("message to react not found")
    reactions = call.get("reaction") or []
    wrong = [each for each in reactions if each.get("type") != "emoji" or each.get("emoji") not in chat.reactions]
    if wrong or message.service or len(reactions) > 1:
        raise bad_request("REACTION_INVALID")
    message.reactions = [each["emoji"] for each in reactions]
    platform.watch.changed()
    return True


def _caption(values: dict[str, Any]) -> Formatted:
    return from_bot(
        str(values.get("caption", "")),
        parse_mode=values.get("parse_mode"),
        entities=values.get("caption_entities"),
        limit=MAX_CAPTION,
        what="message caption",
        may_be_empty=True,
    )


def _post(
    platform: Platform, call: Parameters, chat: Chat, body: Formatted, *, attachment: Attachment | None = None
) -> Message:
    keyboard = _keyboard(call, chat)
    reply_to = _replied(platform, chat, call.get("reply_parameters"))
    thread_id = _thread(platform, chat, call.number("message_thread_id"), reply_to)
    _count(platform, chat)
    return platform.add_message(
        chat,
        platform.bot,
        body,
        keyboard=keyboard,
        reply_markup=call.get("reply_markup"),
        reply_to=reply_to,
        thread_id=thread_id,
        attachment=attachment,
    )


def _keyboard(call: Parameters, chat: Chat) -> Keyboard | None:
    markup = call.get("reply_markup")
    check_reply_keyboard(markup, private=chat.is_private)
    return inline_keyboard(markup, private=chat.is_private)


def _count(platform: Platform, chat: Chat) -> None:
    if platform.meter is not None:
        platform.meter.take(chat.id, platform.clock.now().timestamp(), group=not chat.is_private)


def _replied(platform: Platform, chat: Chat, parameters: dict[str, Any] | None) -> Message | None:
    if parameters is None:
        return None
    if "message_id" not in parameters:
        raise bad_request('can\'t find field "message_id"')
    place = platform.readable(parameters["chat_id"]) if "chat_id" in parameters else chat
    message = place.history.get(parameters["message_id"])
    if message is None or message.is_deleted:
        if parameters.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")
    if "quote" in parameters and parameters["quote"] not in message.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    return message


def _thread(platform: Platform, chat: Chat, thread_id: int, reply_to: Message | None) -> int | None:
    """The topic of a new message; the General topic is never named by its id."""
    if thread_id == 0:
        if not chat.is_forum:
            return None
        thread_id = reply_to.thread_id or GENERAL_TOPIC if reply_to is not None else GENERAL_TOPIC
        if thread_id == GENERAL_TOPIC:
            return GENERAL_TOPIC
    topic = chat.topics.get(thread_id)
    if topic is None:
        raise bad_request("message thread not found")
    if topic.is_closed and not platform.has_right(chat, "can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return topic.id


def _editable(platform: Platform, call: Parameters) -> Message:
    if call.get("inline_message_id") or call.get("chat_id") is None or not call.number("message_id"):
        raise bad_request("message identifier is not specified")
    chat = platform.editable(call.get("chat_id"))
    message = chat.history.get(call.number("message_id"))
    if message is None or message.is_deleted:
        raise bad_request("message to edit not found")
    foreign = message.sender.id != platform.bot.id or bool(message.service)
    # After an upgrade the old group's messages stay readable, but nobody can change them.
    if foreign or not message.can_be_edited or chat.upgraded_to is not None:
        raise bad_request("message can't be edited")
    return message


def _edit(
    platform: Platform, call: Parameters, message: Message, body: Formatted, attachment: Attachment | None
) -> dict[str, Any]:
    keyboard = _keyboard(call, message.chat)
    _count(platform, message.chat)
    if (body, keyboard, attachment) == (message.body, message.keyboard, message.attachment):
        same = "specified new message content and reply markup are exactly the same as a current content"
        raise bad_request(f"message is not modified: {same} and reply markup of the message")
    if (body, attachment) != (message.body, message.attachment):
        message.edited_at = platform.clock.now()
    message.body, message.keyboard, message.attachment = body, keyboard, attachment
    message.reply_markup = call.get("reply_markup")
    platform.watch.changed()
    return message.json()


def _delete(platform: Platform, message: Message) -> None:
    chat = message.chat
    own = chat.is_private or message.sender.id == platform.bot.id
    fresh = platform.clock.now() - message.date <= DELETABLE_FOR
    if not (own and fresh) and not platform.has_right(chat, "can_delete_messages"):
        raise bad_request("message can't be deleted for everyone")
    message.is_deleted = True
    platform.watch.changed()


def marked_up(message: Message) -> list[tuple[str, str]]:
    """The entities as (kind, covered text), for asserting what is bold or a link."""
    return [
        (entity["type"], slice_units(message.text, entity["offset"], entity["length"])) for entity in message.entities
    ]
