"""A sentence for every refusal and every problem of a form, in both languages."""

import ast
import inspect
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.rendering.language.chat_style import ChatStyle
from bot.rendering.language.i18n import words_in
from bot.rendering.phrases.answer_problems import PROBLEMS, field_problem
from bot.rendering.phrases.chat_sentences import Phrase, phrase
from bot.rendering.phrases.refusals import REFUSALS, refusal
from tests.rendering.stories import ANNA, BORIS, MOSCOW, NOON, company, definition
from workflows.domain import errors
from workflows.domain.compiled import Comparison, Needs
from workflows.domain.definition import Field, FieldType
from workflows.domain.errors import FieldProblem
from workflows.domain.facts import kinds, values
from workflows.domain.ids import (
    CaseId,
    DepartmentId,
    FieldName,
    ItemId,
    OutcomeId,
    PersonId,
    ProcessId,
    StageId,
    TaskId,
    TemplateName,
)
from workflows.domain.reading import contacts_and_amounts, registered_numbers
from workflows.domain.text import Language, Text

every_language = pytest.mark.parametrize("language", list(Language))
ACCOUNTS = DepartmentId("accounts")
EARLIER = NOON - timedelta(days=1)

REFUSED: list[errors.Refusal] = [
    errors.UnknownPerson(person_id=PersonId("nobody")),
    errors.UnknownDepartment(department_id=DepartmentId("nowhere")),
    errors.UnknownProcess(process=ProcessId("none")),
    errors.ProcessUnreadable(process=ProcessId("onboarding"), version="1"),
    errors.UnknownCase(case_id=CaseId(9)),
    errors.UnknownTask(task_id=TaskId("9.1")),
    errors.NotACandidate(department=ACCOUNTS),
    errors.TakenBy(assignee=ANNA, claimed_at=NOON - timedelta(seconds=2)),
    errors.AlreadyYours(claimed_at=NOON),
    errors.NotClaimed(task_id=TaskId("1.2")),
    errors.NotTheAssignee(assignee=ANNA),
    errors.TaskIsClosed(closed_at=EARLIER, assignee=BORIS, completed=True),
    errors.TaskIsClosed(closed_at=EARLIER, assignee=BORIS, completed=False),
    errors.TaskIsClosed(closed_at=None, assignee=None, completed=False),
    errors.TaskIsSuspended(stage=StageId("documents"), assignee=BORIS),
    errors.TaskIsSuspended(stage=StageId("documents"), assignee=None),
    errors.TaskWaitsForCase(number="SUR-2"),
    errors.CaseIsClosed(number="ONB-1"),
    errors.NotTheHead(department=ACCOUNTS),
    errors.OneVerdictOnly(person_id=PersonId("olga")),
    errors.ChosenNotACandidate(person_id=ANNA, department=ACCOUNTS),
    errors.ChosenNotACandidate(person_id=ANNA, department=ACCOUNTS, candidates=(BORIS,)),
    errors.Barred(stages=(StageId("documents"),), opened=True),
    errors.Barred(stages=(), opened=True),
    errors.ChosenBarred(person_id=ANNA, stages=(StageId("documents"),), opened=False),
    errors.ChosenBarred(person_id=ANNA, stages=(), opened=True),
    errors.MayNotOpen(department=DepartmentId("sales")),
    errors.MayNotOpen(department=DepartmentId("sales"), is_by_rules=True),
    errors.MayNotCancel(),
    errors.MayNotRetry(),
    errors.HeadIsGone(department=ACCOUNTS, head=ANNA),
    errors.DepartmentCircle(departments=(ACCOUNTS, ACCOUNTS)),
    errors.WorksNowhere(person=ANNA),
    errors.AddressTaken(email="anna@x.example", by=ANNA),
    errors.NobodyAdministers(people=(ANNA,)),
    errors.MayNotAppoint(department=ACCOUNTS),
    errors.ReasonRequired(),
    errors.EarlierClientWaits(number="ONB-1", client="50 % Ромашка", task_id=TaskId("1.2"), opened_at=EARLIER),
    errors.EarlierClientWaits(number="ONB-1", client=None, task_id=TaskId("1.2"), opened_at=EARLIER),
    errors.UnknownItem(item=ItemId("none")),
    errors.UnknownOutcome(outcome=OutcomeId("none")),
    errors.OutcomeClosed(
        stage=StageId("documents"), outcome=OutcomeId("approved"), unmet=(), facts={}, open_=(OutcomeId("incomplete"),)
    ),
    errors.NoWayOpen(stage=StageId("documents"), outcome=OutcomeId("approved")),
    errors.StageNotOptional(stage=StageId("documents")),
    errors.StageHasBegun(stage=StageId("documents")),
    errors.MayNotSwitch(department=ACCOUNTS),
    errors.ChecklistOpen(items=(ItemId("charter_checked"), ItemId("inn_checked"))),
    errors.FormInvalid(problems={FieldName("inn"): FieldProblem(code="required", values={})}),
    errors.CannotReturn(to=StageId("acquisition")),
    errors.TooLong(limit=10_000, length=10_001),
    errors.TooLong(limit=2_000, length=2_001),
    errors.EmptyComment(),
    errors.LetterNotReady(template=TemplateName("welcome"), missing="launched_on"),
    errors.PreviewOutdated(),
    errors.NoSuchLetter(),
    errors.MayNotCorrectRecord(),
    errors.MayNotMarkLetter(),
    errors.FieldCannotBeAsked(field=FieldName("inn")),
    errors.NobodyToAsk(),
    errors.NotAsked(),
    errors.NothingChanges(),
]


def leaves(root: type[errors.Refusal]) -> Iterator[type[errors.Refusal]]:
    for child in root.__subclasses__():
        yield child
        yield from leaves(child)


def told(error: errors.Refusal, language: Language, next_number: str | None = None) -> str:
    return refusal(
        error,
        language,
        now=NOON,
        organisation=company().organisation,
        zone=MOSCOW,
        definition=definition(),
        next_number=next_number,
    )


def test_every_refusal_has_its_sentence_and_its_example() -> None:
    every = set(leaves(errors.Refusal))

    assert set(REFUSALS) == every
    assert {type(error) for error in REFUSED} == every


@every_language
@pytest.mark.parametrize("error", REFUSED, ids=lambda error: error.code)
def test_a_refusal_is_told_whole_in_the_language(error: errors.Refusal, language: Language) -> None:
    sentence = told(error, language)

    assert sentence.endswith(".")
    assert "%(" not in sentence
    assert any("а" <= letter <= "я" for letter in sentence.lower()) or language is Language.EN


@every_language
@pytest.mark.parametrize("error", REFUSED, ids=lambda error: error.code)
def test_a_refusal_is_told_without_a_definition_too(error: errors.Refusal, language: Language) -> None:
    assert refusal(error, language, now=NOON, organisation=company().organisation, zone=MOSCOW).endswith(".")


def test_the_late_presser_is_told_who_took_it_and_what_is_next() -> None:
    taken = errors.TakenBy(assignee=ANNA, claimed_at=NOON - timedelta(seconds=2))

    assert told(taken, Language.RU, next_number="ONB-7") == (
        "Задача уже занята. Исполнитель: Анна Соколова (с 14:04, 2 с назад). Ничего не изменено. "
        "Следующее в вашей очереди: ONB-7."
    )
    assert told(taken, Language.EN) == (
        "The task is taken already. Assignee: Anna Sokolova (since 14:04, 2 secs ago). Nothing was changed."
    )


def test_an_earlier_client_is_named() -> None:
    waits = errors.EarlierClientWaits(number="ONB-1", client="50 % Ромашка", task_id=TaskId("1.2"), opened_at=EARLIER)

    assert "ONB-1 · 50 % Ромашка (открыто вчера в 14:05)" in told(waits, Language.RU)


def test_open_items_are_named_by_their_labels() -> None:
    assert "Устав и выписка из ЕГРЮЛ проверены; ИНН совпадает с документами" in told(
        errors.ChecklistOpen(items=(ItemId("charter_checked"), ItemId("inn_checked"))), Language.RU
    )


def test_a_closed_decision_says_what_stands_against_it_and_what_is_possible() -> None:
    closed = errors.OutcomeClosed(
        stage=StageId("documents"),
        outcome=OutcomeId("approved"),
        unmet=(
            Comparison(fact=FieldName("payments_per_month"), needs=Needs.AT_MOST, value=100000),
            Comparison(fact=FieldName("integration_type"), needs=Needs.EQUAL, value="widget"),
        ),
        facts={FieldName("payments_per_month"): "150000"},
        open_=(OutcomeId("incomplete"),),
    )

    assert re.sub(r"\s", " ", told(closed, Language.RU)) == (
        "Это решение сейчас выбрать нельзя: «Ожидаемое число платежей в месяц» — 150 000, нужно не больше 100 000; "
        "«Тип интеграции» — не заполнено, нужно Виджет на сайте. "
        "Сейчас можно: Документов не хватает. Введённое сохранено."
    )


def codes_of_forms() -> set[str]:
    """Return every code that the source of the forms can give."""
    found: set[str] = set()
    homes = [
        *Path(inspect.getfile(kinds)).parent.glob("*.py"),
        *map(Path, map(inspect.getfile, (values, contacts_and_amounts, registered_numbers))),
    ]
    for node in (node for home in homes for node in ast.walk(ast.parse(home.read_text("utf-8")))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in ("unreadable", "_decimal", "Unread", "_one_of"):
                found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
            elif node.func.id == "FieldProblem":
                found |= {
                    k.value.value
                    for k in node.keywords
                    if k.arg == "code" and isinstance(k.value, ast.Constant) and isinstance(k.value.value, str)
                }
    return found


def test_every_problem_of_a_form_has_its_sentence() -> None:
    assert len(codes_of_forms()) > 10
    assert set(PROBLEMS) == codes_of_forms()


@every_language
@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_a_problem_is_told_in_the_language(code: str, language: Language) -> None:
    names = re.findall(r"%\((\w+)\)s", PROBLEMS[code])
    problem = FieldProblem(code=code, values=dict.fromkeys(names, "500"))

    sentence = field_problem(problem, PRICE, language)

    assert sentence.endswith(".")
    assert "%(" not in sentence


PRICE = Field(name=FieldName("price"), type=FieldType.MONEY, label=Text(ru="Цена", en="Price"))
GOODS = Field(name=FieldName("goods"), type=FieldType.ROWS, label=Text(ru="Товары", en="Goods"), columns=(PRICE,))


def test_a_problem_in_a_row_names_the_row_and_the_column() -> None:
    problem = FieldProblem(code="negative_money", values={}, row=2, column=PRICE.name)

    assert field_problem(problem, GOODS, Language.RU) == "Строка 2, «Цена»: Сумма не может быть меньше нуля."


def test_other_wrong_rows_are_named_too_though_not_all_of_many() -> None:
    few = FieldProblem(code="negative_money", values={}, row=2, column=PRICE.name, more_rows=(3, 7))
    many = FieldProblem(code="negative_money", values={}, row=1, column=PRICE.name, more_rows=tuple(range(2, 300)))

    assert field_problem(few, GOODS, Language.RU).endswith("нуля. Ошибки есть и в других строках: 3, 7.")
    assert field_problem(many, GOODS, Language.RU).endswith("10, 11…")


@every_language
@pytest.mark.parametrize("said", list(Phrase))
def test_every_phrase_is_said_in_the_language(said: Phrase, language: Language) -> None:
    values = {"my": "/my", "words": "50 %", "name": "a.pdf", "limit": "10"}

    sentence = phrase(said, language, **values)

    assert "%(" not in sentence
    assert (sentence == said.value % values) == (language is Language.EN)


@pytest.mark.parametrize(
    ("n", "russian", "english"),
    [
        (1, "Анна: 1 задача", "Анна: 1 task"),
        (2, "Анна: 2 задачи", "Анна: 2 tasks"),
        (5, "Анна: 5 задач", "Анна: 5 tasks"),
        (11, "Анна: 11 задач", "Анна: 11 tasks"),
        (21, "Анна: 21 задача", "Анна: 21 tasks"),
        (112, "Анна: 112 задач", "Анна: 112 tasks"),
    ],
)
def test_plurals_follow_the_language(n: int, russian: str, english: str) -> None:
    for language, expected in ((Language.RU, russian), (Language.EN, english)):
        assert words_in(language).ngettext("%(name)s: %(n)d task", "%(name)s: %(n)d tasks", n, name="Анна") == expected


def test_a_title_that_begins_with_the_word_for_a_department_does_not_follow_that_word() -> None:
    for error in (
        errors.NotACandidate(department=ACCOUNTS),
        errors.NotTheHead(department=ACCOUNTS),
        errors.ChosenNotACandidate(person_id=ANNA, department=ACCOUNTS),
        errors.MayNotOpen(department=ACCOUNTS),
    ):
        said = refusal(error, Language.RU, now=NOON, organisation=company().organisation, zone=MOSCOW)
        assert "Отдел аккаунт-менеджеров" in said
        assert not re.search(r"отдел\w* «?Отдел", said)


@every_language
def test_a_refusal_writes_commands_as_its_chat_does(language: Language) -> None:
    closed = errors.CaseIsClosed(number="ONB-1")
    said = [
        refusal(closed, language, now=NOON, organisation=company().organisation, zone=MOSCOW, style=style)
        for style in (ChatStyle(), ChatStyle(sign="/handover "))
    ]

    assert said[0].endswith(": /status ONB-1.")
    assert said[1].endswith(": /handover status ONB-1.")
