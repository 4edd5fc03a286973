"""The table of commands makes everything that names commands."""

import json

import pytest

from bot.conversation.commands.dispatcher import FUNCTIONS
from bot.conversation.commands.help import help_message
from bot.conversation.commands.vocabulary import BOTH, COMMANDS, Command, Where, Word, by_word, offered, read
from bot.rendering.language.chat_style import ChatStyle
from bot.rendering.markup.environment import Messages
from bot.slack.setup.manifest import manifest, usage
from bot.telegram.setup.menu import menus
from bot.web.chat.pages import command_suggestions
from tests.conversation.desk import MESSAGES, ZONE
from workflows.domain.text import Language
from workflows.ports.chat import Dialect

DANCE = Command(word="dance", meaning="show the way", where=BOTH, takes_words=True, others=("танцуй",))
WIDER = (*COMMANDS, DANCE)


def menu(chats: str, commands: tuple[Command, ...] = COMMANDS) -> list[str]:
    offered: dict[str, list[str]] = {scope.type: [each.word for each in row] for scope, row in menus(commands)}
    return offered[chats]


def helped(
    where: Where, *, leads: bool, is_built_in: bool = False, commands: tuple[Command, ...] = COMMANDS
) -> list[str]:
    shown = offered(where, leads=leads, is_built_in=is_built_in, commands=commands)
    text = help_message(MESSAGES, Dialect.HTML, Language.EN, shown, person="Anna").text
    return [line.split(" — ")[0] for line in text.replace("<br>", "\n").splitlines() if line.startswith("/")]


def test_every_word_is_in_the_table_and_has_a_function() -> None:
    assert len(COMMANDS) == len(Word)
    assert set(FUNCTIONS) == set(Word) == {command.word for command in COMMANDS}


def test_no_two_commands_share_a_word() -> None:
    assert len(by_word(COMMANDS)) == sum(1 + len(command.others) for command in COMMANDS)


def test_a_new_row_reaches_the_dispatcher_the_menus_the_manifest_the_help_and_the_suggestions() -> None:
    typed = read("танцуй до утра", by_word(WIDER))
    assert typed is not None
    assert (typed.word, typed.rest) == ("dance", "до утра")
    assert "dance" in menu("all_private_chats", WIDER)
    assert "dance" in menu("all_group_chats", WIDER)
    assert usage(WIDER).endswith(" | dance")
    assert "/dance" in helped(Where.PRIVATE, leads=False, commands=WIDER)
    assert {"text": "/dance", "meaning": "show the way", "takes_words": True} in command_suggestions(Language.EN, WIDER)


def test_the_menus_tell_heads_in_groups_more_than_others() -> None:
    everybody = ["new", "my", "queue", "status", "find", "help", "lang"]

    assert menu("all_group_chats") == everybody
    assert menu("all_chat_administrators") == [*everybody, "bind", "unbind"]
    assert menu("all_private_chats") == [*everybody, "link", "team", "people", "invite", "unbind"]


def test_the_manifest_names_every_command() -> None:
    hint = json.loads(manifest("/handover", None))["features"]["slash_commands"][0]["usage_hint"]

    assert hint.split(" | ") == [command.word for command in COMMANDS]


def test_the_help_tells_what_works_in_the_chat_heads_more_than_others_and_ends_with_itself() -> None:
    everybody = ["/new", "/my", "/queue", "/status", "/find", "/lang"]

    assert helped(Where.PRIVATE, leads=False) == [*everybody, "/link", "/help"]
    assert helped(Where.PRIVATE, leads=True) == [*everybody, "/link", "/team", "/people", "/invite", "/unbind", "/help"]
    assert helped(Where.GROUP, leads=False) == [*everybody, "/help"]
    assert helped(Where.GROUP, leads=True) == [*everybody, "/bind", "/unbind", "/help"]
    built_in = helped(Where.PRIVATE, leads=True, is_built_in=True)
    assert built_in == [*everybody, "/link", "/team", "/people", "/invite", "/unbind", "/help"]


def test_the_web_chat_suggests_what_is_of_use_there() -> None:
    suggestions = command_suggestions(Language.RU)

    assert [each["text"] for each in suggestions] == [
        *("/new", "/my", "/queue", "/status", "/find", "/help", "/lang", "/link")
    ]
    assert suggestions[0]["meaning"] == "открыть новое дело"


@pytest.mark.parametrize("where", list(Where))
def test_something_is_offered_in_every_kind_of_chat(where: Where) -> None:
    assert any(where in command.where for command in COMMANDS)


def test_a_chat_with_a_command_of_its_own_is_helped_in_its_way_of_writing() -> None:
    messages = Messages(ZONE, styles={Dialect.MRKDWN: ChatStyle(sign="/cases ")})

    text = help_message(messages, Dialect.MRKDWN, Language.EN, COMMANDS).text

    assert "/cases new — open a new case" in text
    assert "/new" not in text
