"""Comments from other chats and the warning about a closed chat, in every dialect and language."""

import pytest

from bot.rendering.markup.dialects import MARKUPS
from tests.rendering.stories import ANNA, HOSTILE, definition, opened, renderer, shown
from workflows.domain.ids import DepartmentId, FileId
from workflows.domain.text import Language
from workflows.ports.chat import Dialect
from workflows.ports.rendering import ClosedChatFacts, CommentFacts, LinkedAccountFacts

every_dialect = pytest.mark.parametrize("dialect", list(Dialect))
every_language = pytest.mark.parametrize("language", list(Language))


def a_comment(text: str, *files: FileId) -> CommentFacts:
    return CommentFacts(case=opened().case, definition=definition(), author=ANNA, text=text, files=files)


@every_dialect
@every_language
def test_a_comment_shows_what_was_said_literally(dialect: Dialect, language: Language) -> None:
    message = renderer().comment(a_comment(HOSTILE), dialect, language)

    seen = shown(message.text, dialect)
    assert HOSTILE in seen
    assert "ONB-1" in seen.splitlines()[0]
    assert the_author(language) in seen.splitlines()[0]


def the_author(language: Language) -> str:
    return "Анна Соколова" if language is Language.RU else "Anna Sokolova"


def test_a_comment_of_files_alone_says_so_and_carries_them() -> None:
    message = renderer().comment(a_comment("", FileId("f1")), Dialect.HTML, Language.RU)

    assert message.files == (FileId("f1"),)
    assert "Добавлен файл." in message.text


@every_dialect
def test_a_comment_that_is_too_long_is_cut(dialect: Dialect) -> None:
    message = renderer().comment(a_comment("слово & " * 8_000), dialect, Language.RU)

    assert MARKUPS[dialect].visible_length(message.text) <= MARKUPS[dialect].limit
    shown(message.text, dialect)


@every_dialect
@every_language
def test_a_closed_chat_is_told_with_its_title_and_what_to_do(dialect: Dialect, language: Language) -> None:
    facts = ClosedChatFacts(department=DepartmentId("sales"), title=HOSTILE, platform="telegram", code="chat_not_found")

    seen = shown(renderer().closed_chat(facts, dialect, language).text, dialect)

    assert HOSTILE in seen
    assert "/bind" in seen
    assert ("Отдел продаж" if language is Language.RU else "Sales") in seen


@every_dialect
@every_language
def test_a_linked_account_is_told_with_its_person_and_can_be_unlinked(dialect: Dialect, language: Language) -> None:
    linked = LinkedAccountFacts(person=ANNA, platform="telegram", account="11")
    came_in = LinkedAccountFacts(person=ANNA, platform="", account="")

    message = renderer().linked_account(linked, dialect, language)

    seen = shown(message.text, dialect)
    assert "Telegram" in seen
    assert the_author(language) in seen
    assert message.buttons[0][0].action == "unlink:telegram~11:0:"
    assert not renderer().linked_account(came_in, dialect, language).buttons


@every_language
def test_why_a_chat_is_closed_is_told_in_words_and_an_unknown_reason_by_its_code(language: Language) -> None:
    def told(code: str) -> str:
        facts = ClosedChatFacts(department=DepartmentId("sales"), title="Продажи", platform="Slack", code=code)
        return shown(renderer().closed_chat(facts, Dialect.MRKDWN, language).text, Dialect.MRKDWN)

    known = ("bot_was_kicked", "not_in_channel", "no_right_to_post", "restricted_action_thread_locked", "topic_closed")
    for code in (*known, "is_archived", "channel_not_found"):
        assert code not in told(code)
    assert len({told(code) for code in (*known, "is_archived", "channel_not_found")}) == 5
    for code in ("token_revoked", "something_new"):
        assert code in told(code)
