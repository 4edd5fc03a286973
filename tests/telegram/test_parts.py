"""What arrives as several messages and is one thing to its sender: a long text, an album."""

import pytest

from tests.scenarios.inplat import CLIENT
from tests.telegram.filled_interview import MORE, FilledInterview, label_of
from tests.telegram.firm import Firm
from tests.telegram.server import TelegramServer
from tests.telegram.test_cards import a_card
from tests.telegram.test_interview import at_the_scan, begins
from workflows.domain.commands import RawValues
from workflows.domain.events import CommentAdded
from workflows.domain.ids import FieldName, PersonId, ProcessId
from workflows.usecases.form_drafts import new_case_draft

pytestmark = pytest.mark.system

LONG = ("Спешат к сезону. " * 320).strip()
"""5,439 characters."""


async def draft_of(firm: Firm) -> RawValues:
    draft = await firm.app.queries.draft(new_case_draft(ProcessId("client_onboarding"), PersonId("anna")))
    assert draft is not None
    return draft.answers


async def comments(firm: Firm) -> list[CommentAdded]:
    history = await firm.app.queries.history((await firm.case("ONB-1")).id)
    return [event for event in history if isinstance(event, CommentAdded)]


async def at_the_first_long_question(firm: Firm) -> FilledInterview:
    """Anna is asked for the last thing of a new case, which may be long."""
    await firm.joins("anna")
    paper = await begins(firm, "anna")
    summary = await paper.fill({label: answer for label, answer in CLIENT.items() if label != "Комментарий"})
    assert label_of(await paper.press(summary, f"{MORE}Комментарий")) == "Комментарий"
    return paper


async def test_an_answer_that_is_sent_in_parts_is_one_answer(firm: Firm) -> None:
    paper = await at_the_first_long_question(firm)

    await paper.person.send_long(paper.chat, LONG)

    summary = await paper.screen()
    assert label_of(summary) is None
    assert not paper.chat.find("отвечают кнопками")
    assert (await draft_of(firm))[FieldName("comment")] == LONG


async def test_a_text_over_the_limit_is_refused_as_a_whole(firm: Firm) -> None:
    paper = await at_the_first_long_question(firm)

    await paper.person.send_long(paper.chat, LONG * 2)

    refused = await paper.screen()
    assert label_of(refused) == "Комментарий"
    assert "10" in refused.text
    assert label_of(await paper.types("Спешат")) is None


async def test_through_a_webhook_an_answer_in_parts_is_one_answer_too(sqlite_url: str) -> None:
    """Telegram brings the next update of a chat when the one before is confirmed."""
    async with TelegramServer() as server, Firm(sqlite_url, server, webhook=True) as firm:
        paper = await at_the_first_long_question(firm)

        await paper.person.send_long(paper.chat, LONG)

        assert label_of(await paper.screen()) is None
        assert (await draft_of(firm))[FieldName("comment")] == LONG


async def test_a_comment_that_is_sent_in_parts_is_one_comment(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")

    await firm.people["gleb"].send_long(group, LONG, reply_to=card)

    await firm.until(lambda: firm.people["anna"].private.find("Спешат к сезону"))
    assert [comment.text for comment in await comments(firm)] == [LONG]


async def test_what_is_typed_later_or_is_a_command_is_no_part_of_a_long_text(firm: Firm) -> None:
    paper = await at_the_first_long_question(firm)

    await paper.person.send(paper.chat, "я" * 4_096)
    await paper.person.send(paper.chat, "/my")

    await firm.until(lambda: paper.chat.find("Незаконченные новые дела"))
    assert (await draft_of(firm))[FieldName("comment")] == "я" * 4_096


async def test_of_an_album_a_file_question_takes_the_first_and_names_the_second(firm: Firm) -> None:
    paper = await at_the_scan(firm)

    first, second = await paper.person.send_album(paper.chat, "page-1", "page-2", caption="Договор на двух листах")

    summary = await paper.screen()
    assert label_of(summary) is None
    assert f"Скан подписанного договора: photo-{first.id}.jpg" in summary.text
    assert f"сохранён photo-{first.id}.jpg" in summary.text
    assert f"не сохранены: photo-{second.id}.jpg" in summary.text
    assert "Договор на двух листах" in summary.text
    assert not paper.chat.find("не файлом")


async def test_an_album_is_one_comment_with_all_its_files_and_one_notice(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    anna = firm.people["anna"].private

    await firm.people["gleb"].send_album(group, "1", "2", "3", caption="Вот все страницы", reply_to=card)
    await firm.until(lambda: anna.find("Вот все страницы"))
    await firm.people["gleb"].reply(card, "Это всё")
    await firm.until(lambda: anna.find("Это всё"))

    album, _ = await comments(firm)
    assert (album.text, len(album.files)) == ("Вот все страницы", 3)
    assert len([message for message in anna.messages if "Глеб Никитин" in message.text]) == 2


async def test_the_address_behind_a_linked_word_is_kept_in_comments_and_corrections(firm: Firm) -> None:
    """Offsets count UTF-16 units: the sign before the word has two of them."""
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    gleb, anna = firm.people["gleb"], firm.people["anna"].private

    said = await gleb.reply(card, "😀 Доступ тут, готов", links={"тут": "https://wiki.example/access"})
    await firm.until(lambda: anna.find("😀 Доступ тут (https://wiki.example/access), готов"))
    await gleb.edit(said, "Доступ там", links={"там": "https://wiki.example/new"})
    await firm.until(lambda: anna.find("Исправление: Доступ там (https://wiki.example/new)"))


async def test_the_address_behind_a_linked_word_is_kept_in_answers(firm: Firm) -> None:
    paper = await at_the_first_long_question(firm)

    await paper.person.send(
        paper.chat,
        "Всё тут и на romashka.example",
        links={
            "тут": "https://wiki.example/access",
            "romashka.example": "https://romashka.example/",
        },
    )

    assert "Всё тут (https://wiki.example/access) и на romashka.example\n" in f"{(await paper.screen()).text}\n"


async def test_of_a_file_with_words_below_it_the_words_are_the_answer_and_the_file_is_named(firm: Firm) -> None:
    paper = await at_the_first_long_question(firm)

    await paper.person.send_document(paper.chat, b"%PDF", "план.pdf", "Спешат к сезону")

    summary = await paper.screen()
    assert label_of(summary) is None
    assert "Не сохранено: план.pdf." in summary.text
    assert "Комментарий: Спешат к сезону" in summary.text


async def test_only_commands_leave_a_question_that_is_answered_with_a_slash(firm: Firm) -> None:
    paper = await at_the_first_long_question(firm)

    summary = await paper.types("/landing/page")

    assert label_of(summary) is None
    assert "Комментарий: /landing/page" in summary.text
