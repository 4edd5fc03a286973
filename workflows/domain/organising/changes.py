"""Changes of the register: made by people or by the file of the company, kept for ever, applied one after the other."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from workflows.domain.organising.register import GONE, Register, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of the attributes of one person or department: the value before and after of each; None for none."""

    subject: Subject
    id: str
    attributes: Mapping[str, tuple[object, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """An attribute that the file of the company and people have changed in different ways; the people's value stays."""

    subject: Subject
    id: str
    attribute: str
    before: object
    in_file: object
    now: object


def edit(register: Register, subject: Subject, name: str, /, **values: object) -> Change:
    """Return the change that gives attributes new values; what has its value already is left out."""
    old = register.of(subject).get(name, {})
    found = {attribute: (old.get(attribute), value or None) for attribute, value in values.items()}
    return Change(subject=subject, id=name, attributes={n: both for n, both in found.items() if both[0] != both[1]})


def applied(register: Register, changes: Iterable[Change]) -> Register:
    """Return the register after changes: each attribute has the value after the last change of it."""
    people, departments = dict(register.people), dict(register.departments)
    of = {Subject.PERSON: people, Subject.DEPARTMENT: departments}
    for change in changes:
        values = {**of[change.subject].get(change.id, {}), **{n: after for n, (_, after) in change.attributes.items()}}
        of[change.subject][change.id] = {n: value for n, value in values.items() if value is not None}
    return replace(register, people=people, departments=departments)


def differences(old: Register, new: Register) -> tuple[Change, ...]:
    """Return what makes the people and departments of one register into those of another, each in one change.

    Somebody whom the new register does not have has left, and keeps the other attributes.
    """
    return tuple(change for subject in Subject for change in _between(subject, old, new) if change.attributes)


def _between(subject: Subject, old: Register, new: Register) -> Iterator[Change]:
    before, after, gone = old.of(subject), new.of(subject), GONE[subject]
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield edit(old, subject, name, **{gone: True})
        else:
            values: dict[str, object] = dict.fromkeys((*before.get(name, {}), *after[name]))
            yield edit(old, subject, name, **values | dict(after[name]))


def merged(base: Register, file: Register, now: Register) -> tuple[tuple[Change, ...], tuple[Clash, ...]]:
    """Return the changes that the file of the company asks for since it was *base*, and where they clash.

    What the file has changed is changed where the register still has the value of *base*. Neither overwrites the other.
    """
    changes, clashes = [], []
    for change in differences(base, file):
        asked: dict[str, tuple[object, object]] = {}
        for attribute, (before, wanted) in change.attributes.items():
            value = now.value(change.subject, change.id, attribute)
            if value == before:
                asked[attribute] = (value, wanted)
            elif value != wanted:
                clash = Clash(
                    subject=change.subject, id=change.id, attribute=attribute, before=before, in_file=wanted, now=value
                )
                clashes.append(clash)
        if asked:
            changes.append(replace(change, attributes=asked))
    return tuple(changes), tuple(clashes)
