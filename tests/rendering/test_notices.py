"""Every kind of notice, from the domain's own values to text and buttons."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import Verb, decode
from bot.rendering.cards.cards import NOTICE
from bot.rendering.cards.notice_verbs import NOTICE_VERBS
from bot.rendering.markup.environment import MESSAGES, SUFFIX
from tests.rendering.stories import (
    ANNA,
    BORIS,
    GLEB,
    HOSTILE,
    MARIA,
    NIKOLAY,
    NOON,
    definition,
    letters_of,
    opened,
    renderer,
    shown,
    situation,
    task_at,
    then,
)
from workflows.domain import commands, events
from workflows.domain.assignment.handing_out import hand_out
from workflows.domain.case import Case
from workflows.domain.decide import decide
from workflows.domain.decision import Course, Decision
from workflows.domain.evolve import evolve
from workflows.domain.ids import EndId, FieldName, OutcomeId, PersonId, StageId, TaskId
from workflows.domain.notices import DepartmentNotice, NoticeKind, PersonalNotice
from workflows.domain.routes.flow import complete
from workflows.domain.routes.overtaking import pass_over
from workflows.domain.text import Language
from workflows.domain.timers import TimerKind
from workflows.domain.visits.rework import HAND_BACK, REMARK
from workflows.domain.who import Offer
from workflows.ports.chat import Dialect, Message
from workflows.ports.rendering import NoticeFacts

OLGA = PersonId("olga")


def _documents(
    case: Case, command: Callable[..., commands.TaskCommand], by: PersonId | None, minutes: int, **more: object
) -> Decision:
    return then(case, command(task_id=task_at(case, "documents").id, **more), by, minutes)


def _claimed(client: str) -> Case:
    return _documents(opened(client).case, commands.ClaimTask, BORIS, 10).case


def _waits(client: str) -> Decision:
    """The payment module is ready before the goods are in the catalogue."""
    case = opened(client).case
    stage = definition().stages[StageId("payment_module")]
    course = Course(case=case, situation=situation(PersonId("roman"), NOON))
    offered = events.TaskOffered(
        at=NOON,
        by=ANNA,
        task_id=task_at(case, "documents").id,
        stage=stage.id,
        department=stage.department,
        visit=1,
        came_from=(),
        due_at=None,
    )
    course.case = evolve(case, offered)
    task = task_at(course.case, "payment_module")
    course.happens(
        events.TaskReassigned(at=NOON, by=ANNA, task_id=task.id, assignee=PersonId("roman"), taken_from=None)
    )
    facts = {
        "module_version": "1.0",
        "module_access": "vpn",
        "module_limits": "нет",
        "test_plan": "план",
        "environments": "тест",
    }
    complete(course, course.case.tasks[task.id], stage.outcomes[0], facts)  # type: ignore[arg-type]  # field names
    return course.decision()


def _ended(client: str) -> Decision:
    case = _claimed(client)
    ended = events.CaseCompleted(at=case.opened_at, by=BORIS, end=EndId("refused"))
    notice = PersonalNotice(kind=NoticeKind.CASE_COMPLETED, person=ANNA, values={"end": "refused"})
    return Decision(case=evolve(case, ended), notices=(notice,))


def _overtaken(client: str) -> Decision:
    case = opened(client).case
    course = Course(case=case, situation=situation(BORIS, NOON))
    task = task_at(case, "documents")
    claimed = events.TaskClaimed(
        at=NOON, by=BORIS, task_id=TaskId("2.2"), assignee=BORIS, waited=timedelta(0), overtook="ONB-1", reason=client
    )
    pass_over(course, task.id, claimed, "ONB-2")
    return course.decision()


def _fired(client: str, kind: TimerKind) -> Decision:
    return _documents(opened(client).case, commands.FireTimer, None, 130, kind=kind, generation=1)


def _came_back(client: str, people: frozenset[PersonId] = frozenset()) -> Decision:
    """Return what Anna hands back to Boris, *people* having left the company since he returned it."""
    asked = _documents(
        _claimed(client), commands.ReturnTask, BORIS, 20, to=StageId("acquisition"), reason="ИНН не совпадает"
    )
    corrected: dict[FieldName, object] = dict(asked.case.values)
    corrected |= {FieldName("phone"): "8 495 765-43-21", REMARK: client}
    surroundings = situation(ANNA, NOON + timedelta(minutes=40))
    members = {id_: person for id_, person in surroundings.organisation.people.items() if id_ not in people}
    return decide(
        asked.case,
        commands.CompleteTask(task_id=task_at(asked.case, "acquisition").id, outcome=HAND_BACK, values=corrected),
        replace(surroundings, organisation=replace(surroundings.organisation, people=members)),
    )


def _handed_out(client: str, offer: Offer, candidates: tuple[PersonId, ...] | None = None) -> Decision:
    """Return what comes of the documents of a new case, offered in another way."""
    case = opened(client).case
    task = replace(task_at(case, "documents"), candidates=candidates)
    known = situation(ANNA, NOON)
    stages = known.definition.stages
    stages = {**stages, task.stage: replace(stages[task.stage], offer=offer)}
    course = Course(
        case=replace(case, tasks={**case.tasks, task.id: task}),
        situation=replace(known, definition=replace(known.definition, stages=stages)),
    )
    hand_out(course, task.id)
    return course.decision()


def _asked_to_approve(client: str) -> Decision:
    """Return a case that waits for the verdict of whoever has its documents, in the place of somebody who left."""
    case = _claimed(client)
    asked = PersonalNotice(
        kind=NoticeKind.YOUR_VERDICT,
        person=BORIS,
        task_id=task_at(case, "documents").id,
        values={"before": OLGA},
    )
    return Decision(case=case, notices=(asked,))


def _needs_decision(client: str) -> Decision:
    """Return a case whose documents wait for a person because a rule could not decide."""
    decision = opened(client)
    needed = PersonalNotice(
        kind=NoticeKind.DECISION_NEEDED,
        person=OLGA,
        task_id=task_at(decision.case, "documents").id,
        values={"because": events.Undecided.RULE.value, "missing": ["site"]},
    )
    return replace(decision, notices=(needed,))


APPROVED_BY = FieldName("documents_approved_by")


def _held(client: str) -> Decision:
    """Return a case whose documents wait for answers."""
    return _documents(_claimed(client), commands.HoldForm, BORIS, 20, outcome=OutcomeId("approved"))


def _asked(client: str) -> Decision:
    """Return a case in which Anna was asked for an answer."""
    return _documents(_held(client).case, commands.AskForField, BORIS, 25, field=APPROVED_BY, person=ANNA)


def _answered(client: str) -> Decision:
    answer = {"field": APPROVED_BY, "answer": "Ольга", "values": {APPROVED_BY: "Ольга"}}
    return _documents(_asked(client).case, commands.AnswerField, ANNA, 30, **answer)


STORIES: Mapping[NoticeKind, Callable[[str], Decision]] = {
    NoticeKind.HANDOVER_WAITS: _waits,
    NoticeKind.UNCLAIMED_REMINDER: lambda client: _fired(client, TimerKind.REMIND),
    NoticeKind.UNCLAIMED_ESCALATION: lambda client: _fired(client, TimerKind.ESCALATE),
    NoticeKind.ASSIGNED_TO_YOU: lambda client: _documents(
        opened(client).case, commands.ReassignTask, OLGA, 5, to=MARIA
    ),
    NoticeKind.GIVEN_TO_YOU: lambda client: _handed_out(client, Offer.TURN),
    NoticeKind.TO_HAND_OUT: lambda client: _handed_out(client, Offer.HEAD),
    NoticeKind.NOBODY_LEFT: lambda client: _handed_out(client, Offer.CLAIM, ()),
    NoticeKind.OFFERED_TO_YOU: lambda client: _handed_out(client, Offer.CLAIM, (GLEB,)),
    NoticeKind.YOUR_VERDICT: _asked_to_approve,
    NoticeKind.TAKEN_FROM_YOU: lambda client: _documents(_claimed(client), commands.ReleaseTask, OLGA, 15),
    NoticeKind.RETURNED_TO_YOU: lambda client: _documents(
        _claimed(client), commands.ReturnTask, BORIS, 20, to=StageId("acquisition"), reason=client
    ),
    NoticeKind.CAME_BACK: _came_back,
    NoticeKind.CAME_BACK_TO_NOBODY: lambda client: _came_back(client, frozenset({BORIS})),
    NoticeKind.DECISION_NEEDED: _needs_decision,
    NoticeKind.TASK_WITHDRAWN: lambda client: then(
        _claimed(client), commands.CancelCase(case_id=opened().case.id, reason="Передумали"), ANNA, 30
    ),
    NoticeKind.FORM_INCOMPLETE: _held,
    NoticeKind.FIELD_ASKED: _asked,
    NoticeKind.FIELD_ANSWERED: _answered,
    NoticeKind.COMMENT: lambda client: then(
        _claimed(client), commands.AddComment(case_id=opened().case.id, text=client), GLEB, 30
    ),
    NoticeKind.OPENED_BY_YOU: opened,
    NoticeKind.STANDS_STILL: lambda client: _fired(client, TimerKind.ESCALATE),
    NoticeKind.OVERTAKEN: _overtaken,
    NoticeKind.CASE_COMPLETED: _ended,
    NoticeKind.CASE_CANCELLED: lambda client: then(
        opened(client).case, commands.CancelCase(case_id=opened().case.id, reason=client), NIKOLAY, 30
    ),
}


SAID = [kind for kind in NoticeKind if kind is not NoticeKind.LIST]
"""A list is rendered by the conversation."""


def facts_of(kind: NoticeKind, client: str = "Ромашка") -> NoticeFacts:
    decision = STORIES[kind](client)
    notice = next(n for n in decision.notices if n.kind is kind)
    assert isinstance(notice, DepartmentNotice | PersonalNotice)
    task = None if notice.task_id is None else decision.case.tasks[notice.task_id]
    return NoticeFacts(
        kind=kind,
        values=notice.values,
        case=decision.case,
        definition=definition(),
        task=task,
        letters=letters_of(decision),
    )


def verbs(message: Message) -> list[Verb]:
    return [decode(button.action or "").verb for row in message.buttons for button in row]


def test_every_kind_has_its_template_and_no_template_is_left_over() -> None:
    files = {path.name for path in MESSAGES.glob(f"{NOTICE}*{SUFFIX}")}

    assert files == {f"{NOTICE}{kind}{SUFFIX}" for kind in SAID}
    assert set(NOTICE_VERBS) == set(SAID) == set(STORIES)


@pytest.mark.parametrize("kind", SAID)
@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("language", list(Language))
def test_every_notice_renders_and_shows_what_people_typed_literally(
    kind: NoticeKind, dialect: Dialect, language: Language
) -> None:
    message = renderer().notice(facts_of(kind, HOSTILE), dialect, language)

    seen = shown(message.text, dialect)
    assert seen.startswith(f"ONB-1 · {HOSTILE}")
    assert "None" not in seen
    assert "\n\n\n" not in seen
    assert verbs(message)[-1] is Verb.CASE


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (NoticeKind.HANDOVER_WAITS, "• Заведение товаров и сервисов клиента в систему"),
        (NoticeKind.HANDOVER_WAITS, "От кого: Роман Титов"),
        (NoticeKind.UNCLAIMED_REMINDER, "Эту задачу ещё никто не взял. Она ждёт с 12 марта, 14:05."),
        (NoticeKind.UNCLAIMED_ESCALATION, "Отдел аккаунт-менеджеров: эту задачу никто не взял."),
        (NoticeKind.ASSIGNED_TO_YOU, "Задача теперь у вас. Кто назначил: Ольга Морозова"),
        (NoticeKind.GIVEN_TO_YOU, "Задача ваша. Подошла ваша очередь."),
        (
            NoticeKind.TO_HAND_OUT,
            "Отдел аккаунт-менеджеров). Сделайте её сами или передайте.",
        ),
        (NoticeKind.NOBODY_LEFT, "Эту задачу некому делать. Она у вас как у начальника"),
        (NoticeKind.OFFERED_TO_YOU, "Вас ждёт задача. Её карточка — в канале отдела (Отдел аккаунт-менеджеров)."),
        (NoticeKind.YOUR_VERDICT, "Нужно ваше решение. Вместо: Ольга Морозова"),
        (NoticeKind.TAKEN_FROM_YOU, "Задача больше не у вас. Кто решил: Ольга Морозова"),
        (NoticeKind.RETURNED_TO_YOU, "Кто вернул: Борис Лебедев"),
        (NoticeKind.CAME_BACK, "вернулось к вам.\nВернулось от: Анна Соколова\nИсправлено: Телефон, «Ромашка»"),
        (NoticeKind.CAME_BACK_TO_NOBODY, "взять её не может: Борис Лебедев.\nВернулось от: Анна Соколова\nИсправлено"),
        (NoticeKind.CAME_BACK_TO_NOBODY, "Задача ждёт отдел «Отдел аккаунт-менеджеров»."),
        (NoticeKind.DECISION_NEEDED, "Правило этого этапа не смогло решить. Не заполнено: Сайт."),
        (NoticeKind.FORM_INCOMPLETE, "Заполнено: 0 из 3"),
        (NoticeKind.FIELD_ASKED, "Вас спрашивают: Кто согласовал. Кто спрашивает: Борис Лебедев"),
        (NoticeKind.FIELD_ANSWERED, "кто ответил: Анна Соколова\nЗаполнено: 1 из 3"),
        (NoticeKind.COMMENT, "Комментирует Глеб Никитин:\n"),
        (NoticeKind.CASE_COMPLETED, "Дело завершено: Банк отказал"),
        (NoticeKind.OVERTAKEN, "Дело ONB-2 взяли на этом этапе раньше. Кто взял: Борис Лебедев"),
        (NoticeKind.CASE_CANCELLED, "Дело отменено. Кто отменил: Николай Громов"),
    ],
)
def test_a_notice_says_what_happened(kind: NoticeKind, words: str) -> None:
    assert words in shown(renderer().notice(facts_of(kind), Dialect.INLINE_HTML, Language.RU).text, Dialect.INLINE_HTML)


def test_the_notice_of_a_comment_tells_of_its_files() -> None:
    facts = facts_of(NoticeKind.COMMENT)
    with_files = replace(facts, values={**facts.values, "files": "2"})

    assert "Приложен" not in renderer().notice(facts, Dialect.HTML, Language.RU).text
    assert "Приложено 2 файла." in renderer().notice(with_files, Dialect.HTML, Language.RU).text


def test_a_handover_that_waits_shows_only_the_message_of_its_own_stage() -> None:
    seen = renderer().notice(facts_of(NoticeKind.HANDOVER_WAITS), Dialect.HTML, Language.RU).text

    assert "платёжный модуль готов" not in seen


@pytest.mark.parametrize(
    ("kind", "useful"),
    [
        (NoticeKind.UNCLAIMED_REMINDER, [Verb.CLAIM, Verb.CASE]),
        (NoticeKind.UNCLAIMED_ESCALATION, [Verb.CLAIM, Verb.REASSIGN, Verb.CASE]),
        (NoticeKind.ASSIGNED_TO_YOU, [Verb.WORK, Verb.CASE]),
        (NoticeKind.TO_HAND_OUT, [Verb.WORK, Verb.REASSIGN, Verb.CASE]),
        (NoticeKind.OFFERED_TO_YOU, [Verb.CLAIM, Verb.CASE]),
        (NoticeKind.RETURNED_TO_YOU, [Verb.WORK, Verb.CASE]),
        (NoticeKind.FORM_INCOMPLETE, [Verb.WORK, Verb.ASK, Verb.CASE]),
        (NoticeKind.FIELD_ASKED, [Verb.ANSWER, Verb.CASE]),
        (NoticeKind.FIELD_ANSWERED, [Verb.WORK, Verb.CASE]),
        (NoticeKind.TASK_WITHDRAWN, [Verb.CASE]),
    ],
)
def test_a_notice_carries_the_buttons_that_help(kind: NoticeKind, useful: list[Verb]) -> None:
    assert verbs(renderer().notice(facts_of(kind), Dialect.HTML, Language.RU)) == useful


def test_a_reminder_that_comes_late_does_not_offer_a_task_that_is_taken() -> None:
    facts = facts_of(NoticeKind.UNCLAIMED_REMINDER)
    case = _claimed("Ромашка")
    late = NoticeFacts(
        kind=facts.kind,
        values=facts.values,
        case=case,
        definition=facts.definition,
        task=task_at(case, "documents"),
        letters=(),
    )

    assert verbs(renderer().notice(late, Dialect.HTML, Language.RU)) == [Verb.CASE]
