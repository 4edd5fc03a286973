"""Building the rules of those whom a stage is for."""

from collections.abc import Iterator

from workflows.definitions.expressions.compile import compile_condition
from workflows.definitions.expressions.value_types import Names
from workflows.definitions.read import schema, who_keys
from workflows.domain.ids import DepartmentId, StageId
from workflows.domain.who import NOBODY_BARRED, OPENER, ButNot, WhoKind, WhoRule

NAMING = ("head", "head_of", "post", "person", "did", "owner", "named_in", "role", "skill")
"""The keys of which each names people by itself; `department` and `of` do where there is none of them."""


def rules(stage: schema.StageKeys) -> tuple[who_keys.AnyRule, ...]:
    """Return the rules of a stage as they are written, one or several."""
    match stage.who:
        case None:
            return ()
        case list():
            return tuple(stage.who)
    return (stage.who,)


def kind_of(rule: who_keys.AnyRule | who_keys.AnyNamed) -> WhoKind | None:
    """Return how a rule names people; None when it says nothing, or too much."""
    if isinstance(rule, str):
        return WhoKind(rule)
    said = [key for key in NAMING if getattr(rule, key) is not None]
    if getattr(rule, "of", None) is not None:
        return WhoKind.OF if not said and rule.department is None else None
    if not said:
        return None if rule.department is None else WhoKind.DEPARTMENT
    return WhoKind(said[0]) if len(said) == 1 else None


def department_of(stage: schema.StageKeys) -> DepartmentId | None:
    """Return the department of a stage: as it is written, or the one that its first rule names."""
    if stage.department is not None:
        return stage.department
    first = next(iter(rules(stage)), None)
    if first is None or isinstance(first, str):
        return None
    return first.department or first.head


def build_who(stage: schema.StageKeys, names: Names) -> tuple[WhoRule, ...]:
    """Return the rules of a stage; *names* are those that their conditions may use."""
    return tuple(build_rule(rule, names) for rule in rules(stage))


def build_but_not(stage: schema.StageKeys) -> ButNot:
    """Return whom four eyes keep from a stage."""
    if not stage.but_not:
        return NOBODY_BARRED
    return ButNot(
        stages=tuple(StageId(name) for name in stage.but_not if name != OPENER), opener=OPENER in stage.but_not
    )


def build_rule(rule: who_keys.AnyRule | who_keys.AnyNamed, names: Names) -> WhoRule:
    """Return a rule; *names* are those that its condition may use."""
    kind = kind_of(rule)
    if isinstance(rule, str) or kind is None:
        return WhoRule(kind=kind or WhoKind.OPENER)
    when = None if rule.when is None else compile_condition(rule.when, names)
    if kind is WhoKind.OF:
        return WhoRule(kind=kind, of=tuple(_parts(rule, names)), when=when)
    narrowed = rule.department if kind is not WhoKind.DEPARTMENT else None
    return WhoRule(kind=kind, name=str(getattr(rule, kind)), department=narrowed, when=when)


def _parts(rule: schema.NamedKeys, names: Names) -> Iterator[WhoRule]:
    if isinstance(rule, schema.WhoKeys):
        for part in rule.of or ():
            yield build_rule(part, names)
