"""What one reader sees of a message: its words without markup, and the buttons that they can use."""

from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser

from workflows.domain.ids import CaseId, PersonId, TaskId
from workflows.domain.text import Language
from workflows.ports.chat import Button, Message
from workflows.ports.own_messages import OwnMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message on somebody's screen; `key` tells one message from another, `edit` counts its changes."""

    key: int
    edit: int
    text: str
    buttons: tuple[Button, ...]
    case_id: CaseId | None
    task_id: TaskId | None

    @property
    def labels(self) -> list[str]:
        """Return the words on the buttons, in order."""
        return [button.label for button in self.buttons]


def shown(message: OwnMessage, reader: PersonId, language: Language) -> Shown:
    """Return a kept message as *reader* sees it."""
    rendition = message.renditions.get(language) or next(iter(message.renditions.values()))
    return Shown(
        key=message.id,
        edit=message.edit,
        text=words_of(rendition.text),
        buttons=useful(rendition, reader),
        case_id=message.subject.case_id,
        task_id=message.subject.task_id,
    )


def useful(message: Message, reader: PersonId) -> tuple[Button, ...]:
    """Return the buttons that a reader is shown."""
    return tuple(b for row in message.buttons for b in row if b.people is None or reader in b.people)


def button_called(label: str, buttons: Iterable[Button]) -> Button:
    """Return a button by its label; raises LookupError with the labels that exist."""
    offered = list(buttons)
    for button in offered:
        if button.label == label:
            return button
    raise LookupError(f"no button «{label}», only {[button.label for button in offered]}")


def words_of(html: str) -> str:
    """Return the words of the web dialect as they are read: no tags, entities resolved, ordinary spaces."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.words).replace("\u00a0", " ").replace("\u202f", " ")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if tag in ("br", "blockquote", "summary"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("blockquote", "summary", "details"):
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data)
