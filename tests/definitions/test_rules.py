"""What may be wrong with a stage that a rule does, and with the tables that it reads."""

from collections.abc import Callable

import pytest

from tests.definitions.loans import LOAN
from tests.definitions.pack import HERE, Pack

BANK = """\
organisation: {ru: Банк, en: Bank}
departments:
  branch: {title: {ru: Отделение, en: Branch}, head: oleg}
  risk: {title: {ru: Риски, en: Risk}, head: rita}
people:
  oleg: {name: {ru: Олег, en: Oleg}, post: {ru: оператор, en: operator}, department: branch}
  rita: {name: {ru: Рита, en: Rita}, post: {ru: аналитик, en: analyst}, department: risk}
"""
GOOD = "\n".join(line for line in LOAN.split("\n") if not line.startswith("      quick:"))


@pytest.fixture
def bank(tmp_path: object) -> Callable[[str, str], Pack]:
    """Write a bank whose process is changed in one place."""

    def write(old: str, new: str) -> Pack:
        assert GOOD.count(old) == 1, f"{old!r} is there {GOOD.count(old)} times"
        pack = Pack(tmp_path)  # type: ignore[arg-type]  # the fixture is a path
        pack.put("organisation.yaml", BANK)
        pack.put("workflows/loan.yaml", GOOD.replace(old, new))
        return pack

    return write


def test_a_good_rule_has_no_problem(bank: Callable[[str, str], Pack]) -> None:
    assert bank("number: LN", "number: LOAN").problems() == []


@pytest.mark.parametrize(
    ("old", "new", "ru", "en"),
    [
        (
            "        payment: amount / term\n",
            f"        payment: amuont / term {HERE}\n",
            "неизвестное имя «amuont»",
            'the unknown name "amuont"',
        ),
        (
            "        payment: amount / term\n",
            f"        payment: amount / card {HERE}\n",
            "amount / card",
            "amount / card",
        ),
        (
            "        score: points\n",
            f"        score: level {HERE}\n",
            "«level» даёт текст, а полю нужно другое: число",
            '"level" gives a text where the field needs a number',
        ),
        (
            "        score: points\n",
            f"        score: points\n        bonus: '5' {HERE}\n",
            "нет в форме этого этапа поля «bonus»",
            'there is no field in the form of this stage "bonus"',
        ),
        (
            "      score: {type: number, label: {ru: Баллы, en: Score}}\n",
            "      score: {type: number, label: {ru: Баллы, en: Score}}\n"
            f"      bonus: {{type: number, label: {{ru: Бонус, en: Bonus}}}} {HERE}\n",
            "поле «bonus» никто не заполнит",
            'nobody fills in "bonus"',
        ),
        (
            "      - {when: burden > 0.5, value: -40}\n",
            f"      - {{when: burden > 0.5, value: '\"much\"'}} {HERE}\n",
            "строка таблицы «points» даёт текст, а нужно другое: число",
            'a line of the table "points" gives a text where a number is needed',
        ),
        (
            "      - {when: burden > 0.5, value: -40}\n",
            f"      - {{when: burden > today, value: -40}} {HERE}\n",
            "burden > today",
            "burden > today",
        ),
        (
            "      - {when: amount <= 500000, value: '\"branch\"'}\n",
            f"      - {{value: '\"branch\"'}} {HERE}\n",
            "строка без when подходит всегда",
            "a line without a when always holds",
        ),
        (
            "      looked_at: {title: {ru: Посмотреть, en: Look at it}, to: [underwriting]}\n",
            "      looked_at: {title: {ru: Посмотреть, en: Look at it}, to: [underwriting], when: score < 50}\n",
            "правило может не выбрать ни одного решения",
            "the rule may find no outcome",
        ),
        (
            "to: [refused], when: score < 0}\n",
            "to: [refused]}\n",
            "до решения «straight» дело не дойдёт",
            'the outcome "straight" is never reached',
        ),
        (
            "requires: [client, amount, term, card, income]}\n",
            "requires: [client, amount, term, card]}\n",
            "«income» к этому этапу заполнено не на всех путях",
            '"income" is not filled in on every way to this stage',
        ),
        (
            "    work:\n      rule:\n        payment",
            f"    checklist: {HERE}\n      done: {{ru: Готово, en: Done}}\n    work:\n      rule:\n        payment",
            "отмечать чек-лист некому",
            "nobody ticks a check list",
        ),
        (
            "start: application\n",
            "start: scoring\n",
            "первый этап выполняет тот, кто открывает дело",
            "the first stage is done by whoever opens the case",
        ),
        (
            "  level:\n",
            f"  income: {HERE}\n    lines: [{{value: 5}}]\n  level:\n",
            "имя «income» уже занято",
            'the name "income" is taken',
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    bank: Callable[[str, str], Pack], old: str, new: str, ru: str, en: str
) -> None:
    text = GOOD.replace(old, new)
    line = text.count("\n", 0, text.index(HERE)) + 1 if HERE in text else None

    problems = bank(old, new.replace(HERE, "")).problems()

    found = [problem for problem in problems if ru in problem.ru and en in problem.en]
    assert len(found) == 1, problems
    assert line is None or found[0].line == line
    if "start:" not in old and "level:" not in old:
        assert len(problems) == 1, problems


def test_rules_that_lead_in_a_circle_are_told(bank: Callable[[str, str], Pack]) -> None:
    pack = bank(
        "      looked_at: {title: {ru: Посмотреть, en: Look at it}, to: [underwriting]}\n",
        "      looked_at: {title: {ru: Посмотреть, en: Look at it}, to: [scoring, underwriting]}\n",
    )

    assert any("leads back to itself without a person" in problem.en for problem in pack.problems())
