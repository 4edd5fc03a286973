"""What the app's acknowledgements and response_url posts do on the screen."""

from typing import Any

from .api_chat import show_ephemeral
from .api_views import push
from .content import checked_blocks, checked_text, checked_view
from .messages import Message
from .people import Channel
from .triggers import ResponseUrl
from .values import JSON, SlackRefusal
from .views import View
from .workspace import Workspace

_RESPONSE_FIELDS = frozenset(
    {
        "text",
        "blocks",
        "attachments",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "mrkdwn",
        "unfurl_links",
        "unfurl_media",
        "metadata",
    }
)


def show_answer(slack: Workspace, channel: Channel, user: str, body: JSON) -> Message:
    """Show the answer to a command: ephemeral unless it says ``in_channel``; raises SlackRefusal."""
    unknown = body.keys() - _RESPONSE_FIELDS
    if unknown:
        raise SlackRefusal("invalid_arg_name", fields=sorted(unknown))
    kind = body.get("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise SlackRefusal("invalid_response_type")
    text, blocks = checked_text(body), checked_blocks(body.get("blocks"))
    if not text and not blocks:
        raise SlackRefusal("no_text")
    if kind == "ephemeral":
        return show_ephemeral(slack, channel, user, text, blocks, thread_ts=body.get("thread_ts"))
    message = slack.new_message(channel, user=slack.bot.id, text=text, thread_ts=body.get("thread_ts"))
    message.blocks = slack.finished_blocks(blocks or [])
    slack.add_message(channel, message)
    return message


def answer_by_url(slack: Workspace, url: ResponseUrl, body: JSON) -> None:
    """One post to a response_url: a new message, or the replacement or the end of the original; raises SlackRefusal."""
    for name in ("replace_original", "delete_original"):
        if not isinstance(body.get(name, False), bool):
            raise SlackRefusal("invalid_arguments", detail=f"{name} must be a boolean")
    channel = slack.channels[url.channel]
    if url.source is not None and body.get("delete_original"):
        _delete(slack, channel, url.source)
    elif url.source is not None and body.get("replace_original"):
        _replace(slack, channel, url.source, body)
    else:
        show_answer(slack, channel, url.user, body)
    url.uses += 1


def _delete(slack: Workspace, channel: Channel, source: Message) -> None:
    if source.ephemeral_for is not None:
        shown = slack.ephemerals[source.ephemeral_for]
        if source in shown:
            shown.remove(source)
        slack.changed()
    elif source in channel.everything:
        slack.delete_message(channel, source)
    else:
        raise SlackRefusal("message_not_found")


def _replace(slack: Workspace, channel: Channel, source: Message, body: JSON) -> None:
    text, blocks = checked_text(body), checked_blocks(body.get("blocks"))
    if not text and not blocks:
        raise SlackRefusal("no_text")

    def change() -> None:
        source.text, source.blocks = text, slack.finished_blocks(blocks or [])

    if source.ephemeral_for is not None:
        change()
        slack.changed()
    elif source in channel.everything:
        slack.change_message(channel, source, change, edited=True)
    else:
        raise SlackRefusal("message_not_found")


def after_submission(slack: Workspace, view: View, answer: Any) -> None:
    """Apply the acknowledgement of a view_submission; raises SlackRefusal for what Slack does not accept."""
    stack = slack.stacks[view.user]
    view.errors.clear()
    if not answer:
        stack.remove(view)
        slack.changed()
        return
    action = answer.get("response_action") if isinstance(answer, dict) else None
    if action == "clear":
        stack.clear()
    elif action == "errors":
        _show_errors(view, answer.get("errors"))
    elif action == "update":
        slack.show(view, checked_view(answer.get("view")))
    elif action == "push":
        push(slack, view.user, checked_view(answer.get("view")))
    else:
        raise SlackRefusal("invalid_response_action")
    slack.changed()


def _show_errors(view: View, errors: Any) -> None:
    if not isinstance(errors, dict) or not errors:
        raise SlackRefusal("missing_errors")
    labels = {block["block_id"]: label for label, block in view.inputs.items()}
    for block_id, sentence in errors.items():
        if block_id not in labels or not isinstance(sentence, str) or not sentence:
            raise SlackRefusal("invalid_errors_block", block_id=block_id)
    view.errors = {labels[block_id]: sentence for block_id, sentence in errors.items()}
