"""Both catalogues hold every message of the source, translated, with the same values in it."""

import re

import pytest
from babel.messages.catalog import Message

from bot.conversation.commands.vocabulary import COMMANDS
from tests.rendering.catalogues import MessageKey, catalogue, said
from workflows.domain.text import Language

COMMAND = re.compile(rf"/({'|'.join(word for command in COMMANDS for word in (command.word, *command.others))})\b")
OF_SLACK = "Add me to this channel (/invite, then choose Handover): until then its cards wait."
VALUE = re.compile(r"%\((\w+)\)([sd])|%(?!\()")
HINT = "run `python -m tests.rendering.catalogues`, then translate what is empty"
every_language = pytest.mark.parametrize("language", list(Language))


def forms_of(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)


def messages(language: Language) -> dict[MessageKey, Message]:
    found: dict[MessageKey, Message] = {}
    for message in catalogue(language):
        if message.id:
            found[(message.id[0], message.id[1]) if isinstance(message.id, tuple | list) else message.id] = message
    return found


@every_language
def test_every_message_that_is_said_is_in_the_catalogue(language: Language) -> None:
    known = messages(language)

    missing = [f"{place}: {key}" for place, key in said() if key not in known]

    assert missing == [], HINT


@every_language
def test_no_message_is_left_over(language: Language) -> None:
    assert sorted(map(str, set(messages(language)) - {key for _, key in said()})) == [], HINT


def test_every_message_is_translated_into_russian() -> None:
    empty = [key for key, message in messages(Language.RU).items() if not all(forms_of(message))]

    assert empty == [], HINT


@every_language
def test_a_translation_fills_in_the_same_values(language: Language) -> None:
    for key, message in messages(language).items():
        ids = key if isinstance(key, tuple) else (key,)
        for form in forms_of(message):
            if form:
                assert {m[0] for m in VALUE.finditer(form)} == {m[0] for m in VALUE.finditer(ids[-1])}, key


def test_russian_counts_in_three_forms() -> None:
    counted = [message for key, message in messages(Language.RU).items() if isinstance(key, tuple)]

    assert counted
    assert all(len(forms_of(message)) == 3 for message in counted)


def test_no_message_writes_a_command_in_the_way_of_one_chat() -> None:
    typed = [
        text
        for language in Language
        for key, message in messages(language).items()
        if key != OF_SLACK
        for text in (*(key if isinstance(key, tuple) else (key,)), *forms_of(message))
        if COMMAND.search(text)
    ]

    assert typed == []
