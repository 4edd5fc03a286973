"""A case's data, letters and history, page by page, for chats that have no panel."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.actions import Action, Unreadable, Verb
from bot.conversation.cases.case_record import LetterLine, facts_of, files_of, letters_of, lines_of
from bot.conversation.reply import Reply
from bot.conversation.turn import Turn
from bot.rendering.language.i18n import N_
from bot.rendering.markup.dialects import MARKUPS, Markup
from bot.rendering.markup.text import units
from bot.rendering.words.cases import CaseWords
from workflows.domain.case import Case
from workflows.domain.ids import FileId
from workflows.ports.chat import Button


class Part(StrEnum):
    """The parts of a case that can be shown; buttons carry the values."""

    FACTS = "facts"
    LETTERS = "letters"
    HISTORY = "history"


_TITLES = {Part.FACTS: N_("Data"), Part.LETTERS: N_("Letters"), Part.HISTORY: N_("History")}


QUOTE_MARKS = 2
"""The extra length of a quoted line, where a platform marks each line."""
_PIECES = re.compile(r"\S{1,60}\s*")
"""Words with the space after them; a very long word in pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    head: str
    text: str
    is_quoted: bool = False
    files: tuple[FileId, ...] = ()


def buttons(turn: Turn, case: Case) -> Iterator[Button]:
    """Yield a button for each part of a case, unless the chat has a panel that shows them."""
    if not turn.port.has_panel:
        for part in Part:
            yield Button(label=turn.words.gettext(_TITLES[part]), action=_action(case, part))


async def show(turn: Turn, action: Action) -> Reply:
    """Return a page of a part; when none is named, the first of the data, the last of the letters and the history."""
    part, at = _read(action.argument)
    case = await turn.case(action.case_id)
    named = turn.case_words(case)
    pages = _in_pages(await _entries(turn, named, part), MARKUPS[turn.dialect])
    at = min(at, len(pages)) if at else (1 if part is Part.FACTS else len(pages))
    message = turn.message(
        "case_page",
        _turning(turn, case, part, at, len(pages)),
        number=case.number,
        client=None if case.client is None else case.client.name,
        stage=None,
        title=turn.words.gettext(_TITLES[part]),
        page=at,
        pages=len(pages),
        entries=pages[at - 1],
    )
    files = tuple(file for entry in pages[at - 1] for file in entry.files)
    return Reply(message=replace(message, files=files), case_id=case.id)


def _action(case: Case, part: Part, page: int | None = None) -> str:
    argument = part.value if page is None else f"{part.value}.{page}"
    return Action(verb=Verb.RECORD, target=str(case.id), argument=argument).encode()


def _read(argument: str) -> tuple[Part, int]:
    name, _, page = argument.partition(".")
    if name not in set(Part) or not (page.isdecimal() or not page):
        raise Unreadable("no such part of a case")
    return Part(name), int(page or 0)


def _turning(turn: Turn, case: Case, part: Part, at: int, pages: int) -> Iterator[Button]:
    if at > 1:
        yield Button(label=turn.words.gettext("‹ Page %(page)s", page=at - 1), action=_action(case, part, at - 1))
    if at < pages:
        yield Button(label=turn.words.gettext("Page %(page)s ›", page=at + 1), action=_action(case, part, at + 1))


async def _entries(turn: Turn, named: CaseWords, part: Part) -> list[_Entry]:
    formats, now = named.formats, turn.now
    match part:
        case Part.FACTS:
            entries = [_Entry(head=label, text=words) for label, words in facts_of(named)]
            files = files_of(named)
            if files:
                names = ", ".join(file.name for file in files)
                held = tuple(file.id for file in files)
                entries.append(_Entry(head=turn.words.gettext("Files"), text=names, files=held))
            return entries
        case Part.LETTERS:
            return [
                _Entry(
                    head=" · ".join(
                        (formats.moment(letter.at, now), f"{letter.by} → {letter.to}", *_sending(named, letter, now))
                    ),
                    text=f"{letter.subject}\n\n{letter.body}",
                    is_quoted=True,
                )
                for letter in await letters_of(turn.queries, named, turn.person.id)
            ]
        case Part.HISTORY:
            return [
                _Entry(
                    head=" · ".join(filter(None, (formats.moment(line.at, now), line.who))),
                    text="\n".join([line.text, *(file.name for file in line.files)]),
                    is_quoted=line.is_comment,
                    files=tuple(file.id for file in line.files),
                )
                for line in await lines_of(turn.queries, named)
            ]


def _sending(named: CaseWords, letter: LetterLine, now: datetime) -> Iterator[str]:
    """Yield whether a letter to the client was sent, in words."""
    view, words = letter.to_send, named.words
    if view is not None and view.sent_by is not None and view.sent_at is not None:
        moment = named.formats.moment(view.sent_at, now)
        yield words.gettext("Sent: %(person)s, %(moment)s", person=view.sent_by, moment=moment)
    elif view is not None:
        yield words.gettext("not sent yet")


def _in_pages(entries: Sequence[_Entry], markup: Markup) -> list[list[_Entry]]:
    """Return the entries in pages, a long one divided among several; at least one page."""
    room = markup.limit // 2
    pages: list[list[_Entry]] = [[]]
    left = room
    for entry in entries:
        for number, text in enumerate(_parts(entry.text, markup, room)):
            length = _length(entry.head, markup) + _length(text, markup)
            if pages[-1] and length > left:
                pages.append([])
                left = room
            pages[-1].append(replace(entry, text=text, files=entry.files if number == 0 else ()))
            left -= length
    return pages


def _parts(text: str, markup: Markup, room: int) -> Iterator[str]:
    """Yield the text in parts of at most *room*, divided between words where possible; at least one."""
    part, used = "", 0
    for piece in _PIECES.findall(text.strip()):
        width = _length(piece, markup)
        if part and used + width > room:
            yield part.rstrip()
            part, used = "", 0
        part += piece
        used += width
    yield part.rstrip()


def _length(text: str, markup: Markup) -> int:
    """Return an upper bound of the length of a text, plain or quoted; it is fast, since a history may be long."""
    return units(markup.escape(text)) + QUOTE_MARKS * text.count("\n")
