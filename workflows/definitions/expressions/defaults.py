"""Defaults of fields: compiled into functions, and whether what they give can answer the question."""

from collections.abc import Collection, Mapping

from jinja2 import nodes

from workflows.definitions.expressions.compile import BadExpression, compiled, nodes_of, parsed
from workflows.definitions.expressions.evaluation import NO_VALUE, Value
from workflows.definitions.problems import did_you_mean
from workflows.definitions.read import schema
from workflows.domain.clients import ClientAttribute
from workflows.domain.definition import Default, Field, FieldType, Option
from workflows.domain.facts.kinds.kind import Gives
from workflows.domain.facts.values import KINDS, answered_by, readable
from workflows.domain.forms.defaults import CLIENT, ME, NAME, OPENER, TODAY
from workflows.domain.ids import FieldName
from workflows.domain.text import Text

_WORDS = (TODAY, ME, OPENER, CLIENT)
_ATTRIBUTES: Mapping[str, FieldType] = {
    NAME: FieldType.TEXT,
    ClientAttribute.INN: FieldType.INN,
    ClientAttribute.CONTACT: FieldType.TEXT,
    ClientAttribute.PHONE: FieldType.PHONE,
    ClientAttribute.EMAIL: FieldType.EMAIL,
    ClientAttribute.SITE: FieldType.TEXT,
}
_CALCULATED_TYPES: Mapping[Gives | None, FieldType] = {Gives.DAY: FieldType.DATE, Gives.NUMBER: FieldType.NUMBER}
"""What is calculated from a value of each type and a number."""
_CALCULATED = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div)
_SIGNED = (nodes.Neg, nodes.Pos)
_ALLOWED = (nodes.Name, nodes.Const, nodes.Getattr, *_CALCULATED, *_SIGNED)

Facts = Mapping[FieldName, schema.Asked]
"""The fields of a process, each as it is first described."""
_Kind = FieldType | schema.Asked


def compile_default(source: str, known: Collection[FieldName], options: Collection[str] = ()) -> Default:
    """Compile a default over the *known* fields; a bare name among the *options* is that option. Raises BadExpression.

    The default gives nothing when a value that it uses is missing or cannot be calculated with.
    """
    if source in options:
        return Default(source=source, value=lambda _names: source)
    for node in nodes_of(_tree(source)):
        match node:
            case nodes.Name() if node.name not in known and node.name not in _WORDS:
                raise _unknown(source, node.name, [*known, *options, *_WORDS])
            case nodes.Getattr() if not (isinstance(node.node, nodes.Name) and node.node.name == CLIENT):
                raise _not_allowed(source)
            case nodes.Getattr() if node.attr not in _ATTRIBUTES:
                raise _unknown(source, node.attr, _ATTRIBUTES)
            case _ if not isinstance(node, _ALLOWED):
                raise _not_allowed(source)
    return Default(source=source, value=_value(compiled(source)))


def misfit(asked: schema.Asked | schema.Column, facts: Facts) -> Text | None:
    """Return why the default of a field or column cannot answer its question, or None; raises BadExpression."""
    source = asked.default
    if source is None:
        return None
    options = asked.options if isinstance(asked, schema.ChoiceColumnKeys) else {}
    compile_default(source, facts, options)
    if source in options or (asked.type == "person" and source in (ME, OPENER)):
        return None
    tree = _tree(source)
    if isinstance(tree, nodes.Const):
        if readable(_field(asked), tree.value if isinstance(tree.value, bool) else str(tree.value)) is not None:
            return None
    else:
        kind = _kind(tree, facts)
        if kind is not None and _fits(asked, kind):
            return None
    return Text(
        ru=f"default «{source}» не подходит полю типа {asked.type}; напишите то, чем на этот вопрос можно ответить, "
        "или уберите default",
        en=f'the default "{source}" does not fit a field of type {asked.type}; write what can answer this question, '
        "or remove the default",
    )


def _kind(node: nodes.Node, facts: Facts) -> _Kind | None:
    """Return what a part of a default gives; None when it cannot be calculated."""
    match node:
        case nodes.Name():
            found = facts.get(FieldName(node.name))
            return found if found is not None else FieldType.DATE if node.name == TODAY else FieldType.TEXT
        case nodes.Getattr():
            return _ATTRIBUTES[node.attr]
        case nodes.Const():
            is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
            return FieldType.NUMBER if is_number else None
        case nodes.Add() | nodes.Sub() | nodes.Mul() | nodes.Div():
            left, right = _gives(_kind(node.left, facts)), _gives(_kind(node.right, facts))
            if right is not Gives.NUMBER or (left is Gives.DAY and not isinstance(node, nodes.Add | nodes.Sub)):
                return None
            return _CALCULATED_TYPES.get(left)
        case nodes.Neg() | nodes.Pos():
            return FieldType.NUMBER if _gives(_kind(node.node, facts)) is Gives.NUMBER else None
    return None


def _gives(kind: _Kind | None) -> Gives | None:
    return None if kind is None else KINDS[_type(kind)].gives


def _type(kind: _Kind | schema.Column) -> FieldType:
    return kind if isinstance(kind, FieldType) else FieldType(kind.type)


def _fits(asked: schema.Asked | schema.Column, kind: _Kind | schema.Column) -> bool:
    if _type(kind) not in answered_by(FieldType(asked.type)):
        return False
    match asked, kind:
        case schema.ChoiceColumnKeys(), schema.ChoiceColumnKeys():
            return set(kind.options) <= set(asked.options)
        case schema.RowsKeys(), schema.RowsKeys():
            equal = [name for name in asked.columns if name in kind.columns]
            return bool(equal) and all(_fits(asked.columns[name], kind.columns[name]) for name in equal)
        case schema.MoneyColumnKeys(), schema.MoneyColumnKeys():
            return asked.currency == kind.currency
    return True


def _field(asked: schema.Asked | schema.Column) -> Field:
    """Return the question without its words, for reading a constant as its answer."""
    options = asked.options if isinstance(asked, schema.ChoiceColumnKeys) else {}
    return Field(
        name=FieldName(""),
        type=FieldType(asked.type),
        label=Text.same(""),
        options=tuple(Option(id=option, label=Text.same("")) for option in options),
    )


def _value(expression: Value) -> Value:
    def value(names: Mapping[str, object]) -> object:
        try:
            return expression(names)
        except NO_VALUE:
            return None

    return value


def _tree(source: str) -> nodes.Expr:
    try:
        return parsed(source)
    except BadExpression:
        raise _not_allowed(source) from None


def _not_allowed(source: str) -> BadExpression:
    return BadExpression(
        Text(
            ru=f"в default «{source}» есть то, чего здесь нельзя; оставьте today, me, opener, client.phone, имя поля, "
            "вариант, число, текст в кавычках, + - * /",
            en=f'the default "{source}" has something that is not allowed; keep to today, me, opener, client.phone, '
            "the name of a field, an option, a number, a text in quotes, + - * /",
        )
    )


def _unknown(source: str, name: str, known: Collection[str]) -> BadExpression:
    guess = did_you_mean(name, known)
    return BadExpression(
        Text(
            ru=f"в default «{source}» неизвестное имя «{name}»; {guess.ru}; исправьте имя, а текст возьмите в кавычки",
            en=f'the default "{source}" uses the unknown name "{name}"; {guess.en}; correct the name, '
            "and put a text in quotes",
        )
    )
