"""Choices between options, kept as their ids; yes or no, kept as true or false."""

from collections.abc import Sequence

from workflows.domain.definition import Field, FieldType
from workflows.domain.kinds.kind import Gives, Kind, text_in, unreadable
from workflows.domain.text import folded

_YES = frozenset({"yes", "true", "on", "1", "да"})
_NO = frozenset({"no", "false", "off", "0", "нет"})


def _choice(field: Field, raw: object) -> object:
    chosen = text_in(raw)
    if all(option.id != chosen for option in field.options):
        raise unreadable("not_an_option")
    return chosen


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


CHOICE = Kind(read=_choice, gives=Gives.TEXT, answered_by=frozenset({FieldType.CHOICE}))
CHOICES = Kind(read=_choices, gives=Gives.LIST, answered_by=frozenset({FieldType.CHOICE, FieldType.CHOICES}))
YES_NO = Kind(read=_yes_no, gives=Gives.YES_NO, answered_by=frozenset({FieldType.YES_NO}))
