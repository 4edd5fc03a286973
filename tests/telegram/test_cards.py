"""Cards on Telegram: claimed once, kept current, commented on by replies."""

import asyncio

import pytest

from bot.conversation.incoming import Commented
from tests.scenarios.inplat import INTAKE
from tests.telegram.firm import Firm
from tests.telegram.kinds import VOICE, sends
from tests.telegram.server import Chat, all_answered
from tests.telegram.server.chats import Attachment
from workflows.domain.events import CommentAdded
from workflows.domain.ids import CaseId, FileId, PersonId
from workflows.ports.platforms import ChatState
from workflows.ports.unit_of_work import KeptFile, StorageUnavailable, UnitOfWork
from workflows.usecases.keep_file import MAX_BYTES

SCAN = KeptFile(id=FileId("f1"), name="устав.pdf", media_type="application/pdf", content=b"%PDF")


async def a_card(firm: Firm) -> Chat:
    """Bind the group of the tech support and open a case; returns the group with its card."""
    await firm.joins("anna", "gleb", "daria")
    group = await firm.group_of("tech_support", "gleb", "daria")
    await firm.opens_case()
    await firm.button(group, "Взять", INTAKE)
    return group


async def test_one_of_two_who_press_at_once_has_the_task_and_the_other_is_told_who(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")

    presses = [firm.people[name].press(card, "Взять") for name in ("gleb", "daria")]
    answers = await all_answered(*presses)

    lost = [answer for answer in answers if answer.show_alert]
    assert len(lost) == 1
    assert "Глеб Никитин" in lost[0].text or "Дарья Ильина" in lost[0].text
    await firm.until(lambda: "Исполнитель" in card.text)
    assert "Взять" not in card.buttons


async def test_a_press_that_is_brought_twice_takes_effect_once(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    await firm.people["gleb"].press(card, "Взять")
    await firm.until(lambda: "Исполнитель" in card.text)

    before = len(await firm.app.queries.history((await firm.case("ONB-1")).id))
    firm.server.redeliver(firm.server.updates[-1])
    await firm.people["gleb"].send(firm.people["gleb"].private, "/my")
    await firm.asked("gleb", "Ваши задачи")

    assert len(await firm.app.queries.history((await firm.case("ONB-1")).id)) == before


async def test_an_answer_to_a_card_is_a_comment_and_an_edited_one_corrects_it(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    await firm.people["gleb"].press(card, "Взять")

    said = await firm.people["gleb"].reply(card, "Звонил, не берут трубку")
    anna = firm.people["anna"].private
    await firm.until(lambda: anna.find("Звонил, не берут трубку"))
    await firm.people["gleb"].edit(said, "Дозвонился")
    await firm.until(lambda: anna.find("Исправление: Дозвонился"))

    assert not [message for message in group.messages if "Глеб Никитин, дело" in message.text]


@pytest.mark.parametrize("is_known", [True, False], ids=["at once", "after a restart"])
async def test_an_edit_that_changes_no_words_corrects_nothing(firm: Firm, is_known: bool) -> None:
    """The platform tells of edits also when it adds a preview, or a field that this program does not know."""
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    gleb, anna = firm.people["gleb"], firm.people["anna"].private
    said = await gleb.reply(card, "Смотрю https://romashka.example")
    await firm.until(lambda: anna.find("Смотрю"))
    if not is_known:
        await firm.restart()

    await gleb.edit(said, said.text)
    await gleb.send(gleb.private, "/my")
    await firm.until(lambda: gleb.private.find("У вас сейчас нет задач"))
    await gleb.edit(said, "Исправил")
    await firm.until(lambda: anna.find("Исправление: Исправил"))

    history = await firm.app.queries.history((await firm.case("ONB-1")).id)
    comments = [event.text for event in history if isinstance(event, CommentAdded)]
    assert comments == ["Смотрю https://romashka.example", "Исправление: Исправил"]


async def test_an_edit_that_leaves_only_the_end_of_the_words_corrects_them_after_a_restart_too(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    gleb, anna = firm.people["gleb"], firm.people["anna"].private
    said = await gleb.reply(card, "Клиент не готов")
    await firm.until(lambda: anna.find("не готов"))
    await gleb.edit(said, "не готов")
    await firm.until(lambda: anna.find("Исправление: не готов"))
    await firm.restart()

    await gleb.edit(said, "не готов")
    await gleb.edit(said, "готов")
    await firm.until(lambda: anna.find("Исправление: готов"))

    history = await firm.app.queries.history((await firm.case("ONB-1")).id)
    comments = [event.text for event in history if isinstance(event, CommentAdded)]
    assert comments == ["Клиент не готов", "Исправление: не готов", "Исправление: готов"]


async def test_a_photo_that_answers_a_card_is_kept_with_the_case(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")

    await firm.people["gleb"].send_photo(group, b"\xff\xd8\xff picture", caption="Вывеска", reply_to=card)
    await firm.until(lambda: firm.people["anna"].private.find("Вывеска"))

    history = await firm.app.queries.history((await firm.case("ONB-1")).id)
    files = [file for event in history for file in getattr(event, "files", ())]
    kept = await firm.app.queries.file(files[0])
    assert kept is not None
    assert kept.content == b"\xff\xd8\xff picture"


async def test_what_is_said_in_the_web_chat_appears_under_the_card_with_its_file(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    file = KeptFile(id=FileId("f1"), name="устав.pdf", media_type="application/pdf", content=b"%PDF")
    now = firm.app.services.clock.now()
    await firm.app.storage.transact(lambda unit: unit.add_file(file, PersonId("anna"), now))

    case = await firm.case("ONB-1")
    await firm.does_elsewhere("anna", Commented(case_id=case.id, text="Вот <устав>", files=(file.id,)))

    comment = await firm.until(lambda: group.find("Вот <устав>"))
    assert comment.reply_to is card
    document = await firm.until(lambda: next((m for m in group.messages if m.attachment is not None), None))
    assert document.attachment is not None
    assert (document.attachment.name, document.attachment.content) == ("устав.pdf", b"%PDF")


async def test_a_stranger_is_shown_the_way_in_and_nothing_else(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    eve = firm.server.user("Eve", "ru")
    firm.server.join(group, eve)

    answer = await eve.press(card, "Взять")
    assert (answer.text, answer.show_alert) == ("", False)
    assert answer.url is not None
    await eve.open_link(answer.url)
    await firm.until(lambda: eve.private.find("не связана"))

    await eve.send(eve.private, "/status")
    await firm.until(lambda: len([m for m in eve.private.messages if m.sender.is_bot]) >= 2)
    assert "ONB-1" not in eve.private.transcript()


@pytest.mark.parametrize("carried", ["case_1", "task_1-2", "my", "new_client_onboarding"])
async def test_a_stranger_who_follows_a_link_of_a_card_is_told_of_no_invitation(firm: Firm, carried: str) -> None:
    await a_card(firm)
    eve = firm.server.user("Eve", "ru")

    await eve.open_link(f"https://t.me/{firm.server.bot.username}?start={carried}")

    await firm.until(lambda: eve.private.find("не связана"))
    assert not eve.private.find("приглашение неизвестно")


async def test_a_stranger_who_writes_in_a_group_is_shown_the_way_in_once(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    eve = firm.server.user("Eve", "ru")
    firm.server.join(group, eve)
    before = len(group.messages)

    await eve.send(group, "/status")
    shown = await firm.button(group, "Открыть личный чат")
    await eve.send(group, "/my")
    await eve.reply(card, "А что это за клиент?")
    await firm.people["gleb"].send(group, "/queue")
    await firm.until(lambda: group.find("Отдел тех. поддержки\n1."))

    assert len(group.messages) == before + 6
    assert shown.reply_to is not None
    assert shown.reply_to.sender.id == eve.id
    assert "ONB-1" not in shown.text
    answer = await eve.press(shown, "Открыть личный чат")
    assert answer.url is not None
    await eve.open_link(answer.url)
    await firm.until(lambda: eve.private.find("не связана"))


async def test_a_stranger_whose_client_takes_no_link_is_told_whom_to_write_to(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    eve = firm.server.user("Eve", "ru")
    firm.server.join(group, eve)
    firm.server.fail("answerCallbackQuery", status=400, description="Bad Request: URL_INVALID")

    answer = await eve.press(card, "Взять")

    assert answer.show_alert
    assert "не связана" in answer.text
    assert answer.text.endswith(f"@{firm.server.bot.username}")


async def test_a_file_over_the_limit_is_refused_in_words_and_what_was_said_with_it_is_kept(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")

    await firm.people["gleb"].send_document(group, b"x" * (MAX_BYTES + 1), "видео.mov", "Смотрите", reply_to=card)

    refused = await firm.until(lambda: group.find("видео.mov больше 10"))
    assert refused.reply_to is not None
    assert refused.reply_to.sender.id == firm.people["gleb"].id
    await firm.until(lambda: firm.people["anna"].private.find("Смотрите"))
    await firm.people["gleb"].send_document(group, b"x" * MAX_BYTES, "акт.pdf", "Вот акт", reply_to=card)
    await firm.until(lambda: firm.people["anna"].private.find("Вот акт"))


@pytest.mark.parametrize("size", [{"file_size": 0}, {}], ids=["told", "untold"])
async def test_an_empty_file_is_refused_in_words_and_what_was_said_with_it_is_kept(
    firm: Firm, size: dict[str, int]
) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    document = {"file_id": "e", "file_unique_id": "e", "file_name": "пусто.txt", **size}
    platform = firm.server.platform
    platform.files["e"] = Attachment(field="document", file_id="e", name="пусто.txt", content=b"", json=document)
    platform.paths["e"] = "documents/empty.txt"

    sent = sends(firm, "gleb", group, {"document": document, "caption": "Вот устав"}, reply_to=card)

    refused = await firm.until(lambda: group.find("пусто.txt пуст"))
    assert refused.reply_to is sent
    await firm.until(lambda: firm.people["anna"].private.find("Вот устав"))
    history = await firm.app.queries.history((await firm.case("ONB-1")).id)
    assert [event.files for event in history if isinstance(event, CommentAdded)] == [()]


@pytest.mark.parametrize("gone", ["deleted", "too old"])
async def test_a_card_that_cannot_be_edited_is_posted_anew_and_the_old_one_goes(firm: Firm, gone: str) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    if gone == "deleted":
        card.is_deleted = True
        await firm.people["gleb"].send(firm.people["gleb"].private, "/queue")
        await firm.presses("gleb", "Взять ONB-1 · ООО «Ромашка»")
    else:
        card.can_be_edited = False
        await firm.people["gleb"].press(card, "Взять")

    new = await firm.until(lambda: next((m for m in group.messages if "Исполнитель" in m.text), None))
    assert new.id != card.id
    assert card.is_deleted


async def says_elsewhere(firm: Firm, text: str, *files: KeptFile, number: str = "ONB-1") -> None:
    """Have Anna comment on a case in the web chat, with files."""
    now = firm.app.services.clock.now()

    def keep(unit: UnitOfWork) -> None:
        for file in files:
            unit.add_file(file, PersonId("anna"), now)

    await firm.app.storage.transact(keep)
    case = await firm.case(number)
    said = Commented(case_id=case.id, text=text, files=tuple(file.id for file in files))
    await firm.does_elsewhere("anna", said)


@pytest.mark.parametrize(
    "description",
    ["Bad Request: not enough rights to send documents to the chat", "Bad Request: file must be non-empty"],
)
async def test_a_file_that_the_chat_does_not_take_is_told_once_and_everything_else_goes_on(
    firm: Firm, description: str
) -> None:
    group = await a_card(firm)
    firm.server.fail("sendDocument", status=400, description=description, times=5)

    await says_elsewhere(firm, "Вот устав", SCAN)
    comment = await firm.until(lambda: group.find("Вот устав"))
    told = await firm.until(lambda: group.find("Файл устав.pdf не удалось показать здесь"))
    assert told.reply_to is comment
    await says_elsewhere(firm, "Клиент торопится")
    await firm.until(lambda: group.find("Клиент торопится"))
    await firm.people["gleb"].reply(comment, "Спасибо, вижу")
    await firm.until(lambda: firm.people["anna"].private.find("Спасибо, вижу"))

    assert len([m for m in group.messages if "не удалось показать" in m.text]) == 1
    assert not [b for b in firm.app.chats.directory.bindings() if b.state is ChatState.CLOSED]
    assert await firm.app.queries.undeliverable(10) == []


@pytest.mark.parametrize("what", ["file", "file after a restart", "sentence instead"])
async def test_a_reply_to_the_file_below_a_comment_is_a_comment_too(firm: Firm, what: str) -> None:
    group = await a_card(firm)
    if what == "sentence instead":
        firm.server.fail("sendDocument", status=400, description="Bad Request: not enough rights to send documents")
    await says_elsewhere(firm, "Вот устав", SCAN)

    posted = await firm.until(
        lambda: next((m for m in group.messages if m.attachment or "не удалось показать" in m.text), None)
    )
    if what == "file after a restart":
        await firm.says("gleb", "/my")
        await firm.asked("gleb", "У вас сейчас нет задач")
        await firm.restart()
    await firm.people["gleb"].reply(posted, "Спасибо, вижу")

    await firm.until(lambda: firm.people["anna"].private.find("Спасибо, вижу"))


async def test_a_file_whose_sending_breaks_off_is_sent_again_below_the_one_comment(firm: Firm) -> None:
    group = await a_card(firm)
    fault = firm.server.fail("sendDocument", status=502, description="Bad Gateway")

    await says_elsewhere(firm, "Вот устав", SCAN)
    await firm.until(lambda: next((m for m in group.messages if m.attachment is not None), None))

    assert fault.struck == 1
    assert len([m for m in group.messages if "Вот устав" in m.text]) == 1


async def test_a_comment_that_is_too_long_ends_with_a_link_to_its_case(firm: Firm) -> None:
    group = await a_card(firm)

    await says_elsewhere(firm, "Очень длинно. " * 400)
    comment = await firm.until(lambda: group.find("Очень длинно"))

    assert comment.text.endswith("Целиком")
    await firm.people["gleb"].open_link(comment.entities[-1]["url"])
    await firm.asked("gleb", "ONB-1")


async def test_a_comment_right_after_its_card_stands_below_it_although_the_card_is_not_recorded_yet(
    firm: Firm,
) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    transact, recorded, is_heard = firm.app.storage.transact, 0, asyncio.Event()

    async def slow(work):  # type: ignore[no-untyped-def]
        nonlocal recorded
        if work.__qualname__.startswith("Deliverer.record") and group.find("ONB-2"):
            recorded += 1
            await is_heard.wait()
        return await transact(work)

    gate = firm.server.hold("sendMessage", times=1)
    await firm.opens_case()
    await gate.reached()
    await firm.opens_case("ООО «Второй»")
    await says_elsewhere(firm, "Клиент торопится", number="ONB-2")
    firm.app.storage.transact = slow  # type: ignore[method-assign]
    gate.release()
    comment = await firm.until(lambda: group.find("Клиент торопится"))

    assert recorded
    assert comment.reply_to is await firm.button(group, "Взять", "ONB-2")
    is_heard.set()


@pytest.mark.parametrize("words", ["", "Это с объекта"])
async def test_a_voice_that_answers_a_card_is_not_kept_which_is_said_and_its_words_are(firm: Firm, words: str) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")

    voice = sends(firm, "gleb", group, {"voice": VOICE} | ({"caption": words} if words else {}), reply_to=card)

    told = await firm.until(lambda: group.find("это не сохранено"))
    assert told.reply_to is voice
    await firm.until(lambda: firm.people["anna"].private.find(words))
    history = await firm.app.queries.history((await firm.case("ONB-1")).id)
    assert [event.text for event in history if isinstance(event, CommentAdded)] == ([words] if words else [])


async def test_a_command_that_answers_a_card_is_a_command(firm: Firm) -> None:
    group = await a_card(firm)
    await firm.people["gleb"].reply(await firm.button(group, "Взять"), "/status")

    await firm.until(lambda: group.find("Активные дела"))
    history = await firm.app.queries.history((await firm.case("ONB-1")).id)
    assert not [event for event in history if isinstance(event, CommentAdded)]


async def test_an_answer_to_a_card_while_the_database_is_away_is_told_so(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    await firm.restart()

    async def away(*_arguments: object) -> None:
        raise StorageUnavailable("away")

    firm.app.queries.case_of_message = away  # type: ignore[method-assign,assignment]
    said = await firm.people["gleb"].reply(card, "Звонил")

    told = await firm.until(lambda: group.find("База данных не отвечает"))
    assert told.reply_to is said


async def test_somebody_with_two_accounts_is_answered_in_the_one_that_pressed(firm: Firm) -> None:
    group = await a_card(firm)
    await firm.joins("nikolay")
    old = firm.people["nikolay"]
    await firm.joins("nikolay")
    new = firm.people["nikolay"]
    firm.server.join(group, new)

    answer = await firm.press("nikolay", group, "Переназначить")

    assert answer.text == "Продолжение — в личном чате."
    await firm.until(lambda: new.private.find("Кого назначить"))
    assert old.private.find("Кого назначить") is None


async def test_the_menu_of_assignees_becomes_what_was_done_with_it(firm: Firm) -> None:
    group = await a_card(firm)
    (nikolay,) = await firm.joins("nikolay")
    firm.server.join(group, nikolay)
    await firm.press("nikolay", group, "Переназначить")
    menu = await firm.asked("nikolay", "Кого назначить")

    answer = await firm.presses("nikolay", next(label for label in menu.buttons if "Дарья" in label))

    assert answer.text == "ONB-1: новый исполнитель — Дарья Ильина."
    await firm.until(lambda: menu.text == answer.text)
    assert not menu.buttons


async def test_who_has_blocked_the_bot_is_led_to_the_private_chat(firm: Firm) -> None:
    group = await a_card(firm)
    await firm.joins("nikolay")
    firm.server.join(group, firm.people["nikolay"])
    await firm.people["nikolay"].block_bot()

    answer = await firm.press("nikolay", group, "Переназначить")

    assert answer.url is not None
    assert answer.url.endswith("?start=case_1")
    await firm.people["nikolay"].open_link(answer.url)
    await firm.asked("nikolay", "ONB-1")


async def test_a_notice_loses_its_button_when_the_task_was_put_back(firm: Firm) -> None:
    group = await a_card(firm)
    (nikolay,) = await firm.joins("nikolay")
    firm.server.join(group, nikolay)
    await firm.press("gleb", group, "Взять", INTAKE)
    await firm.press("nikolay", group, "Переназначить", INTAKE)
    choice = await firm.asked("nikolay", "Кого назначить")
    await nikolay.press(choice, next(label for label in choice.buttons if label.startswith("Дарья")))
    notice = await firm.button(firm.people["daria"].private, "Открыть", "Задача теперь у вас")

    await firm.press("daria", group, "Вернуть в очередь", INTAKE)

    await firm.until(lambda: "Открыть" not in notice.buttons)


async def test_an_answer_to_a_card_is_kept_though_it_is_not_told_whose_the_card_is(firm: Firm) -> None:
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    await firm.people["gleb"].reply(card, "Звонил")
    told = firm.server.updates[-1].payload
    answered = {name: value for name, value in told["reply_to_message"].items() if name != "from"}
    again = told | {"message_id": 1_000, "text": "Дозвонился", "reply_to_message": answered}
    firm.server.platform.updates.put("message", again, queue=group.id)
    await firm.until(lambda: not firm.server.platform.updates.pending)

    assert "Дозвонился" in str(await firm.app.queries.history(CaseId(1)))


@pytest.mark.parametrize(("name", "is_kept"), [("", True), ("another_bot", False)], ids=["ours", "another"])
async def test_a_card_is_known_for_ours_by_the_name_of_the_bot_too(firm: Firm, name: str, is_kept: bool) -> None:
    """Where a server tells another number than our own, the name decides."""
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    await firm.people["gleb"].reply(card, "Звонил")
    told = firm.server.updates[-1].payload
    sender = told["reply_to_message"]["from"]
    answered = told["reply_to_message"] | {"from": sender | {"id": 42, "username": name or sender["username"]}}
    again = told | {"message_id": 1_000, "text": "Дозвонился", "reply_to_message": answered}
    firm.server.platform.updates.put("message", again, queue=group.id)
    await firm.until(lambda: not firm.server.platform.updates.pending)

    assert ("Дозвонился" in str(await firm.app.queries.history(CaseId(1)))) is is_kept


async def test_presses_in_any_order_have_one_winner(firm: Firm) -> None:
    await firm.joins("gleb", "daria")
    group = await firm.group_of("tech_support", "gleb", "daria")
    await firm.opens_case()
    card = await firm.button(group, "Взять")

    firm.server.hold_updates()
    presses = [firm.people[name].press(card, "Взять") for name in ("gleb", "daria")]
    firm.server.release_updates(lambda places: places[::-1])
    answers = [await press for press in presses]

    assert sorted(bool(answer.show_alert) for answer in answers) == [False, True]


async def test_a_forged_press_never_replaces_the_text_of_a_card(firm: Firm) -> None:
    """A changed client may send any action on any message: also one that is its sender's own to use."""
    group = await a_card(firm)
    card = await firm.button(group, "Взять")
    before, timur = card.text, firm.people["timur"]

    await timur.press_stale(card.id, "bind:tech_support:0:", chat=group)

    await firm.until(lambda: timur.private.find("карточки теперь появляются здесь"))
    assert card.text == before
    assert "Взять" in card.buttons


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_kept_comment_gets_a_reaction_where_the_group_allows_it(firm: Firm, allowed: bool) -> None:
    group = await a_card(firm)
    if not allowed:
        group.reactions = frozenset({"👍"})

    said = await firm.people["gleb"].reply(await firm.button(group, "Взять"), "Звонил клиенту")

    await firm.until(lambda: firm.server.calls_of("setMessageReaction"))
    await firm.until(lambda: bool(said.reactions) is allowed)
    assert said.reactions == (["✍"] if allowed else [])
    await firm.asked("anna", "Звонил клиенту")
