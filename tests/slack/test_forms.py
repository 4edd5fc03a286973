"""Forms in windows: errors at their fields, drafts, files, decisions that change what is needed, nothing lost."""

import json

from bot.conversation.incoming import FormFinished
from tests.scenarios.inplat import BANK, BEGIN, CLIENT, DOCUMENTS, INTAKE, ROMASHKA, WORK
from tests.slack.firm import Firm
from tests.slack.forms import DECISION, decide, fill, send, tick_all
from tests.slack.server import Channel, Hold, Person, Refuse
from tests.slack.server.deliveries import Delivery, Kind
from workflows.domain.case import CaseStatus, TaskStatus
from workflows.domain.commands import ClaimTask
from workflows.domain.filling import Filling
from workflows.domain.ids import FieldName, PersonId, ProcessId


async def at_a_new_case(firm: Firm) -> Channel:
    """Have Vera look at the form of a new case."""
    await firm.joins("timur", "vera")
    sales = await firm.channel_of("sales", "vera")
    await firm.people["vera"].command("/handover", "new", sales)
    await firm.window("vera", "Подключение клиента")
    return sales


async def test_what_is_wrong_is_told_at_its_field_and_the_window_stays(firm: Firm) -> None:
    await at_a_new_case(firm)
    vera = firm.people["vera"]
    await fill(firm, "vera", {**CLIENT, "ИНН": "7707083890"})

    await vera.submit()

    assert list(vera.view.errors) == ["ИНН"]
    assert "опечатка" in vera.view.errors["ИНН"]
    assert vera.view.value("Клиент") == ROMASHKA


async def test_a_form_is_sent_with_one_press_and_what_came_of_it_is_said_where_it_was_opened(firm: Firm) -> None:
    support = await at_the_intake(firm)
    gleb = firm.people["gleb"]
    await tick_all(firm, "gleb")

    assert gleb.view.payload["submit"]["text"] == "Завершить"
    await gleb.submit()

    assert not gleb.has_view
    await firm.until(lambda: "ONB-1" in gleb.ephemerals[-1].plain)
    told = firm.server.calls_of("chat.postEphemeral")[-1].args
    assert (told["channel"], told["user"]) == (support.id, gleb.id)


async def test_what_came_of_a_form_without_a_channel_is_said_in_private(firm: Firm) -> None:
    await firm.joins("timur", "vera")
    vera = firm.people["vera"]
    await vera.shortcut("new_case")
    await firm.window("vera", "Подключение клиента")
    await fill(firm, "vera", CLIENT)

    assert vera.view.payload["submit"]["text"] == "Отправить"
    await vera.submit()

    assert not vera.has_view
    await firm.server.wait_for_message(vera.dm, "ONB-1")


async def test_a_letter_to_the_client_is_shown_before_it_is_sent(firm: Firm) -> None:
    anna = await at_the_bank(firm)
    await decide(firm, "anna", "Банк отказал", "Причина отказа банка")
    assert "Ещё не заполнено: Причина отказа банка." in anna.view.plain
    assert anna.view.payload["submit"]["text"] == "Предпросмотр"
    lines = [f"{number} касса на первом этаже торгового зала" for number in range(70)]
    await anna.fill("Причина отказа банка", "\n".join(lines))

    await firm.until(lambda: lines[-1] in anna.view.plain)

    assert anna.view.payload["submit"]["text"] == "Отправить"
    assert "Мария Петровна" in anna.view.plain
    assert [line for line in lines if line not in anna.view.plain] == []
    assert anna.view.value("Причина отказа банка") == "\n".join(lines)
    assert (await firm.case("ONB-1")).status is CaseStatus.ACTIVE
    await anna.submit()
    assert not anna.has_view
    await firm.slack.inbox.wait_until_idle()
    assert (await firm.case("ONB-1")).end == "refused"


async def test_a_letter_that_is_no_longer_what_the_window_shows_is_shown_anew_before_it_is_sent(firm: Firm) -> None:
    anna = await at_the_bank(firm)
    await decide(firm, "anna", "Банк отказал", "Причина отказа банка")
    await anna.fill("Причина отказа банка", "Нет лицензии")
    await firm.until(lambda: "Причина: Нет лицензии" in anna.view.plain)
    window = anna.view.payload["private_metadata"]
    other = json.dumps(json.loads(window) | {"shown": "another"})
    anna.view.payload["private_metadata"] = other

    await anna.submit()

    assert anna.view.title == "Что будет отправлено"
    assert "Причина: Нет лицензии" in anna.view.plain
    assert (await firm.case("ONB-1")).status is CaseStatus.ACTIVE
    await anna.submit()
    assert not anna.has_view


async def test_a_closed_window_keeps_its_answers_and_offers_them_again(firm: Firm) -> None:
    sales = await at_a_new_case(firm)
    vera = firm.people["vera"]
    await vera.fill("Клиент", ROMASHKA)
    await vera.fill("Желаемая дата запуска", "2026-04-01")
    await vera.close()
    await firm.slack.inbox.wait_until_idle()

    await vera.command("/handover", "new", sales)
    await firm.window("vera", "Подключение клиента")

    assert (vera.view.value("Клиент"), vera.view.value("Желаемая дата запуска")) == (ROMASHKA, "2026-04-01")
    assert "черновик" in vera.view.plain


async def sends_again(firm: Firm, trigger: str) -> Delivery:
    """Have the window that was sent last be sent once more, by another press."""
    sent = firm.server.last("view_submission")
    return await firm.server.deliveries.deliver(Kind.INTERACTION, {**sent.payload, "trigger_id": trigger})


async def test_a_form_that_is_sent_by_a_second_press_is_told_as_received_and_leaves_no_draft(firm: Firm) -> None:
    sales = await at_a_new_case(firm)
    vera = firm.people["vera"]
    await fill(firm, "vera", CLIENT)
    await send(firm, "vera", BEGIN)

    again = await sends_again(firm, "2.second")
    await firm.restart()
    after = await sends_again(firm, "3.third")

    assert "получено" in str(again.answer)
    assert "ONB-1" in str(again.answer)
    assert "case:1:0:" in str(again.answer)
    assert "получено" in str(after.answer)
    assert await firm.app.queries.case_numbered("ONB-2") is None
    await vera.command("/handover", "new", sales)
    await firm.window("vera", "Подключение клиента")
    assert "черновик" not in vera.view.plain.replace("Сохранить черновик", "")


async def test_a_form_that_goes_on_can_be_begun_anew(firm: Firm) -> None:
    sales = await at_a_new_case(firm)
    vera = firm.people["vera"]
    assert "Начать заново" not in vera.view.labels
    await vera.fill("Клиент", ROMASHKA)
    await vera.close()
    await firm.slack.inbox.wait_until_idle()
    await vera.command("/handover", "new", sales)
    await firm.window("vera", "Подключение клиента")
    await vera.fill("Контактное лицо", "Мария")

    await vera.press(vera.view, "Начать заново")
    await firm.slack.inbox.wait_until_idle()

    assert (vera.view.value("Клиент"), vera.view.value("Контактное лицо")) == (None, None)
    assert "черновик" not in vera.view.plain.replace("Сохранить черновик", "")


async def test_a_case_from_another_message_begins_anew(firm: Firm) -> None:
    sales = await at_a_new_case(firm)
    vera = firm.people["vera"]
    await vera.close()
    first, second = await vera.post(sales, "Лютик просит кассу"), await vera.post(sales, "Ромашка просит СБП")
    await vera.message_shortcut("case_from_message", first)
    await firm.until(lambda: "Лютик" in vera.view.value("Комментарий"))
    await vera.fill("Клиент", "Лютик")
    await vera.close()
    await firm.slack.inbox.wait_until_idle()

    await vera.message_shortcut("case_from_message", second)

    words = await firm.until(lambda: vera.view.value("Комментарий"))
    assert (words.splitlines()[0], len(words.splitlines())) == ("Ромашка просит СБП", 2)
    assert vera.view.value("Клиент") is None


async def test_a_case_from_a_forwarded_message_has_its_words(firm: Firm) -> None:
    sales = await at_a_new_case(firm)
    vera = firm.people["vera"]
    await vera.close()
    forwarded = await vera.forward(await vera.post(sales, "Лютик просит *кассу* :+1:"), sales)

    await vera.message_shortcut("case_from_message", forwarded)

    words = await firm.until(lambda: vera.view.value("Комментарий"))
    assert words.splitlines()[0] == "> Лютик просит кассу 👍"


async def test_a_case_from_the_same_message_goes_on(firm: Firm) -> None:
    sales = await at_a_new_case(firm)
    vera = firm.people["vera"]
    await vera.close()
    message = await vera.post(sales, "Лютик просит кассу")
    await vera.message_shortcut("case_from_message", message)
    await firm.until(lambda: vera.view.value("Комментарий"))
    await vera.fill("Клиент", "Лютик")
    await vera.fill("Комментарий", f"{vera.view.value('Комментарий')}\nпозвонить")
    await vera.close()
    await firm.slack.inbox.wait_until_idle()

    await vera.message_shortcut("case_from_message", message)

    assert (await firm.until(lambda: vera.view.value("Комментарий"))).endswith("позвонить")
    assert vera.view.value("Клиент") == "Лютик"


async def test_a_sent_form_leaves_no_draft_behind(firm: Firm) -> None:
    sales = await at_a_new_case(firm)
    vera = firm.people["vera"]
    await fill(firm, "vera", CLIENT)
    await send(firm, "vera", BEGIN)
    await firm.slack.inbox.wait_until_idle()
    assert not vera.has_view

    await vera.command("/handover", "new", sales)
    await firm.window("vera", "Подключение клиента")

    assert vera.view.value("Клиент") is None


async def test_the_draft_can_be_kept_by_a_button_and_survives_a_restart(firm: Firm) -> None:
    sales = await at_a_new_case(firm)
    vera = firm.people["vera"]
    await vera.fill("Контактное лицо", "Мария")
    await vera.press(vera.view, "Сохранить черновик")
    await firm.until(lambda: "Черновик сохранён" in vera.view.plain)

    await firm.restart()
    vera.views.clear()
    await vera.command("/handover", "new", sales)
    await firm.window("vera", "Подключение клиента")

    assert vera.view.value("Контактное лицо") == "Мария"


async def at_the_documents(firm: Firm) -> Person:
    """Have Boris look at a form with two decisions."""
    await firm.joins("timur", "vera", "boris")
    accounts = await firm.channel_of("accounts", "vera", "boris")
    await firm.people["vera"].command("/handover", "new", accounts)
    await firm.window("vera", "Подключение клиента")
    await fill(firm, "vera", CLIENT)
    await send(firm, "vera", BEGIN)
    boris = firm.people["boris"]
    await firm.press("boris", accounts, "Взять")
    await firm.window("boris", DOCUMENTS)
    return boris


async def test_the_decision_says_which_answers_are_needed(firm: Firm) -> None:
    boris = await at_the_documents(firm)

    await boris.fill("Решение", "Документы согласованы")
    await firm.until(lambda: not boris.view.input("Кто согласовал")["optional"])
    await boris.fill("Решение", "Документов не хватает")
    await firm.until(lambda: not boris.view.input("Чего не хватает")["optional"])

    assert "Кто согласовал" not in boris.view.inputs
    await boris.fill("Чего не хватает", "Устава")
    await send(firm, "boris", "Документов не хватает")
    assert [task.status for task in (await firm.case("ONB-1")).tasks.values() if task.stage == "documents"] == [
        TaskStatus.COMPLETED
    ]


async def at_the_intake(firm: Firm) -> Channel:
    """Have Gleb fill in a form with a check list, except for the list and the decision; returns his channel."""
    await firm.joins("timur", "vera", "gleb")
    support = await firm.channel_of("tech_support", "vera", "gleb")
    await firm.people["vera"].command("/handover", "new", support)
    await firm.window("vera", "Подключение клиента")
    await fill(firm, "vera", CLIENT)
    await send(firm, "vera", BEGIN)
    await firm.press("gleb", support, "Взять", INTAKE)
    await firm.window("gleb", INTAKE)
    await fill(firm, "gleb", WORK[INTAKE].answers)
    return support


async def test_an_open_check_list_is_told_at_the_check_list(firm: Firm) -> None:
    support = await at_the_intake(firm)
    gleb = firm.people["gleb"]

    await gleb.submit()
    ((label, problem),) = gleb.view.errors.items()
    assert "Сайт клиента просмотрен" in problem
    assert label == "Чек-лист"
    await tick_all(firm, "gleb")
    await firm.until(lambda: "2 из 2" in support.messages[-1].plain)

    await send(firm, "gleb", WORK[INTAKE].outcome)
    await firm.until(lambda: "Завершено" in support.messages[-1].plain)


async def test_a_form_with_its_ticks_passes_the_conversation_once(firm: Firm) -> None:
    await at_the_intake(firm)
    await tick_all(firm, "gleb")
    await firm.slack.inbox.wait_until_idle()
    firm.faults.intents.clear()

    await send(firm, "gleb", WORK[INTAKE].outcome)

    (finished,) = firm.faults.intents
    assert isinstance(finished, FormFinished)
    assert len(finished.filled.ticks) == 2


async def at_the_bank(firm: Firm) -> Person:
    """Have Anna look at the form that asks for a file."""
    await firm.joins("timur", "vera", "anna")
    sales = await firm.channel_of("sales", "vera", "anna")
    await firm.channel_of("accounts", "vera")
    await firm.people["vera"].command("/handover", "new", sales)
    await firm.window("vera", "Подключение клиента")
    await fill(firm, "vera", CLIENT)
    await send(firm, "vera", BEGIN)
    case = await firm.case("ONB-1")
    documents = next(task for task in case.tasks.values() if task.stage == "documents")
    await firm.app.handler.handle(ClaimTask(task_id=documents.id), actor=PersonId("vera"))
    await firm.people["vera"].command("/handover", "my", sales)
    open_it = "Открыть ONB-1 · ООО «Ромашка»"
    mine = await firm.until(lambda: [m for m in firm.people["vera"].ephemerals if open_it in m.labels][-1])
    await firm.people["vera"].press(mine, open_it)
    await firm.window("vera", DOCUMENTS)
    await fill(firm, "vera", WORK[DOCUMENTS].answers, WORK[DOCUMENTS].outcome)
    await tick_all(firm, "vera")
    await send(firm, "vera", WORK[DOCUMENTS].outcome)
    anna = firm.people["anna"]
    await firm.press("anna", sales, "Взять")
    await firm.until(lambda: anna.view.input(DECISION))
    await decide(firm, "anna", WORK[BANK].outcome, "Скан подписанного договора")
    return anna


async def test_a_file_is_kept_with_its_case_and_one_that_is_too_large_is_told(firm: Firm) -> None:
    anna = await at_the_bank(firm)

    await anna.fill("Скан подписанного договора", [("огромный.pdf", b"x" * (10 * 1024 * 1024 + 1))])
    await fill(firm, "anna", WORK[BANK].answers)
    await tick_all(firm, "anna")
    await anna.submit()
    assert "10 МБ" in anna.view.errors["Скан подписанного договора"]
    await anna.fill("Скан подписанного договора", [("договор.pdf", b"%PDF")])
    await send(firm, "anna", WORK[BANK].outcome)

    value = (await firm.case("ONB-1")).values[FieldName("signed_agreement")]
    assert isinstance(value, dict)
    kept = await firm.app.queries.file(value["id"])
    assert kept is not None
    assert (kept.name, kept.content) == ("договор.pdf", b"%PDF")


async def with_a_scan(firm: Firm) -> Person:
    """Have Anna answer with a scan, and look at the case."""
    anna = await at_the_bank(firm)
    await anna.fill("Скан подписанного договора", [("договор.pdf", b"%PDF")])
    await fill(firm, "anna", WORK[BANK].answers)
    await tick_all(firm, "anna")
    await send(firm, "anna", WORK[BANK].outcome)
    return anna


async def opens_the_data(firm: Firm, anna: Person) -> None:
    """Have Anna look at the data of the case."""
    await anna.command("/handover", "status ONB-1", firm.server.channel("sales"))
    status = await firm.until(lambda: [m for m in anna.ephemerals if "Данные" in m.labels][-1])
    await anna.press(status, "Данные")


async def test_the_window_of_a_return_says_in_its_title_which_case_it_is(firm: Firm) -> None:
    anna = await at_the_bank(firm)
    await anna.close()

    sales = next(channel for channel in firm.server.workspace.channels.values() if channel.name == "sales")
    await firm.press("anna", sales, "На доработку")
    await firm.until(lambda: "ONB-1" in anna.view.title)

    assert anna.view.title == "На доработку: ONB-1"


async def test_the_files_of_a_case_are_opened_in_the_direct_message(firm: Firm) -> None:
    anna = await with_a_scan(firm)

    await opens_the_data(firm, anna)

    (shared,) = await firm.until(lambda: [message for message in anna.dm.messages if message.files])
    assert [(file.name, file.content) for file in shared.files] == [("договор.pdf", b"%PDF")]
    assert "личных сообщениях" in await firm.told("anna", "договор.pdf")


async def test_a_file_of_a_case_that_slack_does_not_take_is_told_of_in_words(firm: Firm) -> None:
    anna = await with_a_scan(firm)
    firm.server.fail("files.getUploadURLExternal", Refuse("file_uploads_disabled"))

    await opens_the_data(firm, anna)

    told = await firm.server.wait_for_message(anna.dm, "Slack не принял файл договор.pdf")
    assert told.files == []


async def test_a_long_form_is_filled_in_page_by_page(firm: Firm) -> None:
    await firm.restart(questions_per_page=4)
    await at_a_new_case(firm)
    vera = firm.people["vera"]
    pages = [dict(list(CLIENT.items())[at : at + 4]) for at in (0, 4, 8)]
    assert "Страница 1 из 3" in vera.view.plain

    await fill(firm, "vera", pages[0])
    await vera.submit()
    await fill(firm, "vera", {**pages[1], "ИНН": "7707083890"})
    await vera.press(vera.view, "Назад")
    await firm.until(lambda: "Страница 1 из 3" in vera.view.plain)
    assert vera.view.value("Клиент") == ROMASHKA
    await vera.submit()
    assert vera.view.value("ИНН") == "7707083890"
    await vera.submit()
    await fill(firm, "vera", {"Комментарий": "Спешат к сезону"})
    await vera.submit()

    assert "Страница 2 из 3" in vera.view.plain
    assert "опечатка" in vera.view.plain
    await vera.fill("ИНН", "7707083893")
    await vera.submit()
    await send(firm, "vera", BEGIN)
    assert (await firm.case("ONB-1")).values[FieldName("comment")] == "Спешат к сезону"


async def test_an_unusual_answer_is_asked_about_before_the_form_is_sent(firm: Firm) -> None:
    await at_a_new_case(firm)
    vera = firm.people["vera"]
    await fill(firm, "vera", {**CLIENT, "Желаемая дата запуска": "01.03.2020"})

    await vera.submit()

    assert vera.view.title == "Что будет отправлено"
    assert "Желаемая дата запуска: 1 марта 2020" in vera.view.plain
    assert await firm.app.queries.case_numbered("ONB-1") is None
    await vera.submit()
    assert not vera.has_view
    assert (await firm.case("ONB-1")).values[FieldName("expected_start")] == "2020-03-01"


async def test_a_long_answer_stands_once_after_the_decision_is_chosen(firm: Firm) -> None:
    await at_a_new_case(firm)
    vera = firm.people["vera"]
    long = "я" * 2_950
    await fill(firm, "vera", {**CLIENT, "Комментарий": long})

    await firm.slack.inbox.wait_until_idle()

    assert vera.view.value("Комментарий") == long
    await send(firm, "vera", BEGIN)
    assert (await firm.case("ONB-1")).values[FieldName("comment")] == long


async def test_an_answer_in_two_parts_that_becomes_shorter_loses_nothing(firm: Firm) -> None:
    await firm.joins("timur", "vera")
    await firm.app.handler.save_new_case_draft(
        ProcessId("client_onboarding"),
        Filling(values={FieldName("comment"): "а" * 3_000 + "б" * 400}),
        actor=PersonId("vera"),
    )
    vera = firm.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await firm.window("vera", "Подключение клиента")
    assert vera.view.value("Комментарий (2)") == "б" * 400

    await vera.fill("Комментарий", "а" * 2_500)
    await vera.press(vera.view, "Сохранить черновик")
    await firm.until(lambda: "Черновик сохранён" in vera.view.plain)

    assert vera.view.value("Комментарий") == "а" * 2_500 + "б" * 400
    assert "Комментарий (2)" not in vera.view.inputs


async def test_a_file_that_was_attached_can_be_taken_away(firm: Firm) -> None:
    anna = await at_the_bank(firm)
    scan, keep = "Скан подписанного договора", "Сохранить черновик"
    await anna.fill(scan, [("договор.pdf", b"%PDF")])
    await anna.press(anna.view, keep)
    await firm.until(lambda: "Сейчас: договор.pdf" in anna.view.inputs)

    await anna.fill("Сейчас: договор.pdf", ["Убрать файл"])

    await firm.until(lambda: "Сейчас: договор.pdf" not in anna.view.inputs)
    assert anna.view.value(scan) == []
    await anna.fill(scan, [("другой.pdf", b"%PDF 2")])
    await anna.press(anna.view, keep)
    await firm.until(lambda: "Сейчас: другой.pdf" in anna.view.inputs)


async def test_the_decision_stays_when_one_turns_back_a_page(firm: Firm) -> None:
    boris = await at_the_documents(firm)
    await firm.restart(questions_per_page=2)
    await decide(firm, "boris", "Документы согласованы", "Согласованные документы")
    await firm.until(lambda: "Страница 1 из 2" in boris.view.plain)
    await boris.fill("Согласованные документы", ["Договор"])
    await boris.submit()
    await firm.until(lambda: "Страница 2 из 2" in boris.view.plain)

    await boris.press(boris.view, "Назад")

    await firm.until(lambda: "Страница 1 из 2" in boris.view.plain)
    assert boris.view.value("Решение") == "Документы согласованы"
    assert boris.view.value("Кто согласовал") == "Борис Лебедев"


async def test_the_words_of_a_message_wait_in_the_draft_when_the_form_could_not_be_opened(firm: Firm) -> None:
    await firm.joins("timur", "vera")
    vera = firm.people["vera"]
    secret = firm.server.channel("secret", private=True, members=(vera,), bot=False)
    message = await vera.post(secret, "Лютик просит кассу < 5 минут")
    firm.server.fail("views.open", Refuse("expired_trigger_id"))

    await vera.message_shortcut("case_from_message", message)
    offer = await firm.until(lambda: [m for m in vera.dm.messages if "Открыть форму" in m.labels][-1])
    await firm.slack.inbox.wait_until_idle()
    await vera.press(offer, "Открыть форму")
    await firm.until(lambda: vera.has_view)

    words = await firm.until(lambda: vera.view.value("Комментарий"))
    assert words == (
        f"Лютик просит кассу < 5 минут\nhttps://inplat.slack.com/archives/{secret.id}/p{message.ts.replace('.', '')}"
    )


async def test_a_form_from_a_message_opens_while_its_address_is_still_being_asked_for(firm: Firm) -> None:
    await firm.joins("timur", "vera")
    sales = await firm.channel_of("sales", "vera")
    vera = firm.people["vera"]
    message = await vera.post(sales, "Лютик просит кассу")
    firm.server.fail("chat.getPermalink", Hold())

    await vera.message_shortcut("case_from_message", message)

    await firm.until(lambda: "archives" in vera.view.value("Комментарий"))
