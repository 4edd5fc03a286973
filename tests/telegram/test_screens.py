"""The screens of a form in the private chat: nothing that will be sent is hidden, and one screen is the live one."""

from tests.scenarios.inplat import CLIENT, INTAKE
from tests.telegram.filled_interview import CHANGE, LATER, SEND, label_of
from tests.telegram.firm import Firm
from tests.telegram.test_interview import begins
from workflows.domain.ids import FieldName

BACK = "Назад"
LONG = " ".join(f"слово{at}" for at in range(500))[:3_990]


async def test_all_that_will_be_sent_is_shown_however_long(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")

    before = len(interview.chat.messages)
    summary = await interview.fill({**CLIENT, "Комментарий": LONG})

    shown = "\n".join(message.text for message in interview.chat.messages[before:])
    assert set(LONG.split()) <= set(shown.replace("\n", " ").split())
    assert f"→ {INTAKE} (Отдел тех. поддержки)" in shown
    assert SEND in summary.buttons
    assert summary is interview.chat.last

    changing = await interview.press(summary, CHANGE)
    assert BACK in changing.buttons
    await interview.person.press(await interview.press(changing, BACK), SEND)
    await firm.asked("anna", "Дело ONB-1 открыто")
    assert (await firm.case("ONB-1")).values[FieldName("comment")] == LONG


async def test_an_old_button_leaves_the_question_that_is_asked_now_the_live_one(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    first = await interview.screen()
    data = first.button(LATER)["callback_data"]
    asked = await interview.types("ООО «Ромашка»")

    answer = await interview.person.press_stale(first.id, data)
    await firm.until(lambda: not first.buttons)
    shown = await firm.until(lambda: interview.chat.last if interview.chat.last is not asked else None)

    assert "уже позади" in answer.text
    assert label_of(shown) == label_of(asked) == "Контактное лицо"
    assert label_of(await interview.types("Мария Петровна")) == "Телефон"


async def test_the_question_that_was_live_before_an_old_button_was_pressed_still_is(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    first = await interview.screen()
    data = first.button(LATER)["callback_data"]
    asked = await interview.types("ООО «Ромашка»")

    await interview.person.press_stale(first.id, data)
    await firm.until(lambda: not first.buttons)

    assert label_of(await interview.press(asked, BACK)) == "Клиент"


async def test_a_second_tap_on_one_button_leaves_the_new_screen_its_buttons(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    summary = await interview.fill(CLIENT)
    data, before = summary.button(CHANGE)["callback_data"], len(interview.chat.messages)

    choice = await interview.press(summary, CHANGE)
    await interview.person.press_stale(summary.id, data)
    await firm.says("anna", "/help")
    await firm.until(lambda: len(interview.chat.messages) == before + 2)

    assert choice is summary
    assert "Контактное лицо" in choice.buttons
    assert "/queue —" in interview.chat.messages[-1].text


async def test_an_old_button_of_a_form_that_was_left_goes_away(firm: Firm) -> None:
    await firm.joins("anna")
    interview = await begins(firm, "anna")
    first = await interview.screen()
    asked = await interview.types("ООО «Ромашка»")
    await interview.person.press(asked, LATER)
    await firm.asked("anna", "сохранены в черновике")

    answer = await interview.person.press(first, LATER)

    assert "уже позади" in answer.text
    await firm.until(lambda: not first.buttons)
