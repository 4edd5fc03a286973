"""Stages with a task for each row or each approver: what is read, and what is wrong with it, at its line."""

from dataclasses import dataclass

import pytest

from tests.definitions.pack import FILES, HERE, Pack
from workflows.definitions.load import load_company
from workflows.domain.definition import Approval, EachRow, FieldType, Stage, Verdict, WorkflowDefinition
from workflows.domain.ids import FieldName, ProcessId, StageId
from workflows.domain.text import Language

PROCESS = "workflows/order.yaml"
JOIN = "    join: [packing, paperwork]\n"
EACH = """\
    work: {each: goods, in: turn, need: 2, until: 'goods|any("broken")'}
    form:
      broken: {type: yes_no, label: {ru: Разбито, en: Broken}, required: true}
      photo: {type: file, label: {ru: Фото, en: Photo}}
"""
APPROVE = """\
    work: {approve: 2, in: turn}
"""
VERDICTS = """\
      delivered:
        title: {ru: Доставлен, en: Delivered}
        verdict: approve
        to: [{end: done, handover: delivered}]
      returned:
        title: {ru: Разбит, en: Broken}
        to: [packing]
"""
NEVER_YES = """\
      returned: {title: {ru: Разбит, en: Broken}, to: [packing]}
      rejected: {title: {ru: Отказ, en: Refused}, to: [done]}
"""
OUTCOMES = FILES[PROCESS][FILES[PROCESS].index("      delivered:\n") : FILES[PROCESS].index("ends:")]


def with_work(work: str, outcomes: str = OUTCOMES) -> str:
    """Return the process whose last stage has this work."""
    return FILES[PROCESS].replace(JOIN, JOIN + work).replace(OUTCOMES, outcomes)


def delivery(pack: Pack) -> tuple[WorkflowDefinition, Stage]:
    """Read the process and its last stage."""
    definition = load_company(pack.folder).definitions[ProcessId("order")]
    return definition, definition.stages[StageId("delivery")]


def test_a_task_for_each_row_is_read(pack: Pack) -> None:
    pack.put(PROCESS, with_work(EACH))

    definition, stage = delivery(pack)

    work = stage.work
    assert isinstance(work, EachRow)
    assert (work.rows, work.in_turn, work.need) == ("goods", True, 2)
    assert work.until is not None
    assert work.until.holds({"goods": [{"broken": False}, {"broken": True}]})
    assert not work.until.holds({"goods": [{"broken": False}, {}]})
    goods = next(field for field in definition.fields() if field.name == "goods")
    assert [(field.name, field.type) for field in goods.gathered] == [
        ("broken", FieldType.YES_NO),
        ("photo", FieldType.FILE),
    ]
    assert FieldName("broken") not in [field.name for field in definition.fields()]


@pytest.mark.parametrize(
    ("approve", "expected"),
    [
        ("all", Approval()),
        ("any", Approval(need=1)),
        ("2", Approval(need=2)),
        ("2, in: turn", Approval(need=2, in_turn=True)),
    ],
)
def test_an_approval_is_read_and_its_outcomes_say_what_they_mean(pack: Pack, approve: str, expected: Approval) -> None:
    pack.put(PROCESS, with_work(f"    work: {{approve: {approve}}}\n", VERDICTS))

    _, stage = delivery(pack)

    assert stage.work == expected
    assert [outcome.verdict for outcome in stage.outcomes] == [Verdict.APPROVE, Verdict.RETURN]


def test_a_condition_of_a_task_for_a_row_may_use_the_cells_of_the_row(pack: Pack) -> None:
    outcomes = OUTCOMES.replace(
        "        title: {ru: Разбит, en: Broken}\n",
        "        title: {ru: Разбит, en: Broken}\n        when: price > 100 or broken\n",
    )
    pack.put(PROCESS, with_work(EACH, outcomes))

    _, stage = delivery(pack)

    assert stage.outcomes[1].when is not None


def test_a_letter_after_it_may_use_what_was_asked_about_each_row(pack: Pack) -> None:
    pack.put(PROCESS, with_work(EACH))
    pack.put(
        "letters/delivered.ru.j2",
        "Доставлено\n\n{% for item in goods %}\n"
        "{{ item.name }}{% if item.broken is filled %}: {{ item.broken }}{% endif %}\n"
        "{% endfor %}\n",
    )

    assert pack.problems() == []


@dataclass(frozen=True)
class Wrong:
    """A process with one mistake, marked by HERE, and the words of its problem."""

    story: str
    process: str
    en: str
    ru: str

    def __str__(self) -> str:
        return self.story


def each(old: str, new: str) -> str:
    """Return the process with a task for each row, and *old* of it changed."""
    assert old in EACH
    return with_work(EACH.replace(old, new))


MISTAKES = [
    Wrong("each unknown", each("each: goods, in", "each: good, #HERE\n      in"), 'did you mean "goods"', "«goods»"),
    Wrong("each no rows", each("each: goods, in", "each: kind, #HERE\n      in"), "has no rows", "строк в нём нет"),
    Wrong(
        "until unknown",
        each("until: 'goods|any(\"broken\")'}", "until: good is filled} #HERE"),
        "unknown name",
        "«good»",
    ),
    Wrong("need", each("need: 2,", "need: 0, #HERE\n     "), "a whole number", "целое число"),
    Wrong("in", each("in: turn,", "in: order, #HERE\n     "), "allowed: turn", "допустимо: turn"),
    Wrong("unknown key of work", each("need: 2,", "needs: 2, #HERE\n     "), 'did you mean "need"', "«need»"),
    Wrong(
        "field of the case asked about a row",
        each("photo: {type: file, label: {ru: Фото, en: Photo}}", "comment: {from: intake} #HERE"),
        "is a field of the case",
        "поле дела",
    ),
    Wrong(
        "rows in a row",
        each(
            "      photo: {type: file, label: {ru: Фото, en: Photo}}\n",
            "      photo:\n        type: rows #HERE\n        label: {ru: Ф, en: P}\n"
            "        columns: {a: {type: text, label: {ru: А, en: A}}}\n",
        ),
        "does not fit into a row",
        "не помещается в строку",
    ),
    Wrong(
        "of_client about a row",
        each("{type: file, label: {ru: Фото, en: Photo}}", "{type: inn, label: {ru: Ф, en: P}, of_client: inn} #HERE"),
        "not written to the client base",
        "не записывают",
    ),
    Wrong(
        "column of another kind",
        each("photo: {type: file, label: {ru: Фото, en: Photo}}", "price: {type: text, label: {ru: Ф, en: P}} #HERE"),
        "write the same type",
        "тот же тип",
    ),
    Wrong(
        "column called like a field",
        each("each: goods, in", "each: goods, #HERE\n      in").replace(
            "          price: {type: money",
            "          signed: {type: date, label: {ru: Д, en: D}}\n          price: {type: money",
        ),
        "rename one of them",
        "назовите одно из них иначе",
    ),
    Wrong(
        "work at the start",
        FILES[PROCESS].replace("    due: 3d\n", "    due: 3d\n    work: {each: goods} #HERE\n"),
        "which has one task",
        "одна задача",
    ),
    Wrong(
        "how many",
        with_work("    work: {approve: most} #HERE\n", VERDICTS),
        "write all, any or a number",
        "напишите all",
    ),
    Wrong(
        "outcome without verdict",
        with_work(
            APPROVE, VERDICTS.replace("        verdict: approve\n", "").replace("delivered:\n", "delivered: #HERE\n")
        ),
        "add verdict",
        "допишите verdict",
    ),
    Wrong(
        "nobody can approve",
        with_work(APPROVE, NEVER_YES).replace("    outcomes:\n      returned", "    outcomes: #HERE\n      returned"),
        "nobody can approve",
        "никто не может согласовать",
    ),
    Wrong(
        "only yes",
        with_work(APPROVE, VERDICTS.replace("returned:", "broken:\n        verdict: approve")).replace(
            "    outcomes:\n      delivered", "    outcomes: #HERE\n      delivered"
        ),
        "can only agree",
        "только согласиться",
    ),
    Wrong(
        "verdict without approval",
        FILES[PROCESS].replace("        to: [packing]\n", "        to: [packing]\n        verdict: reject #HERE\n"),
        "only outcomes of an approval",
        "только на этапе согласования",
    ),
]


@pytest.mark.parametrize("wrong", MISTAKES, ids=str)
def test_a_mistake_stands_alone_at_its_line_and_is_told_with_its_cure(wrong: Wrong, pack: Pack) -> None:
    line = wrong.process.count("\n", 0, wrong.process.index(HERE)) + 1
    pack.put(PROCESS, wrong.process.replace(HERE, ""))

    (problem,) = pack.problems()

    where = f"{pack.folder / PROCESS}:{line}: "
    assert problem.in_(Language.EN).startswith(where)
    assert wrong.en in problem.en
    assert wrong.ru in problem.ru
