"""Forms in windows: errors at their fields, drafts, files, decisions that change what is needed, nothing lost."""

import pytest

from tests.scenarios.inplat import BEGIN, CLIENT, DOCUMENTS, INTAKE, ROMASHKA, WORK
from tests.slack.forms import fill, send, tick_all
from tests.slack.server import Channel, Hold, Person, Refuse
from tests.slack.server.deliveries import Delivery, Kind
from tests.slack.stage import Stage
from workflows.domain.case import TaskStatus
from workflows.domain.commands import ClaimTask
from workflows.domain.ids import FieldName, PersonId, ProcessId


async def at_a_new_case(stage: Stage) -> Channel:
    """Have Vera look at the form of a new case."""
    await stage.joins("timur", "vera")
    sales = await stage.channel_of("sales", "vera")
    await stage.people["vera"].command("/handover", "new", sales)
    await stage.window("vera", "Подключение клиента")
    return sales


async def test_what_is_wrong_is_told_at_its_field_and_the_window_stays(stage: Stage) -> None:
    await at_a_new_case(stage)
    vera = stage.people["vera"]
    await fill(stage, "vera", {**CLIENT, "ИНН": "7707083890"})

    await vera.fill("Решение", BEGIN)
    await vera.submit()

    assert list(vera.view.errors) == ["ИНН"]
    assert "опечатка" in vera.view.errors["ИНН"]
    assert vera.view.value("Клиент") == ROMASHKA


async def test_the_preview_lies_over_the_form_and_leads_back_to_it(stage: Stage) -> None:
    await at_a_new_case(stage)
    vera = stage.people["vera"]
    await fill(stage, "vera", CLIENT)
    await vera.submit()

    assert vera.view.title == "Что будет отправлено"
    assert "Мария Петровна" in vera.view.plain
    await vera.close()

    assert vera.view.value("Контактное лицо") == "Мария Петровна"
    assert await stage.app.queries.case_numbered("ONB-1") is None


async def test_a_closed_window_keeps_its_answers_and_offers_them_again(stage: Stage) -> None:
    sales = await at_a_new_case(stage)
    vera = stage.people["vera"]
    await vera.fill("Клиент", ROMASHKA)
    await vera.fill("Желаемая дата запуска", "2026-04-01")
    await vera.close()
    await stage.slack.inbox.settled()

    await vera.command("/handover", "new", sales)
    await stage.window("vera", "Подключение клиента")

    assert (vera.view.value("Клиент"), vera.view.value("Желаемая дата запуска")) == (ROMASHKA, "2026-04-01")
    assert "черновик" in vera.view.plain


async def sends_again(stage: Stage, trigger: str) -> Delivery:
    """Have the window that was sent last be sent once more, by another press."""
    sent = stage.server.last("view_submission")
    return await stage.server.deliveries.deliver(Kind.INTERACTION, {**sent.payload, "trigger_id": trigger})


async def test_a_form_that_is_sent_by_a_second_press_is_told_as_received_and_leaves_no_draft(stage: Stage) -> None:
    sales = await at_a_new_case(stage)
    vera = stage.people["vera"]
    await fill(stage, "vera", CLIENT)
    await send(stage, "vera", BEGIN)

    again = await sends_again(stage, "2.second")
    await stage.restart()
    after = await sends_again(stage, "3.third")

    assert "получено" in str(again.answer)
    assert "ONB-1" in str(again.answer)
    assert "case:1:0:" in str(again.answer)
    assert "получено" in str(after.answer)
    assert await stage.app.queries.case_numbered("ONB-2") is None
    await vera.command("/handover", "new", sales)
    await stage.window("vera", "Подключение клиента")
    assert "черновик" not in vera.view.plain.replace("Сохранить черновик", "")


async def test_a_form_that_goes_on_can_be_begun_anew(stage: Stage) -> None:
    sales = await at_a_new_case(stage)
    vera = stage.people["vera"]
    assert "Начать заново" not in vera.view.labels
    await vera.fill("Клиент", ROMASHKA)
    await vera.close()
    await stage.slack.inbox.settled()
    await vera.command("/handover", "new", sales)
    await stage.window("vera", "Подключение клиента")
    await vera.fill("Контактное лицо", "Мария")

    await vera.press(vera.view, "Начать заново")
    await stage.slack.inbox.settled()

    assert (vera.view.value("Клиент"), vera.view.value("Контактное лицо")) == (None, None)
    assert "черновик" not in vera.view.plain.replace("Сохранить черновик", "")


async def test_a_case_from_another_message_begins_anew(stage: Stage) -> None:
    sales = await at_a_new_case(stage)
    vera = stage.people["vera"]
    await vera.close()
    first, second = await vera.post(sales, "Лютик просит кассу"), await vera.post(sales, "Ромашка просит СБП")
    await vera.message_shortcut("case_from_message", first)
    await stage.until(lambda: "Лютик" in vera.view.value("Комментарий"))
    await vera.fill("Клиент", "Лютик")
    await vera.close()
    await stage.slack.inbox.settled()

    await vera.message_shortcut("case_from_message", second)

    words = await stage.until(lambda: vera.view.value("Комментарий"))
    assert (words.splitlines()[0], len(words.splitlines())) == ("Ромашка просит СБП", 2)
    assert vera.view.value("Клиент") is None


async def test_a_case_from_the_same_message_goes_on(stage: Stage) -> None:
    sales = await at_a_new_case(stage)
    vera = stage.people["vera"]
    await vera.close()
    message = await vera.post(sales, "Лютик просит кассу")
    await vera.message_shortcut("case_from_message", message)
    await stage.until(lambda: vera.view.value("Комментарий"))
    await vera.fill("Клиент", "Лютик")
    await vera.fill("Комментарий", f"{vera.view.value('Комментарий')}\nпозвонить")
    await vera.close()
    await stage.slack.inbox.settled()

    await vera.message_shortcut("case_from_message", message)

    assert (await stage.until(lambda: vera.view.value("Комментарий"))).endswith("позвонить")
    assert vera.view.value("Клиент") == "Лютик"


async def test_a_sent_form_leaves_no_draft_behind(stage: Stage) -> None:
    sales = await at_a_new_case(stage)
    vera = stage.people["vera"]
    await fill(stage, "vera", CLIENT)
    await send(stage, "vera", BEGIN)
    await stage.slack.inbox.settled()
    assert not vera.has_view

    await vera.command("/handover", "new", sales)
    await stage.window("vera", "Подключение клиента")

    assert vera.view.value("Клиент") is None


async def test_the_draft_can_be_kept_by_a_button_and_survives_a_restart(stage: Stage) -> None:
    sales = await at_a_new_case(stage)
    vera = stage.people["vera"]
    await vera.fill("Контактное лицо", "Мария")
    await vera.press(vera.view, "Сохранить черновик")
    await stage.until(lambda: "Черновик сохранён" in vera.view.plain)

    await stage.restart()
    vera.views.clear()
    await vera.command("/handover", "new", sales)
    await stage.window("vera", "Подключение клиента")

    assert vera.view.value("Контактное лицо") == "Мария"


async def at_the_documents(stage: Stage) -> Person:
    """Have Boris look at a form with two decisions."""
    await stage.joins("timur", "vera", "boris")
    accounts = await stage.channel_of("accounts", "vera", "boris")
    await stage.people["vera"].command("/handover", "new", accounts)
    await stage.window("vera", "Подключение клиента")
    await fill(stage, "vera", CLIENT)
    await send(stage, "vera", BEGIN)
    boris = stage.people["boris"]
    await stage.press("boris", accounts, "Взять")
    await stage.press("boris", accounts, "Открыть")
    await stage.window("boris", DOCUMENTS)
    return boris


async def test_the_decision_says_which_answers_are_needed(stage: Stage) -> None:
    boris = await at_the_documents(stage)
    assert boris.view.input("Кто согласовал")["optional"]

    await boris.fill("Решение", "Документы согласованы")
    await stage.until(lambda: not boris.view.input("Кто согласовал")["optional"])
    await boris.fill("Решение", "Документов не хватает")
    await stage.until(lambda: not boris.view.input("Чего не хватает")["optional"])

    assert boris.view.input("Кто согласовал")["optional"]
    await boris.fill("Чего не хватает", "Устава")
    await send(stage, "boris", "Документов не хватает")
    assert [task.status for task in (await stage.case("ONB-1")).tasks.values() if task.stage == "documents"] == [
        TaskStatus.COMPLETED
    ]


async def test_an_open_check_list_is_told_at_the_check_list(stage: Stage) -> None:
    await stage.joins("timur", "vera", "gleb")
    support = await stage.channel_of("tech_support", "vera", "gleb")
    await stage.people["vera"].command("/handover", "new", support)
    await stage.window("vera", "Подключение клиента")
    await fill(stage, "vera", CLIENT)
    await send(stage, "vera", BEGIN)
    gleb = stage.people["gleb"]
    await stage.press("gleb", support, "Взять", INTAKE)
    await stage.press("gleb", support, "Открыть", INTAKE)
    await stage.window("gleb", INTAKE)
    await fill(stage, "gleb", WORK[INTAKE].answers)

    await gleb.submit()
    ((label, problem),) = gleb.view.errors.items()
    assert "Сайт клиента просмотрен" in problem
    assert label == "Чек-лист"
    await tick_all(stage, "gleb")
    await stage.until(lambda: "2 из 2" in support.messages[-1].plain)

    await send(stage, "gleb", WORK[INTAKE].outcome)
    await stage.until(lambda: "Завершено" in support.messages[-1].plain)


async def at_the_bank(stage: Stage) -> Person:
    """Have Anna look at the form that asks for a file."""
    await stage.joins("timur", "vera", "anna")
    sales = await stage.channel_of("sales", "vera", "anna")
    await stage.channel_of("accounts", "vera")
    await stage.people["vera"].command("/handover", "new", sales)
    await stage.window("vera", "Подключение клиента")
    await fill(stage, "vera", CLIENT)
    await send(stage, "vera", BEGIN)
    case = await stage.case("ONB-1")
    documents = next(task for task in case.tasks.values() if task.stage == "documents")
    await stage.app.handler.handle(ClaimTask(task_id=documents.id), actor=PersonId("vera"))
    await stage.people["vera"].command("/handover", "my", sales)
    mine = await stage.until(lambda: [m for m in stage.people["vera"].ephemerals if "Открыть ONB-1" in m.labels][-1])
    await stage.people["vera"].press(mine, "Открыть ONB-1")
    await stage.window("vera", DOCUMENTS)
    await fill(stage, "vera", WORK[DOCUMENTS].answers)
    await tick_all(stage, "vera")
    await send(stage, "vera", WORK[DOCUMENTS].outcome)
    anna = stage.people["anna"]
    await stage.press("anna", sales, "Взять")
    await stage.press("anna", sales, "Открыть")
    await stage.until(lambda: anna.view.input("Скан подписанного договора"))
    return anna


async def test_a_file_is_kept_with_its_case_and_one_that_is_too_large_is_told(stage: Stage) -> None:
    anna = await at_the_bank(stage)

    await anna.fill("Скан подписанного договора", [("огромный.pdf", b"x" * (10 * 1024 * 1024 + 1))])
    await anna.fill("Решение", "Банк отказал")
    await anna.fill("Причина отказа банка", "Нет")
    await anna.submit()
    assert "10 МБ" in anna.view.errors["Скан подписанного договора"]
    await anna.fill("Скан подписанного договора", [("договор.pdf", b"%PDF")])
    await send(stage, "anna", "Банк отказал")

    value = (await stage.case("ONB-1")).values[FieldName("signed_agreement")]
    assert isinstance(value, dict)
    kept = await stage.app.queries.file(value["id"])
    assert kept is not None
    assert (kept.name, kept.content) == ("договор.pdf", b"%PDF")


async def with_a_scan(stage: Stage) -> Person:
    """Have Anna answer with a scan, and look at the case."""
    anna = await at_the_bank(stage)
    await anna.fill("Скан подписанного договора", [("договор.pdf", b"%PDF")])
    await anna.fill("Причина отказа банка", "Нет")
    await send(stage, "anna", "Банк отказал")
    return anna


async def opens_the_data(stage: Stage, anna: Person) -> None:
    """Have Anna look at the data of the case."""
    await anna.command("/handover", "status ONB-1", stage.server.channel("sales"))
    status = await stage.until(lambda: [m for m in anna.ephemerals if "Данные" in m.labels][-1])
    await anna.press(status, "Данные")


async def test_the_window_of_a_return_says_in_its_title_which_case_it_is(stage: Stage) -> None:
    anna = await at_the_bank(stage)
    await anna.close()

    sales = next(channel for channel in stage.server.workspace.channels.values() if channel.name == "sales")
    await stage.press("anna", sales, "На доработку")
    await stage.until(lambda: "ONB-1" in anna.view.title)

    assert anna.view.title == "На доработку: ONB-1"


async def test_the_files_of_a_case_are_opened_in_the_direct_message(stage: Stage) -> None:
    anna = await with_a_scan(stage)

    await opens_the_data(stage, anna)

    (shared,) = await stage.until(lambda: [message for message in anna.dm.messages if message.files])
    assert [(file.name, file.content) for file in shared.files] == [("договор.pdf", b"%PDF")]
    assert "личных сообщениях" in await stage.told("anna", "договор.pdf")


async def test_a_file_of_a_case_that_slack_does_not_take_is_told_of_in_words(stage: Stage) -> None:
    anna = await with_a_scan(stage)
    stage.server.fail("files.getUploadURLExternal", Refuse("file_uploads_disabled"))

    await opens_the_data(stage, anna)

    told = await stage.server.wait_for_message(anna.dm, "Slack не принял файл договор.pdf")
    assert told.files == []


async def test_a_long_form_is_filled_in_page_by_page(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.blockkit.form_window.FIELDS_A_PAGE", 4)
    await at_a_new_case(stage)
    vera = stage.people["vera"]
    pages = [dict(list(CLIENT.items())[at : at + 4]) for at in (0, 4, 8)]
    assert "Страница 1 из 3" in vera.view.plain

    await fill(stage, "vera", pages[0])
    await vera.submit()
    await fill(stage, "vera", {**pages[1], "ИНН": "7707083890"})
    await vera.press(vera.view, "Назад")
    await stage.until(lambda: "Страница 1 из 3" in vera.view.plain)
    assert vera.view.value("Клиент") == ROMASHKA
    await vera.submit()
    assert vera.view.value("ИНН") == "7707083890"
    await vera.submit()
    await fill(stage, "vera", {"Комментарий": "Спешат к сезону"})
    await vera.fill("Решение", BEGIN)
    await vera.submit()

    assert "Страница 2 из 3" in vera.view.plain
    assert "опечатка" in vera.view.plain
    await vera.fill("ИНН", "7707083893")
    await vera.submit()
    await send(stage, "vera", BEGIN)
    assert (await stage.case("ONB-1")).values[FieldName("comment")] == "Спешат к сезону"


async def test_a_long_answer_stands_once_after_the_decision_is_chosen(stage: Stage) -> None:
    await at_a_new_case(stage)
    vera = stage.people["vera"]
    long = "я" * 2_950
    await fill(stage, "vera", {**CLIENT, "Комментарий": long})

    await vera.fill("Решение", BEGIN)
    await stage.slack.inbox.settled()

    assert vera.view.value("Комментарий") == long
    await send(stage, "vera", BEGIN)
    assert (await stage.case("ONB-1")).values[FieldName("comment")] == long


async def test_an_answer_in_two_parts_that_becomes_shorter_loses_nothing(stage: Stage) -> None:
    await stage.joins("timur", "vera")
    await stage.app.handler.save_new_case_draft(
        ProcessId("client_onboarding"), {FieldName("comment"): "а" * 3_000 + "б" * 400}, actor=PersonId("vera")
    )
    vera = stage.people["vera"]
    await vera.command("/handover", "new", vera.dm)
    await stage.window("vera", "Подключение клиента")
    assert vera.view.value("Комментарий (2)") == "б" * 400

    await vera.fill("Комментарий", "а" * 2_500)
    await vera.press(vera.view, "Сохранить черновик")
    await stage.until(lambda: "Черновик сохранён" in vera.view.plain)

    assert vera.view.value("Комментарий") == "а" * 2_500 + "б" * 400
    assert "Комментарий (2)" not in vera.view.inputs


async def test_a_file_that_was_attached_can_be_taken_away(stage: Stage) -> None:
    anna = await at_the_bank(stage)
    scan, keep = "Скан подписанного договора", "Сохранить черновик"
    await anna.fill(scan, [("договор.pdf", b"%PDF")])
    await anna.press(anna.view, keep)
    await stage.until(lambda: "Сейчас: договор.pdf" in anna.view.inputs)

    await anna.fill("Сейчас: договор.pdf", ["Убрать файл"])

    await stage.until(lambda: "Сейчас: договор.pdf" not in anna.view.inputs)
    assert anna.view.value(scan) == []
    await anna.fill(scan, [("другой.pdf", b"%PDF 2")])
    await anna.press(anna.view, keep)
    await stage.until(lambda: "Сейчас: другой.pdf" in anna.view.inputs)


async def test_the_decision_stays_when_one_turns_back_a_page(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    boris = await at_the_documents(stage)
    monkeypatch.setattr("bot.slack.blockkit.form_window.FIELDS_A_PAGE", 2)
    await boris.press(boris.view, "Сохранить черновик")
    await stage.until(lambda: "Страница 1 из 2" in boris.view.plain)
    await boris.submit()
    await boris.fill("Решение", "Документов не хватает")
    await stage.slack.inbox.settled()

    await boris.press(boris.view, "Назад")
    await stage.until(lambda: "Страница 1 из 2" in boris.view.plain)
    await boris.submit()

    assert boris.view.value("Решение") == "Документов не хватает"


async def test_the_whole_of_a_long_letter_is_previewed(stage: Stage) -> None:
    await at_a_new_case(stage)
    vera = stage.people["vera"]
    lines = [f"{number} касса на первом этаже торгового зала" for number in range(70)]
    await fill(stage, "vera", {**CLIENT, "Комментарий": "\n".join(lines)})
    await vera.fill("Решение", BEGIN)

    await vera.submit()

    assert vera.view.title == "Что будет отправлено"
    assert [line for line in lines if line not in vera.view.plain] == []


async def test_the_words_of_a_message_wait_in_the_draft_when_the_form_could_not_be_opened(stage: Stage) -> None:
    await stage.joins("timur", "vera")
    vera = stage.people["vera"]
    secret = stage.server.channel("secret", private=True, members=(vera,), bot=False)
    message = await vera.post(secret, "Лютик просит кассу < 5 минут")
    stage.server.fail("views.open", Refuse("expired_trigger_id"))

    await vera.message_shortcut("case_from_message", message)
    offer = await stage.until(lambda: [m for m in vera.dm.messages if "Открыть форму" in m.labels][-1])
    await stage.slack.inbox.settled()
    await vera.press(offer, "Открыть форму")
    await stage.until(lambda: vera.has_view)

    words = await stage.until(lambda: vera.view.value("Комментарий"))
    assert words == (
        f"Лютик просит кассу < 5 минут\nhttps://inplat.slack.com/archives/{secret.id}/p{message.ts.replace('.', '')}"
    )


async def test_a_form_from_a_message_opens_while_its_address_is_still_being_asked_for(stage: Stage) -> None:
    await stage.joins("timur", "vera")
    sales = await stage.channel_of("sales", "vera")
    vera = stage.people["vera"]
    message = await vera.post(sales, "Лютик просит кассу")
    stage.server.fail("chat.getPermalink", Hold())

    await vera.message_shortcut("case_from_message", message)

    await stage.until(lambda: "archives" in vera.view.value("Комментарий"))
