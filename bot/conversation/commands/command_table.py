"""The commands people type, with or without the slash: what each word means and what it answers."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.actions import Action, Verb, decode
from bot.conversation.cases import status
from bot.conversation.commands import chat_commands, own_account, task_lists
from bot.conversation.forms.form_dialog import ANEW, new_case_form
from bot.conversation.reply import Menu, Reply
from bot.conversation.tasks import task_actions
from bot.conversation.turn import Talk
from bot.rendering.i18n import words_in
from workflows.domain.ids import ProcessId
from workflows.domain.permissions import may_open
from workflows.domain.text import Language
from workflows.ports.chat import Button, Message
from workflows.ports.queries import CaseLine

MOST_FOUND = 50


class Word(StrEnum):
    """The commands."""

    NEW = "new"
    MY = "my"
    QUEUE = "queue"
    STATUS = "status"
    FIND = "find"
    HELP = "help"
    LANG = "lang"
    START = "start"
    LINK = "link"
    BIND = "bind"
    UNBIND = "unbind"
    INVITE = "invite"


_TAKE_WORDS = frozenset({Word.STATUS, Word.FIND, Word.LANG, Word.START, Word.LINK, Word.BIND, Word.INVITE})
"""Commands that say something about what follows; the others without a slash have to stand alone."""

LANGUAGE_NAMES: Mapping[Language, str] = {Language.RU: "Русский", Language.EN: "English"}

_IN_RUSSIAN: Mapping[str, Word] = {
    "новое": Word.NEW,
    "мои": Word.MY,
    "очередь": Word.QUEUE,
    "статус": Word.STATUS,
    "дело": Word.STATUS,
    "дела": Word.STATUS,
    "найти": Word.FIND,
    "помощь": Word.HELP,
    "язык": Word.LANG,
    "пригласить": Word.INVITE,
    "привязать": Word.BIND,
    "отвязать": Word.UNBIND,
}
_WORDS: Mapping[str, Word] = {**{word.value: word for word in Word}, **_IN_RUSSIAN}
_LINE = re.compile(r"\s*(?P<slash>/?)(?P<word>[A-Za-zА-Яа-яЁё]+)(?:@\w+)?(?:\s+(?P<rest>.*\S))?\s*", re.DOTALL)


_PAYLOAD = re.compile(
    r"task_(?P<task>\d{1,18}-\d{1,9})|case_(?P<case>\d{1,18})|new(?:_(?P<process>[A-Za-z0-9_-]+))?|(?P<my>my)"
)
"""What a link into the private chat carries after `/start`; a task's dot is written as a hyphen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A command with what follows it."""

    word: Word
    rest: str


def read(text: str) -> Typed | None:
    """Read a typed line (`/status@handover_bot Ромашка`, `STATUS Ромашка`); None when it is no command."""
    found = _LINE.fullmatch(text)
    word = None if found is None else _WORDS.get(found["word"].lower())
    if found is None or word is None:
        return None
    rest = " ".join((found["rest"] or "").split())
    if rest and not found["slash"] and word not in _TAKE_WORDS:
        return None
    return Typed(word=word, rest=rest)


async def obey(talk: Talk, typed: Typed) -> Reply:
    """Do what the command says."""
    return await _COMMANDS[typed.word](talk, typed.rest)


def not_understood(talk: Talk) -> Reply:
    """Reply to words that are no command with those that are."""
    return Reply(message=_help_message(talk, person=None, is_not_understood=True), is_refusal=True)


async def _new(talk: Talk, _rest: str) -> Reply:
    """Open the form of the one process that the person may open, or let them choose."""
    processes = [
        definition
        for definition in talk.definitions.current()
        if may_open(definition, talk.organisation, talk.person.id)
    ]
    if len(processes) == 1:
        return Reply(dialog=await new_case_form(talk, processes[0].id))
    if not processes:
        who = "; ".join(
            talk.words.gettext(
                "“%(process)s” — %(department)s",
                process=definition.title.in_(talk.language),
                department=talk.department_title(definition.stages[definition.start].department),
            )
            for definition in talk.definitions.current()
        )
        toast = talk.words.gettext("Your department opens no cases. They are opened by: %(who)s.", who=who)
        return Reply(toast=toast, is_refusal=True)
    buttons = tuple(
        Button(label=d.title.in_(talk.language), action=Action(verb=Verb.NEW, target=d.id).encode()) for d in processes
    )
    title = talk.words.gettext("New case")
    return Reply(dialog=Menu(title=title, text=talk.words.gettext("Which process?"), buttons=buttons))


async def new_case(talk: Talk, action: Action) -> Reply:
    """Open the form of the process chosen, begun anew where the button says so."""
    process = ProcessId(action.target)
    if action.argument == ANEW:
        await talk.handler.drop_new_case_draft(process, actor=talk.person.id)
    return Reply(dialog=await new_case_form(talk, process))


async def _status(talk: Talk, rest: str) -> Reply:
    """Return where the case (or each case that may be meant) stands; every active one when nothing is named."""
    if not rest:
        return Reply(message=status.all_active_message(talk, await talk.queries.active_cases(status.READ_CASES)))
    case = await talk.queries.case_numbered(rest)
    if case is None:
        found = await talk.queries.find_cases(rest, MOST_FOUND)
        if len(found) != 1:
            return _matches(talk, rest, found)
        case = await talk.case(found[0].case_id)
    return Reply(message=status.status_message(talk, case), case_id=case.id)


async def _find(talk: Talk, rest: str) -> Reply:
    """Return the cases that the words may mean, closed ones too."""
    if not rest:
        toast = talk.words.gettext("Whom to look for? Type a client's name, INN or the number of a case after /find.")
        return Reply(toast=toast, is_refusal=True)
    return _matches(talk, rest, await talk.queries.find_cases(rest, MOST_FOUND))


def _matches(talk: Talk, words: str, found: Sequence[CaseLine]) -> Reply:
    if not found:
        toast = talk.words.gettext(
            "There is no case for “%(words)s”. Try a part of the client's name, the INN or a number such as "
            "%(example)s; /status alone lists all active cases.",
            words=words,
            example=_example(talk),
        )
        return Reply(toast=toast, is_refusal=True)
    return Reply(message=status.matches_message(talk, words, found))


def _example(talk: Talk) -> str:
    return next((f"{definition.prefix}-1" for definition in talk.definitions.current()), "1")


async def _help(talk: Talk, _rest: str) -> Reply:
    name = talk.person.name.in_(talk.language)
    return Reply(message=_help_message(talk, person=name, is_not_understood=False))


def _help_message(talk: Talk, *, person: str | None, is_not_understood: bool) -> Message:
    leads = talk.organisation.leads(talk.person.id)
    return talk.message("help", person=person, leads=leads, is_not_understood=is_not_understood)


def leads_somewhere(payload: str) -> bool:
    """Whether a link from another chat carries this, rather than an invitation."""
    return _PAYLOAD.fullmatch(payload) is not None


async def _start(talk: Talk, rest: str) -> Reply:
    """Go where a link from another chat leads: a form, a case, a new case, one's tasks; else say what there is."""
    found = _PAYLOAD.fullmatch(rest)
    if found is None:
        return await _help(talk, rest)
    if found["task"]:
        return await task_actions.work(talk, Action(verb=Verb.WORK, target=found["task"].replace("-", ".")))
    if found["case"]:
        return await task_actions.show_case(talk, decode(Action(verb=Verb.CASE, target=found["case"]).encode()))
    if found["my"]:
        return await task_lists.my_tasks(talk, "")
    if found["process"]:
        return await new_case(talk, Action(verb=Verb.NEW, target=found["process"]))
    return await _new(talk, "")


async def _lang(talk: Talk, rest: str) -> Reply:
    """Choose the language named, or offer those there are."""
    if rest:
        return await _speak(talk, rest)
    buttons = tuple(
        Button(label=name, action=Action(verb=Verb.LANGUAGE, target=language).encode())
        for language, name in LANGUAGE_NAMES.items()
    )
    return Reply(dialog=Menu(title=talk.words.gettext("Language"), text="Русский / English", buttons=buttons))


async def choose_language(talk: Talk, action: Action) -> Reply:
    """Speak the language of the button from now on."""
    return await _speak(talk, action.target)


async def _speak(talk: Talk, named: str) -> Reply:
    language = language_named(named)
    if language is None:
        toast = talk.words.gettext("I speak Russian and English: type /lang ru or /lang en.")
        return Reply(toast=toast, is_refusal=True)
    await talk.languages.choose(talk.person.id, language)
    return Reply(toast=words_in(language).gettext("From now on I speak English with you."), closes_dialog=True)


def language_named(name: str) -> Language | None:
    """Return the language of that name or code, or None."""
    wanted = name.strip().casefold()
    return next((lang for lang, title in LANGUAGE_NAMES.items() if wanted in (lang, title.casefold())), None)


_COMMANDS: Mapping[Word, Callable[[Talk, str], Awaitable[Reply]]] = {
    Word.NEW: _new,
    Word.MY: task_lists.my_tasks,
    Word.QUEUE: task_lists.queue,
    Word.STATUS: _status,
    Word.FIND: _find,
    Word.HELP: _help,
    Word.LANG: _lang,
    Word.START: _start,
    Word.LINK: own_account.show,
    Word.BIND: chat_commands.bind,
    Word.UNBIND: chat_commands.unbind,
    Word.INVITE: chat_commands.invite,
}


async def by_button(talk: Talk, action: Action) -> Reply:
    """Do what a button names as a command."""
    typed = read(f"/{action.target} {action.argument}")
    return not_understood(talk) if typed is None else await obey(talk, typed)
