"""`handover try`: a process is walked through in the terminal, one person playing everybody."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.command_line.cli import program
from tests.definitions.pack import Pack

OPENING = ["1", "ООО «Ромашка»", "Большой", ""]
PACKED = ["1", "Стол", "1500", ""]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small company with one process."""
    return Pack.write(tmp_path_factory.mktemp("pack")).folder


def walk(company: Path, lines: Iterable[str], *words: str) -> str:
    """Return what a walk showed in which these lines were typed."""
    typed = "".join(f"{line}\n" for line in lines)
    result = CliRunner().invoke(program, ["try", "--company", str(company), *words], input=typed)
    assert result.exit_code == 0, result.output
    return result.output.replace("\u00a0", " ")


def test_a_walk_goes_through_every_task_with_the_letters_as_they_would_be(company: Path) -> None:
    shown = walk(company, [*OPENING, *PACKED, "05.04.2030", "", "1"])

    assert "── Заказ · Анна, менеджер" in shown
    assert "Kind: Большой, from Анна" in shown
    assert "→ Сборка (Поддержка), Бумаги (Продажи)" in shown
    assert "── Сборка · Глеб, инженер" in shown
    assert "1. Стол: 1 500,00 ₽" in shown
    assert shown.strip().endswith("ORD-1: Готово")


def test_what_is_wrong_is_asked_once_more_and_the_rest_is_kept(company: Path) -> None:
    shown = walk(company, [*OPENING[:-1], "12", "7707083893"])

    assert shown.count("Клиент*") == 1
    assert shown.count("ИНН") >= 2
    assert "Kind: Большой" in shown


def test_a_walk_may_end_in_the_middle_and_keeps_nothing(company: Path) -> None:
    first, second = walk(company, OPENING[:2]), walk(company, OPENING)

    assert "Ничего из пройденного не сохранено." in first
    assert "ORD-1" in second


SURVEY = """\
process: survey
title: {ru: Обследование, en: Survey}
number: SUR
start: asked
stages:
  asked:
    title: {ru: Заявка, en: Request}
    department: sales
    form:
      place: {type: record, kind: place, label: {ru: Объект, en: Place}, required: true, add: false}
      urgent: {type: yes_no, label: {ru: Срочно, en: Urgent}}
      why: {type: text, label: {ru: Почему срочно, en: Why}, show_when: urgent}
      photos: {type: files, label: {ru: Фотографии, en: Photos}, required: true}
    outcomes:
      sent: {title: {ru: Отправить, en: Send}, to: [look]}
  look:
    title: {ru: Осмотр, en: Look}
    department: support
    outcomes:
      looked: {title: {ru: Осмотрено, en: Looked}, to: [done]}
ends:
  done: {title: {ru: Готово, en: Done}, closes: case}
"""
PLACE = "record: place\ntitle: {ru: Объект, en: Place}\n"


def test_files_and_records_that_nobody_has_at_hand_are_named_and_a_question_follows_its_answer(tmp_path: Path) -> None:
    pack = Pack.write(tmp_path / "pack")
    pack.put("workflows/survey.yaml", SURVEY)
    pack.put("records/place.yaml", PLACE)

    urgent = walk(pack.folder, ["Дом 1", "да", "Течёт", "крыша.jpg, окно.jpg"], "survey")
    usual = walk(pack.folder, ["Дом 1", "нет", "крыша.jpg"], "survey")

    assert urgent.strip().endswith("SUR-1: Готово")
    assert usual.strip().endswith("SUR-1: Готово")
    assert "Почему срочно: Течёт" in urgent
    assert "Фотографии: крыша.jpg, окно.jpg" in urgent
    assert "Почему срочно" not in usual


@pytest.mark.parametrize(("name", "said"), [("ordr", "возможно, имелось в виду «order»"), ("x" * 80, "есть order")])
def test_a_process_that_is_not_there_is_told(company: Path, name: str, said: str) -> None:
    result = CliRunner().invoke(program, ["try", name, "--company", str(company)])

    assert result.exit_code == 1
    assert said in result.output
