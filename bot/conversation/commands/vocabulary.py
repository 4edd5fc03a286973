"""The table of commands, as data: the words people type, what they mean, and where and to whom they are offered.

The dispatcher, the menus and manifests of the platforms, the help and the suggestions while somebody types are built
from it; `dispatcher` holds the function of each word.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.rendering.language.i18n import N_
from workflows.domain.text import clean, folded


class Word(StrEnum):
    """The commands."""

    NEW = "new"
    MY = "my"
    QUEUE = "queue"
    STATUS = "status"
    FIND = "find"
    HELP = "help"
    LANG = "lang"
    LINK = "link"
    BIND = "bind"
    UNBIND = "unbind"
    INVITE = "invite"
    TEAM = "team"
    PEOPLE = "people"


class Where(StrEnum):
    """The kinds of chat in which a command is offered."""

    PRIVATE = "private"
    GROUP = "group"


BOTH = frozenset(Where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A row of the table. `meaning` and `in_menu` are ids of the catalogues.

    `in_menu` replaces `meaning` in a platform's menu. A command that `takes_words` uses the words after it, one that
    `has_pages` the number of a page. One `for_leads` is for heads and administrators; one `about_groups` is for
    platforms whose groups are bound to departments.
    """

    word: str
    meaning: str
    where: frozenset[Where]
    in_menu: str | None = None
    takes_words: bool = False
    has_pages: bool = False
    for_leads: bool = False
    about_groups: bool = False
    others: tuple[str, ...] = ()
    """Synonyms, most of them Russian."""


COMMANDS: tuple[Command, ...] = (
    Command(word=Word.NEW, meaning=N_("open a new case"), where=BOTH, others=("новое", "новое дело", "new case")),
    Command(
        word=Word.MY,
        meaning=N_("what you have taken"),
        where=BOTH,
        has_pages=True,
        others=("мои", "мои задачи", "мои дела", "my tasks"),
    ),
    Command(
        word=Word.QUEUE,
        meaning=N_("what waits in your department"),
        where=BOTH,
        has_pages=True,
        others=("очередь",),
    ),
    Command(
        word=Word.STATUS,
        meaning=N_("where a client's case stands; alone: all active cases"),
        where=BOTH,
        takes_words=True,
        others=("статус", "дело", "дела"),
    ),
    Command(
        word=Word.FIND,
        meaning=N_("find cases by client, INN or number, closed ones too"),
        where=BOTH,
        takes_words=True,
        others=("найти",),
    ),
    Command(word=Word.HELP, meaning=N_("what the assistant can do"), where=BOTH, others=("помощь", "start")),
    Command(
        word=Word.LANG,
        meaning=N_("choose the language"),
        where=BOTH,
        takes_words=True,
        others=("язык",),
    ),
    Command(
        word=Word.LINK,
        meaning=N_("whose account this is; link or unlink it"),
        where=frozenset({Where.PRIVATE}),
        takes_words=True,
    ),
    Command(
        word=Word.TEAM,
        meaning=N_("your people and their tasks; give tasks to others"),
        in_menu=N_("your people and their tasks (heads)"),
        where=frozenset({Where.PRIVATE}),
        for_leads=True,
        others=("отдел", "команда", "нагрузка", "reassign", "переназначить"),
    ),
    Command(
        word=Word.PEOPLE,
        meaning=N_("who works where; add, move, let go (heads)"),
        where=frozenset({Where.PRIVATE}),
        takes_words=True,
        for_leads=True,
        others=("люди", "сотрудники"),
    ),
    Command(
        word=Word.INVITE,
        meaning=N_("invite a person of your department"),
        in_menu=N_("invite a person (heads and administrators)"),
        where=frozenset({Where.PRIVATE}),
        takes_words=True,
        for_leads=True,
        others=("пригласить",),
    ),
    Command(
        word=Word.BIND,
        meaning=N_("show a department's cards in this group"),
        where=frozenset({Where.GROUP}),
        takes_words=True,
        for_leads=True,
        about_groups=True,
        others=("привязать",),
    ),
    Command(
        word=Word.UNBIND,
        meaning=N_("no longer show a department's cards in a group"),
        where=BOTH,
        for_leads=True,
        others=("отвязать",),
    ),
)
"""Every command, in the order in which they are offered."""


def offered(where: Where, *, leads: bool, is_built_in: bool, commands: Iterable[Command] = COMMANDS) -> list[Command]:
    """Return the commands that work in a kind of chat, those for leads only to who *leads*.

    The built-in chat has no groups to bind.
    """
    return [
        command
        for command in commands
        if where in command.where and (leads or not command.for_leads) and not (is_built_in and command.about_groups)
    ]


_LINE = re.compile(r"\s*(?P<slash>/?)(?P<word>[A-Za-zА-Яа-яЁё]+)(?:@\w+)?(?:\s+(?P<rest>.*\S))?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A command with what follows it."""

    word: str
    rest: str


def by_word(commands: Iterable[Command]) -> Mapping[str, Command]:
    """Return the commands by their words and synonyms, folded."""
    return {folded(word): command for command in commands for word in (command.word, *command.others)}


_COMMANDS = by_word(COMMANDS)
SIGN = "/"
CANCEL = frozenset({"cancel", "отмена"})
"""What people of other assistants are used to typing; without a form it is no command."""


def read(text: str, commands: Mapping[str, Command] = _COMMANDS) -> Typed | None:
    """Read a typed line (`/status@handover_bot Ромашка`, `STATUS Ромашка`); return None when it is not a command.

    Without a slash, a command that takes no words has to stand alone.
    """
    text = clean(text)
    whole = commands.get(folded(text).removeprefix("/"))
    if whole is not None:
        return Typed(word=whole.word, rest="")
    found = _LINE.fullmatch(text)
    command = None if found is None else commands.get(folded(found["word"]))
    if found is None or command is None:
        return None
    rest = " ".join((found["rest"] or "").split())
    if rest and not found["slash"] and not command.takes_words:
        return None
    return Typed(word=command.word, rest=rest)


def takes(typed: Typed) -> bool:
    """Whether a command uses the words after it; the help is shown whatever follows, as a link into the chat may."""
    command = _COMMANDS[typed.word]
    return command.takes_words or typed.word == Word.HELP or (command.has_pages and typed.rest.isdecimal())


def is_command(text: str) -> bool:
    """Whether words are a command written with its sign; other words that begin so may be an answer."""
    said = folded(text)
    return said.startswith(SIGN) and (read(said) is not None or said.removeprefix(SIGN) in CANCEL)
