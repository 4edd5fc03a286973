"""Cases of another process for the rows of a list: waited for or not; rows that change, cases that stop."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.play.actor import Actor
from tests.play.play import Play
from tests.scenarios.test_sub_cases import ORGANISATION, SURVEY, cancels, value
from workflows.domain.case import CaseStatus

ORDER = """\
process: order
title: {ru: Заказ, en: Order}
number: ORD
start: asked
stages:
  asked:
    title: {ru: Заказ, en: Order}
    department: sales
    form:
      client: {type: client, label: {ru: Заказчик, en: Client}, required: true}
      objects:
        type: rows
        label: {ru: Объекты, en: Objects}
        columns:
          address: {type: text, label: {ru: Адрес, en: Address}, required: true}
          points: {type: number, label: {ru: Точек, en: Points}}
    outcomes:
      sent: {title: {ru: Отправить, en: Send}, to: [survey, care]}
  care:
    title: {ru: Сопровождение, en: Care}
    department: care
    form:
      objects: {from: asked}
    outcomes:
      cared: {title: {ru: Готово, en: Done}, to: [cared]}
  survey:
    title: {ru: Обследования, en: Surveys}
    department: sales
    work:
      case: survey
      each: objects
      with: {place: address, doubled: points * 2}
      take: {price: cost}
      ends: {feasible: can_do, impossible: cannot}
    form:
      price: {type: money, label: {ru: Цена, en: Price}}
    outcomes:
      cannot: {title: {ru: Невозможно, en: Cannot be done}, to: [talk]}
      can_do: {title: {ru: Возможно, en: Can be done}, to: [offer]}
  talk:
    title: {ru: Разговор, en: Talk}
    department: sales
    outcomes:
      talked: {title: {ru: Поговорили, en: Talked}, to: [done]}
  offer:
    title: {ru: Предложение, en: Offer}
    department: sales
    outcomes:
      sent: {title: {ru: Отправлено, en: Sent}, to: [done]}
ends:
  cared: {title: {ru: Сопровождён, en: Cared for}, closes: branch}
  done: {title: {ru: Сделано, en: Done}, closes: case}
"""

LENINA, MIRA, SADOVAYA = ({"Адрес": address, "Точек": "2"} for address in ("Ленина, 5", "Мира, 1", "Садовая, 3"))


@pytest.fixture
async def telecom(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Play]:
    """A company whose orders need a survey of each object."""
    write(tmp_path, ORDER)
    async with Play(sqlite_url, company=str(tmp_path)) as play:
        yield play


def write(folder: Path, order: str) -> None:
    """Write the company."""
    (folder / "workflows").mkdir(exist_ok=True)
    (folder / "organisation.yaml").write_text(ORGANISATION, encoding="utf-8")
    for name, text in {"order": order, "survey": SURVEY}.items():
        (folder / "workflows" / f"{name}.yaml").write_text(text, encoding="utf-8")


async def ordered(play: Play, *objects: dict[str, str]) -> tuple[Actor, Actor, Actor]:
    """Have Olga open an order with these objects."""
    olga, petr, vera = (play.person(name) for name in ("olga", "petr", "vera"))
    form = (await olga.new_case()).fill({"Заказчик": "Ромашка", "Объекты": list(objects)})
    await form.send("Отправить")
    return olga, petr, vera


async def stages(play: Play, number: str) -> list[str]:
    return [task.stage for task in (await play.case(number)).open_tasks()]


async def test_each_object_is_surveyed_and_the_order_goes_on_once(telecom: Play) -> None:
    olga, petr, _ = await ordered(telecom, LENINA, MIRA)
    form = await petr.takes("SUR-2", "Выезд")
    assert (form.typed("Где"), form.typed("Концов")) == ("Мира, 1", "4")
    assert "Обследования: Ленина, 5 — ждёт SUR-1" in await olga.says("/status ORD-1")
    await form.fill({"Стоимость": "700"}).send("Можно")
    assert await stages(telecom, "ORD-1") == ["care"]

    await petr.completes("SUR-1", "Выезд", {"Стоимость": "5000"}, "Можно")

    assert await stages(telecom, "ORD-1") == ["care", "offer"]
    rows = await value(telecom, "ORD-1", "objects")
    assert [row["price"] for row in rows] == ["5000.00", "700.00"]  # type: ignore[attr-defined]  # they are rows


async def test_one_that_cannot_be_done_decides_for_all(telecom: Play) -> None:
    _, petr, _ = await ordered(telecom, LENINA, MIRA)
    await petr.completes("SUR-1", "Выезд", {"Стоимость": "1"}, "Нельзя")

    await petr.completes("SUR-2", "Выезд", {"Стоимость": "1"}, "Можно")

    assert await stages(telecom, "ORD-1") == ["care", "talk"]


async def test_a_new_object_gets_a_survey_and_that_of_one_taken_out_is_cancelled(telecom: Play) -> None:
    _, petr, vera = await ordered(telecom, LENINA, MIRA)

    await vera.completes("ORD-1", "Сопровождение", {"Объекты": [MIRA, SADOVAYA]}, "Готово")

    assert (await telecom.case("SUR-1")).status is CaseStatus.CANCELLED
    await petr.completes("SUR-3", "Выезд", {"Стоимость": "3"}, "Можно")
    await petr.completes("SUR-2", "Выезд", {"Стоимость": "2"}, "Можно")
    rows = await value(telecom, "ORD-1", "objects")
    assert [(row["address"], row["price"]) for row in rows] == [("Мира, 1", "2.00"), ("Садовая, 3", "3.00")]  # type: ignore[attr-defined]  # they are rows


async def test_a_cancelled_survey_leaves_its_object_to_people(telecom: Play) -> None:
    olga, petr, _ = await ordered(telecom, LENINA, MIRA)

    await cancels(petr, "SUR-1")

    assert "ORD-1" in (await olga.told("Дело, которое выполняло этот этап, отменено.")).text
    await olga.completes("ORD-1", "Обследования: Ленина, 5", {"Цена": "9"}, "Возможно")
    await petr.completes("SUR-2", "Выезд", {"Стоимость": "2"}, "Можно")
    rows = await value(telecom, "ORD-1", "objects")
    assert [row["price"] for row in rows] == ["9.00", "2.00"]  # type: ignore[attr-defined]  # they are rows
    assert "offer" in await stages(telecom, "ORD-1")


async def test_a_cancelled_order_cancels_every_survey(telecom: Play) -> None:
    olga, _, _ = await ordered(telecom, LENINA, MIRA, SADOVAYA)

    await cancels(olga, "ORD-1")

    assert {(await telecom.case(f"SUR-{n}")).status for n in (1, 2, 3)} == {CaseStatus.CANCELLED}


async def test_without_an_object_people_do_the_stage(telecom: Play) -> None:
    await ordered(telecom)

    assert await stages(telecom, "ORD-1") == ["survey", "care"]


async def test_in_turn_the_next_survey_begins_when_the_one_before_has_ended(sqlite_url: str, tmp_path: Path) -> None:
    write(tmp_path, ORDER.replace("each: objects\n", "each: objects\n      in: turn\n"))
    async with Play(sqlite_url, company=str(tmp_path)) as play:
        _, petr, _ = await ordered(play, LENINA, MIRA)
        assert [task.sub_case is not None for task in (await play.case("ORD-1")).tasks.values()].count(True) == 1

        await petr.completes("SUR-1", "Выезд", {"Стоимость": "1"}, "Можно")
        await petr.completes("SUR-2", "Выезд", {"Стоимость": "2"}, "Можно")

        assert "offer" in await stages(play, "ORD-1")


async def test_cases_that_are_not_waited_for_let_the_order_go_on_at_once(sqlite_url: str, tmp_path: Path) -> None:
    taken = "      take: {price: cost}\n      ends: {feasible: can_do, impossible: cannot}\n    form:\n"
    price = "      price: {type: money, label: {ru: Цена, en: Price}}\n    outcomes:\n"
    order = ORDER.replace(taken + price, "      wait: false\n    outcomes:\n")
    write(tmp_path, order)
    async with Play(sqlite_url, company=str(tmp_path)) as play:
        _, petr, _ = await ordered(play, LENINA, MIRA)

        assert set(await stages(play, "ORD-1")) == {"care", "talk"}
        await petr.completes("SUR-2", "Выезд", {"Стоимость": "2"}, "Можно")
        assert (await play.case("SUR-2")).status is CaseStatus.COMPLETED
        assert set(await stages(play, "ORD-1")) == {"care", "talk"}
