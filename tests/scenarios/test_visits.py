"""Estimates that two of three approve, and objects that are surveyed one by one, as people see them in the web chat."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.cases.case_record import lines_of
from bot.rendering.language.filters import Formats
from bot.rendering.words.cases import CaseWords
from tests.play.form import Form, Refused
from tests.play.play import Play
from tests.small_companies.approvals import write_company
from workflows.domain.text import Language

SURVEY, APPROVAL, BUILD = "Обследование", "Согласование", "Работы"


@pytest.fixture
async def builders(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Play]:
    """The company."""
    async with Play(sqlite_url, company=str(write_company(tmp_path / "builders"))) as play:
        yield play


async def asked(play: Play, *addresses: str) -> None:
    """Open a case with these objects."""
    form = await play.person("olga").new_case()
    await form.fill({"Заказчик": "Ромашка", "Объекты": [{"Адрес": address} for address in addresses]}).send("Отправить")


async def surveyed(play: Play, *addresses: str) -> None:
    """Open a case and survey all its objects."""
    await asked(play, *addresses)
    for address in addresses:
        await play.person("petr").completes("REQ-1", f"{SURVEY}: {address}", {"Стоимость": "100"}, "Обследован")


async def verdict(play: Play, person: str) -> Form:
    """Open the form of an approver from the private message."""
    actor = play.person(person)
    return await actor.opens(await actor.told("Нужно ваше решение"))


async def history(play: Play) -> str:
    """Return the history of the case as people read it."""
    case = await play.case("REQ-1")
    named = CaseWords(
        case=case,
        definition=play.app.services.definitions.of(case.process, case.version),
        organisation=play.organisation,
        language=Language.RU,
        formats=Formats(Language.RU, play.app.services.timezone),
    )
    return "\n".join(line.text for line in await lines_of(play.app.queries, named))


async def test_each_object_has_a_card_of_its_own_with_its_address(builders: Play) -> None:
    petr, ivan = builders.person("petr"), builders.person("ivan")
    await asked(builders, "Ленина 5", "Мира 1")

    first = await petr.takes("REQ-1", f"{SURVEY}: Ленина 5")
    second = await ivan.takes("REQ-1", f"{SURVEY}: Мира 1")

    assert first.view.title == "Обследование: Ленина 5"
    assert ("Адрес", "Мира 1") in second.view.known
    assert all(label != "Объекты" for label, _ in second.view.known)
    await first.fill({"Стоимость": "100"}).send("Обследован")
    status = await petr.says("/status REQ-1")
    assert "Готово 1 из 2, осталось: Мира 1 (Иван Орлов)" in status
    assert status.count("Обследование") == 1
    assert "Обследование: Мира 1" in await ivan.says("/my")


async def test_the_approval_begins_when_all_objects_are_surveyed(builders: Play) -> None:
    await asked(builders, "Ленина 5", "Мира 1")

    done = await builders.person("petr").completes("REQ-1", f"{SURVEY}: Мира 1", {"Стоимость": "100"}, "Обследован")
    assert done is not None
    assert "REQ-1" not in await builders.person("vera").says("/my")
    await builders.person("petr").completes("REQ-1", f"{SURVEY}: Ленина 5", {"Стоимость": "50"}, "Обследован")

    assert "Согласование" in await builders.person("vera").says("/my")


async def test_two_of_three_approve_and_the_third_is_told(builders: Play) -> None:
    await surveyed(builders, "Ленина 5")

    await (await verdict(builders, "vera")).fill({"Комментарий": "До пятницы"}).send("Согласовать")

    assert "Согласовал 1 из 3 (нужно 2), ждём: Глеб Никитин, Анна Соколова" in await builders.person("gleb").says(
        "/status REQ-1"
    )
    card = await builders.person("gleb").told("Нужно ваше решение")
    assert "Вера Белова — Согласовать: До пятницы" in card.text
    await (await verdict(builders, "anna")).send("Согласовать")
    assert "остальные уже решили" in (await builders.person("gleb").told("Задачу больше не нужно делать")).text
    assert "Нужно ваше решение" not in (await builders.person("gleb").inbox())[0].text
    assert "Работы" in await builders.person("petr").says("/queue")


async def test_later_stages_letters_and_the_history_show_what_approvers_said(builders: Play) -> None:
    await surveyed(builders, "Ленина 5")
    await (await verdict(builders, "vera")).fill({"Комментарий": "До пятницы"}).send("Согласовать")
    await (await verdict(builders, "anna")).send("Согласовать")

    form = await builders.person("petr").takes("REQ-1", BUILD)

    assert (APPROVAL, "Вера Белова — Согласовать: До пятницы\nАнна Соколова — Согласовать") in form.view.known
    (letter,) = await builders.letters("REQ-1", "approved")
    body = letter.texts[Language.RU].body
    assert "Ленина 5: 100,00" in body
    assert "Вера Белова, директор: Согласовать (До пятницы)" in body
    told = await history(builders)
    assert "Решает по этапу «Согласование»: Глеб Никитин" in told
    assert "Завершён этап «Согласование»: Согласовать. Комментарий: До пятницы" in told
    assert "Этап «Согласование» завершён всеми вместе: Согласовать. Дальше: Работы" in told
    assert "Больше не нужно, остальные решили: «Согласование», Глеб Никитин" in told
    assert "Этап «Согласование» ждёт исполнителя" not in told


async def test_the_message_to_an_approver_has_the_approval_as_a_button(builders: Play) -> None:
    await surveyed(builders, "Ленина 5")

    vera = builders.person("vera")
    await vera.press(await vera.told("Нужно ваше решение"), "Согласовать")

    assert "Завершено: Согласовать" in (await vera.told("REQ-1")).text


async def test_a_card_that_is_closed_says_no_more_who_is_waited_for(builders: Play) -> None:
    await surveyed(builders, "Ленина 5")
    vera = builders.person("vera")
    await (await verdict(builders, "vera")).fill({"Комментарий": "До пятницы"}).send("Согласовать")

    closed = next(card.text for card in await vera.cards("REQ-1", APPROVAL) if "Завершено" in card.text)

    assert "До пятницы" in closed
    assert "ждём" not in closed


async def test_who_opened_the_case_reads_one_line_for_all_approvers(builders: Play) -> None:
    await surveyed(builders, "Ленина 5")

    told = await builders.person("olga").told("Вы открыли это дело")

    assert told.text.count("Согласование") == 1
    assert "ждём: Вера Белова" in told.text


async def test_one_press_approves_and_a_no_asks_why(builders: Play) -> None:
    await surveyed(builders, "Ленина 5")
    vera, gleb = builders.person("vera"), builders.person("gleb")

    said = await vera.press((await vera.cards("REQ-1", APPROVAL))[0], "Согласовать")
    assert said.toast is not None
    assert "ждём: Глеб Никитин" in said.toast
    form = await verdict(builders, "gleb")
    with pytest.raises(Refused) as refused:
        await form.send("Отказать")
    assert "Комментарий" in refused.value.problems
    await (await verdict(builders, "gleb")).fill({"Комментарий": "Дорого"}).send("Отказать")
    await (await verdict(builders, "anna")).fill({"Комментарий": "Пересчитайте"}).send("Вернуть")

    assert gleb.id
    assert (await builders.case("REQ-1")).latest("asked").visit == 2  # type: ignore[arg-type,union-attr]  # the id of a stage


async def test_two_approvers_have_two_drafts(builders: Play) -> None:
    await surveyed(builders, "Ленина 5")
    one, other = await verdict(builders, "vera"), await verdict(builders, "gleb")

    await one.fill({"Комментарий": "Моё"}).keep()

    assert other.view.form != one.view.form
    assert all(field.value in (None, "") for field in (await verdict(builders, "gleb")).view.fields)


async def test_a_list_that_changes_meanwhile_changes_the_cards(builders: Play) -> None:
    await surveyed(builders, "Ленина 5")
    await (await verdict(builders, "vera")).fill({"Комментарий": "Забыли Мира 1"}).send("Вернуть")
    await (await verdict(builders, "gleb")).fill({"Комментарий": "Да"}).send("Вернуть")

    form = await builders.person("olga").takes("REQ-1", "Заявка")
    await form.fill({"Объекты": [{"Адрес": "Ленина 5"}, {"Адрес": "Мира 1"}]}).send("Отправить")

    await builders.person("petr").card("REQ-1", f"{SURVEY}: Мира 1")
    rows = (await builders.case("REQ-1")).values["objects"]  # type: ignore[index]  # the name of a field
    assert rows == [{"cost": "100.00", "address": "Ленина 5"}, {"address": "Мира 1"}]
