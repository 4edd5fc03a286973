"""Cases that open cases of other processes: handed over, waited for, cancelled; the rule that decides between."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.reply import Ask
from tests.play.actor import Actor
from tests.play.play import Play
from workflows.domain.case import Case, CaseStatus
from workflows.domain.ids import FieldName

ORGANISATION = """\
organisation: {ru: Связь, en: Telecom}
departments:
  sales: {title: {ru: Продажи, en: Sales}, head: olga}
  engineers: {title: {ru: Инженеры, en: Engineers}, head: petr}
  care: {title: {ru: Забота, en: Care}, head: vera}
people:
  olga: {name: {ru: Ольга Морозова, en: Olga Morozova}, post: {ru: продавец, en: seller}, department: sales}
  petr: {name: {ru: Пётр Чернов, en: Petr Chernov}, post: {ru: инженер, en: engineer}, department: engineers}
  vera: {name: {ru: Вера Белова, en: Vera Belova}, post: {ru: куратор, en: curator}, department: care}
"""

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
      address: {type: text, label: {ru: Адрес, en: Address}, required: true}
      points: {type: number, label: {ru: Точек, en: Points}, required: true}
    outcomes:
      sent: {title: {ru: Отправить, en: Send}, to: [survey]}
  survey:
    title: {ru: Обследование, en: Survey}
    department: sales
    work:
      case: survey
      with: {place: address, doubled: points * 2}
      take: {price: cost}
      ends: {feasible: can_do, impossible: cannot}
    form:
      price: {type: money, label: {ru: Цена, en: Price}}
    outcomes:
      can_do: {title: {ru: Возможно, en: Can be done}, to: [offer]}
      cannot: {title: {ru: Невозможно, en: Cannot be done}, to: [refused]}
  offer:
    title: {ru: Предложение, en: Offer}
    department: sales
    outcomes:
      accepted: {title: {ru: Принято, en: Accepted}, to: [closing, thanks]}
      dropped: {title: {ru: Отказ, en: Dropped}, to: [refused]}
  closing:
    title: {ru: Закрытие, en: Closing}
    department: care
    work: {case: closing, wait: false}
    outcomes:
      begun: {title: {ru: Начато, en: Begun}, to: [closing_begun]}
  thanks:
    title: {ru: Благодарность, en: Thanks}
    department: sales
    outcomes:
      said: {title: {ru: Сказано, en: Said}, to: [done]}
ends:
  closing_begun: {title: {ru: Передано, en: Begun}, closes: branch}
  done: {title: {ru: Сделано, en: Done}, closes: case}
  refused: {title: {ru: Отказано, en: Refused}, closes: case_at_once}
"""

SURVEY = """\
process: survey
title: {ru: Обследование объекта, en: Survey}
number: SUR
start: visit
stages:
  visit:
    title: {ru: Выезд, en: Visit}
    department: engineers
    form:
      client: {type: client, label: {ru: Заказчик, en: Client}, required: true}
      place: {type: text, label: {ru: Где, en: Where}, required: true}
      doubled: {type: number, label: {ru: Концов, en: Ends}}
      cost: {type: money, label: {ru: Стоимость, en: Cost}, required: true}
    outcomes:
      fine: {title: {ru: Можно, en: Fine}, to: [feasible]}
      bad: {title: {ru: Нельзя, en: Bad}, to: [impossible]}
ends:
  feasible: {title: {ru: Возможно, en: Feasible}, closes: case}
  impossible: {title: {ru: Невозможно, en: Impossible}, closes: case}
"""

CLOSING = """\
process: closing
title: {ru: Закрытие заказа, en: Closing}
number: CLO
start: papers
stages:
  papers:
    title: {ru: Бумаги, en: Papers}
    department: care
    form:
      client: {type: client, label: {ru: Заказчик, en: Client}, required: true}
    outcomes:
      paid: {title: {ru: Оплачено, en: Paid}, to: [paid]}
ends:
  paid: {title: {ru: Оплачено, en: Paid}, closes: case}
"""


@pytest.fixture
async def telecom(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Play]:
    """A company whose orders need surveys, and are closed by others."""
    write(tmp_path)
    async with Play(sqlite_url, company=str(tmp_path)) as play:
        yield play


def write(folder: Path, *left_out: str) -> None:
    """Write the company without some of its processes."""
    (folder / "workflows").mkdir(exist_ok=True)
    (folder / "organisation.yaml").write_text(ORGANISATION, encoding="utf-8")
    for name, text in {"order": ORDER, "survey": SURVEY, "closing": CLOSING}.items():
        if name not in left_out:
            (folder / "workflows" / f"{name}.yaml").write_text(text, encoding="utf-8")


async def ordered(play: Play) -> tuple[Actor, Actor, Actor]:
    """Have Olga open an order, for which a survey is opened."""
    olga, petr, vera = (play.person(name) for name in ("olga", "petr", "vera"))
    form = (await olga.new_case()).fill({"Заказчик": "Ромашка", "Адрес": "Лесная, 5", "Точек": "3"})
    await form.send("Отправить")
    return olga, petr, vera


async def cancels(actor: Actor, case: str) -> None:
    asked = (await actor.press(await actor.asks(f"/status {case}"), "Отменить дело")).dialog
    assert isinstance(asked, Ask)
    await actor.answers(asked, "Передумали")


async def value(play: Play, number: str, name: str) -> object:
    return (await play.case(number)).values.get(FieldName(name))


async def test_a_survey_begins_with_what_the_order_knows(telecom: Play) -> None:
    olga, petr, _ = await ordered(telecom)

    form = await petr.takes("SUR-1", "Выезд")

    assert (form.typed("Где"), form.typed("Концов")) == ("Лесная, 5", "6")
    survey, order = await telecom.case("SUR-1"), await telecom.case("ORD-1")
    assert survey.client == order.client
    assert "Обследование — ждёт SUR-1" in await olga.says("/status ORD-1")
    assert "Открыто из ORD-1" in await petr.says("/status SUR-1")
    shown = await olga.press(await olga.asks("/status ORD-1"), "SUR-1")
    assert shown.case_id == survey.id


async def test_the_order_goes_on_with_what_the_survey_found(telecom: Play) -> None:
    olga, petr, _ = await ordered(telecom)

    await petr.completes("SUR-1", "Выезд", {"Стоимость": "5000"}, "Можно")

    assert await value(telecom, "ORD-1", "price") == "5000.00"
    assert "ORD-1" in (await olga.card("ORD-1", "Предложение")).text
    assert (await telecom.case("SUR-1")).status is CaseStatus.COMPLETED


async def test_the_end_of_the_survey_decides(telecom: Play) -> None:
    _, petr, _ = await ordered(telecom)

    await petr.completes("SUR-1", "Выезд", {"Стоимость": "5000"}, "Нельзя")

    order = await telecom.case("ORD-1")
    assert (order.status, order.end) == (CaseStatus.COMPLETED, "refused")


async def test_what_is_not_waited_for_lives_on_by_itself(telecom: Play) -> None:
    olga, petr, vera = await ordered(telecom)
    await petr.completes("SUR-1", "Выезд", {"Стоимость": "5000"}, "Можно")

    await olga.completes("ORD-1", "Предложение", {}, "Принято")
    await olga.completes("ORD-1", "Благодарность", {}, "Сказано")

    assert (await telecom.case("ORD-1")).end == "done"
    await vera.completes("CLO-1", "Бумаги", {}, "Оплачено")
    assert (await telecom.case("CLO-1")).end == "paid"


async def test_a_cancelled_survey_leaves_the_order_to_people(telecom: Play) -> None:
    olga, petr, _ = await ordered(telecom)

    await cancels(petr, "SUR-1")

    told = await olga.told("Дело, которое выполняло этот этап, отменено.")
    assert "ORD-1" in told.text
    form = (await olga.takes("ORD-1", "Обследование")).fill({"Цена": "7000"})
    await form.send("Возможно")
    assert await value(telecom, "ORD-1", "price") == "7000.00"
    assert [task.stage for task in (await telecom.case("ORD-1")).open_tasks()] == ["offer"]


async def test_a_cancelled_order_cancels_the_survey_that_it_waits_for(telecom: Play) -> None:
    olga, petr, _ = await ordered(telecom)
    await petr.takes("SUR-1", "Выезд")

    await cancels(olga, "ORD-1")

    survey = await telecom.case("SUR-1")
    assert (survey.status, survey.closed_at) == (CaseStatus.CANCELLED, (await telecom.case("ORD-1")).closed_at)
    assert "SUR-1" in (await petr.inbox())[-1].text
    with pytest.raises(LookupError):
        await petr.opens(await petr.card("SUR-1", "Выезд"))


async def test_a_process_that_is_gone_leaves_the_stage_to_people(telecom: Play, tmp_path: Path) -> None:
    olga = telecom.person("olga")
    (tmp_path / "workflows" / "survey.yaml").unlink()
    text = (tmp_path / "workflows" / "order.yaml").read_text(encoding="utf-8")
    (tmp_path / "workflows" / "order.yaml").write_text(text.replace("case: survey", "case: closing"), encoding="utf-8")
    form = (await olga.new_case()).fill({"Заказчик": "Ромашка", "Адрес": "Лесная, 5", "Точек": "3"})
    telecom.app.services.definitions._current.pop("survey")  # type: ignore[attr-defined]  # gone meanwhile

    await form.send("Отправить")

    assert "открыть не удалось" in (await olga.told("Дело, которое выполняет этот этап")).text
    assert [task.stage for task in (await telecom.case("ORD-1")).open_tasks()] == ["survey"]


async def test_the_history_of_both_tells_of_the_other(telecom: Play) -> None:
    _, petr, _ = await ordered(telecom)
    await petr.completes("SUR-1", "Выезд", {"Стоимость": "5000"}, "Можно")

    kinds = [event.kind for event in await telecom.history("ORD-1")]

    assert [kind for kind in kinds if "sub_case" in kind] == ["sub_case_asked", "sub_case_opened", "sub_case_ended"]
    opened: Case = await telecom.case("SUR-1")
    assert opened.parent is not None
    assert opened.parent.number == "ORD-1"
