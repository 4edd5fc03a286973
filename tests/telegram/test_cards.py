"""Cards on Telegram: claimed once, kept current, answered by comments."""

import pytest

from bot.conversation.incoming import Commented
from bot.telegram.files import MAX_FILE
from tests.scenarios.inplat import INTAKE
from tests.telegram.server import Chat, all_answered
from tests.telegram.stage import Stage
from workflows.domain.ids import FileId, PersonId
from workflows.ports.unit_of_work import KeptFile


async def a_card(stage: Stage) -> Chat:
    """Bind the group of the tech support and open a case; answers the group with its card."""
    await stage.joins("anna", "gleb", "daria")
    group = await stage.group_of("tech_support", "gleb", "daria")
    await stage.opens_case()
    await stage.button(group, "Взять", INTAKE)
    return group


async def test_one_of_two_who_press_at_once_has_the_task_and_the_other_is_told_who(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")

    presses = [stage.people[name].press(card, "Взять") for name in ("gleb", "daria")]
    answers = await all_answered(*presses)

    lost = [answer for answer in answers if answer.show_alert]
    assert len(lost) == 1
    assert "Глеб Никитин" in lost[0].text or "Дарья Ильина" in lost[0].text
    await stage.until(lambda: "Исполнитель" in card.text)
    assert "Взять" not in card.buttons


async def test_a_press_that_is_brought_twice_takes_effect_once(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    await stage.people["gleb"].press(card, "Взять")
    await stage.until(lambda: "Исполнитель" in card.text)

    before = len(await stage.app.queries.history((await stage.case("ONB-1")).id))
    stage.server.redeliver(stage.server.updates[-1])
    await stage.people["gleb"].send(stage.people["gleb"].private, "/my")
    await stage.asked("gleb", "Ваши задачи")

    assert len(await stage.app.queries.history((await stage.case("ONB-1")).id)) == before


async def test_an_answer_to_a_card_is_a_comment_and_an_edited_one_corrects_it(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    await stage.people["gleb"].press(card, "Взять")

    said = await stage.people["gleb"].reply(card, "Звонил, не берут трубку")
    anna = stage.people["anna"].private
    await stage.until(lambda: anna.find("Звонил, не берут трубку"))
    await stage.people["gleb"].edit(said, "Дозвонился")
    await stage.until(lambda: anna.find("Исправление: Дозвонился"))

    assert not [message for message in group.messages if "Глеб Никитин, дело" in message.text]


async def test_a_photo_that_answers_a_card_is_kept_with_the_case(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")

    await stage.people["gleb"].send_photo(group, b"\xff\xd8\xff picture", caption="Вывеска", reply_to=card)
    await stage.until(lambda: stage.people["anna"].private.find("Вывеска"))

    history = await stage.app.queries.history((await stage.case("ONB-1")).id)
    files = [file for event in history for file in getattr(event, "files", ())]
    kept = await stage.app.queries.file(files[0])
    assert kept is not None
    assert kept.content == b"\xff\xd8\xff picture"


async def test_what_is_said_in_the_web_chat_appears_under_the_card_with_its_file(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    file = KeptFile(id=FileId("f1"), name="устав.pdf", media_type="application/pdf", content=b"%PDF")
    now = stage.app.services.clock.now()
    await stage.app.storage.transact(lambda unit: unit.add_file(file, PersonId("anna"), now))

    case = await stage.case("ONB-1")
    await stage.does_elsewhere("anna", Commented(case_id=case.id, text="Вот <устав>", files=(file.id,)))

    comment = await stage.until(lambda: group.find("Вот <устав>"))
    assert comment.reply_to is card
    document = await stage.until(lambda: next((m for m in group.messages if m.attachment is not None), None))
    assert document.attachment is not None
    assert (document.attachment.name, document.attachment.content) == ("устав.pdf", b"%PDF")


async def test_a_stranger_is_shown_the_way_in_and_nothing_else(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    eve = stage.server.user("Eve", "ru")
    stage.server.join(group, eve)

    answer = await eve.press(card, "Взять")
    assert (answer.text, answer.show_alert) == ("", False)
    assert answer.url is not None
    await eve.open_link(answer.url)
    await stage.until(lambda: eve.private.find("не связана"))

    await eve.send(eve.private, "/status")
    await stage.until(lambda: len([m for m in eve.private.messages if m.sender.is_bot]) >= 2)
    assert "ONB-1" not in eve.private.transcript()


async def test_a_stranger_whose_client_takes_no_link_is_told_whom_to_write_to(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    eve = stage.server.user("Eve", "ru")
    stage.server.join(group, eve)
    stage.server.fail("answerCallbackQuery", status=400, description="Bad Request: URL_INVALID")

    answer = await eve.press(card, "Взять")

    assert answer.show_alert
    assert "не связана" in answer.text
    assert answer.text.endswith(f"@{stage.server.bot.username}")


async def test_a_file_over_the_limit_is_refused_in_words_and_the_case_goes_on(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")

    await stage.people["gleb"].send_document(group, b"x" * (MAX_FILE + 1), "видео.mov", "Смотрите", reply_to=card)

    refused = await stage.until(lambda: group.find("видео.mov больше 10"))
    assert refused.reply_to is not None
    assert refused.reply_to.sender.id == stage.people["gleb"].id
    await stage.people["gleb"].send_document(group, b"x" * MAX_FILE, "акт.pdf", "Вот акт", reply_to=card)
    await stage.until(lambda: stage.people["anna"].private.find("Вот акт"))
    assert stage.people["anna"].private.find("Смотрите") is None


@pytest.mark.parametrize("gone", ["deleted", "too old"])
async def test_a_card_that_cannot_be_edited_is_posted_anew_and_the_old_one_goes(stage: Stage, gone: str) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    if gone == "deleted":
        card.is_deleted = True
        await stage.people["gleb"].send(stage.people["gleb"].private, "/queue")
        await stage.presses("gleb", "Взять ONB-1")
    else:
        card.can_be_edited = False
        await stage.people["gleb"].press(card, "Взять")

    new = await stage.until(lambda: next((m for m in group.messages if "Исполнитель" in m.text), None))
    assert new.id != card.id
    assert card.is_deleted
