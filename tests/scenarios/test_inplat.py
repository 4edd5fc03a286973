"""InPlat connects a client: from the first press to the last, with all nine handovers."""

from dataclasses import dataclass

import pytest

from tests.databases import ON_BOTH_DATABASES
from tests.play.form import Refused
from tests.play.play import Play
from tests.scenarios import inplat
from tests.scenarios.inplat import (
    ACCEPTANCE,
    ACQUISITION,
    BANK,
    CATALOGUE,
    DOCUMENTS,
    GOODS_LIST,
    INTAKE,
    LAUNCH,
    MODULE,
    PREPARATION,
    ROMASHKA,
    TESTING,
)
from workflows.domain.case import CaseStatus, TaskStatus
from workflows.domain.ids import FieldName
from workflows.domain.text import Language

VERSION = FieldName("module_version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A handover: who may see it where, and what it has to carry."""

    template: str
    by: str
    to: str
    reader: str
    stage: str
    carries: tuple[str, ...]


CONTACT = ("Мария Петровна", "+7 495 123-45-67", "info@romashka.example")
GOODS = ("Букет ромашек", "Р-1", "1 500,00 ₽", "НДС 22 %", "Доставка", "300,50 ₽", "без НДС")

H1 = Handover(
    template="h1_work_begun",
    by="anna",
    to="tech_support",
    reader="daria",
    stage=INTAKE,
    carries=(ROMASHKA, *CONTACT, "romashka.example", "Банковские карты, Система быстрых платежей", "1 апреля 2099"),
)
H2 = Handover(
    template="h2_documents_approved",
    by="boris",
    to="sales",
    reader="ivan",
    stage=BANK,
    carries=(ROMASHKA, "Договор, Устав", "Борис Лебедев и Мария Петровна", "26 февраля 2026"),
)
H3 = Handover(
    template="h3_goods_for_catalogue",
    by="maria",
    to="funding_sources",
    reader="sergey",
    stage=CATALOGUE,
    carries=(ROMASHKA, "одобрено 27 февраля 2026", "Лимит 100 000 рублей", *GOODS, "2,5 % карты, 0,7 % СБП"),
)
H4 = Handover(
    template="h4_goods_to_prepare",
    by="maria",
    to="tech_support",
    reader="gleb",
    stage=PREPARATION,
    carries=(ROMASHKA, *GOODS, "20 марта 2099"),
)
H5 = Handover(
    template="h5_start_payment_module",
    by="anna",
    to="development",
    reader="kirill",
    stage=MODULE,
    carries=(ROMASHKA, "1С-Битрикс", "Виджет на сайте", "да", "test.romashka.example, пароль у Олега"),
)
H6 = Handover(
    template="h6_module_ready",
    by="roman",
    to="sales",
    reader="anna",
    stage=ACCEPTANCE,
    carries=(ROMASHKA, "2.4.1", "pay.inplat.example/romashka", "До 15 000 рублей за платёж"),
)
H7 = Handover(
    template="h7_testing_may_begin",
    by="roman",
    to="tech_support",
    reader="nikolay",
    stage=TESTING,
    carries=(ROMASHKA, "Оплата, возврат, отмена", "stage и prod"),
)
H8 = Handover(
    template="h8_goods_entered",
    by="elena",
    to="tech_support",
    reader="daria",
    stage=TESTING,
    carries=(ROMASHKA, "Букет ромашек", "GD-1001", "банковская карта", "Доставка", "GD-1002", "СБП", "20 марта 2099"),
)
H9 = Handover(
    template="h9_integration_complete",
    by="gleb",
    to="accounts",
    reader="maria",
    stage=LAUNCH,
    carries=(ROMASHKA, "12 проверок из 12 пройдены", "25 марта 2099"),
)


async def check(play: Play, handover: Handover) -> None:
    """Check that the stored letter and the card in the receiving department's channel carry the required facts."""
    (letter,) = await play.letters("ONB-1", handover.template)
    body = letter.texts[Language.RU].body.replace("\u00a0", " ")
    card = await play.person(handover.reader).card("ONB-1", handover.stage)
    sender = play.person(handover.by).person

    for fact in handover.carries:
        assert fact in body
        assert fact in card.text
    assert (letter.by, letter.department) == (handover.by, handover.to)
    assert letter.template_version
    assert letter.at == play.clock.now()
    assert letter.facts
    assert body.rstrip().endswith(f"{sender.name.ru}, {sender.post.ru}")
    assert "ONB-1" in letter.texts[Language.RU].subject
    assert set(letter.texts) == set(Language)


@ON_BOTH_DATABASES
async def test_a_client_is_connected_through_all_nine_handovers(play: Play) -> None:
    preview = await inplat.open_case(play)
    assert [letter.to for letter in preview.letters] == ["Отдел тех. поддержки", "Отдел аккаунт-менеджеров"]
    await check(play, H1)

    await play.let_pass(minutes=10)
    await inplat.do(play, "ONB-1", INTAKE)
    await inplat.do(play, "ONB-1", DOCUMENTS)
    await check(play, H2)

    await play.let_pass(minutes=10)
    await inplat.do(play, "ONB-1", BANK)
    await check(play, H5)

    await inplat.do(play, "ONB-1", GOODS_LIST)
    await check(play, H3)
    await check(play, H4)

    await play.let_pass(minutes=10)
    await inplat.do(play, "ONB-1", PREPARATION)
    await inplat.do(play, "ONB-1", MODULE)
    await check(play, H6)
    assert await play.person("gleb").cards("ONB-1", TESTING) == []

    await inplat.do(play, "ONB-1", CATALOGUE)
    await check(play, H7)
    await check(play, H8)

    await inplat.do(play, "ONB-1", ACCEPTANCE)
    await inplat.do(play, "ONB-1", TESTING)
    await check(play, H9)

    await inplat.do(play, "ONB-1", LAUNCH)

    case = await play.case("ONB-1")
    assert (case.status, case.end) == (CaseStatus.COMPLETED, "connected")
    assert {task.status for task in case.tasks.values()} == {TaskStatus.COMPLETED}
    (welcome,) = await play.letters("ONB-1", "welcome")
    assert welcome.recipient == "client"
    assert "Клиент: ООО «Ромашка»" in welcome.texts[Language.RU].body
    assert "Дело завершено: Клиент подключён" in (await play.person("anna").told("Дело завершено")).text


async def test_every_letter_ever_sent_is_kept_with_its_template_version_and_facts(play: Play) -> None:
    await inplat.open_case(play)
    await inplat.do_up_to(play, "ONB-1", INTAKE, DOCUMENTS, BANK, GOODS_LIST, PREPARATION, CATALOGUE, MODULE)
    await inplat.do_up_to(play, "ONB-1", ACCEPTANCE, TESTING, LAUNCH)

    kept = await play.app.queries.letters((await play.case("ONB-1")).id)

    assert [letter.template for letter in kept] == [
        "h1_work_begun",
        "a_documents_to_check",
        "h2_documents_approved",
        "b_bank_approved",
        "h5_start_payment_module",
        "h3_goods_for_catalogue",
        "h4_goods_to_prepare",
        "h8_goods_entered",
        "h6_module_ready",
        "h7_testing_may_begin",
        "h9_integration_complete",
        "welcome",
    ]
    assert all(letter.template_version and letter.facts for letter in kept)
    assert all(set(letter.texts) == set(Language) for letter in kept)
    assert kept[0].facts[FieldName("contact")] == "Мария Петровна"
    assert "{{" not in "".join(text.subject + text.body for letter in kept for text in letter.texts.values())


@pytest.mark.parametrize(
    ("first", "second", "missing"),
    [(MODULE, CATALOGUE, CATALOGUE), (CATALOGUE, MODULE, MODULE)],
    ids=["the module is ready first", "the goods are entered first"],
)
async def test_testing_waits_until_both_branches_have_arrived(
    play: Play, first: str, second: str, missing: str
) -> None:
    gleb = play.person("gleb")
    await inplat.open_case(play)
    await inplat.do_up_to(play, "ONB-1", DOCUMENTS, BANK, GOODS_LIST)
    both = [task.stage for task in (await play.case("ONB-1")).open_tasks()]
    assert {"catalogue", "payment_module"} <= set(both)

    await inplat.do(play, "ONB-1", first)

    announced = (await gleb.reads("tech_support"))[-1]
    assert "Пришла передача. Задача появится здесь, когда завершатся и эти этапы:" in announced.text
    assert f"• {missing}" in announced.text
    assert await gleb.cards("ONB-1", TESTING) == []

    await inplat.do(play, "ONB-1", second)

    (card,) = await gleb.cards("ONB-1", TESTING)
    assert "можно начинать тестирование" in card.text
    assert "товары заведены, можно настраивать" in card.text


async def test_a_refusal_by_the_bank_closes_the_case_with_a_letter_to_the_client(play: Play) -> None:
    await inplat.open_case(play)
    await inplat.do(play, "ONB-1", DOCUMENTS)
    anna = play.person("anna")
    form = (await anna.takes("ONB-1", BANK)).fill({"Причина отказа банка": "Вид деятельности не обслуживается"})

    preview = await form.preview("Банк отказал")

    (letter,) = preview.letters
    assert letter.to == "Клиенту"
    assert letter.for_client
    assert preview.view.next_stages == ("завершение дела (Банк отказал)",)
    assert "Здравствуйте, Мария Петровна!" in letter.body
    assert "Причина: Вид деятельности не обслуживается" in letter.body
    reply = await preview.send()
    assert reply.toast == "Дело ONB-1 завершено: Банк отказал."
    case = await play.case("ONB-1")
    assert (case.status, case.end) == (CaseStatus.COMPLETED, "refused")
    (kept,) = await play.letters("ONB-1", "bank_refusal")
    assert kept.texts[Language.RU].body == letter.body
    withdrawn = await play.person("gleb").card("ONB-1", INTAKE)
    assert "Отозвано: дело закрыто" in withdrawn.text
    assert withdrawn.labels == ["Дело"]


async def test_a_side_stage_ends_without_a_handover_and_says_so(play: Play) -> None:
    await inplat.open_case(play)
    gleb = play.person("gleb")
    assert "Дальше: передавать ничего не нужно" in await gleb.says("/status ONB-1")
    form = await gleb.takes("ONB-1", INTAKE)

    await form.fill(inplat.WORK[INTAKE].answers).tick_all()
    preview = await form.preview(inplat.WORK[INTAKE].outcome)
    sent = await preview.send()

    assert preview.view.next_stages == ()
    assert sent.toast == "ONB-1: этап завершён, передавать дальше ничего не нужно."


async def test_a_refusal_without_its_reason_cannot_be_sent(play: Play) -> None:
    await inplat.open_case(play)
    await inplat.do(play, "ONB-1", DOCUMENTS)
    form = await play.person("anna").takes("ONB-1", BANK)

    with pytest.raises(Refused) as told:
        await form.preview("Банк отказал")

    assert told.value.problems == {"Причина отказа банка": "Заполните это поле."}


async def test_corrections_asked_by_the_bank_lead_back_to_acquisition_and_through_the_documents_again(
    play: Play,
) -> None:
    await inplat.open_case(play)
    await inplat.do_up_to(play, "ONB-1", INTAKE, DOCUMENTS)
    asked = {"Что просит исправить банк": "Нет подписи на странице 3"}
    form = (await play.person("anna").takes("ONB-1", BANK)).fill(asked)
    await form.send("Банк просит исправить")

    ivan = play.person("ivan")
    card = await ivan.card("ONB-1", ACQUISITION)
    assert "Что нужно исправить: Нет подписи на странице 3" in card.text
    again = await ivan.takes("ONB-1", ACQUISITION)
    assert again.typed("Контактное лицо") == "Мария Петровна"
    assert again.outcomes == ["Исправлено"]
    await again.fill({"Комментарий": "Подпись поставлена"}).send("Исправлено")

    recheck = await play.person("boris").card("ONB-1", DOCUMENTS)
    assert "исправлено, проверьте документы ещё раз" in recheck.text
    assert "Комментарий: Подпись поставлена" in recheck.text
    await inplat.do_up_to(play, "ONB-1", DOCUMENTS, BANK)
    assert len(await play.letters("ONB-1", "h1_work_begun")) == 1
    assert {task.stage for task in (await play.case("ONB-1")).open_tasks()} == {"goods_list", "payment_module"}


async def test_incomplete_documents_go_back_to_the_sales_manager_with_what_is_missing(play: Play) -> None:
    await inplat.open_case(play)
    form = (await play.person("boris").takes("ONB-1", DOCUMENTS)).fill({"Чего не хватает": "Доверенность"})
    await form.send("Документов не хватает")

    card = await play.person("anna").card("ONB-1", ACQUISITION)
    assert "Чего не хватает: Доверенность" in card.text
    assert "От кого: Борис Лебедев" in card.text
    await (await play.person("anna").takes("ONB-1", ACQUISITION)).send("Исправлено")
    await inplat.do(play, "ONB-1", DOCUMENTS)
    await check(play, H2)


async def test_a_failed_test_goes_back_to_development_with_the_findings_and_then_succeeds(play: Play) -> None:
    await inplat.open_case(play)
    await inplat.do_up_to(play, "ONB-1", INTAKE, DOCUMENTS, BANK, GOODS_LIST, PREPARATION, CATALOGUE, MODULE)
    await inplat.do(play, "ONB-1", ACCEPTANCE)
    form = await play.person("gleb").takes("ONB-1", TESTING)
    await form.fill({"Замечания к модулю": "Возврат не проходит"}).send("Тестирование не пройдено")

    kirill = play.person("kirill")
    again = (await kirill.cards("ONB-1", MODULE))[-1]
    assert "Замечания: Возврат не проходит" in again.text
    fixed = (await kirill.takes("ONB-1", MODULE)).fill({"Версия модуля": "2.4.2"})
    assert fixed.typed("План тестирования") == "Оплата, возврат, отмена"
    await fixed.tick_all()
    await fixed.send("Модуль готов")

    retest = await play.person("daria").card("ONB-1", TESTING)
    assert "(версия 2.4.2) готов к тестированию" in retest.text
    assert "GD-1001" in retest.text
    await inplat.do_up_to(play, "ONB-1", TESTING, ACCEPTANCE, LAUNCH)
    assert (await play.case("ONB-1")).end == "connected"
    versions = [letter.facts[VERSION] for letter in await play.letters("ONB-1", "h7_testing_may_begin")]
    assert versions == ["2.4.1", "2.4.2"]
