"""How a sent window is acknowledged: what Slack shows next, in its place or over it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.conversation.reply import Reply
from bot.rendering.language.i18n import words_in
from bot.rendering.phrases.chat_sentences import Phrase, phrase
from bot.slack.api.client import JSON
from bot.slack.api.window import Window
from bot.slack.blockkit.blocks import WARNING, escaped
from bot.slack.blockkit.window_restore import restore_window
from bot.slack.blockkit.windows import notice_window
from bot.slack.outbound.message_of_reply import message_of
from workflows.domain.ids import PersonId
from workflows.ports.chat import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """`response` is what Slack gets, within its three seconds.

    When these have run out, `late` is the window that is shown instead; where that was closed, `reply` is posted.
    `told` is said to the person alone, in `channel` or in their direct message.
    """

    response: Mapping[str, Any]
    late: JSON
    reply: Reply
    told: Message | None = None
    channel: str = ""


def update(window: JSON, reply: Reply) -> Acknowledgement:
    """Show a window in the place of the one that was sent."""
    return Acknowledgement(response={"response_action": "update", "view": window}, late=window, reply=reply)


def push(window: JSON, reply: Reply) -> Acknowledgement:
    """Show a window over the one that was sent."""
    return Acknowledgement(response={"response_action": "push", "view": window}, late=window, reply=reply)


def with_errors(acknowledgement: Acknowledgement, errors: Mapping[str, str]) -> Acknowledgement:
    """Show problems under the inputs of the window that was sent, by the ids of their blocks."""
    return replace(acknowledgement, response={"response_action": "errors", "errors": dict(errors)})


def notice(reply: Reply, person: PersonId | None) -> Acknowledgement:
    """Show what came of it in the place of the window."""
    reply = _in_words(reply)
    return update(_notice_of(reply, person), reply)


def done(reply: Reply, person: PersonId | None, channel: str) -> Acknowledgement:
    """Close all windows and say what came of it in *channel*, to whoever sent it; shown late, in their place."""
    shown = notice(reply, person)
    return replace(shown, response={"response_action": "clear"}, told=message_of(shown.reply), channel=channel)


def notice_over(reply: Reply, person: PersonId | None, window: Window) -> Acknowledgement:
    """Show what went wrong over the window, so that what stands in it is there when the notice is closed.

    Shown late, the window itself is restored with the words on top: another one has taken its place.
    """
    message = message_of(reply)
    worded = _in_words(reply)
    shown = _notice_of(worded, person)
    late = shown if message is None else restore_window(window, f"{WARNING} {message.text}")
    return replace(push(shown, worded), late=late)


def _in_words(reply: Reply) -> Reply:
    """Return a reply that has something to show."""
    if message_of(reply) is not None:
        return reply
    return replace(reply, message=Message(text=escaped(phrase(Phrase.ALREADY_RECEIVED, reply.language))))


def _notice_of(reply: Reply, person: PersonId | None) -> JSON:
    message = message_of(reply) or Message(text="—")
    return notice_window(message, words_in(reply.language), person, closes_all=reply.closes_dialog)
