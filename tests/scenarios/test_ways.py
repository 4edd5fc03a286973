"""A company whose requests go different ways: by amount, past a stage that is switched off, out of a loop at last."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.cases.case_record import lines_of
from bot.rendering.language.filters import Formats
from bot.rendering.words.cases import CaseWords
from tests.play.play import Play
from workflows.domain.text import Language

ORGANISATION = """\
organisation: {ru: Стройка, en: Builders}
departments:
  office: {title: {ru: Контора, en: Office}, head: olga}
  builders: {title: {ru: Бригада, en: Builders}, head: petr}
  directors: {title: {ru: Дирекция, en: Directors}, head: vera}
people:
  olga: {name: {ru: Ольга Морозова, en: Olga Morozova}, post: {ru: секретарь, en: secretary}, department: office}
  petr: {name: {ru: Пётр Чернов, en: Petr Chernov}, post: {ru: прораб, en: foreman}, department: builders}
  vera: {name: {ru: Вера Белова, en: Vera Belova}, post: {ru: директор, en: director}, department: directors}
"""

REQUEST = """\
process: request
title: {ru: Заявка, en: Request}
number: REQ
start: asked
stages:
  asked:
    title: {ru: Заявка, en: Request}
    department: office
    form:
      client: {type: client, label: {ru: Заказчик, en: Client}, required: true}
      amount: {type: money, label: {ru: Сумма, en: Amount}, required: true}
    outcomes:
      sent:
        title: {ru: Отправить, en: Send}
        to:
          - {stage: approval, when: amount > 100000}
          - {stage: build, when: amount <= 100000}
  approval:
    title: {ru: Согласование, en: Approval}
    department: directors
    optional: true
    left_out_as: approved
    outcomes:
      approved: {title: {ru: Согласовано, en: Approved}, to: [build]}
      refused: {title: {ru: Отказать, en: Refuse}, to: [refused]}
  build:
    title: {ru: Работы, en: Works}
    department: builders
    outcomes:
      built: {title: {ru: Построено, en: Built}, to: [accept]}
  accept:
    title: {ru: Приёмка, en: Acceptance}
    department: office
    at_most: {visits: 2, else: judge}
    outcomes:
      accepted: {title: {ru: Принято, en: Accepted}, to: [done]}
      findings: {title: {ru: Замечания, en: Findings}, to: [build]}
  judge:
    title: {ru: Решение директора, en: The director decides}
    department: directors
    outcomes:
      accepted: {title: {ru: Принять, en: Accept}, to: [done]}
ends:
  done: {title: {ru: Сделано, en: Done}, closes: case}
  refused: {title: {ru: Отказано, en: Refused}, closes: case}
"""


@pytest.fixture
async def builders(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Play]:
    """A company that builds what it is asked for."""
    (tmp_path / "workflows").mkdir()
    (tmp_path / "organisation.yaml").write_text(ORGANISATION, encoding="utf-8")
    (tmp_path / "workflows" / "request.yaml").write_text(REQUEST, encoding="utf-8")
    async with Play(sqlite_url, company=str(tmp_path)) as play:
        yield play


async def test_the_amount_decides_who_gets_a_request(builders: Play) -> None:
    olga, petr, vera = (builders.person(name) for name in ("olga", "petr", "vera"))

    await (await olga.new_case()).fill({"Заказчик": "Ромашка", "Сумма": "50000"}).send("Отправить")
    await (await olga.new_case()).fill({"Заказчик": "Ромашка", "Сумма": "500000"}).send("Отправить")

    assert "REQ-1" in (await petr.card("REQ-1", "Работы")).text
    assert "REQ-2" in (await vera.card("REQ-2", "Согласование")).text


async def test_the_opener_sends_a_request_past_the_approval(builders: Play) -> None:
    olga, petr = builders.person("olga"), builders.person("petr")

    form = (await olga.new_case()).fill({"Заказчик": "Ромашка", "Сумма": "500000", "Без этих этапов": ["Согласование"]})
    preview = await form.send("Отправить")

    assert preview.view.next_stages == ("Работы (Бригада)",)
    card = await petr.card("REQ-1", "Работы")
    assert "Без этапов: Согласование" in card.text
    assert "Дело пошло без этапа «Согласование». Дальше: Работы" in await _history(builders)


async def test_a_stage_is_switched_off_from_the_status_and_on_again(builders: Play) -> None:
    olga, petr, vera = (builders.person(name) for name in ("olga", "petr", "vera"))
    await (await olga.new_case()).fill({"Заказчик": "Ромашка", "Сумма": "50000"}).send("Отправить")

    status = await olga.asks("/status REQ-1")
    said = await olga.press(status, "Без этапа: Согласование")

    assert said.toast == "REQ-1 пойдёт без этапа «Согласование»."
    assert "Без этапов: Согласование" in await olga.says("/status REQ-1")
    assert "Без этапов: Согласование" in (await petr.card("REQ-1", "Работы")).text
    with pytest.raises(LookupError):
        await petr.press(await petr.asks("/status REQ-1"), "С этапом: Согласование")
    await vera.press(await vera.asks("/status REQ-1"), "С этапом: Согласование")
    assert "Без этапов" not in await olga.says("/status REQ-1")
    history = await _history(builders)
    assert "Отключён этап «Согласование» для этого дела" in history
    assert "Снова включён этап «Согласование»" in history


async def test_a_stage_under_way_is_not_switched_off(builders: Play) -> None:
    olga, vera = builders.person("olga"), builders.person("vera")
    await (await olga.new_case()).fill({"Заказчик": "Ромашка", "Сумма": "50000"}).send("Отправить")
    old = await olga.asks("/status REQ-1")
    await (await olga.new_case()).fill({"Заказчик": "Ромашка", "Сумма": "500000"}).send("Отправить")

    with pytest.raises(LookupError):
        await olga.press(await olga.asks("/status REQ-2"), "Без этапа: Согласование")
    await olga.press(old, "Без этапа: Согласование")
    await vera.completes("REQ-2", "Согласование", {}, "Отказать")
    assert (await builders.case("REQ-2")).end == "refused"


async def test_the_acceptance_that_fails_twice_goes_to_the_director(builders: Play) -> None:
    olga, petr, vera = (builders.person(name) for name in ("olga", "petr", "vera"))
    await (await olga.new_case()).fill({"Заказчик": "Ромашка", "Сумма": "50000"}).send("Отправить")
    for _ in range(2):
        await petr.completes("REQ-1", "Работы", {}, "Построено")
        await olga.completes("REQ-1", "Приёмка", {}, "Замечания")

    await petr.completes("REQ-1", "Работы", {}, "Построено")

    assert "Этап «Приёмка» пройден 2 раза, больше нельзя. Дальше: Решение директора" in await _history(builders)
    await vera.completes("REQ-1", "Решение директора", {}, "Принять")
    assert (await builders.case("REQ-1")).end == "done"


async def _history(play: Play) -> str:
    """Return the history of REQ-1 as people read it."""
    case = await play.case("REQ-1")
    services = play.app.services
    named = CaseWords(
        case=case,
        definition=services.definitions.of(case.process, case.version),
        organisation=services.organisation.now,
        language=Language.RU,
        formats=Formats(Language.RU, services.timezone),
    )
    return "\n".join(line.text for line in await lines_of(services.queries, named))
