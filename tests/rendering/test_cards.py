"""The card of a task in each of its states, as its readers see it, and the buttons under it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.actions import MAX_BYTES, Verb, decode
from bot.rendering.cards.cards import Renderer
from bot.rendering.markup.dialects import MARKUPS
from bot.rendering.markup.text import ELLIPSIS
from tests.rendering.stories import (
    ANNA,
    BORIS,
    HOSTILE,
    MARIA,
    MOSCOW,
    card_facts,
    company,
    letters_of,
    opened,
    renderer,
    shown,
    task_at,
    then,
)
from tests.telegram.server.html import parse_html
from workflows.domain import commands
from workflows.domain.case import Case, TaskStatus
from workflows.domain.ids import FieldName, ItemId, PersonId, StageId
from workflows.domain.text import Language
from workflows.domain.visits.rework import HAND_BACK, REMARK
from workflows.ports.chat import Button, ButtonStyle, Dialect, Message
from workflows.ports.rendering import CardFacts
from workflows.usecases.organising import CurrentOrganisation

every_dialect = pytest.mark.parametrize("dialect", list(Dialect))
every_language = pytest.mark.parametrize("language", list(Language))
DOCUMENTS = "documents"


def ready(client: str = "Ромашка", comment: str = "Просят запуск к маю") -> CardFacts:
    decision = opened(client, comment)
    return card_facts(decision, DOCUMENTS, letters_of(decision))


def _claimed_case() -> Case:
    case = opened().case
    return then(case, commands.ClaimTask(task_id=task_at(case, DOCUMENTS).id), BORIS, 10).case


def claimed() -> CardFacts:
    case = _claimed_case()
    command = commands.TickItem(task_id=task_at(case, DOCUMENTS).id, item=ItemId("charter_checked"), done=True)
    return card_facts(then(case, command, BORIS, 12), DOCUMENTS)


def completed() -> CardFacts:
    case = _claimed_case()
    task = task_at(case, DOCUMENTS)
    outcome = company().definitions[case.process].stages[task.stage].outcomes[1]
    values = {FieldName("documents_missing"): "Нет устава"}
    command = commands.CompleteTask(task_id=task.id, outcome=outcome.id, values=values)
    return card_facts(then(case, command, BORIS, 60), DOCUMENTS)


def returned() -> CardFacts:
    case = _claimed_case()
    command = commands.ReturnTask(
        task_id=task_at(case, DOCUMENTS).id, to=StageId("acquisition"), reason="ИНН не совпадает"
    )
    return card_facts(then(case, command, BORIS, 60), DOCUMENTS)


def sent_back() -> CardFacts:
    facts = returned()
    return replace(facts, task=task_at(facts.case, "acquisition"))


def handed_back() -> CardFacts:
    case = returned().case
    corrected = {**case.values, FieldName("phone"): "8 495 765-43-21", REMARK: "ИНН верный, телефон другой"}
    command = commands.CompleteTask(task_id=task_at(case, "acquisition").id, outcome=HAND_BACK, values=corrected)
    decision = then(case, command, ANNA, 90)
    return card_facts(decision, "acquisition", letters_of(decision))


def came_back() -> CardFacts:
    facts = handed_back()
    return replace(facts, task=task_at(facts.case, DOCUMENTS))


def withdrawn() -> CardFacts:
    case = _claimed_case()
    return card_facts(then(case, commands.CancelCase(case_id=case.id, reason="Клиент передумал"), ANNA, 60), DOCUMENTS)


STATES = [ready, claimed, completed, returned, sent_back, handed_back, came_back, withdrawn]


def buttons(message: Message) -> dict[Verb, Button]:
    return {decode(button.action or "").verb: button for row in message.buttons for button in row}


@pytest.mark.parametrize("facts", STATES)
@every_dialect
@every_language
def test_every_state_has_a_card_that_the_platform_takes(
    facts: Callable[[], CardFacts], dialect: Dialect, language: Language
) -> None:
    message = renderer().card(facts(), dialect, language)

    seen = shown(message.text, dialect)
    assert seen.startswith("ONB-1 · Ромашка — ")
    assert "None" not in seen
    assert "\n\n\n" not in seen
    assert MARKUPS[dialect].visible_length(message.text) <= MARKUPS[dialect].limit
    assert all(1 <= len(row) <= 2 for row in message.buttons)
    assert all(len((button.action or "").encode()) <= MAX_BYTES for row in message.buttons for button in row)


def test_a_ready_card_in_russian() -> None:
    message = renderer().card(ready(), Dialect.INLINE_HTML, Language.RU)

    assert message.text == (
        "<b>ONB-1</b> · <b>Ромашка</b> — Проверка документов клиента\n"
        "<b>Ждёт исполнителя</b> с 12 марта, 14:05, взять до 15:05\n"
        "Срок: 14 марта, 14:05\n"
        "От кого: Анна Соколова, 12 марта, 14:05 — документы на проверку\n"
        "<blockquote expandable>Коллеги, добрый день!\n"
        "\n"
        "Новый клиент — Ромашка, ИНН 7707083893. Пожалуйста, запросите и проверьте его документы.\n"
        "\n"
        "Контактное лицо: Олег Романович\n"
        "Телефон: +7 495 123-45-67\n"
        "Электронная почта: oleg@romashka.example\n"
        "Какие услуги нужны: Банковские карты, Система быстрых платежей\n"
        "Желаемая дата запуска: 1 мая 2026\u202fг.\n"
        "Комментарий: Просят запуск к маю\n"
        "\n"
        "Анна Соколова, менеджер по продажам</blockquote>"
    )


@every_language
def test_a_ready_card_tells_who_has_to_wait_for_earlier_clients(language: Language) -> None:
    third = shown(renderer().card(replace(ready(), position=3), Dialect.HTML, language).text, Dialect.HTML)
    first = shown(renderer().card(replace(ready(), position=1), Dialect.HTML, language).text, Dialect.HTML)

    line = {Language.RU: "Место в очереди при поступлении: 3", Language.EN: "In the queue when it came: number 3"}[
        language
    ]
    assert [text for text in third.splitlines() if text not in first.splitlines()] == [line]


def test_a_claimed_card_in_english() -> None:
    message = renderer().card(claimed(), Dialect.MRKDWN, Language.EN)

    assert message.text == (
        "*ONB-1* · *Ромашка* — Checking the client's documents\n"
        "*Assignee: Boris Lebedev*, since 14:15\n"
        "Due: 14 March, 14:05\n"
        "Check list: 1 of 4\n"
        "Services wanted: Bank cards, Faster Payments System (SBP)\n"
        "Handed over by: Anna Sokolova (sales manager), 12 March, 14:05"
    )


def test_telegram_s_own_reader_takes_every_card() -> None:
    for facts in STATES:
        text = renderer().card(facts(), Dialect.INLINE_HTML, Language.RU).text

        assert parse_html(text)[0] == shown(text, Dialect.INLINE_HTML)


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (completed, "Завершено: Документов не хватает — Борис Лебедев, 15:05"),
        (
            returned,
            "Возвращено на доработку — Борис Лебедев, 15:05\nВернётся, когда исправит этап «Привлечение ",
        ),
        (withdrawn, "Отозвано: дело закрыто, 15:05"),
        (
            sent_back,
            "Возвращено на доработку с этапа «Проверка документов клиента» (Борис Лебедев)\nПричина: ИНН не совпадает",
        ),
        (handed_back, "Завершено: Исправлено, вернуть на проверку — Анна Соколова, 15:35"),
        (came_back, "Вернулось от: Анна СоколоваИсправлено: Телефон, «ИНН верный, телефон другой»"),
        (came_back, "Исполнитель: Борис Лебедев, с 15:35"),
        (sent_back, "Исполнитель: Анна Соколова, с 15:05"),
    ],
)
def test_a_card_says_how_the_task_stands(facts: Callable[[], CardFacts], line: str) -> None:
    assert line in shown(renderer().card(facts(), Dialect.HTML, Language.RU).text, Dialect.HTML)


@every_dialect
@every_language
def test_a_hostile_name_shows_literally_on_the_card_and_in_the_letter(dialect: Dialect, language: Language) -> None:
    message = renderer().card(ready(client=HOSTILE, comment=HOSTILE), dialect, language)

    seen = shown(message.text, dialect)
    assert seen.startswith(f"ONB-1 · {HOSTILE} — ")
    # Slack cannot fold a letter and shows its beginning.
    assert seen.count(HOSTILE) == (2 if dialect is Dialect.MRKDWN else 3)


@every_dialect
def test_a_card_that_is_too_long_is_cut_and_keeps_its_buttons(dialect: Dialect) -> None:
    message = renderer().card(ready(comment="Очень <важно> & срочно. " * 400), dialect, Language.RU)

    assert MARKUPS[dialect].visible_length(message.text) <= MARKUPS[dialect].limit
    assert "Ждёт исполнителя" in shown(message.text, dialect)
    assert shown(message.text, dialect).endswith(ELLIPSIS) is message.is_cut is (dialect is not Dialect.HTML)
    assert Verb.CLAIM in buttons(message)


def test_two_long_letters_share_the_room() -> None:
    first = opened(comment="первый " * 800)
    facts = card_facts(first, DOCUMENTS, letters_of(first))
    twice = replace(facts, letters=facts.letters * 2)

    seen = shown(renderer().card(twice, Dialect.INLINE_HTML, Language.RU).text, Dialect.INLINE_HTML)

    assert seen.count("От кого: Анна Соколова") == 2


def test_anybody_may_claim_a_ready_task_and_heads_may_reassign_it() -> None:
    shown_buttons = buttons(renderer().card(ready(), Dialect.HTML, Language.RU))

    assert list(shown_buttons) == [Verb.CLAIM, Verb.CASE, Verb.REASSIGN]
    assert shown_buttons[Verb.CLAIM].style is ButtonStyle.PRIMARY
    assert shown_buttons[Verb.CLAIM].people is None
    assert shown_buttons[Verb.REASSIGN].people == frozenset({PersonId("olga"), PersonId("vera")})


def test_a_claimed_task_offers_each_their_own() -> None:
    shown_buttons = buttons(renderer().card(claimed(), Dialect.HTML, Language.RU))
    heads = frozenset({PersonId("olga"), PersonId("vera")})

    assert list(shown_buttons) == [Verb.WORK, Verb.RELEASE, Verb.REASSIGN, Verb.RETURN, Verb.CASE]
    assert shown_buttons[Verb.WORK].people == frozenset({BORIS})
    assert shown_buttons[Verb.RELEASE].people == frozenset({BORIS}) | heads
    assert shown_buttons[Verb.REASSIGN].people == heads
    assert shown_buttons[Verb.RETURN].people == frozenset({BORIS})


def test_what_came_from_nowhere_cannot_be_returned() -> None:
    facts = sent_back()
    assert facts.task.status is TaskStatus.CLAIMED

    assert Verb.RETURN not in buttons(renderer().card(facts, Dialect.HTML, Language.RU))


@pytest.mark.parametrize("facts", [completed, returned, withdrawn])
def test_the_card_of_a_closed_task_is_short(facts: Callable[[], CardFacts]) -> None:
    with_letters = replace(facts(), letters=ready().letters)

    assert "<details>" in renderer().card(ready(), Dialect.HTML, Language.RU).text
    text = shown(renderer().card(with_letters, Dialect.HTML, Language.RU).text, Dialect.HTML)
    assert len(text.splitlines()) <= 3


@every_dialect
@every_language
def test_a_card_says_nothing_twice_before_its_letter_is_opened(dialect: Dialect, language: Language) -> None:
    text = shown(renderer().card(ready(), dialect, language).text, dialect)
    head = text.partition({Language.RU: "От кого", Language.EN: "Handed over"}[language])[0]

    assert len(head.strip().splitlines()) == (4 if dialect is Dialect.MRKDWN else 3)
    assert text.count("ONB-1") == 1
    assert all(text.count(words) <= 1 for words in ("Банковские карты", "Bank cards", "менеджер по", "sales manager"))


def test_a_fact_that_is_only_a_part_of_a_longer_word_in_the_letter_stays_on_the_card() -> None:
    facts = ready()
    [letter] = facts.letters
    text = replace(letter.texts[Language.RU], body="НеБанковские карты, Система быстрых платежей")
    other = replace(facts, letters=(replace(letter, texts={Language.RU: text}),))

    head = shown(renderer().card(other, Dialect.HTML, Language.RU).text, Dialect.HTML).partition("От кого")[0]

    assert "Банковские карты" in head


@pytest.mark.parametrize("facts", [completed, handed_back, withdrawn])
def test_a_closed_task_only_opens_its_case(facts: Callable[[], CardFacts]) -> None:
    assert list(buttons(renderer().card(facts(), Dialect.HTML, Language.RU))) == [Verb.CASE]


def test_a_task_that_waits_for_its_rework_can_only_be_reassigned_by_heads() -> None:
    shown_buttons = buttons(renderer().card(returned(), Dialect.HTML, Language.RU))

    assert list(shown_buttons) == [Verb.CASE, Verb.REASSIGN]
    assert shown_buttons[Verb.REASSIGN].people == frozenset({PersonId("olga"), PersonId("vera")})


def test_a_button_carries_the_revision_that_was_shown() -> None:
    facts = claimed()

    action = decode(buttons(renderer().card(facts, Dialect.HTML, Language.EN))[Verb.WORK].action or "")

    assert (action.task_id, action.revision) == (facts.task.id, facts.task.revision)


def test_somebody_who_has_left_is_called_by_their_id() -> None:
    case = opened().case
    gone = then(case, commands.ClaimTask(task_id=task_at(case, DOCUMENTS).id), MARIA, 1)
    people = {name: person for name, person in company().organisation.people.items() if name != MARIA}
    smaller = Renderer(CurrentOrganisation(replace(company().organisation, people=people)), MOSCOW)

    assert "maria" in smaller.card(card_facts(gone, DOCUMENTS), Dialect.HTML, Language.RU).text
