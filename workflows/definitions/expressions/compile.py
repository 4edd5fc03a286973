"""Expressions over the facts of a case, compiled once, and the conditions made of them: the domain sees functions.

The language is a small part of Jinja's: names and their parts after a dot, values, comparisons, and/or/not, arithmetic,
lists, `in`, `is filled`, `|length`, `|days`, and sums over rows such as `goods|sum("price")`. Nothing can be called, so
an expression has no effects and cannot run for long. `check_types` says what fits together.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from jinja2 import TemplateSyntaxError, nodes
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from workflows.definitions.expressions.evaluation import COUNTS, DAYS, FOLDS, Value, predicate, value_of
from workflows.definitions.expressions.value_types import NEW, VISIT, Gives, Names, Type
from workflows.definitions.letters.vocabulary import FILLED
from workflows.definitions.problems import did_you_mean, listing
from workflows.domain.compiled import Comparison, Condition, Needs
from workflows.domain.definition import Default
from workflows.domain.ids import FieldName
from workflows.domain.text import Text

MAX_LENGTH = 500
MAX_DEPTH = 150
"""How deeply an expression is nested at most, so that its evaluation ends well within Python's stack."""

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
)
_ENVIRONMENT = ImmutableSandboxedEnvironment()
"""Only its parser is used; expressions are evaluated by `evaluation`."""


class BadExpression(Exception):
    """The expression cannot be used; `words` explain why and how to fix it."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


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
        whole = parser.stream.eos and _depth(tree) <= MAX_DEPTH
    except (TemplateSyntaxError, RecursionError):
        whole = False
    if not whole:
        raise _unreadable(source)
    spelled: nodes.Expr = _NEW_RECORDS.visit(tree)
    return spelled


class _NewRecords(NodeTransformer):
    """Reads `client is new` as the part of the record that it asks for: `client.new`."""

    def visit_Test(self, node: nodes.Test) -> nodes.Node:
        if node.name == NEW and isinstance(node.node, nodes.Name) and not node.args and not node.kwargs:
            return nodes.Getattr(node.node, NEW, "load")
        self.generic_visit(node)
        return node


_NEW_RECORDS = _NewRecords()


def _depth(tree: nodes.Node) -> int:
    """Return how deeply an expression is nested, without recursion."""
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [child for node in level for child in node.iter_child_nodes()]
    return depth


def compiled(source: str) -> Value:
    """Compile an expression, which raises when a value is missing that it uses; raises BadExpression."""
    return value_of(parsed(source), _of_column)


def _of_column(source: str) -> Value:
    """Compile an expression over the columns of rows; raises BadExpression."""
    return value_of(tree_of_column(source), _of_column)


def nodes_of(tree: nodes.Expr) -> Iterator[nodes.Node]:
    """Iterate over the parts of an expression, itself first."""
    yield tree
    yield from tree.find_all(nodes.Node)


def names_in(source: str) -> frozenset[str]:
    """Return the names that an expression uses, those with a part as `client.phone`; raises BadExpression."""
    return frozenset(_names(tree_of(source)))


def _names(tree: nodes.Node) -> Iterator[str]:
    match tree:
        case nodes.Name():
            yield tree.name
        case nodes.Getattr(node=nodes.Name() as whole):
            yield f"{whole.name}.{tree.attr}"
        case _:
            for child in tree.iter_child_nodes():
                yield from _names(child)


def compile_condition(source: str, known: Collection[str]) -> Condition:
    """Compile an expression over the *known* names and `visit`; raises BadExpression.

    The condition does not hold when a value that it uses is missing or cannot be compared. Parts after a dot can only
    be used of *known* that are `Names`.
    """
    tree = tree_of(source)
    for name in sorted(set(_names(tree))):
        _check_known(source, name, known)
    return Condition(
        source=source,
        holds=predicate(value_of(tree, _of_column)),
        unmet=_unmet(tree, known.facts if isinstance(known, Names) else known),
        names=frozenset(_names(tree)),
    )


def compile_value(source: str, known: Collection[str]) -> Default:
    """Compile an expression over the *known* names into what gives its value; raises BadExpression.

    There is no value when one that it uses is missing or cannot be calculated with.
    """
    tree = tree_of(source)
    for name in sorted(set(_names(tree))):
        _check_known(source, name, known)
    value = value_of(tree, _of_column)

    def found(facts: Mapping[str, object]) -> object:
        try:
            return value(facts)
        except Exception:  # whatever fails in an expression with these facts, it has no value
            return None

    return Default(source=source, value=found, names=frozenset(_names(tree)))


def _check_known(source: str, name: str, known: Collection[str]) -> None:
    """Raise BadExpression unless a name, or a part of one, is known."""
    whole, _, part = name.partition(".")
    if whole != VISIT and whole not in known:
        raise unknown(source, whole, [*known, *([] if VISIT in known else [VISIT])])
    if not part:
        return
    of = known[whole] if isinstance(known, Names) else Type(gives=Gives.TEXT)
    if of.parts is not None and part not in of.parts:
        if not of.parts:
            raise _not_allowed(source)
        raise unknown_part(source, whole, part, of)


def unknown(source: str, name: str, known: Collection[str]) -> BadExpression:
    """Return the exception of a name that is none of the *known* ones."""
    guess = did_you_mean(name, known)
    return BadExpression(
        Text(
            ru=f"в условии «{source}» неизвестное имя «{name}»; {guess.ru}; исправьте имя, а текст возьмите в кавычки",
            en=f'the condition "{source}" uses the unknown name "{name}"; {guess.en}; correct the name, '
            "and put a text in quotes",
        )
    )


def unknown_part(source: str, whole: str, part: str, of: Type) -> BadExpression:
    """Return the exception of what cannot follow a name after a dot."""
    guess = did_you_mean(part, of.parts or ())
    return BadExpression(
        Text(
            ru=f"в условии «{source}» после «{whole}.» не бывает «{part}»; {guess.ru}; исправьте",
            en=f'in the condition "{source}" there is no "{part}" after "{whole}."; {guess.en}; correct it',
        )
    )


def _unmet(tree: nodes.Expr, known: Collection[str]) -> Callable[[Mapping[str, object]], tuple[Comparison, ...]]:
    """Return what finds the comparisons of a chain of `and` that do not hold; an `or` or a `not` is not explained."""
    told = [(comparison, predicate(compiled(_spelled(comparison)))) for comparison in _comparisons(tree, known)]

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


def tree_of(source: str) -> nodes.Expr:
    """Parse a condition and check that it stays within the language; raises BadExpression."""
    return _checked(source, parsed(source))


def tree_of_column(source: str) -> nodes.Expr:
    """Parse an expression over the columns of rows, in which no other rows are counted; raises BadExpression."""
    tree = parsed(source)
    if any(isinstance(node, nodes.Filter | nodes.Getattr) for node in nodes_of(tree)):
        raise _not_allowed(source)
    return _checked(source, tree)


def _checked(source: str, tree: nodes.Expr) -> nodes.Expr:
    if not all(map(_is_allowed, nodes_of(tree))):
        raise _not_allowed(source)
    return tree


def _not_allowed(source: str) -> BadExpression:
    return BadExpression(
        Text(
            ru=f"в условии «{source}» есть то, чего здесь нельзя; оставьте имена, значения, сравнения, "
            f"and, or, not, in, + - * /, «is {FILLED}», «is {NEW}», «|length», «|{DAYS}» и «|{listing(sorted(FOLDS))}» "
            "со столбцом в скобках и кавычках",
            en=f'the condition "{source}" has something that is not allowed; keep to names, values, '
            f'comparisons, and, or, not, in, + - * /, "is {FILLED}", "is {NEW}", "|length", "|{DAYS}" and '
            f'"|{listing(sorted(FOLDS))}" with a column in brackets and quotes',
        )
    )


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
        case nodes.Getattr():
            return isinstance(node.node, nodes.Name) and not node.attr.startswith("_")
        case nodes.Filter(args=[]):
            return node.name in (*COUNTS, DAYS) and not node.kwargs and node.node is not None
        case nodes.Filter(args=[nodes.Const(value=str() as column)]):
            if node.name not in FOLDS or node.kwargs or node.node is None:
                return False
            tree_of_column(column)
            return True
    return isinstance(node, _ALLOWED)
