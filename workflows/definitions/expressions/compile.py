"""Expressions over the facts of a case, compiled once, and the conditions made of them: the domain sees functions.

The language is a small part of Jinja's: names, values, comparisons, and/or/not, arithmetic, lists, `in`, `is filled`
and `|length`. Nothing can be called, so an expression has no effects and cannot run for long.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.environment import TemplateExpression
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workflows.definitions.letters.vocabulary import FILLED, is_filled
from workflows.definitions.problems import did_you_mean, listing
from workflows.domain.definition import Comparison, Condition, Needs
from workflows.domain.ids import FieldName
from workflows.domain.text import Text

VISIT = "visit"
"""The number, from 1, of this visit to the stage."""
MAX_LENGTH = 500

_FILTERS = ("length",)
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Name,
    nodes.Const,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.List,
    nodes.Tuple,
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.Neg,
    nodes.Pos,
    nodes.Test,
    nodes.Filter,
)


class BadExpression(Exception):
    """The expression cannot be used; `words` explain why and how to fix it."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


class _Environment(ImmutableSandboxedEnvironment):
    """Arithmetic in Decimal only, so that a fraction in the expression compares exactly with the amounts of a case."""

    intercepted_binops = frozenset({"+", "-", "*", "/"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate with two numbers, or a day and a number of days; raises TypeError for anything else."""
        if isinstance(left, date) and operator in ("+", "-"):
            days = timedelta(days=int(_exact(right)))
            return left + days if operator == "+" else left - days
        return super().call_binop(context, operator, _exact(left), _exact(right))


def _exact(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TypeError("only numbers can be calculated with")
    return Decimal(str(value))


def _environment() -> _Environment:
    environment = _Environment(undefined=StrictUndefined)
    environment.tests = {FILLED: is_filled}
    environment.filters = {name: environment.filters[name] for name in _FILTERS}
    environment.globals = {}
    return environment


_ENVIRONMENT = _environment()


def parsed(source: str) -> nodes.Expr:
    """Parse a whole expression; raises BadExpression."""
    if len(source) > MAX_LENGTH:
        raise BadExpression(
            Text(
                ru=f"условие длиннее {MAX_LENGTH} знаков; сократите его",
                en=f"the condition has more than {MAX_LENGTH} characters; shorten it",
            )
        )
    try:
        parser = Parser(_ENVIRONMENT, source, state="variable")
        tree = parser.parse_expression()
        whole = parser.stream.eos
    except (TemplateSyntaxError, RecursionError):
        whole = False
    if not whole:
        raise _unreadable(source)
    return tree


def compiled(source: str) -> TemplateExpression:
    """Compile an expression, which raises when a value is missing that it uses; raises BadExpression."""
    try:
        return _ENVIRONMENT.compile_expression(source, undefined_to_none=False)
    except (TemplateSyntaxError, SyntaxError, RecursionError, MemoryError):  # nested too deeply for Python
        raise _unreadable(source) from None


def nodes_of(tree: nodes.Expr) -> Iterator[nodes.Node]:
    """Iterate over the parts of an expression, itself first."""
    yield tree
    yield from tree.find_all(nodes.Node)


def names_in(source: str) -> frozenset[str]:
    """Return the names that an expression uses; raises BadExpression."""
    return frozenset(node.name for node in nodes_of(_tree(source)) if isinstance(node, nodes.Name))


def comparisons_in(source: str) -> Iterator[tuple[str, str]]:
    """Iterate over the (name, text) pairs that an expression compares, such as `reason == "late"`."""
    for compare in nodes_of(_tree(source)):
        if not isinstance(compare, nodes.Compare):
            continue
        sides = [compare.expr, *(operand.expr for operand in compare.ops)]
        names = [side.name for side in sides if isinstance(side, nodes.Name)]
        for side in sides:
            items = side.items if isinstance(side, nodes.List | nodes.Tuple) else [side]
            for item in items:
                if isinstance(item, nodes.Const) and isinstance(item.value, str):
                    yield from ((name, item.value) for name in names)


def compile_condition(source: str, known: Collection[str]) -> Condition:
    """Compile an expression over the *known* names and `visit`; raises BadExpression.

    The condition does not hold when a value that it uses is missing or cannot be compared.
    """
    for name in sorted(names_in(source)):
        if name != VISIT and name not in known:
            guess = did_you_mean(name, [*known, VISIT])
            raise BadExpression(
                Text(
                    ru=f"в условии «{source}» неизвестное имя «{name}»; {guess.ru}; исправьте имя, "
                    "а текст возьмите в кавычки",
                    en=f'the condition "{source}" uses the unknown name "{name}"; {guess.en}; correct the name, '
                    "and put a text in quotes",
                )
            )
    return Condition(
        source=source, holds=_predicate(compiled(source)), unmet=_unmet(_tree(source), known), names=names_in(source)
    )


def _unmet(tree: nodes.Expr, known: Collection[str]) -> Callable[[Mapping[str, object]], tuple[Comparison, ...]]:
    """Return what finds the comparisons of a chain of `and` that do not hold; an `or` or a `not` is not explained."""
    told = [(comparison, _predicate(compiled(_spelled(comparison)))) for comparison in _comparisons(tree, known)]

    def unmet(facts: Mapping[str, object]) -> tuple[Comparison, ...]:
        return tuple(comparison for comparison, holds in told if not holds(facts))

    return unmet


def _comparisons(tree: nodes.Expr, known: Collection[str]) -> Iterator[Comparison]:
    """Iterate over the comparisons of a field with a constant that must all hold."""
    match tree:
        case nodes.And():
            yield from _comparisons(tree.left, known)
            yield from _comparisons(tree.right, known)
        case nodes.Compare(expr=nodes.Name() as name, ops=[nodes.Operand() as operand]):
            if name.name in known and operand.op in list(Needs) and isinstance(operand.expr, nodes.Const):
                yield Comparison(fact=FieldName(name.name), needs=Needs(operand.op), value=operand.expr.value)
        case nodes.Name() if tree.name in known:
            yield Comparison(fact=FieldName(tree.name), needs=Needs.EQUAL, value=True)
        case nodes.Not(node=nodes.Name() as name) if name.name in known:
            yield Comparison(fact=FieldName(name.name), needs=Needs.EQUAL, value=False)


_SIGNS: Mapping[Needs, str] = {
    Needs.EQUAL: "==",
    Needs.OTHER: "!=",
    Needs.MORE: ">",
    Needs.AT_LEAST: ">=",
    Needs.LESS: "<",
    Needs.AT_MOST: "<=",
}


def _spelled(comparison: Comparison) -> str:
    value = json.dumps(comparison.value, ensure_ascii=False)
    return f"{comparison.fact} {_SIGNS[comparison.needs]} {value}"


def _predicate(expression: TemplateExpression) -> Callable[[Mapping[str, object]], bool]:
    def holds(facts: Mapping[str, object]) -> bool:
        given = {name: value for name, value in facts.items() if value is not None}
        try:
            return bool(expression(given))
        except Exception:  # whatever fails in an expression with these facts, its outcome is not offered
            return False

    return holds


def _tree(source: str) -> nodes.Expr:
    """Parse a condition and check that it stays within the language; raises BadExpression."""
    tree = parsed(source)
    for node in nodes_of(tree):
        if not _is_allowed(node):
            raise BadExpression(
                Text(
                    ru=f"в условии «{source}» есть то, чего здесь нельзя; оставьте имена, значения, сравнения, "
                    f"and, or, not, in, + - * /, «is {FILLED}» и «|{listing(_FILTERS)}»",
                    en=f'the condition "{source}" has something that is not allowed; keep to names, values, '
                    f'comparisons, and, or, not, in, + - * /, "is {FILLED}" and "|{listing(_FILTERS)}"',
                )
            )
    return tree


_SLIPS = (
    (r"(?<=\d)[\s\u00a0\u202f](?=\d{3}\b)", ""),
    (r"(?<=\d),(?=\d)", "."),
    (r"<>", "!="),
    (r"=>", ">="),
    (r"=<", "<="),
    (r"(?<![=!<>])=(?!=)", "=="),
    (r"&&?", " and "),
    (r"\|\|", " or "),
    (r"!(?!=)", " not "),
    (r"[«»“”„]", '"'),
    (r"\bи\b", "and"),
    (r"\bили\b", "or"),
    (r"\bне\b", "not"),
)
"""What people write instead of the language's own signs, as patterns and what they stand for."""


def _mended(source: str) -> str | None:
    """Return the expression that was probably meant, or None."""
    mended = source
    for pattern, meant in _SLIPS:
        mended = re.sub(pattern, meant, mended, flags=re.IGNORECASE)
    mended = re.sub(r"[ \t]+", " ", mended).strip()
    try:
        parser = Parser(_ENVIRONMENT, mended, state="variable")
        parser.parse_expression()
        return mended if parser.stream.eos and mended != source else None
    except (TemplateSyntaxError, RecursionError):
        return None


def _unreadable(source: str) -> BadExpression:
    if mended := _mended(source):
        return BadExpression(
            Text(
                ru=f"условие «{source}» не читается; напишите {mended}",
                en=f'the condition "{source}" cannot be read; write {mended}',
            )
        )
    return BadExpression(
        Text(
            ru=f"условие «{source}» не читается; напишите его как «amount > 1000 and visit == 1»",
            en=f'the condition "{source}" cannot be read; write it like "amount > 1000 and visit == 1"',
        )
    )


def _is_allowed(node: nodes.Node) -> bool:
    match node:
        case nodes.Test():
            return node.name == FILLED and not node.args and not node.kwargs
        case nodes.Filter():
            return node.name in _FILTERS and not node.args and not node.kwargs
    return isinstance(node, _ALLOWED)
