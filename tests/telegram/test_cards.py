"""Cards on Telegram: claimed once, kept current, answered by comments."""

import asyncio

import pytest

from bot.conversation.incoming import Commented
from tests.scenarios.inplat import INTAKE
from tests.telegram.kinds import VOICE, sends
from tests.telegram.server import Chat, all_answered
from tests.telegram.server.chats import Attachment
from tests.telegram.stage import Stage
from workflows.domain.events import CommentAdded
from workflows.domain.ids import CaseId, FileId, PersonId
from workflows.ports.platforms import ChatState
from workflows.ports.unit_of_work import KeptFile, StorageUnavailable, UnitOfWork
from workflows.usecases.keep_file import MAX_BYTES

SCAN = KeptFile(id=FileId("f1"), name="устав.pdf", media_type="application/pdf", content=b"%PDF")


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


@pytest.mark.parametrize("is_known", [True, False], ids=["at once", "after a restart"])
async def test_an_edit_that_changes_no_words_corrects_nothing(stage: Stage, is_known: bool) -> None:
    """The platform tells of edits also when it adds a preview, or a field that this program does not know."""
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    gleb, anna = stage.people["gleb"], stage.people["anna"].private
    said = await gleb.reply(card, "Смотрю https://romashka.example")
    await stage.until(lambda: anna.find("Смотрю"))
    if not is_known:
        await stage.restart()

    await gleb.edit(said, said.text)
    await gleb.send(gleb.private, "/my")
    await stage.until(lambda: gleb.private.find("У вас сейчас нет задач"))
    await gleb.edit(said, "Исправил")
    await stage.until(lambda: anna.find("Исправление: Исправил"))

    history = await stage.app.queries.history((await stage.case("ONB-1")).id)
    comments = [event.text for event in history if isinstance(event, CommentAdded)]
    assert comments == ["Смотрю https://romashka.example", "Исправление: Исправил"]


async def test_an_edit_that_leaves_only_the_end_of_the_words_corrects_them_after_a_restart_too(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    gleb, anna = stage.people["gleb"], stage.people["anna"].private
    said = await gleb.reply(card, "Клиент не готов")
    await stage.until(lambda: anna.find("не готов"))
    await gleb.edit(said, "не готов")
    await stage.until(lambda: anna.find("Исправление: не готов"))
    await stage.restart()

    await gleb.edit(said, "не готов")
    await gleb.edit(said, "готов")
    await stage.until(lambda: anna.find("Исправление: готов"))

    history = await stage.app.queries.history((await stage.case("ONB-1")).id)
    comments = [event.text for event in history if isinstance(event, CommentAdded)]
    assert comments == ["Клиент не готов", "Исправление: не готов", "Исправление: готов"]


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


@pytest.mark.parametrize("carried", ["case_1", "task_1-2", "my", "new_client_onboarding"])
async def test_a_stranger_who_follows_a_link_of_a_card_is_told_of_no_invitation(stage: Stage, carried: str) -> None:
    await a_card(stage)
    eve = stage.server.user("Eve", "ru")

    await eve.open_link(f"https://t.me/{stage.server.bot.username}?start={carried}")

    await stage.until(lambda: eve.private.find("не связана"))
    assert not eve.private.find("приглашение неизвестно")


async def test_a_stranger_who_writes_in_a_group_is_shown_the_way_in_once(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    eve = stage.server.user("Eve", "ru")
    stage.server.join(group, eve)
    before = len(group.messages)

    await eve.send(group, "/status")
    shown = await stage.button(group, "Открыть личный чат")
    await eve.send(group, "/my")
    await eve.reply(card, "А что это за клиент?")
    await stage.people["gleb"].send(group, "/queue")
    await stage.until(lambda: group.find("Отдел тех. поддержки\n1."))

    assert len(group.messages) == before + 6
    assert shown.reply_to is not None
    assert shown.reply_to.sender.id == eve.id
    assert "ONB-1" not in shown.text
    answer = await eve.press(shown, "Открыть личный чат")
    assert answer.url is not None
    await eve.open_link(answer.url)
    await stage.until(lambda: eve.private.find("не связана"))


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


async def test_a_file_over_the_limit_is_refused_in_words_and_what_was_said_with_it_is_kept(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")

    await stage.people["gleb"].send_document(group, b"x" * (MAX_BYTES + 1), "видео.mov", "Смотрите", reply_to=card)

    refused = await stage.until(lambda: group.find("видео.mov больше 10"))
    assert refused.reply_to is not None
    assert refused.reply_to.sender.id == stage.people["gleb"].id
    await stage.until(lambda: stage.people["anna"].private.find("Смотрите"))
    await stage.people["gleb"].send_document(group, b"x" * MAX_BYTES, "акт.pdf", "Вот акт", reply_to=card)
    await stage.until(lambda: stage.people["anna"].private.find("Вот акт"))


@pytest.mark.parametrize("size", [{"file_size": 0}, {}], ids=["told", "untold"])
async def test_an_empty_file_is_refused_in_words_and_what_was_said_with_it_is_kept(
    stage: Stage, size: dict[str, int]
) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    document = {"file_id": "e", "file_unique_id": "e", "file_name": "пусто.txt", **size}
    platform = stage.server.platform
    platform.files["e"] = Attachment(field="document", file_id="e", name="пусто.txt", content=b"", json=document)
    platform.paths["e"] = "documents/empty.txt"

    sent = sends(stage, "gleb", group, {"document": document, "caption": "Вот устав"}, reply_to=card)

    refused = await stage.until(lambda: group.find("пусто.txt пуст"))
    assert refused.reply_to is sent
    await stage.until(lambda: stage.people["anna"].private.find("Вот устав"))
    history = await stage.app.queries.history((await stage.case("ONB-1")).id)
    assert [event.files for event in history if isinstance(event, CommentAdded)] == [()]


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


async def says_elsewhere(stage: Stage, text: str, *files: KeptFile, number: str = "ONB-1") -> None:
    """Have Anna say something about a case in the web chat, with files."""
    now = stage.app.services.clock.now()

    def keep(unit: UnitOfWork) -> None:
        for file in files:
            unit.add_file(file, PersonId("anna"), now)

    await stage.app.storage.transact(keep)
    case = await stage.case(number)
    said = Commented(case_id=case.id, text=text, files=tuple(file.id for file in files))
    await stage.does_elsewhere("anna", said)


@pytest.mark.parametrize(
    "description",
    ["Bad Request: not enough rights to send documents to the chat", "Bad Request: file must be non-empty"],
)
async def test_a_file_that_the_chat_does_not_take_is_told_once_and_everything_else_goes_on(
    stage: Stage, description: str
) -> None:
    group = await a_card(stage)
    stage.server.fail("sendDocument", status=400, description=description, times=5)

    await says_elsewhere(stage, "Вот устав", SCAN)
    comment = await stage.until(lambda: group.find("Вот устав"))
    told = await stage.until(lambda: group.find("Файл устав.pdf не удалось показать здесь"))
    assert told.reply_to is comment
    await says_elsewhere(stage, "Клиент торопится")
    await stage.until(lambda: group.find("Клиент торопится"))
    await stage.people["gleb"].reply(comment, "Спасибо, вижу")
    await stage.until(lambda: stage.people["anna"].private.find("Спасибо, вижу"))

    assert len([m for m in group.messages if "не удалось показать" in m.text]) == 1
    assert not [b for b in stage.app.chats.directory.bindings() if b.state is ChatState.CLOSED]
    assert await stage.app.queries.undeliverable(10) == []


async def test_a_file_whose_sending_breaks_off_is_sent_again_below_the_one_comment(stage: Stage) -> None:
    group = await a_card(stage)
    fault = stage.server.fail("sendDocument", status=502, description="Bad Gateway")

    await says_elsewhere(stage, "Вот устав", SCAN)
    await stage.until(lambda: next((m for m in group.messages if m.attachment is not None), None))

    assert fault.struck == 1
    assert len([m for m in group.messages if "Вот устав" in m.text]) == 1


async def test_a_comment_that_is_too_long_ends_with_a_link_to_its_case(stage: Stage) -> None:
    group = await a_card(stage)

    await says_elsewhere(stage, "Очень длинно. " * 400)
    comment = await stage.until(lambda: group.find("Очень длинно"))

    assert comment.text.endswith("Целиком")
    await stage.people["gleb"].open_link(comment.entities[-1]["url"])
    await stage.asked("gleb", "ONB-1")


async def test_a_comment_right_after_its_card_stands_below_it_although_the_card_is_not_recorded_yet(
    stage: Stage,
) -> None:
    await stage.joins("gleb")
    group = await stage.group_of("tech_support", "gleb")
    transact, recorded, is_heard = stage.app.storage.transact, 0, asyncio.Event()

    async def slow(work):  # type: ignore[no-untyped-def]
        nonlocal recorded
        if work.__qualname__.startswith("Deliverer.record") and group.find("ONB-2"):
            recorded += 1
            await is_heard.wait()
        return await transact(work)

    gate = stage.server.hold("sendMessage", times=1)
    await stage.opens_case()
    await gate.reached()
    await stage.opens_case("ООО «Второй»")
    await says_elsewhere(stage, "Клиент торопится", number="ONB-2")
    stage.app.storage.transact = slow  # type: ignore[method-assign]
    gate.release()
    comment = await stage.until(lambda: group.find("Клиент торопится"))

    assert recorded
    assert comment.reply_to is await stage.button(group, "Взять", "ONB-2")
    is_heard.set()


@pytest.mark.parametrize("words", ["", "Это с объекта"])
async def test_a_voice_that_answers_a_card_is_not_kept_which_is_said_and_its_words_are(
    stage: Stage, words: str
) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")

    voice = sends(stage, "gleb", group, {"voice": VOICE} | ({"caption": words} if words else {}), reply_to=card)

    told = await stage.until(lambda: group.find("это не сохранено"))
    assert told.reply_to is voice
    await stage.until(lambda: stage.people["anna"].private.find(words))
    history = await stage.app.queries.history((await stage.case("ONB-1")).id)
    assert [event.text for event in history if isinstance(event, CommentAdded)] == ([words] if words else [])


async def test_a_command_that_answers_a_card_is_a_command(stage: Stage) -> None:
    group = await a_card(stage)
    await stage.people["gleb"].reply(await stage.button(group, "Взять"), "/status")

    await stage.until(lambda: group.find("Активные дела"))
    history = await stage.app.queries.history((await stage.case("ONB-1")).id)
    assert not [event for event in history if isinstance(event, CommentAdded)]


async def test_an_answer_to_a_card_while_the_database_is_away_is_told_so(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    await stage.restart()

    async def away(*_arguments: object) -> None:
        raise StorageUnavailable("away")

    stage.app.queries.case_of_message = away  # type: ignore[method-assign,assignment]
    said = await stage.people["gleb"].reply(card, "Звонил")

    told = await stage.until(lambda: group.find("База данных не отвечает"))
    assert told.reply_to is said


async def test_somebody_with_two_accounts_is_answered_in_the_one_that_pressed(stage: Stage) -> None:
    group = await a_card(stage)
    await stage.joins("nikolay")
    old = stage.people["nikolay"]
    await stage.joins("nikolay")
    new = stage.people["nikolay"]
    stage.server.join(group, new)

    answer = await stage.press("nikolay", group, "Переназначить")

    assert answer.text == "Продолжение — в личном чате."
    await stage.until(lambda: new.private.find("Кого назначить"))
    assert old.private.find("Кого назначить") is None


async def test_the_menu_of_assignees_becomes_what_was_done_with_it(stage: Stage) -> None:
    group = await a_card(stage)
    (nikolay,) = await stage.joins("nikolay")
    stage.server.join(group, nikolay)
    await stage.press("nikolay", group, "Переназначить")
    menu = await stage.asked("nikolay", "Кого назначить")

    answer = await stage.presses("nikolay", next(label for label in menu.buttons if "Дарья" in label))

    assert answer.text == "ONB-1: новый исполнитель — Дарья Ильина."
    await stage.until(lambda: menu.text == answer.text)
    assert not menu.buttons


async def test_who_has_blocked_the_bot_is_led_to_the_private_chat(stage: Stage) -> None:
    group = await a_card(stage)
    await stage.joins("nikolay")
    stage.server.join(group, stage.people["nikolay"])
    await stage.people["nikolay"].block_bot()

    answer = await stage.press("nikolay", group, "Переназначить")

    assert answer.url is not None
    assert answer.url.endswith("?start=case_1")
    await stage.people["nikolay"].open_link(answer.url)
    await stage.asked("nikolay", "ONB-1")


async def test_who_has_blocked_the_bot_and_is_answered_late_is_told_under_the_card(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Переназначить")
    await stage.joins("nikolay")
    stage.server.join(group, stage.people["nikolay"])
    await stage.people["nikolay"].block_bot()
    gate = stage.server.hold("sendMessage", times=1)

    answer = await stage.people["nikolay"].press(card, "Переназначить")
    assert answer.text == "Продолжение — в личном чате."
    gate.release()

    told = await stage.until(lambda: group.find("Ответ предназначен только вам"))
    assert told.reply_to is card
    assert told.keyboard is not None
    assert told.keyboard[0][0]["url"].endswith("?start=case_1")


async def test_the_button_of_a_notice_answers_politely_when_the_task_was_put_back(stage: Stage) -> None:
    group = await a_card(stage)
    (nikolay,) = await stage.joins("nikolay")
    stage.server.join(group, nikolay)
    await stage.press("gleb", group, "Взять", INTAKE)
    await stage.press("nikolay", group, "Переназначить", INTAKE)
    choice = await stage.asked("nikolay", "Кого назначить")
    await nikolay.press(choice, next(label for label in choice.buttons if label.startswith("Дарья")))
    await stage.asked("daria", "Задача теперь у вас")
    await stage.press("daria", group, "Вернуть в очередь", INTAKE)
    await stage.until(lambda: group.find("Ждёт исполнителя"))

    answer = await stage.presses("daria", "Открыть", "Задача теперь у вас")

    assert "ничего не изменено" in answer.text


async def test_an_answer_to_a_card_is_kept_though_it_is_not_told_whose_the_card_is(stage: Stage) -> None:
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    await stage.people["gleb"].reply(card, "Звонил")
    told = stage.server.updates[-1].payload
    answered = {name: value for name, value in told["reply_to_message"].items() if name != "from"}
    again = told | {"message_id": 1_000, "text": "Дозвонился", "reply_to_message": answered}
    stage.server.platform.updates.put("message", again, queue=group.id)
    await stage.until(lambda: not stage.server.platform.updates.pending)

    assert "Дозвонился" in str(await stage.app.queries.history(CaseId(1)))


@pytest.mark.parametrize(("name", "is_kept"), [("", True), ("another_bot", False)], ids=["ours", "another"])
async def test_a_card_is_known_for_ours_by_the_name_of_the_bot_too(stage: Stage, name: str, is_kept: bool) -> None:
    """Where a server tells another number than our own, the name decides."""
    group = await a_card(stage)
    card = await stage.button(group, "Взять")
    await stage.people["gleb"].reply(card, "Звонил")
    told = stage.server.updates[-1].payload
    sender = told["reply_to_message"]["from"]
    answered = told["reply_to_message"] | {"from": sender | {"id": 42, "username": name or sender["username"]}}
    again = told | {"message_id": 1_000, "text": "Дозвонился", "reply_to_message": answered}
    stage.server.platform.updates.put("message", again, queue=group.id)
    await stage.until(lambda: not stage.server.platform.updates.pending)

    assert ("Дозвонился" in str(await stage.app.queries.history(CaseId(1)))) is is_kept
