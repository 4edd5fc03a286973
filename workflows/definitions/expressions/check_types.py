"""Whether the parts of an expression fit together: values of one kind are compared, and numbers calculated with."""

from collections.abc import Iterable, Iterator, Set
from itertools import pairwise

from jinja2 import nodes

from workflows.definitions.expressions.compile import BadExpression, tree_of, tree_of_column, unknown, unknown_part
from workflows.definitions.expressions.evaluation import DAYS
from workflows.definitions.expressions.value_types import LIST, NUMBER, TEXT, YES_NO, Gives, Names, Type
from workflows.definitions.letters.vocabulary import FILLED
from workflows.definitions.problems import did_you_mean
from workflows.domain.text import Text

_IN = frozenset({"in", "notin"})
_EQUAL = frozenset({"eq", "ne"})
_UNORDERED = frozenset({Gives.YES_NO, Gives.LIST, Gives.ROWS, Gives.PERSON})
_MEASURED = frozenset({Gives.NUMBER, Gives.DAY, Gives.MOMENT, Gives.TIME})


def check_condition(source: str, names: Names) -> None:
    """Raise BadExpression unless the expression fits together and gives yes or no."""
    _check_truth(source, type_of_expression(source, names))


def type_of_expression(source: str, names: Names) -> Type:
    """Return what an expression gives; raises BadExpression where it does not fit together."""
    return _Check(source, names).type_of(tree_of(source))


def _check_truth(source: str, of: Type, part: str = "") -> None:
    if of.gives is not Gives.YES_NO:
        raise BadExpression(
            Text(
                ru=f"условие «{source}» даёт не «да» или «нет», а {of.gives.value.ru}{part and f' ({part})'}; сравните "
                f"это с чем-нибудь или напишите «is {FILLED}»",
                en=f'the condition "{source}" gives {of.gives.value.en}{part and f" ({part})"} where yes or no is '
                f'needed; compare it with something, or write "is {FILLED}"',
            )
        )


class _Check:
    """The check of one expression over some names."""

    def __init__(self, source: str, names: Names) -> None:
        self.source = source
        self.names = names

    def type_of(self, node: nodes.Node) -> Type:
        """Return what a part gives; raises BadExpression."""
        match node:
            case nodes.Name():
                return self._whole(node.name)
            case nodes.Getattr(node=nodes.Name() as whole):
                return self._part(whole.name, node.attr)
            case nodes.Const():
                return _constant(node.value)
            case nodes.Test():
                self.type_of(node.node)
                return YES_NO
            case nodes.And() | nodes.Or():
                self._check_truths(node.left, node.right)
                return YES_NO
            case nodes.Not():
                self._check_truths(node.node)
                return YES_NO
            case nodes.List() | nodes.Tuple():
                for item in node.items:
                    self.type_of(item)
                return LIST
            case nodes.Compare():
                self._check_compared(node)
                return YES_NO
            case nodes.Filter():
                return self._filtered(node)
            case nodes.Neg() | nodes.Pos():
                return self._calculated(type(node), self.type_of(node.node))
            case nodes.BinExpr():
                return self._calculated(type(node), self.type_of(node.left), self.type_of(node.right))
        raise TypeError(f"{type(node).__name__} is not part of the language")

    def _whole(self, name: str) -> Type:
        if name not in self.names:
            raise unknown(self.source, name, self.names)
        of = self.names[name]
        if of.gives is Gives.PARTS:
            parts = list(of.parts or ())
            guess = did_you_mean("", parts)
            raise BadExpression(
                Text(
                    ru=f"в условии «{self.source}» после «{name}» нужна точка и имя: {name}.{parts[0]}; {guess.ru}",
                    en=f'in the condition "{self.source}" a dot and a name belong after "{name}": {name}.{parts[0]}; '
                    f"{guess.en}",
                )
            )
        return of

    def _part(self, whole: str, part: str) -> Type:
        if whole not in self.names:
            raise unknown(self.source, whole, self.names)
        of = self.names[whole]
        if of.parts is None or part not in of.parts:
            raise unknown_part(self.source, whole, part, of)
        return of.parts[part]

    def _check_truths(self, *parts: nodes.Node) -> None:
        for part in parts:
            _check_truth(self.source, self.type_of(part), part.name if isinstance(part, nodes.Name) else "")

    def _check_compared(self, node: nodes.Compare) -> None:
        sides = [node.expr, *(operand.expr for operand in node.ops)]
        for (left, right), operand in zip(pairwise(sides), node.ops, strict=True):
            one = self.type_of(left)
            for other in self._compared_with(one, right, is_in=operand.op in _IN):
                self._check_pair(one, other, is_ordered=operand.op not in _EQUAL | _IN)
                self._check_option(left, one, other, right)
                self._check_option(right, other, one, left)

    def _compared_with(self, one: Type, right: nodes.Node, *, is_in: bool) -> Iterator[Type]:
        """Iterate over the types with which a value is compared: with each item of a list that it may be in."""
        other = self.type_of(right)
        if is_in and isinstance(right, nodes.List | nodes.Tuple):
            yield from map(self.type_of, right.items)
        elif is_in and other.gives is Gives.LIST:
            yield Type(gives=Gives.TEXT, options=other.options)
        else:
            yield other

    def _check_pair(self, one: Type, other: Type, *, is_ordered: bool) -> None:
        # A person is written as a text in quotes.
        kinds = {one.gives, other.gives}
        if len(kinds) > 1 and kinds != {Gives.PERSON, Gives.TEXT}:
            raise BadExpression(
                Text(
                    ru=f"в условии «{self.source}» сравниваются {one.gives.value.ru} и {other.gives.value.ru}, и оно "
                    "не выполнится никогда; сравните значения одного вида: число пишут без кавычек, вариант и текст — "
                    "в кавычках",
                    en=f'the condition "{self.source}" compares {one.gives.value.en} with {other.gives.value.en} and '
                    "never holds; compare values of one kind: a number is written without quotes, an option or a text "
                    "in quotes",
                )
            )
        if is_ordered and kinds & _UNORDERED:
            raise BadExpression(
                Text(
                    ru=f"в условии «{self.source}» больше и меньше не бывает, здесь {one.gives.value.ru}; оставьте "
                    "== или !=",
                    en=f'the condition "{self.source}" orders {one.gives.value.en} by size; keep to == or !=',
                )
            )

    def _check_option(self, asked: nodes.Node, known: Type, other: Type, said: nodes.Node) -> None:
        """Check that what is compared with a choice can be chosen."""
        if known.options is None or other.gives is not Gives.TEXT:
            return
        for word in _texts(said):
            if word not in known.options:
                guess = did_you_mean(word, sorted(known.options))
                name = _name_of(asked)
                raise BadExpression(
                    Text(
                        ru=f"нет в поле «{name}» варианта «{word}»; {guess.ru}; исправьте имя",
                        en=f'there is no option of "{name}" "{word}"; {guess.en}; correct the name',
                    )
                )

    def _calculated(self, how: type[nodes.Node], *sides: Type) -> Type:
        kinds = tuple(side.gives for side in sides)
        if set(kinds) == {Gives.NUMBER}:
            return NUMBER
        if how is nodes.Sub and kinds in ((Gives.DAY, Gives.DAY), (Gives.MOMENT, Gives.MOMENT)):
            return NUMBER
        if how in (nodes.Add, nodes.Sub) and kinds in ((Gives.DAY, Gives.NUMBER), (Gives.MOMENT, Gives.NUMBER)):
            return sides[0]
        wrong = next((kind for kind in kinds if kind is not Gives.NUMBER), Gives.NUMBER).value
        raise BadExpression(
            Text(
                ru=f"в условии «{self.source}» {wrong.ru} нельзя так посчитать; считают числа, к дате прибавляют дни, "
                "а от даты отнимают дату",
                en=f'in the condition "{self.source}" {wrong.en} cannot be calculated with like this; calculate with '
                "numbers, add days to a date, or take one date from another",
            )
        )

    def _filtered(self, node: nodes.Filter) -> Type:
        assert node.node is not None  # a filter without a value is not part of the language
        of = self.type_of(node.node)
        if not node.args and node.name == DAYS:
            return self._filter_of(node.name, of, {Gives.NUMBER}, _DIFFERENCE)
        if not node.args:
            return self._filter_of(node.name, of, {Gives.LIST, Gives.ROWS, Gives.TEXT}, _COUNTED)
        self._filter_of(node.name, of, {Gives.ROWS}, _ROWS)
        assert isinstance(node.args[0], nodes.Const)  # another argument is not part of the language either
        column = str(node.args[0].value)
        cell = _Check(column, Names(of.columns)).type_of(tree_of_column(column))
        match node.name:
            case "any" | "all" | "count":
                _check_truth(column, cell)
                return NUMBER if node.name == "count" else YES_NO
            case "sum":
                return self._filter_of(node.name, cell, {Gives.NUMBER}, _NUMBERS)
        self._filter_of(node.name, cell, _MEASURED, _NUMBERS)
        return cell

    def _filter_of(self, name: str, of: Type, fits: Set[Gives], needs: Text) -> Type:
        """Check that a filter is used of what it is for; it gives a number."""
        if of.gives not in fits:
            raise BadExpression(
                Text(
                    ru=f"в условии «{self.source}» для «|{name}» здесь {of.gives.value.ru}; {needs.ru}",
                    en=f'in the condition "{self.source}" "|{name}" is used of {of.gives.value.en}; {needs.en}',
                )
            )
        return NUMBER


_ROWS = Text(
    ru='так считают строки поля типа rows, например goods|sum("price")',
    en='use it of the rows of a field of type rows, such as goods|sum("price")',
)
_NUMBERS = Text(
    ru="считают строки поля типа rows по столбцу с числом, суммой или датой",
    en="use it of the rows of a field of type rows, and of a column with a number, an amount or a date",
)
_COUNTED = Text(ru="так считают строки или варианты", en="use it of rows or of chosen options")
_DIFFERENCE = Text(
    ru="так пишут разность двух дат, например (pay_by - today)|days",
    en="use it of the difference of two dates, such as (pay_by - today)|days",
)


def _constant(value: object) -> Type:
    match value:
        case bool():
            return YES_NO
        case int() | float():
            return NUMBER
    return TEXT


def _texts(node: nodes.Node) -> Iterable[str]:
    """Return the texts that are written in quotes in a value or a list."""
    items = node.items if isinstance(node, nodes.List | nodes.Tuple) else [node]
    return [item.value for item in items if isinstance(item, nodes.Const) and isinstance(item.value, str)]


def _name_of(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr(node=nodes.Name() as whole):
            return f"{whole.name}.{node.attr}"
    return ""
