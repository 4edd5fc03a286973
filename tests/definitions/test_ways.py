"""What may be wrong in the ways of a process: conditions, joins, limits, stages that are left out."""

import pytest

from tests.definitions.pack import HERE, Pack

WORKFLOW = "workflows/order.yaml"
BEGUN = "          - {stage: packing, handover: begun}\n"
PAPERWORK = "          - paperwork\n"
JOIN = "    join: [packing, paperwork]\n"
PACKING = "  packing:\n    title: {ru: Сборка, en: Packing}\n"
DELIVERY = "  delivery:\n    title: {ru: Доставка, en: Delivery}\n"
INTAKE = "  intake:\n    title: {ru: Приём, en: Intake}\n"


@pytest.mark.parametrize(
    ("old", "new", "ru", "en"),
    [
        (
            BEGUN,
            f"          - {{stage: packing, handover: begun, when: kinds == 1}} {HERE}\n",
            "неизвестное имя «kinds»",
            'the unknown name "kinds"',
        ),
        (
            "to: [delivery, told]}\n",
            f"to: [delivery, {{end: told, when: 'kind == \"smal\"'}}]}} {HERE}\n",
            "возможно, имелось в виду «small»",
            'did you mean "small"',
        ),
        (
            "to: [delivery]}\n",
            f"to: [{{stage: delivery, when: 'kind == \"small\"'}}]}} {HERE}\n",
            "когда kind = large, решение «packed» никуда не ведёт",
            'with kind = large the outcome "packed" leads nowhere',
        ),
        (
            JOIN,
            f"    join:\n      of: [packing, paperwork]\n      need: most {HERE}\n",
            "«most» не годится для need",
            '"most" cannot be the need',
        ),
        (
            JOIN,
            f"    join:\n      of: [packing, paperwork]\n      need: 3 {HERE}\n",
            "названо этапов: 2, а ждать нужно 3",
            "names 2 stages and needs 3",
        ),
        (
            JOIN,
            f"    join: {{of: [packing, papers]}} {HERE}\n",
            "нет этапа «papers»",
            'there is no stage "papers"',
        ),
        (
            JOIN,
            f"    join: {{of: [packing, packing]}} {HERE}\n",
            "«packing» в join лишний",
            '"packing" is too much in the join',
        ),
        (
            PACKING,
            f"{PACKING}    skip_when: kind is full {HERE}\n",
            "есть то, чего здесь нельзя",
            "something that is not allowed",
        ),
        (
            DELIVERY,
            f"{DELIVERY}    skip_when: kind {HERE}\n    left_out_as: delivered\n",
            "даёт не «да» или «нет»",
            "where yes or no is needed",
        ),
        (
            DELIVERY,
            f"{DELIVERY}    optional: true {HERE}\n",
            "left_out_as: delivered",
            "left_out_as: delivered",
        ),
        (
            PACKING,
            f"{PACKING}    left_out_as: packed {HERE}\n",
            "left_out_as есть, а пропустить этап нельзя",
            "the stage is never left out",
        ),
        (
            PACKING,
            f"{PACKING}    optional: true\n    left_out_as: packt {HERE}\n",
            "нет у этого этапа решения «packt»",
            'there is no outcome of this stage "packt"',
        ),
        (
            INTAKE,
            f"{INTAKE}    optional: true {HERE}\n    left_out_as: refused\n",
            "первый этап выполняет тот, кто открывает дело",
            "the first stage is done by whoever opens the case",
        ),
        (
            PACKING,
            f"{PACKING}    at_most: {{visits: 2, else: pack}} {HERE}\n",
            "нет этапа или завершения «pack»",
            'there is no stage or end "pack"',
        ),
        (
            PACKING,
            f"{PACKING}    at_most: {{visits: 2, else: packing}} {HERE}\n",
            "else ведёт на тот же этап «packing»",
            'the else leads to the same stage "packing"',
        ),
        (
            PACKING,
            f"{PACKING}    at_most: {{visits: 2, else: {{end: refused, when: visit > 1}}}} {HERE}\n",
            "у else условия быть не может",
            "the else cannot have a condition",
        ),
        (
            PACKING,
            f"{PACKING}    at_most: {{visits: 0, else: refused}} {HERE}\n",
            "напишите целое число от 1 до 1000",
            "write a whole number from 1 to 1000",
        ),
    ],
)
def test_what_is_wrong_is_said_once_with_its_line(pack: Pack, old: str, new: str, ru: str, en: str) -> None:
    line = pack.change(WORKFLOW, old, new)

    (problem,) = pack.problems()

    assert ru in problem.ru
    assert en in problem.en
    if HERE in new:
        assert problem.line == line


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (BEGUN, "          - {stage: packing, handover: begun, when: 'kind == \"large\"'}\n"),
        (
            BEGUN + PAPERWORK,
            "          - {stage: packing, when: 'kind == \"small\"'}\n"
            "          - {stage: paperwork, when: 'kind == \"large\"'}\n",
        ),
    ],
)
def test_ways_that_are_not_always_taken_need_a_join_that_does_not_wait_for_them(pack: Pack, old: str, new: str) -> None:
    pack.change(WORKFLOW, old, new)
    assert any("need: begun" in problem.en for problem in pack.problems())

    text = (pack.folder / WORKFLOW).read_text(encoding="utf-8")
    text = text.replace(JOIN, "    join: {of: [packing, paperwork], need: begun}\n").replace("handover: delivered", "")
    pack.put(WORKFLOW, text.replace("{end: done, }", "done"))

    assert pack.problems() == []


@pytest.mark.parametrize(
    "keys",
    [
        "    optional: true\n",
        '    skip_when: kind == "small"\n',
        "    at_most: {visits: 3, else: refused}\n",
        "    at_most: {visits: 3, else: {stage: paperwork}}\n",
    ],
)
def test_a_good_stage_has_no_problem(pack: Pack, keys: str) -> None:
    text = (pack.folder / WORKFLOW).read_text(encoding="utf-8").replace("{end: done, handover: delivered}", "done")
    pack.put(WORKFLOW, text.replace(PACKING, PACKING + keys))

    assert pack.problems() == []


def test_a_letter_cannot_count_on_a_stage_that_may_be_left_out(pack: Pack) -> None:
    pack.change(WORKFLOW, PACKING, f"{PACKING}    optional: true\n")

    (problem, *_) = pack.problems()

    assert '"goods" is not filled in' in problem.en or "goods" in problem.en


LIMITED = f"{PACKING}    at_most: {{visits: 3, else: {{stage: paperwork, handover: HANDOVER}}}} {HERE}\n"


def test_a_letter_on_the_way_out_of_a_loop_is_missed_once(pack: Pack) -> None:
    pack.put("letters/too_often.ru.j2", "Тема\n\nТекст\n")
    line = pack.change(WORKFLOW, PACKING, LIMITED.replace("HANDOVER", "too_often"))

    (problem,) = pack.problems()

    assert 'the letter "too_often" is missing in the language en' in problem.en
    assert problem.line == line


def test_a_letter_on_the_way_out_of_a_loop_uses_what_is_filled_in_on_every_way_to_it(pack: Pack) -> None:
    for language in ("ru", "en"):
        pack.put(f"letters/too_often.{language}.j2", "Subject\n\n{{ kind }} {{ signed }}\n")
    pack.change(WORKFLOW, PACKING, LIMITED.replace("HANDOVER", "too_often"))

    said = {problem.en for problem in pack.problems()}

    assert len(said) == 1
    assert "signed" in said.pop()
