"""What people on Slack need not type: the decision comes first, what is known stands in the window."""

from tests.scenarios.inplat import BEGIN, CLIENT, DOCUMENTS, ROMASHKA
from tests.slack.firm import Firm
from tests.slack.forms import DECISION, decide, fill, send
from workflows.domain.ids import FieldName


async def test_the_decision_comes_first_and_shows_only_its_questions_with_what_is_known(firm: Firm) -> None:
    await firm.joins("timur", "anna", "boris")
    sales, accounts = await firm.channel_of("sales", "anna"), await firm.channel_of("accounts", "boris")
    await firm.people["anna"].command("/handover", "new", sales)
    await firm.window("anna", "Подключение клиента")
    await fill(firm, "anna", CLIENT)
    await send(firm, "anna", BEGIN)
    boris = firm.people["boris"]

    await firm.press("boris", accounts, "Взять", f"— {DOCUMENTS}")
    await firm.window("boris", DOCUMENTS)
    assert list(boris.view.inputs) == [DECISION]
    await decide(firm, "boris", "Документов не хватает", "Чего не хватает")
    await boris.fill("Чего не хватает", "Устава")
    assert list(boris.view.inputs) == [DECISION, "Чего не хватает"]

    await decide(firm, "boris", "Документы согласованы", "Кто согласовал")
    assert "Чего не хватает" not in boris.view.inputs
    assert boris.view.value("Кто согласовал") == "Борис Лебедев"
    assert "Предложено" in boris.view.input("Кто согласовал")["hint"]["text"]
    await decide(firm, "boris", "Документов не хватает", "Чего не хватает")
    assert boris.view.value("Чего не хватает") == "Устава"


async def test_a_known_client_fills_in_the_window_but_for_what_was_typed(firm: Firm) -> None:
    await firm.joins("timur", "anna")
    sales = await firm.channel_of("sales", "anna")
    anna = firm.people["anna"]
    await anna.command("/handover", "new", sales)
    await firm.window("anna", "Подключение клиента")
    await fill(firm, "anna", CLIENT)
    await send(firm, "anna", BEGIN)
    await anna.command("/handover", "new", sales)
    await firm.window("anna", "Подключение клиента")
    await anna.fill("Сайт", "new.example")

    await anna.fill("Клиент", ROMASHKA)

    await firm.until(lambda: anna.view.value("ИНН") == "7707083893")
    assert anna.view.value("Телефон") == "+74951234567"
    assert anna.view.value("Сайт") == "new.example"
    assert anna.view.value("Клиент") == ROMASHKA
    known = {"Какие услуги нужны": CLIENT["Какие услуги нужны"], "Желаемая дата запуска": "01.05.2026"}
    await fill(firm, "anna", known)
    await send(firm, "anna", BEGIN)
    values = (await firm.case("ONB-2")).values
    assert values[FieldName("phone")] == "+74951234567"
    assert "new.example" in str(values[FieldName("site")])
