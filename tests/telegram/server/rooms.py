"""The methods about the topics of a forum."""

from typing import Any

from .chats import Chat, Topic
from .errors import bad_request
from .facts import MAX_TOPIC_NAME
from .platform import DEFAULT_ICON_COLOR, Platform
from .text import Formatted
from .validation import Parameters


def create_topic(platform: Platform, call: Parameters) -> dict[str, Any]:
    """createForumTopic."""
    chat = _forum(platform, call, "create a topic")
    name = _topic_name(call)
    return begin_topic(platform, chat, name, call.number("icon_color", DEFAULT_ICON_COLOR)).json()


def begin_topic(platform: Platform, chat: Chat, name: str, icon_color: int = DEFAULT_ICON_COLOR) -> Topic:
    """A new topic with its service message, whose id is the topic's id."""
    service = {"forum_topic_created": {"name": name, "icon_color": icon_color}}
    root = platform.add_message(chat, platform.bot, Formatted(""), service=service)
    root.thread_id = root.id
    topic = chat.topics[root.id] = Topic(id=root.id, name=name, icon_color=icon_color)
    platform.tell("message", root)
    return topic


def close_topic(platform: Platform, call: Parameters) -> bool:
    """closeForumTopic."""
    set_closed(platform, *_topic(platform, call), closed=True)
    return True


def set_closed(platform: Platform, chat: Chat, topic: Topic, *, closed: bool) -> None:
    """Close or reopen a topic; raises ApiError when it is so already."""
    if topic.is_closed is closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.is_closed = closed
    _note(platform, chat, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})


def remove_topic(platform: Platform, chat: Chat, topic: Topic) -> None:
    """A topic goes with all its messages."""
    del chat.topics[topic.id]
    for message in chat.in_topic(topic.id):
        message.is_deleted = True
    platform.watch.changed()


def _forum(platform: Platform, call: Parameters, doing: str) -> Chat:
    chat = platform.editable(call.get("chat_id"))
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not platform.has_right(chat, "can_manage_topics"):
        raise bad_request(f"not enough rights to {doing}")
    return chat


def _topic(platform: Platform, call: Parameters) -> tuple[Chat, Topic]:
    chat = _forum(platform, call, "manage the topic")
    topic = chat.topics.get(call.number("message_thread_id"))
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    return chat, topic


def _topic_name(call: Parameters) -> str:
    name = call.text("name").strip()
    if not name:
        raise bad_request("title must be non-empty")
    if len(name) > MAX_TOPIC_NAME:
        raise bad_request("TOPIC_TITLE_TOO_LONG")
    return name


def _note(platform: Platform, chat: Chat, topic: Topic, service: dict[str, Any]) -> None:
    message = platform.add_message(chat, platform.bot, Formatted(""), thread_id=topic.id, service=service)
    platform.tell("message", message)
