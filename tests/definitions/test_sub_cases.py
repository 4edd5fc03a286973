"""What may be wrong between a process and those whose cases it opens."""

from pathlib import Path

import pytest

from tests.definitions.pack import HERE, Pack
from tests.scenarios.test_sub_case_each import ORDER as EACH
from tests.scenarios.test_sub_case_each import write as write_rows
from tests.scenarios.test_sub_cases import ORDER, write

ORDERS = "workflows/order.yaml"


def changed(folder: Path, old: str, new: str) -> tuple[Pack, int | None]:
    """Write the company with its order changed in one place; returns it and the line of HERE."""
    assert ORDER.count(old) == 1, f"{old!r} is there {ORDER.count(old)} times"
    text = ORDER.replace(old, new)
    write(folder)
    pack = Pack(folder)
    pack.put(ORDERS, text.replace(HERE, ""))
    return pack, text.count("\n", 0, text.index(HERE)) + 1 if HERE in text else None


def test_the_company_has_no_problem(tmp_path: Path) -> None:
    pack, _ = changed(tmp_path, "number: ORD", "number: ORDER")

    assert pack.problems() == []


def test_cases_of_rows_that_are_not_waited_for_have_no_turn(tmp_path: Path) -> None:
    write_rows(tmp_path, EACH.replace("each: objects\n", "each: objects\n      in: turn\n      wait: false\n"))

    words = [problem.en for problem in Pack(tmp_path).problems()]

    assert any("the cases of all rows are opened at once" in each for each in words)


@pytest.mark.parametrize(
    ("old", "new", "ru", "en"),
    [
        (
            "      case: survey\n",
            f"      case: servey {HERE}\n",
            "нет процесса «servey»; возможно, имелось в виду «survey»",
            'there is no process "servey"; did you mean "survey"',
        ),
        (
            "      with: {place: address, doubled: points * 2}\n",
            f"      with: {{where: address}} {HERE}\n",
            "нет в процессе «survey» поля «where»",
            'there is no field in the process "survey" "where"',
        ),
        (
            "      with: {place: address, doubled: points * 2}\n",
            f"      with: {{place: adress}} {HERE}\n",
            "«adress»",
            '"adress"',
        ),
        (
            "      with: {place: address, doubled: points * 2}\n",
            f"      with: {{place: points}} {HERE}\n",
            "«points» и «place» разного вида",
            '"points" and "place" are of different kinds',
        ),
        (
            "      take: {price: cost}\n",
            f"      take: {{price: cots}} {HERE}\n",
            "нет в процессе «survey» поля «cots»",
            'there is no field in the process "survey" "cots"',
        ),
        (
            "      take: {price: cost}\n",
            f"      take: {{price: place}} {HERE}\n",
            "«place» и «price» разного вида",
            '"place" and "price" are of different kinds',
        ),
        (
            "      take: {price: cost}\n",
            f"      take: {{prise: cost, price: cost}} {HERE}\n",
            "нет в форме этого этапа поля «prise»",
            'there is no field in the form of this stage "prise"',
        ),
        (
            "      ends: {feasible: can_do, impossible: cannot}\n",
            f"      ends: {{feasible: can_do, impossible: cant}} {HERE}\n",
            "нет у этого этапа решения «cant»",
            'there is no outcome of this stage "cant"',
        ),
        (
            "      ends: {feasible: can_do, impossible: cannot}\n",
            f"      ends: {{feasible: can_do, unfeasible: cannot, impossible: cannot}} {HERE}\n",
            "нет у процесса «survey» завершения «unfeasible»",
            'there is no end of the process "survey" "unfeasible"',
        ),
        (
            "      ends: {feasible: can_do, impossible: cannot}\n",
            f"      ends: {{feasible: can_do}} {HERE}\n",
            "если дело завершится «impossible»",
            'when the case ends with "impossible"',
        ),
        (
            "    work: {case: closing, wait: false}\n",
            f"    work: {{case: closing, wait: false, ends: {{paid: begun}}}} {HERE}\n",
            "дело не ждёт (wait: false)",
            "the case does not wait (wait: false)",
        ),
        (
            "    work: {case: closing, wait: false}\n",
            f"    work: {{case: closing, wait: false, in: turn}} {HERE}\n",
            "говорят о строках; допишите each",
            "are about rows; add each",
        ),
        (
            "      take: {price: cost}\n",
            f"      take: {{price: cost}}\n      each: points {HERE}\n",
            "«points» — поле типа number, строк в нём нет",
            '"points" is a field of type number and has no rows',
        ),
        (
            "      price: {type: money, label: {ru: Цена, en: Price}}\n",
            "      price: {type: money, label: {ru: Цена, en: Price}}\n"
            f"      term: {{type: number, label: {{ru: Срок, en: Term}}}} {HERE}\n",
            "поле «term» никто не заполнит",
            'nobody fills in "term"',
        ),
    ],
)
def test_what_is_wrong_is_said_once_with_its_line(tmp_path: Path, old: str, new: str, ru: str, en: str) -> None:
    pack, line = changed(tmp_path, old, new)

    (problem,) = pack.problems()

    assert ru in problem.ru
    assert en in problem.en
    assert problem.line == line
