"""Letters and handover messages: every template of the pack fills, and an undefined value never reaches a letter."""

from collections.abc import Mapping

import pytest

from bot.rendering.letters import _OURS, JinjaLetters, compiled_letter
from tests.rendering.stories import ANNA, HOSTILE, MOSCOW, NOON, company, definition, opened, sample, task_at, writer
from workflows.definitions.letters.vocabulary import VARIABLES, Letters
from workflows.domain import errors
from workflows.domain.definition import Recipient
from workflows.domain.ids import DepartmentId, FieldName, StageId, TemplateName
from workflows.domain.notices import LetterRequest
from workflows.domain.text import Language
from workflows.ports.rendering import FilledLetter, LetterText
from workflows.usecases.organising import CurrentOrganisation

TEMPLATE = TemplateName("letter")
FACTS = {field.name: sample(field) for field in definition().fields()}
OPTIONAL = {
    field.name
    for field in definition().fields()
    if not field.required
    and not any(field.name in outcome.requires for stage in definition().stages.values() for outcome in stage.outcomes)
}


def request(template: TemplateName, facts: Mapping[FieldName, object], to_client: bool = False) -> LetterRequest:
    """Ask for a letter of Anna's to support, or to the client."""
    case = opened().case
    return LetterRequest(
        template=template,
        case_id=case.id,
        from_task=task_at(case, "acquisition").id,
        by=ANNA,
        facts=facts,
        stage=None if to_client else StageId("technical_intake"),
        department=None if to_client else DepartmentId("tech_support"),
        recipient=Recipient.CLIENT if to_client else None,
    )


def write(letters: JinjaLetters, asked: LetterRequest, client: str = "Ромашка") -> FilledLetter:
    return letters.write(asked, case=opened(client).case, definition=definition(), now=NOON)


def letters_saying(source: str, english: str | None = None) -> JinjaLetters:
    texts = {(TEMPLATE, Language.RU): source, (TEMPLATE, Language.EN): source if english is None else english}
    return JinjaLetters(Letters(texts=texts), CurrentOrganisation(company().organisation), MOSCOW)


def russian(source: str, facts: Mapping[FieldName, object] = FACTS, to_client: bool = False) -> LetterText:
    return write(letters_saying(source), request(TEMPLATE, facts, to_client)).texts[Language.RU]


@pytest.mark.parametrize("template", company().letters.names())
def test_every_letter_of_the_pack_fills_in_both_languages(template: TemplateName) -> None:
    filled = write(writer(), request(template, FACTS), client=HOSTILE)

    assert set(filled.texts) == set(Language)
    for text in filled.texts.values():
        assert text.subject
        assert "\n" not in text.subject
        assert "{{" not in text.body.replace(HOSTILE, "")
        assert "None" not in text.body
        assert "\n\n\n" not in text.body
        assert HOSTILE in text.subject + text.body
    assert filled.texts[Language.RU].body != filled.texts[Language.EN].body


@pytest.mark.parametrize("template", company().letters.names())
def test_every_letter_of_the_pack_fills_without_the_optional_answers(template: TemplateName) -> None:
    facts = {name: value for name, value in FACTS.items() if name not in OPTIONAL}
    assert {"comment", "bank_comment", "payments_per_month"} <= OPTIONAL

    for text in write(writer(), request(template, facts)).texts.values():
        assert "\n\n\n" not in text.body


def test_a_letter_as_it_goes_out() -> None:
    filled = write(writer(), request(TemplateName("h4_goods_to_prepare"), FACTS))

    assert filled.texts[Language.RU].subject == "ONB-1, Ромашка: нужно настроить товары"
    assert "1. Слово, артикул Слово — 12\u00a0500,00\u00a0₽, без НДС\n2. Слово" in filled.texts[Language.RU].body
    assert filled.texts[Language.EN].body.endswith("Anna Sokolova, sales manager")


def test_a_letter_is_kept_with_its_version_and_its_facts() -> None:
    filled = write(writer(), request(TemplateName("welcome"), FACTS, to_client=True))

    assert filled.template_version == company().letters.version(TemplateName("welcome"))
    assert filled.facts is FACTS
    assert (filled.recipient, filled.stage, filled.department) == (Recipient.CLIENT, None, None)
    assert (filled.by, filled.at) == (ANNA, NOON)


def test_the_names_that_every_letter_has() -> None:
    assert set(_OURS) == set(VARIABLES)
    names = "{{ client }}|{{ client.name }}|{{ case.number }}|{{ sender.name }}|{{ sender.post }}|{{ company }}"

    text = russian("t\n\n" + names + "|{{ department }}|{{ today }}")

    assert text.body.replace("\u202f", " ") == (
        "Ромашка|Ромашка|ONB-1|Анна Соколова|менеджер по продажам|ИнПлат|Отдел тех. поддержки|12 марта 2026 г."
    )


def test_a_letter_to_the_client_names_the_company_for_the_department() -> None:
    assert russian("t\n\n{{ department }}", to_client=True).body == "ИнПлат"


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("t\n\n{{ comment }}", "comment"),
        ("{{ comment }}\n\nb", "comment"),
        ("t\n\n{{ comment|upper }}", "comment"),
        ("t\n\n{% for g in comment %}{{ g }}{% endfor %}", "comment"),
        ("t\n\n{% if comment %}x{% endif %}", "comment"),
        ("t\n\n{{ client.nmae }}", "nmae"),
        ("t\n\n{% for g in goods %}{{ g.colour }}{% endfor %}", "colour"),
        ("t\n\n{{ self.x }}", "x"),
        ("t\n\n{{ client.__class__ }}", "__class__"),
        ("t\n\n{{ 1 / 0 }}", "letter.ru.j2"),
        ("t\n\n{{ site|nosuch }}", "letter.ru.j2:3"),
        ("t\n\n{% if %}", "letter.ru.j2:3"),
        ("t\n\n{{ range(9) }}", "range"),
    ],
)
def test_an_undefined_value_or_a_broken_template_stops_the_letter(source: str, missing: str) -> None:
    facts = {name: value for name, value in FACTS.items() if name != "comment"}

    with pytest.raises(errors.LetterNotReady) as refused:
        russian(source, facts)

    assert (refused.value.template, refused.value.missing) == (TEMPLATE, missing)


def test_a_letter_that_the_company_does_not_have_is_not_ready() -> None:
    with pytest.raises(errors.LetterNotReady) as refused:
        write(writer(), request(TemplateName("nowhere"), FACTS))

    assert refused.value.missing == "nowhere.ru.j2"


def test_what_is_broken_in_one_language_stops_the_letter_in_both() -> None:
    with pytest.raises(errors.LetterNotReady) as refused:
        write(letters_saying("t\n\nхорошо", "t\n\n{{ nobody }}"), request(TEMPLATE, FACTS))

    assert refused.value.missing == "nobody"


def test_an_optional_answer_is_asked_for_with_filled() -> None:
    source = "t\n\n{% if comment is filled %}да{% else %}нет{% endif %}"

    assert russian(source).body == "да"
    assert russian(source, {}).body == "нет"


def test_a_sentence_that_ends_with_a_date_ends_with_one_full_stop() -> None:
    text = russian("Дело\n\nСрок: {{ ready_by }}. Позже {{ ready_by }}, не раньше.")

    written = russian("Дело\n\n{{ ready_by }}").body
    assert written.endswith("г.")
    assert text.body == f"Срок: {written} Позже {written}, не раньше."


def test_what_people_typed_is_no_template_and_stays_one_subject() -> None:
    facts = {FieldName("comment"): "{{ 7 * 7 }}\n{% boom %}"}

    assert russian("{{ comment }}\n\n{{ comment }}", facts) == LetterText(
        subject="{{ 7 * 7 }} {% boom %}", body="{{ 7 * 7 }}\n{% boom %}"
    )


def test_a_template_is_compiled_once_for_all_who_fill_it() -> None:
    source = "Письмо, которого больше нигде нет\n\n{{ client }}"

    write(letters_saying(source), request(TEMPLATE, FACTS))
    compiled = compiled_letter.cache_info().misses
    write(letters_saying(source), request(TEMPLATE, FACTS))

    assert compiled_letter.cache_info().misses == compiled
