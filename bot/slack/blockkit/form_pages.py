"""A form dealt out to pages: a window takes only so many questions."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

from bot.conversation.reply import FieldView, FormView
from bot.rendering.language.i18n import Words
from bot.slack.api.window import Window
from bot.slack.blockkit.blocks import JSON
from bot.slack.blockkit.questions import field_blocks
from workflows.domain.forms.asking import Asking

BLOCKS_A_PAGE = 60
BYTES_A_PAGE = 120_000
MISSING = "missing:"
"""A window has at most 250,000 with everything around the questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which page of which form a window shows; `chosen` is the decision, which only the first page asks for.

    `channel` is where the window was opened; empty outside of channels and direct messages. `asking` is the mark of
    what the conditions of its questions made of the form. `shown` identifies what the window shows of what the form
    would send, and is its seal (`PreviewView.seal`) where nothing is missing.
    """

    form: str
    number: int = 0
    of: int = 1
    chosen: str = ""
    channel: str = ""
    asking: str = ""
    shown: str = ""

    @property
    def seen(self) -> str:
        """Return the seal of the preview that the window shows; empty when it shows none."""
        return "" if self.shown.startswith(MISSING) else self.shown

    @property
    def is_last(self) -> bool:
        """Whether the form is sent from it."""
        return self.number + 1 >= self.of

    def encode(self) -> str:
        """Return the page as the metadata of a window."""
        return json.dumps(asdict(self))


def mark_of(asking: Asking) -> str:
    """Return what is the same for forms of which their conditions make the same; empty for one without conditions."""
    names = [sorted(asking.hidden), sorted(asking.needed), sorted(asking.hidden_items)]
    return sha256(json.dumps(names).encode()).hexdigest()[:8] if any(names) else ""


def page_of(window: Window) -> Page:
    """Read which page a window shows."""
    return Page(**json.loads(window.metadata))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How many questions a page has at most; it has fewer where they are large."""

    questions: int

    def pages_of(self, view: FormView, words: Words) -> list[tuple[FieldView, ...]]:
        """Deal the questions out to pages, at least one."""
        pages: list[tuple[FieldView, ...]] = [()]
        blocks: list[JSON] = []
        for field in view.fields:
            more = field_blocks(field, is_required=False, words=words)
            if pages[-1] and (len(pages[-1]) >= self.questions or not _fits([*blocks, *more])):
                pages.append(())
                blocks = []
            pages[-1] = (*pages[-1], field)
            blocks += more
        return pages

    def first_problem_page(self, view: FormView, words: Words) -> int:
        """Return the first page with a problem on it; the last page when there is none."""
        pages = self.pages_of(view.decided(view.chosen), words)
        wrong = (n for n, page in enumerate(pages) if any(field.problem is not None for field in page))
        return next(wrong, len(pages) - 1)


def _fits(blocks: Sequence[JSON]) -> bool:
    return len(blocks) <= BLOCKS_A_PAGE and len(json.dumps(blocks, ensure_ascii=False).encode()) <= BYTES_A_PAGE
