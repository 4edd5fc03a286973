"""A form begun in Telegram and ended elsewhere: its screen says what became of it and has no dead buttons."""

from bot.conversation.incoming import FormSent, Press
from tests.firm import CLIENT, ROMASHKA
from tests.scenarios.inplat import INTAKE
from tests.telegram.filled_interview import FilledInterview
from tests.telegram.firm import Firm
from workflows.domain.ids import FieldName, OutcomeId

ENGINEER = {"Технический специалист клиента": "Олег, oleg@romashka.example"}


async def at_the_summary(firm: Firm) -> FilledInterview:
    """Have Gleb claim the intake and answer all its questions."""
    await firm.joins("gleb")
    group = await firm.group_of("tech_support", "gleb")
    await firm.opens_case()
    interview = FilledInterview(firm, "gleb")
    await firm.press("gleb", group, "Взять", INTAKE)
    await interview.fill(ENGINEER)
    return interview


async def test_what_a_head_gave_to_somebody_else_is_not_to_be_sent_any_more(firm: Firm) -> None:
    interview = await at_the_summary(firm)
    summary = interview.chat.messages[-1]
    intake = next(t for t in (await firm.case("ONB-1")).tasks.values() if t.stage == "technical_intake")

    await firm.does_elsewhere("nikolay", Press(action=f"to:{intake.id}:{intake.revision}:daria"))

    await firm.until(lambda: summary.buttons == ["Дело"])
    assert summary.text == f"ONB-1: «{INTAKE}» теперь не у вас."


async def test_what_was_completed_in_the_web_chat_says_so_in_telegram(firm: Firm) -> None:
    interview = await at_the_summary(firm)
    summary = interview.chat.messages[-1]
    intake = next(t for t in (await firm.case("ONB-1")).tasks.values() if t.stage == "technical_intake")
    for item in ("site_looked_at", "technical_contact_called"):
        await firm.does_elsewhere("gleb", Press(action=f"tick:{intake.id}:{intake.revision}:{item}+"))

    sent = FormSent(
        form=f"task:{intake.id}",
        outcome=OutcomeId("acknowledged"),
        values={FieldName("technical_contact"): "Олег, oleg@romashka.example"},
    )
    await firm.does_elsewhere("gleb", sent)

    await firm.until(lambda: summary.buttons == ["Дело"])
    assert summary.text == f"ONB-1: этап «{INTAKE}» завершён."


async def test_a_case_opened_in_the_web_chat_ends_its_form_in_telegram(firm: Firm) -> None:
    await firm.joins("anna")
    anna = firm.people["anna"]
    await anna.send(anna.private, "/new")
    asked = await firm.asked("anna", "Вопрос 1")

    values = {FieldName(name): value for name, value in {**CLIENT, "client": ROMASHKA}.items()}
    sent = FormSent(form="new:client_onboarding", outcome=OutcomeId("work_begun"), values=values)
    await firm.does_elsewhere("anna", sent)

    await firm.until(lambda: asked.buttons == ["Дело"])
    assert asked.text == "Дело ONB-1 открыто этой формой в другом окне."
    assert (await firm.case("ONB-1")).client is not None
