"""Rendering screens for one reader: each is one message with its buttons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.conversation.turn import plain
from bot.rendering.language.i18n import Words, words_in
from bot.rendering.markup.environment import Messages
from workflows.domain.records import BUILT_IN_CLIENT, Record, RecordKind
from workflows.domain.text import Language
from workflows.ports.chat import Button, Dialect, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Screens:
    """Renders messages in the dialect of the chat and the language of the reader.

    `clients` are the known records of a `kind` whose names are like what was typed.
    """

    messages: Messages
    dialect: Dialect
    language: Language
    today: date
    clients: Sequence[Record] = ()
    kind: RecordKind = BUILT_IN_CLIENT

    @property
    def words(self) -> Words:
        """Return the catalogue of the reader's language."""
        return words_in(self.language)

    def command(self, word: str) -> str:
        """Return a command as it is written in the chat."""
        return self.messages.style(self.dialect).command(word)

    def message(self, template: str, rows: Iterable[tuple[Button, ...]], /, **values: object) -> Message:
        """Return a rendered template with rows of buttons below it."""
        text = self.messages.render(template, self.dialect, self.language, **values)
        return Message(text=str(text), buttons=tuple(rows))

    def sentence(self, text: str, rows: Iterable[tuple[Button, ...]] = ()) -> Message:
        """Return a sentence with rows of buttons below it."""
        return replace(plain(text, self.dialect), buttons=tuple(rows))
