"""The dialects of marked-up text, one for each platform: what a dialect can do, and which there are.

What people typed is escaped and shown literally; only `Marked` text carries markup.
"""

from collections.abc import Mapping
from typing import Protocol

from bot.rendering.markup.html import TelegramHtml, WebHtml
from bot.rendering.markup.mrkdwn import SLACK
from bot.rendering.markup.text import Marked
from workflows.ports.chat import Dialect


class Markup(Protocol):
    """The text format of one platform; `limit` is the length of one message.

    `escape`, `bold`, `italic`, `link`, `quote` and `copied` escape a plain `str`.
    """

    limit: int

    def escape(self, text: str) -> Marked:
        """Return text that shows exactly as typed, without control characters and signs that turn the line round."""
        ...

    def bold(self, text: str) -> Marked:
        """Return the text in bold."""
        ...

    def italic(self, text: str) -> Marked:
        """Return the text in italics."""
        ...

    def link(self, text: str, url: str) -> Marked:
        """Return the text as a link; an address that is neither http(s) nor relative to the page is left out.

        Slack also takes `mailto:`.
        """
        ...

    def quote(self, text: str) -> Marked:
        """Return the text as a block of its own, set apart as quoted."""
        ...

    def fold(self, title: str, text: str) -> Marked:
        """Return a title and a text below it that is folded where the platform can fold."""
        ...

    def copied(self, text: str) -> Marked:
        """Return the text as a block of its own that people copy: nothing is in it that is not in the text."""
        ...

    def finish(self, text: str) -> Marked:
        """Turn the line breaks of a whole marked-up message into those of the platform."""
        ...

    def visible_length(self, text: str) -> int:
        """Return how long the platform counts a marked-up text to be."""
        ...

    def cut(self, text: str, limit: int) -> Marked:
        """Shorten a marked-up text to *limit* as the platform counts, between words where it can, markup unbroken."""
        ...


MARKUPS: Mapping[Dialect, Markup] = {
    Dialect.HTML: WebHtml(),
    Dialect.INLINE_HTML: TelegramHtml(),
    Dialect.MRKDWN: SLACK,
}


MOST_COPIED: Mapping[Dialect, int] = {Dialect.HTML: WebHtml.limit, Dialect.INLINE_HTML: 256, Dialect.MRKDWN: 0}
"""How long a text may be that a button copies; where it is longer, people copy it from the message."""
