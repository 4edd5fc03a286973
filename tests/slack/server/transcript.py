"""The whole workspace as text, for failure messages and for documentation."""

from .messages import Message
from .people import Channel
from .person import Person
from .workspace import Workspace


def transcript(slack: Workspace, persons: list[Person]) -> str:
    """Channels with their threads, then what each person sees alone."""
    lines: list[str] = []
    for channel in slack.channels.values():
        lines += _channel(slack, channel)
    for person in persons:
        lines += _screen(slack, person)
    return "\n".join(lines)


def _channel(slack: Workspace, channel: Channel) -> list[str]:
    title = f"@{slack.names(channel.im_with)} (direct)" if channel.im_with else f"#{channel.name}"
    lines = [title + (" (archived)" if channel.is_archived else "")]
    for message in channel.messages:
        lines += _message(slack, message, "  ")
        for reply in channel.replies(message):
            lines += _message(slack, reply, "    ↳ ")
    return lines


def _message(slack: Workspace, message: Message, indent: str) -> list[str]:
    first, *rest = (message.plain or "(no text)").splitlines()
    files = "".join(f" 📎 {file.name}" for file in message.files)
    padding = " " * (len(indent) + 2)
    return [f"{indent}{slack.names(message.user)}: {first}{files}", *(f"{padding}{line}" for line in rest)]


def _screen(slack: Workspace, person: Person) -> list[str]:
    lines = [f"Only {person.name} sees:"]
    for message in person.ephemerals:
        lines += _message(slack, message, "  ")
    for view in person.views:
        lines += [f"  ┌ {view.title}", *(f"  │ {line}" for line in view.plain.splitlines())]
        lines += [f"  │ ✗ {label}: {error}" for label, error in view.errors.items()]
    lines += [f"  ⚠ {trouble}" for trouble in person.troubles]
    return lines if len(lines) > 1 else []
