"""What people on Telegram need not type: the decision comes first, what is known is one press away."""

from tests.scenarios.inplat import DOCUMENTS
from tests.telegram.filled_interview import ACCEPT_ALL, ANOTHER, DECISION, DONE, FilledInterview, label_of
from tests.telegram.firm import Firm
from tests.telegram.test_interview import begins
from workflows.domain.ids import FieldName, PersonId, ProcessId
from workflows.usecases.form_drafts import new_case_draft

INN = "7707083893"


async def test_a_known_client_is_offered_and_everything_known_is_accepted_at_once(firm: Firm) -> None:
    await firm.joins("anna")
    await firm.opens_case("ООО «Ромашка»")
    interview = await begins(firm, "anna")
    await interview.screen()

    offered = await interview.types("ромаш")
    assert "Это один из этих клиентов?" in offered.text
    assert "Новый клиент: ромаш" in offered.buttons
    contact = await interview.press(offered, f"ООО «Ромашка», ИНН {INN}")
    assert label_of(contact) == "Контактное лицо"
    assert "Сайт: romashka.example" in contact.text
    services = await interview.press(contact, f"{ACCEPT_ALL}4")

    assert label_of(services) == "Какие услуги нужны"
    start = await interview.press(await interview.press(services, "▫️ Автоплатежи"), DONE)
    assert label_of(start) == "Желаемая дата запуска"
    await interview.types("01.05.2026")
    draft = await firm.app.queries.draft(new_case_draft(ProcessId("client_onboarding"), PersonId("anna")))
    assert draft is not None
    assert (draft.answers[FieldName("phone")], draft.answers[FieldName("inn")]) == ("+74951234567", INN)


async def test_a_new_client_whose_name_is_part_of_a_known_one_is_taken_as_typed(firm: Firm) -> None:
    await firm.joins("anna")
    await firm.opens_case("ООО «Ромашка»")
    interview = await begins(firm, "anna")
    await interview.screen()

    contact = await interview.press(await interview.types("ромаш"), "Новый клиент: ромаш")

    assert label_of(contact) == "Контактное лицо"
    assert "Предлагается" not in contact.text


async def test_the_decision_comes_first_and_only_its_questions_and_ticks_follow(firm: Firm) -> None:
    await firm.joins("boris")
    group = await firm.group_of("accounts", "boris")
    await firm.opens_case()
    interview = FilledInterview(firm, "boris")
    await firm.press("boris", group, "Взять", DOCUMENTS)

    decision = await interview.screen()
    assert DECISION in decision.text
    missing = await interview.press(decision, "Документов не хватает")
    assert label_of(missing) == "Чего не хватает"
    summary = await interview.types("Нет устава")
    assert not [label for label in summary.buttons if label.startswith("▫️ ")]
    approved = await interview.press(await interview.press(summary, ANOTHER), "Документы согласованы")

    assert label_of(approved) == "Согласованные документы"
    by = await interview.press(await interview.press(approved, "▫️ Договор"), DONE)
    assert f"{ACCEPT_ALL}2" in by.buttons
    day = await interview.press(by, "Оставить: Борис Лебедев")
    assert [label for label in day.buttons if label.startswith("Сегодня, ")]
