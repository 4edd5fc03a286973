"""Forms on Telegram: one question at a time, back and forth, with pauses."""

from collections.abc import Mapping

import pytest

from bot.conversation.incoming import FormSent, Press
from tests.scenarios.inplat import BANK, BEGIN, CLIENT, DOCUMENTS, INTAKE, WORK
from tests.telegram.filled_interview import CHANGE, LATER, MORE, SEND, FilledInterview, label_of, step_of
from tests.telegram.firm import Firm
from tests.telegram.kinds import STICKER, VOICE, sends
from tests.telegram.server import Message
from workflows.domain.case import CaseStatus, TaskStatus
from workflows.domain.ids import FieldName, OutcomeId
from workflows.ports.notes import Json


async def begins(firm: Firm, person: str, command: str = "/new") -> FilledInterview:
    """Type a command that opens a form."""
    interview = FilledInterview(firm, person)
    await interview.person.send(interview.chat, command)
    return interview


async def test_a_new_case_that_was_left_can_be_begun_anew(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    first = await interview.screen()
    assert "Начать заново" not in first.buttons
    await interview.types("ООО «Ромашка»")
    await interview.person.send(interview.chat, "/new")

    again = await interview.press(await interview.screen(), "Начать заново")

    assert label_of(again) == label_of(first)
    assert "Ромашка" not in again.text


async def test_a_wrong_answer_is_told_at_once_and_back_leads_to_the_question_before(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    await interview.screen()
    await interview.types("ООО «Ромашка»")
    phone = await interview.types("Мария Петровна")
    assert label_of(phone) == "Телефон"

    wrong = await interview.types("двенадцать")
    assert label_of(wrong) == "Телефон"
    assert "не номер телефона" in wrong.text

    before = await interview.press(wrong, "Назад")
    assert label_of(before) == "Контактное лицо"
    assert "Сейчас: Мария Петровна" in before.text


async def test_somebody_ticks_faster_than_the_screen_is_redrawn(firm: Firm) -> None:
    """One message a second is all that a chat may get: a quick finger presses what is still shown."""
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    await interview.screen()
    for words in ("ООО «Ромашка»", "Мария Петровна", "8 (495) 123-45-67", "a@b.ru", "7707083893"):
        await interview.types(words)
    services = await interview.types("romashka.example")
    gate = firm.server.hold("editMessageText")

    labels = ["Готово", "▫️ Банковские карты", "▫️ Автоплатежи", "▫️ Автоплатежи", "Готово"]
    answers = [await interview.person.press(services, label) for label in labels]
    gate.release()

    assert [answer.text for answer in answers] == [""] * 5
    await firm.until(lambda: label_of(services) == "Желаемая дата запуска")
    await interview.person.press(services, "Назад")
    await firm.until(lambda: "Сейчас: Банковские карты, Автоплатежи" in services.text)


async def test_a_form_is_left_by_typing_cancel(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    await interview.screen()
    await interview.types("ООО «Ромашка»")

    await interview.person.send(interview.chat, "/cancel")

    await firm.until(lambda: interview.chat.find("Ответы сохранены в черновике"))
    await interview.person.send(interview.chat, "/new")
    assert label_of(await interview.screen()) == "Контактное лицо"


async def test_words_typed_where_only_buttons_count_are_answered_by_the_same_screen(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    summary = await interview.fill(CLIENT)
    words = "выберите кнопку под формой"

    again = await interview.types("что дальше?")
    assert words in again.text
    assert again.labels == summary.labels
    assert summary.text in again.text
    assert SEND in again.buttons
    await interview.person.send(interview.chat, "статус")
    await firm.until(lambda: interview.chat.find("Активных дел нет"))

    await interview.person.send(interview.chat, "Отмена")
    await firm.until(lambda: interview.chat.find("Ответы сохранены в черновике"))


async def test_where_words_are_asked_for_cancel_is_an_answer_without_the_sign_of_a_command(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    await interview.screen()

    assert label_of(await interview.types("Отмена")) == "Контактное лицо"


@pytest.mark.parametrize("how", ["typed", "pressed"])
async def test_a_form_is_shown_again_in_the_language_that_was_chosen_in_the_middle_of_it(firm: Firm, how: str) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    await interview.screen()
    await interview.types("ООО «Ромашка»")

    if how == "typed":
        await interview.person.send(interview.chat, "/lang en")
    else:
        await interview.person.send(interview.chat, "/lang")
        await firm.presses("anna", "English")

    # Below the choice of languages the form stands in the old one.
    while "Question 2 of" not in (await interview.screen()).text:
        assert how == "pressed"
    assert "Question 3 of" in (await interview.types("Мария Петровна")).text


async def test_an_answer_is_changed_from_the_summary(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    summary = await interview.fill(CLIENT)

    question = await interview.press(await interview.press(summary, CHANGE), "Контактное лицо")
    assert label_of(question) == "Контактное лицо"
    summary = await interview.types("Пётр Иванов")

    assert label_of(summary) is None
    assert "Пётр Иванов" in summary.text
    await interview.send(BEGIN)
    await firm.asked("anna", "Дело ONB-1 открыто")
    assert (await firm.case("ONB-1")).values[FieldName("contact")] == "Пётр Иванов"


async def test_a_form_is_left_and_continued_after_a_restart(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    await interview.screen()
    await interview.types("ООО «Ромашка»")

    await firm.restart()
    question = await interview.types("Мария Петровна")
    assert label_of(question) == "Телефон"
    await firm.people["anna"].press(question, LATER)
    await firm.asked("anna", "сохранены в черновике")

    await interview.person.send(interview.chat, "/new")
    assert label_of(await interview.screen()) == "Телефон"


async def test_a_day_is_chosen_in_the_calendar(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    message = await interview.screen()
    while label_of(message) != "Желаемая дата запуска":
        label = label_of(message)
        assert label is not None
        message = await interview.answer(message, CLIENT[label])

    message = await interview.press(message, "›")
    message = await interview.press(message, "15")

    assert "Желаемая дата запуска: 15 " in message.text


async def at_the_scan(firm: Firm) -> FilledInterview:
    """Have Anna be asked for a file."""
    await firm.joins("boris", "anna")
    sales = await firm.group_of("sales", "anna")
    accounts = await firm.group_of("accounts", "boris")
    await firm.opens_case()
    for person, group, task in (("boris", accounts, DOCUMENTS), ("anna", sales, BANK)):
        await firm.press(person, group, "Взять", task)
        opened = await firm.press(person, group, "Открыть", task)
        assert opened.url is not None
        interview = FilledInterview(firm, person)
        await firm.people[person].open_link(opened.url)
        if task == DOCUMENTS:
            await interview.fill(WORK[task].answers, WORK[task].outcome)
            await interview.send(WORK[task].outcome)
    scan = "Скан подписанного договора"
    await interview.fill(
        {label: answer for label, answer in WORK[BANK].answers.items() if label != scan}, WORK[BANK].outcome
    )
    message = next(m for m in interview.chat.messages if step_of(m) == interview.step)
    assert label_of(await interview.press(message, f"{MORE}{scan}")) == scan
    return interview


async def test_a_file_is_received_where_one_is_asked_for(firm: Firm) -> None:
    interview = await at_the_scan(firm)

    told = await interview.types("вот он")
    assert "нужен файл" in told.text
    await interview.person.send_document(interview.chat, b"%PDF signed", "договор.pdf")
    summary = await interview.screen()
    assert "Скан подписанного договора: договор.pdf" in summary.text


async def test_a_document_that_was_attached_in_a_form_is_received_with_the_data_of_the_case(firm: Firm) -> None:
    interview = await at_the_scan(firm)
    await interview.person.send_document(interview.chat, b"%PDF signed", "договор.pdf")
    await interview.screen()
    await interview.send(WORK[BANK].outcome)

    await firm.asked("anna", "ONB-1 передано")
    await firm.says("anna", "/status ONB-1")
    await firm.presses("anna", "Данные")

    def received() -> Message | None:
        sent = [m for m in interview.chat.messages if m.attachment is not None and m.attachment.name == "договор.pdf"]
        return sent[1] if len(sent) > 1 else None

    attachment = (await firm.until(received)).attachment
    assert attachment is not None
    assert attachment.content == b"%PDF signed"


async def test_a_button_of_a_question_that_has_passed_changes_nothing(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    first = await interview.screen()
    data = first.button(LATER)["callback_data"]
    await interview.types("ООО «Ромашка»")

    answer = await interview.person.press_stale(first.id, data)

    assert "уже позади" in answer.text


async def test_an_earlier_client_is_overtaken_only_for_a_reason(firm: Firm) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    await firm.opens_case("ООО «Первый»")
    await firm.opens_case("ООО «Второй»")

    await firm.press("gleb", group, "Взять", "ONB-2")
    await firm.says("gleb", "Срочно: запуск завтра", asked="ONB-1")
    await firm.asked("gleb", "ONB-2 теперь у вас:")

    (task,) = [t for t in (await firm.case("ONB-2")).tasks.values() if t.department == "tech_support"]
    assert (task.status, task.assignee) == (TaskStatus.CLAIMED, "gleb")


async def test_who_takes_the_earlier_client_instead_is_in_its_form_and_is_not_asked_for_the_reason_any_more(
    firm: Firm,
) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    await firm.opens_case("ООО «Первый»")
    await firm.opens_case("ООО «Второй»")
    await firm.press("gleb", group, "Взять", "ONB-2")

    await firm.presses("gleb", "Взять ONB-1")
    await firm.says("gleb", "Игорь, igor@first.example", asked="ONB-1 теперь у вас")
    await firm.asked("gleb", "Технический специалист клиента: Игорь")

    assignees = {
        n: [t.assignee for t in (await firm.case(n)).tasks.values() if t.department == "tech_support"]
        for n in ("ONB-1", "ONB-2")
    }
    assert assignees == {"ONB-1": ["gleb"], "ONB-2": [None]}


async def test_what_would_be_sent_is_shown_before_it_goes(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")

    summary = await interview.fill(CLIENT)

    assert f"Решение: {BEGIN}" in summary.text
    assert f"→ {INTAKE} (Отдел тех. поддержки)" in summary.text
    assert SEND in summary.buttons


async def test_a_case_goes_from_telegram_to_the_web_chat_and_back(firm: Firm) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    await firm.opens_case()
    await firm.press("gleb", group, "Взять", INTAKE)

    case = await firm.case("ONB-1")
    documents = next(task for task in case.tasks.values() if task.department == "accounts")
    await firm.does_elsewhere("boris", Press(action=f"claim:{documents.id}:1:"))
    values = {
        FieldName("documents_approved"): ["contract"],
        FieldName("documents_approved_by"): "Борис",
        FieldName("documents_approved_on"): "03.03.2026",
        FieldName("documents_missing"): "Устав",
    }
    sent = FormSent(form=f"task:{documents.id}", outcome=OutcomeId("incomplete"), values=values)
    await firm.does_elsewhere("boris", sent)

    opened = await firm.press("gleb", group, "Открыть", INTAKE)
    assert opened.url is not None
    interview = FilledInterview(firm, "gleb")
    await firm.people["gleb"].open_link(opened.url)
    await interview.fill(WORK[INTAKE].answers)
    await interview.send(WORK[INTAKE].outcome)
    await firm.until(lambda: group.find("Принято к сведению"))
    assert (await firm.case("ONB-1")).status is CaseStatus.ACTIVE


async def test_a_photo_answers_no_question_that_wants_words_but_the_words_below_it_do(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    assert label_of(await interview.screen()) == "Клиент"

    await interview.person.send_photo(interview.chat, b"picture")
    asked = await interview.screen()
    assert label_of(asked) == "Клиент"
    assert "а не файлом" in asked.text
    await interview.person.send_photo(interview.chat, b"picture", caption="ООО «Ромашка»")
    assert label_of(await interview.screen()) == "Контактное лицо"


async def test_what_is_neither_words_nor_a_file_answers_nothing(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    question = await interview.screen()

    for content in ({"voice": VOICE}, {"sticker": STICKER}):
        sends(firm, "anna", interview.chat, content)
    await firm.until(
        lambda: len([m for m in interview.chat.messages if "Я принимаю текст, фото и документы" in m.text]) == 2
    )
    sends(firm, "anna", interview.chat, {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}})

    assert label_of(await interview.types("ООО «Ромашка»")) == "Контактное лицо"
    assert question.keyboard is not None


async def test_a_file_is_no_reason_and_the_question_stays_open(firm: Firm) -> None:
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    await firm.opens_case("ООО «Первый»")
    await firm.opens_case("ООО «Второй»")
    await firm.press("gleb", group, "Взять", "ONB-2")
    await firm.asked("gleb", "ONB-1")

    await firm.people["gleb"].send_photo(firm.people["gleb"].private, b"picture")
    await firm.asked("gleb", "Ответьте словами")
    await firm.says("gleb", "Срочно: запуск завтра")
    await firm.asked("gleb", "ONB-2 теперь у вас:")


async def keeps(firm: Firm, note: Mapping[str, Json]) -> None:
    """Store something as Anna's interview."""
    await firm.app.notes.keep("interview:telegram:anna", note, firm.app.services.clock.now())


async def test_an_interview_of_another_version_of_the_program_begins_afresh(firm: Firm) -> None:
    await firm.joins("anna")
    notes: list[dict[str, Json]] = [
        {"screen": "question", "seen": [], "colour": "red"},
        {"screen": "carpet"},
        {"screen": "question", "seen": [], "form": "new:client_onboarding", "at": "second"},
    ]
    for number, note in enumerate(notes):
        await keeps(firm, {**note, "step": 10 * number})
        interview = await begins(firm, "anna")
        assert label_of(await interview.screen()) == "Клиент"


async def test_a_process_chosen_in_a_group_opens_in_the_private_chat(firm: Firm) -> None:
    await firm.joins("anna")
    group = await firm.group_of("sales", "anna")

    await firm.people["anna"].send(group, "/new")
    asked = await firm.button(group, "Открыть форму")
    answer = await firm.people["anna"].press(asked, "Открыть форму")

    assert answer.url is not None
    assert answer.url.endswith("?start=new_client_onboarding")
    interview = FilledInterview(firm, "anna")
    await interview.person.open_link(answer.url)
    assert label_of(await interview.screen()) == "Клиент"


async def test_a_long_answer_comes_in_private_in_several_messages_with_nothing_cut(firm: Firm) -> None:
    await firm.joins("anna")
    for at in range(30):
        await firm.opens_case(f"ООО «{'Очень длинное название ' * 8}{at}»")

    await firm.people["anna"].send(firm.people["anna"].private, "/status")
    await firm.asked("anna", "ONB-30")
    await firm.asked("anna", "ONB-1 ")

    shown = [m for m in firm.people["anna"].private.messages if "ONB-" in m.text]
    assert len(shown) > 1
    assert all(any(f"ONB-{at} " in m.text for m in shown) for at in range(1, 31))


async def test_who_edits_an_answer_is_told_once_how_answers_are_changed(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    await interview.screen()
    answer = await interview.person.send(interview.chat, "ООО «Рамашка»")
    question = await interview.screen()

    await interview.person.edit(answer, "ООО «Ромашка»")
    told = await firm.asked("anna", "Правка сообщения не меняет ответ")
    await interview.person.edit(answer, "ООО «Ромашка-плюс»")
    before = await interview.press(question, "Назад")

    assert told.reply_to is answer
    assert "Сейчас: ООО «Рамашка»" in before.text
    assert len([m for m in interview.chat.messages if "Правка сообщения" in m.text]) == 1


async def test_an_edit_after_the_form_was_left_is_no_answer_and_nothing_is_said(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    await interview.screen()
    answer = await interview.person.send(interview.chat, "ООО «Рамашка»")
    await interview.person.press(await interview.screen(), LATER)
    before = len(interview.chat.messages)

    await interview.person.edit(answer, "ООО «Ромашка»")
    await interview.person.send(interview.chat, "/queue")
    await firm.until(lambda: len(interview.chat.messages) == before + 2)

    assert interview.chat.find("Правка сообщения") is None
