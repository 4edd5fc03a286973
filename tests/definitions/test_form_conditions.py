"""Conditions of questions, items and letters: each mistake is told once, where it is written."""

import pytest

from tests.definitions.pack import HERE, Pack

COMMENT = "comment: {type: long_text, label: {ru: Заметка, en: Comment}}"
INN = "inn: {type: inn, label: {ru: ИНН, en: INN}, of_client: inn}"
GOODS = "        required: true\n        columns:"
CALLED = "called: {ru: Позвонили, en: Called}"
LETTERS = "letters: [{template: refusal, to: client}]"


@pytest.mark.parametrize(
    ("old", "new", "en", "ru"),
    [
        (
            COMMENT,
            COMMENT.replace("}}", "}, show_when: 'knd == \"small\"'}") + HERE,
            'uses the unknown name "knd"; did you mean "kind"',
            "неизвестное имя «knd»",
        ),
        (
            COMMENT,
            COMMENT.replace("}}", "}, required_when: kind > 3}") + HERE,
            "compares a text with a number",
            "сравниваются текст и число",
        ),
        (
            INN,
            INN.replace("of_client", "show_when: 'kind == \"smal\"', of_client") + HERE,
            'there is no option of "kind" "smal"; did you mean "small"',
            "нет в поле «kind» варианта «smal»",
        ),
        (
            COMMENT,
            COMMENT.replace("}}", "}, show_when: inn is filled}") + HERE,
            'is shown by the answer to "inn", which is not asked before it; put "inn" above it in the form',
            "показывается по ответу на «inn», а его спрашивают не раньше; поставьте «inn» в форме выше",
        ),
        (
            INN,
            INN.replace("of_client", "show_when: inn is filled, of_client") + HERE,
            'is shown by the answer to "inn", which is not asked before it',
            "поставьте «inn» в форме выше",
        ),
        (
            CALLED,
            "called: {label: {ru: Позвонили, en: Called}, when: goods|sum(price) > 1}" + HERE,
            "has something that is not allowed",
            "есть то, чего здесь нельзя",
        ),
        (
            CALLED,
            "called: {label: {ru: Позвонили, en: Called}, when: 'goods|sum(\"prise\") > 1'}" + HERE,
            'the unknown name "prise"; did you mean "price"',
            "неизвестное имя «prise»",
        ),
        (
            LETTERS,
            "letters: [{template: refusal, to: client, when: signed}]" + HERE,
            "gives a date where yes or no is needed",
            "даёт не «да» или «нет», а дата",
        ),
        (
            "comment: {from: intake}",
            'comment: {from: intake, show_when: outcome.intake == "acepted"}' + HERE,
            'there is no option of "outcome.intake" "acepted"; did you mean "accepted"',
            "варианта «acepted»",
        ),
    ],
)
def test_a_mistake_in_a_condition_is_told_once(pack: Pack, old: str, new: str, en: str, ru: str) -> None:
    line = pack.change("workflows/order.yaml", old, new)

    (problem,) = pack.problems()

    assert en in problem.en
    assert ru in problem.ru
    assert problem.line == line


def test_a_mistake_in_a_condition_that_another_stage_takes_over_is_told_once(pack: Pack) -> None:
    """The stage `paperwork` has the same question `from: intake`."""
    pack.change("workflows/order.yaml", COMMENT, COMMENT.replace("}}", "}, required_when: kind > 1}"))

    assert len(pack.problems()) == 1


def test_a_question_that_another_stage_takes_over_stands_below_what_shows_it_there_too(pack: Pack) -> None:
    shown = COMMENT.replace("}}", "}, required_when: visit > 1, show_when: kind is filled}")
    pack.change("workflows/order.yaml", COMMENT, shown)
    text = (pack.folder / "workflows/order.yaml").read_text(encoding="utf-8")
    taken = "      comment: {from: intake}\n"
    pack.put("workflows/order.yaml", text.replace(taken, f"{taken}      kind: {{from: intake}}\n"))

    late = [problem for problem in pack.problems() if "order.yaml" in problem.file]

    assert len(late) == 1
    assert 'put "kind" above it in the form' in late[0].en


def test_what_is_sometimes_not_asked_is_not_certainly_filled_in(pack: Pack) -> None:
    signed = "signed: {type: date, label: {ru: Подписано, en: Signed}, required: true}"
    sometimes = signed.replace("required: true", 'required: true, show_when: kind == "small"')
    pack.change("workflows/order.yaml", signed, sometimes)

    problems = pack.problems()

    assert {problem.file.rpartition("/")[2] for problem in problems} == {"delivered.ru.j2", "delivered.en.j2"}
    assert all('"signed"' in problem.en for problem in problems)
