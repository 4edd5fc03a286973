"""What InPlat's people need not type: it is suggested, told apart from answers, and asked anew where it may change."""

from tests.play.play import Play
from tests.scenarios.inplat import (
    ACCEPTANCE,
    BANK,
    BEGIN,
    CATALOGUE,
    DOCUMENTS,
    GOODS_LIST,
    INTAKE,
    LAUNCH,
    MODULE,
    PREPARATION,
    TESTING,
    do,
    open_case,
)
from workflows.domain.ids import FieldName

CASE = "ONB-1"


async def test_the_form_of_a_known_client_suggests_all_that_the_base_keeps(play: Play) -> None:
    await open_case(play)

    form = await play.person("ivan").new_case()
    await form.fill({"Клиент": "Ромашка, ООО"}).keep()
    form = await play.person("ivan").new_case()

    assert form.suggested == {
        "Контактное лицо": "Мария Петровна",
        "Телефон": "+74951234567",
        "Электронная почта": "info@romashka.example",
        "ИНН": "7707083893",
        "Сайт": "romashka.example",
    }
    await form.fill({"Какие услуги нужны": ["Выплаты физическим лицам"], "Желаемая дата запуска": "01.05.2026"}).send(
        BEGIN
    )
    assert (await play.case("ONB-2")).values[FieldName("phone")] == "+74951234567"


async def test_what_is_typed_or_emptied_is_never_replaced_by_what_is_known(play: Play) -> None:
    await open_case(play)

    form = await play.person("ivan").new_case()
    await form.fill({"Клиент": "Ромашка, ООО", "Телефон": "", "Сайт": "shop.example"}).keep()
    form = await play.person("ivan").new_case()

    assert form.suggested.keys() == {"Контактное лицо", "Электронная почта", "ИНН"}
    assert (form.typed("Телефон"), form.typed("Сайт")) == ("", "shop.example")


async def test_nothing_that_was_known_is_typed_in_a_whole_case(play: Play) -> None:
    await open_case(play)
    await do(play, CASE, INTAKE)

    form = await play.person("boris").takes(CASE, DOCUMENTS)
    assert form.suggested == {"Кто согласовал": "Борис Лебедев", "Дата согласования": "2026-03-02"}
    await (await form.fill({"Согласованные документы": ["Договор"]}).tick_all()).send("Документы согласованы")

    form = await play.person("anna").takes(CASE, BANK)
    assert form.suggested == {
        "Дата получения ЭЦП": "2026-03-02",
        "Владелец ЭЦП": "Мария Петровна",
        "Дата решения банка": "2026-03-02",
    }
    access = {"Платформа сайта клиента": "Битрикс", "Тестовый доступ": "нет", "У клиента есть тестовая среда": "нет"}
    await (await form.fill({**access, "Тип интеграции": "API"}).tick_all()).send("Банк одобрил")

    await do(play, CASE, GOODS_LIST)
    form = await play.person("elena").takes(CASE, CATALOGUE)
    assert form.suggested == {"Заведённые товары": [{"name": "Букет ромашек"}, {"name": "Доставка"}]}
    ids = [
        {"Название в системе": name, "Идентификатор": "1", "Источник денег": "СБП"}
        for name in ("Букет ромашек", "Доставка")
    ]
    await (await form.fill({"Заведённые товары": ids}).tick_all()).send("Товары заведены")

    form = await play.person("daria").takes(CASE, PREPARATION)
    assert form.suggested == {"Будем готовы к": "2099-03-20"}
    await (await form.tick_all()).send("Принято в работу")

    await do(play, CASE, MODULE)
    form = await play.person("ivan").takes(CASE, ACCEPTANCE)
    assert form.suggested == {"Клиент проинформирован": "2026-03-02", "Кому сообщили": "Мария Петровна"}
    await form.send("Клиенту сообщили")

    form = await play.person("gleb").takes(CASE, TESTING)
    assert form.suggested == {"Дата запуска": "2099-04-01"}
    await (await form.fill({"Результаты тестирования": "Всё прошло"}).tick_all()).send("Тестирование пройдено")

    form = await play.person("olga").takes(CASE, LAUNCH)
    assert form.suggested == {"Клиент запущен": "2026-03-02"}
    await form.fill({"Подтверждение клиента": "Письмо"}).send("Клиент подключён")
    facts = (await play.case(CASE)).values
    assert facts[FieldName("documents_approved_by")] == "Борис Лебедев"
    assert facts[FieldName("client_informed_on")] == "2026-03-02"


async def test_a_refusal_of_the_bank_asks_for_little_and_changes_nothing_else(play: Play) -> None:
    await open_case(play)
    await do(play, CASE, DOCUMENTS)
    form = await play.person("anna").takes(CASE, BANK)

    asked = form.asked("Банк отказал")
    await form.fill({"Причина отказа банка": "Запрещённые товары", "Владелец ЭЦП": "Никто"}).send("Банк отказал")

    assert asked == ["Дата решения банка", "Комментарий банка", "Причина отказа банка"]
    assert FieldName("signature_holder") not in (await play.case(CASE)).values


async def test_a_repeated_stage_asks_anew_what_may_have_changed_and_marks_what_stands(play: Play) -> None:
    await open_case(play)
    for stage in (DOCUMENTS, BANK, GOODS_LIST, CATALOGUE, MODULE):
        await do(play, CASE, stage)
    form = await play.person("gleb").takes(CASE, TESTING)
    await form.fill({"Результаты тестирования": "Не вышло", "Замечания к модулю": "Возврат"}).send(
        "Тестирование не пройдено"
    )

    form = await play.person("roman").takes(CASE, MODULE)

    assert form.typed("Версия модуля") is None
    assert form.old["Версия модуля"] == "2.4.1"
    assert form.old["Среды"] == "stage и prod"
    await (await form.fill({"Версия модуля": "2.4.2"}).tick_all()).send("Модуль готов")
    again = await play.person("gleb").takes(CASE, TESTING)
    assert again.old == {"Результаты тестирования": "Не вышло", "Замечания к модулю": "Возврат"}
    await (await again.fill({"Результаты тестирования": "Прошло"}).tick_all()).send("Тестирование пройдено")
    assert FieldName("findings") not in (await play.case(CASE)).values


async def test_a_row_to_which_nothing_was_added_is_no_row(play: Play) -> None:
    await open_case(play)
    for stage in (DOCUMENTS, BANK):
        await do(play, CASE, stage)
    form = await play.person("maria").takes(CASE, GOODS_LIST)
    rows = [{"Название": "Букет", "Цена": "100", "НДС": "НДС 22 %"}, {"Название": "", "Цена": "", "НДС": "НДС 22 %"}]
    form.fill({"Товары и сервисы": rows, "Тарифы": "2 %", "Товары настроить до": "01.04.2099"})

    await (await form.tick_all()).send("Передать список товаров")

    assert (await play.case(CASE)).values[FieldName("goods")] == [{"name": "Букет", "price": "100.00", "vat": "vat_22"}]
