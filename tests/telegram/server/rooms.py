"""The methods about chats: members, topics, leaving."""

from typing import Any

from .chats import PRESENT, Chat, Kind, Member, Status, Topic
from .errors import bad_request, upgraded
from .facts import MAX_TOPIC_NAME
from .platform import DEFAULT_ICON_COLOR, Platform
from .text import Formatted
from .validation import Parameters


def get_chat(platform: Platform, call: Parameters) -> dict[str, Any]:
    """getChat."""
    return platform.readable(call.get("chat_id")).full_json()


def get_member(platform: Platform, call: Parameters) -> dict[str, Any]:
    """getChatMember; somebody who was never there has left."""
    chat = _with_members(platform, call)
    account = platform.accounts.get(call.number("user_id"))
    if account is None:
        raise bad_request("user not found")
    return chat.member(account).json()


def count_members(platform: Platform, call: Parameters) -> int:
    """getChatMemberCount."""
    return len(list(_with_members(platform, call).present()))


def get_administrators(platform: Platform, call: Parameters) -> list[dict[str, Any]]:
    """getChatAdministrators."""
    chat = _with_members(platform, call)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    leading = (Status.CREATOR, Status.ADMINISTRATOR)
    return [member.json() for member in chat.present() if member.status in leading]


def leave(platform: Platform, call: Parameters) -> bool:
    """leaveChat."""
    chat = platform.editable(call.get("chat_id"))
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    platform.change_member(chat, Member(account=platform.bot, status=Status.LEFT), by=platform.bot)
    return True


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


def edit_topic(platform: Platform, call: Parameters) -> bool:
    """editForumTopic."""
    chat, topic = _topic(platform, call)
    name = _topic_name(call) if call.get("name") else topic.name
    if name == topic.name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = name
    _note(platform, chat, topic, {"forum_topic_edited": {"name": name}})
    return True


def close_topic(platform: Platform, call: Parameters) -> bool:
    """closeForumTopic."""
    set_closed(platform, *_topic(platform, call), closed=True)
    return True


def reopen_topic(platform: Platform, call: Parameters) -> bool:
    """reopenForumTopic."""
    set_closed(platform, *_topic(platform, call), closed=False)
    return True


def set_closed(platform: Platform, chat: Chat, topic: Topic, *, closed: bool) -> None:
    """Close or reopen a topic; raises ApiError when it is so already."""
    if topic.is_closed is closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.is_closed = closed
    _note(platform, chat, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})


def delete_topic(platform: Platform, call: Parameters) -> bool:
    """deleteForumTopic."""
    remove_topic(platform, *_topic(platform, call))
    return True


def remove_topic(platform: Platform, chat: Chat, topic: Topic) -> None:
    """A topic goes with all its messages."""
    del chat.topics[topic.id]
    for message in chat.in_topic(topic.id):
        message.is_deleted = True
    platform.watch.changed()


def _with_members(platform: Platform, call: Parameters) -> Chat:
    chat = platform.readable(call.get("chat_id"))
    if chat.upgraded_to is not None:
        raise upgraded(chat.upgraded_to)
    if chat.kind is Kind.GROUP and chat.member(platform.bot).status not in PRESENT:
        # The list of members of a basic group is closed to those outside.
        return platform.editable(call.get("chat_id"))
    return chat


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
