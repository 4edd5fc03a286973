"""What letters may contain, and the test that guards optional fields."""

import pytest
from jinja2 import StrictUndefined, Undefined

from workflows.definitions.letters.read_letter import Facts, check_letter, read_letter
from workflows.definitions.letters.vocabulary import is_filled
from workflows.domain.definition import Field, FieldType
from workflows.domain.ids import FieldName
from workflows.domain.text import Text


def field(name: str, kind: FieldType = FieldType.TEXT, *columns: Field) -> Field:
    return Field(name=FieldName(name), type=kind, label=Text.same(name), columns=columns)


FIELDS: dict[str, Field] = {
    f.name: f
    for f in (
        field("buyer", FieldType.CLIENT),
        field("known"),
        field("maybe"),
        field("perhaps"),
        field("goods", FieldType.ROWS, field("price")),
    )
}


def unfilled(body: str, *filled: str) -> list[str]:
    """Return what is wrong with a letter of that body when these fields are filled in."""
    facts = Facts(fields=FIELDS, filled=frozenset(filled), used_by=Text.same("test"))
    return [words.en for _, words in check_letter(read_letter(f"Subject\n\n{body}\n"), facts)]


@pytest.mark.parametrize(
    "body",
    [
        "{{ known|upper }} {{ client.name }} {{ buyer }} {{ client }} {{ company }} {{ today }}",
        "{% if maybe is filled and perhaps is filled %}{{ maybe }}{{ perhaps }}{% endif %}",
        "{% if maybe is not filled %}none{% else %}{{ maybe }}{% endif %}",
        "{% if not maybe is filled or not perhaps is filled %}none{% else %}{{ maybe }}{{ perhaps }}{% endif %}",
        "{% if maybe is filled %}{{ maybe }}{% elif perhaps is filled %}{{ perhaps }}{% else %}none{% endif %}",
        "{{ maybe if maybe is filled else 'none' }}",
        "{% if goods is filled %}{% for g in goods %}{{ loop.index }}{% if g.price is filled %}{{ g.price }}"
        "{% endif %}{% if not loop.last %},{% endif %}{% endfor %}{% endif %}",
        "{% if goods is filled and goods|length > 1 %}{{ goods|length }}{% endif %}",
        "{# a note to ourselves #}{{ 'quoted' ~ known }}",
    ],
)
def test_a_letter_whose_every_value_is_there_passes(body: str) -> None:
    assert unfilled(body, "known", "buyer") == []


@pytest.mark.parametrize(
    "body",
    [
        "{{ maybe }}",
        "{{ maybe|upper }}",
        "{{ 'x' ~ maybe }}",
        "{{ client.name }}",
        "{{ client }}",
        "{% if maybe is filled %}{% endif %}{{ maybe }}",
        "{% if maybe is filled %}x{% else %}{{ maybe }}{% endif %}",
        "{% if maybe is filled or perhaps is filled %}{{ maybe }}{% endif %}",
        "{% if perhaps is filled %}x{% elif maybe is filled %}{{ perhaps }}{% endif %}",
        "{{ maybe if perhaps is filled else 'none' }}",
        "{% for g in goods %}{{ loop.index }}{% endfor %}",
        "{{ goods|length }}",
        "{% if goods|length > 1 %}x{% endif %}",
    ],
)
def test_a_letter_that_may_meet_an_empty_value_is_told(body: str) -> None:
    (told,) = unfilled(body, "known")

    assert "is not filled in on every way to this letter (test)" in told


@pytest.mark.parametrize("value", [None, "", [], Undefined(), StrictUndefined()])
def test_no_answer_is_not_filled(value: object) -> None:
    assert not is_filled(value)


@pytest.mark.parametrize("value", ["x", 0, False, [1]])
def test_an_answer_is_filled_be_it_no_or_zero(value: object) -> None:
    assert is_filled(value)
