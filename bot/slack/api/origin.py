"""Where in Slack somebody did something, and so where and how they can be answered."""

from dataclasses import dataclass

from bot.rendering.i18n import Words, words_in
from bot.slack.api.client import JSON
from workflows.domain.ids import PersonId
from workflows.domain.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a payload tells of its place; `room` is the title of a channel, None in private.

    `trigger` opens a window within three seconds, `response_url` takes messages for half an hour, `view` is the window
    or Home tab that was pressed in, `loading` the name of the window that was opened to wait in.
    """

    user: str
    channel: str | None = None
    room: str | None = None
    trigger: str | None = None
    response_url: str | None = None
    view: JSON | None = None
    thread: str | None = None
    is_ephemeral: bool = False
    loading: str | None = None

    @property
    def modal(self) -> JSON | None:
        """Return the window that was pressed in; None on the Home tab."""
        return self.view if self.view is not None and self.view["type"] == "modal" else None

    @property
    def is_home(self) -> bool:
        """Whether it is the Home tab."""
        return self.view is not None and self.modal is None

    @property
    def is_windowed(self) -> bool:
        """Whether answers have to be shown in a window, since there is no conversation to say them in."""
        return self.view is not None or (self.response_url is None and self.trigger is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who gets the answer, and in which language; `person` is None when the account is linked to nobody."""

    person: PersonId | None
    language: Language

    @property
    def words(self) -> Words:
        """Return the product's words in the reader's language."""
        return words_in(self.language)
