"""Choices between options, kept as their ids; yes or no, kept as true or false.

The options of a person or a department are those of the organisation (`workflows.domain.facts.staff`).
"""

from collections.abc import Sequence
from datetime import date

from workflows.domain.definition import Field, FieldType
from workflows.domain.facts.kinds.kind import Gives, Kind, Reader, text_in, unreadable
from workflows.domain.text import folded, words_of

_YES = frozenset({"yes", "true", "on", "1", "да"})
_NO = frozenset({"no", "false", "off", "0", "нет"})


def _one_of(code: str) -> Reader:
    def reader(field: Field, raw: object) -> object:
        chosen = text_in(raw)
        if all(option.id != chosen for option in field.options):
            raise unreadable(code)
        return chosen

    return reader


def _told_by_name(field: Field, raw: object, _today: date | None) -> object | None:
    """Return the only option with the label that was typed, or with words that no other label has: a surname."""
    if not isinstance(raw, str) or any(option.id == raw for option in field.options):
        return None
    wanted = folded(raw)
    named = [o.id for o in field.options if wanted in (folded(o.label.ru), folded(o.label.en))]
    if not named and (words := words_of(raw)):
        named = [o.id for o in field.options if words <= words_of(o.label.ru) or words <= words_of(o.label.en)]
    return named[0] if len(named) == 1 else None


def _choices(field: Field, raw: object) -> object | None:
    chosen = [raw] if isinstance(raw, str) else raw
    if not isinstance(chosen, Sequence):
        raise unreadable("unreadable")
    known = [option.id for option in field.options]
    if any(choice not in known for choice in chosen):
        raise unreadable("not_an_option")
    return [option for option in known if option in chosen] or None


def _yes_no(_field: Field, raw: object) -> object:
    return read_truth(raw)


def read_truth(raw: object) -> bool:
    """Return the yes or no of an answer; raises Unreadable."""
    if isinstance(raw, bool):
        return raw
    word = folded(text_in(raw))
    if word in _YES or word in _NO:
        return word in _YES
    raise unreadable("not_yes_no")


CHOICE = Kind(read=_one_of("not_an_option"), gives=Gives.TEXT)
CHOICES = Kind(read=_choices, gives=Gives.LIST, answered_by=frozenset({FieldType.CHOICE, FieldType.CHOICES}))
YES_NO = Kind(read=_yes_no, gives=Gives.YES_NO)
PERSON = Kind(read=_one_of("not_a_person"), gives=Gives.PERSON, told=_told_by_name, is_searched=True)
DEPARTMENT = Kind(read=_one_of("not_a_department"), gives=Gives.TEXT, told=_told_by_name, is_searched=True)
