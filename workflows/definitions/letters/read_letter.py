"""Reading one letter and checking it against the fields that are certainly filled in when it is written.

A letter is plain text with `{{ field }}`, `{% if field is filled %}` and `{% for row in rows %}`; nothing else of
Jinja's is accepted, so that what can be undefined is known beforehand.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workflows.definitions.letters.vocabulary import CLIENT, FILLED, FILTERS, LOOP, VARIABLES, is_filled
from workflows.definitions.problems import did_you_mean, listing
from workflows.domain.definition import Field, FieldType
from workflows.domain.text import Text

Found = tuple[int, Text]
"""A line of the letter (from 1), and what is wrong there and how to fix it."""


class BadLetter(Exception):
    """The letter cannot be read; `line` is where and `words` explain why."""

    def __init__(self, line: int, words: Text) -> None:
        super().__init__(words.en)
        self.line = line
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a letter may use: the fields of the process, those certainly filled in, and who uses the letter."""

    fields: Mapping[str, Field]
    filled: frozenset[str]
    used_by: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A place in the letter: the fields known to be filled in there, and the row variables of the loops around it."""

    facts: Facts
    filled: frozenset[str]
    rows: Mapping[str, Field]

    def knowing(self, names: Iterable[str]) -> "_Place":
        return replace(self, filled=self.filled | frozenset(names))


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment()
    environment.tests[FILLED] = is_filled
    return environment


_ENVIRONMENT = _environment()


def read_letter(source: str) -> nodes.Template:
    """Read a letter; raises BadLetter when it is not a template or has no subject and body."""
    lines = source.split("\n")
    if not lines[0].strip():
        raise BadLetter(
            1, Text(ru="нет темы; напишите её в первой строке", en="there is no subject; write it on the first line")
        )
    if len(lines) < 2 or lines[1].strip() or not "".join(lines[2:]).strip():
        raise BadLetter(
            2,
            Text(
                ru="после темы нужна пустая строка, а за ней текст письма; допишите их",
                en="the subject is followed by an empty line and then the body; add them",
            ),
        )
    try:
        # The subject is filled separately, so that no block may reach from it into the body.
        _ENVIRONMENT.parse(lines[0])
        return _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as error:
        raise BadLetter(error.lineno, _unreadable(error.message or "")) from None
    except RecursionError:
        raise BadLetter(
            1, Text(ru="вложенность слишком велика; упростите шаблон", en="nested too deeply; simplify the template")
        ) from None


_SYNTAX = (
    (r"unexpected '([^']+)'", "лишний знак «{}»", 'an unexpected "{}"'),
    (r"unexpected char '([^']+)'", "знак «{}» здесь не пишут", 'the character "{}" is not allowed here'),
    (r"unknown tag '([^']+)'", "неизвестное слово «{}» в {{% %}}", 'the unknown word "{}" in {{% %}}'),
    (r"expected token '[^']+', got '([^']+)'", "лишнее или не на месте: «{}»", '"{}" is too much or out of place'),
    (r"end of template.*'(end\w+)'", "не хватает «{}»", '"{}" is missing'),
    (r"(Missing end of \w+)", "не закрыт комментарий или raw", "a comment or raw is not closed"),
)
"""Messages of Jinja's parser as patterns, and what they mean in Russian and in English."""


def _unreadable(message: str) -> Text:
    """Return why a template cannot be read, from the message of Jinja's parser."""
    found = (
        (re.search(pattern, message, re.IGNORECASE | re.DOTALL), Text(ru=ru, en=en)) for pattern, ru, en in _SYNTAX
    )
    why = next(
        (Text(ru=w.ru.format(match[1]), en=w.en.format(match[1])) for match, w in found if match), Text(ru="", en="")
    )
    return Text(
        ru=f"шаблон не читается{why.ru and ': ' + why.ru}; проверьте скобки {{{{ }}}} и {{% %}}, "
        "и чтобы у каждого if был endif, а у for — endfor",
        en=f"the template cannot be read{why.en and ': ' + why.en}; check the brackets {{{{ }}}} and {{% %}}, "
        "and that every if has its endif and every for its endfor",
    )


def check_letter(letter: nodes.Template, facts: Facts) -> Iterator[Found]:
    """Iterate over the names that the letter must not use here."""
    place = _Place(facts=facts, filled=facts.filled, rows={})
    yield from _body(letter.body, place)


def _body(body: Iterable[nodes.Node], place: _Place) -> Iterator[Found]:
    for node in body:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    if not isinstance(part, nodes.TemplateData):
                        yield from _value(part, place)
            case nodes.If():
                yield from _if(node, place)
            case nodes.For():
                yield from _for(node, place)
            case _:
                yield _not_allowed(node)


def _if(node: nodes.If, place: _Place) -> Iterator[Found]:
    for branch in (node, *node.elif_):
        yield from _condition(branch.test, place)
        yield from _body(branch.body, place.knowing(_known_if(branch.test, True)))
        place = place.knowing(_known_if(branch.test, False))
    yield from _body(node.else_, place)


def _for(node: nodes.For, place: _Place) -> Iterator[Found]:
    rows = place.facts.fields.get(node.iter.name) if isinstance(node.iter, nodes.Name) else None
    if not isinstance(node.target, nodes.Name) or node.test is not None or node.recursive:
        yield _not_allowed(node)
        return
    if rows is None or rows.type is not FieldType.ROWS:
        lists = [name for name, field in place.facts.fields.items() if field.type is FieldType.ROWS]
        yield (
            node.lineno,
            Text(
                ru=f"перебрать можно только поле типа rows; есть {listing(lists)}",
                en=f"only a field of type rows can be gone through; there is {listing(lists)}",
            ),
        )
        return
    yield from _filled(rows.name, node.lineno, place)
    yield from _body(node.body, replace(place, rows={**place.rows, node.target.name: rows}))
    yield from _body(node.else_, place)


def _value(node: nodes.Node, place: _Place) -> Iterator[Found]:
    """Check an expression that is printed."""
    match node:
        case nodes.Const():
            return
        case nodes.Name():
            yield from _name(node.name, node.lineno, place)
        case nodes.Getattr(node=nodes.Name() as owner):
            yield from _attribute(owner.name, node.attr, node.lineno, place)
        case nodes.Filter(node=nodes.Expr() as inner) if node.name in FILTERS and not node.kwargs:
            if isinstance(inner, nodes.Name) and node.name in ("length", "count") and inner.name in place.facts.fields:
                yield from _filled(inner.name, node.lineno, place)
            else:
                yield from _value(inner, place)
            for argument in node.args:
                yield from _value(argument, place)
        case nodes.Concat():
            for part in node.nodes:
                yield from _value(part, place)
        case nodes.CondExpr(expr2=nodes.Expr() as otherwise):
            yield from _condition(node.test, place)
            yield from _value(node.expr1, place.knowing(_known_if(node.test, True)))
            yield from _value(otherwise, place.knowing(_known_if(node.test, False)))
        case _:
            yield _not_allowed(node)


def _condition(node: nodes.Node, place: _Place) -> Iterator[Found]:
    """Check a condition: values are rendered as text already, so a letter may use `is filled` and counts only."""
    match node:
        case nodes.Test(name="filled"):
            yield from _known_name(node.node, place)
        case nodes.Not():
            yield from _condition(node.node, place)
        case nodes.And():
            yield from _condition(node.left, place)
            yield from _condition(node.right, place.knowing(_known_if(node.left, True)))
        case nodes.Or():
            yield from _condition(node.left, place)
            yield from _condition(node.right, place.knowing(_known_if(node.left, False)))
        case nodes.Getattr(node=nodes.Name(name="loop")):
            yield from _value(node, place)
        case nodes.Compare() if all(_counts(side) for side in (node.expr, *(o.expr for o in node.ops))):
            for side in (node.expr, *(operand.expr for operand in node.ops)):
                yield from _value(side, place)
        case _:
            yield (
                node.lineno,
                Text(
                    ru=f"в письме можно спросить только «is {FILLED}» и количество («goods|length > 1»), потому что "
                    "значения уже написаны словами; для разных решений сделайте разные письма",
                    en=f'a letter can only ask "is {FILLED}" and counts ("goods|length > 1"), since values are words '
                    "already; write different letters for different outcomes",
                ),
            )


def _counts(node: nodes.Expr) -> bool:
    match node:
        case nodes.Const():
            return True
        case nodes.Filter(name="length" | "count"):
            return True
        case nodes.Getattr(node=nodes.Name(name="loop")):
            return True
    return False


def _known_if(test: nodes.Node, holds: bool) -> frozenset[str]:
    """Return the names that are certainly filled in when the result of the test is *holds*."""
    match test:
        case nodes.Test(name="filled") if holds:
            return _key(test.node)
        case nodes.Not():
            return _known_if(test.node, not holds)
        case nodes.And() | nodes.Or():
            left, right = _known_if(test.left, holds), _known_if(test.right, holds)
            return left | right if isinstance(test, nodes.And) == holds else left & right
    return frozenset()


def _key(node: nodes.Node) -> frozenset[str]:
    match node:
        case nodes.Name():
            return frozenset({node.name})
        case nodes.Getattr(node=nodes.Name() as owner):
            return frozenset({f"{owner.name}.{node.attr}", *({CLIENT} if owner.name == CLIENT else ())})
    return frozenset()


def _known_name(node: nodes.Node, place: _Place) -> Iterator[Found]:
    """Check a name in a test, where it may be empty."""
    match node:
        case nodes.Name():
            if node.name not in place.facts.fields and node.name != CLIENT:
                yield _unknown(node.name, node.lineno, place)
        case nodes.Getattr(node=nodes.Name()):
            yield from _value(node, place.knowing([*_key(node), *place.facts.fields]))
        case _:
            yield _not_allowed(node)


def _name(name: str, line: int, place: _Place) -> Iterator[Found]:
    field = place.facts.fields.get(name)
    if name in place.rows or name == "loop" or (name not in (CLIENT,) and VARIABLES.get(name)):
        attributes = (
            [column.name for column in place.rows[name].cells]
            if name in place.rows
            else sorted(LOOP if name == "loop" else VARIABLES[name])
        )
        yield (
            line,
            Text(
                ru=f"«{name}» само не печатается; напишите {name}.{attributes[0]} (есть {listing(attributes)})",
                en=f'"{name}" itself cannot be printed; write {name}.{attributes[0]} (there is {listing(attributes)})',
            ),
        )
    elif name == CLIENT:
        yield from _client(line, place)
    elif name in VARIABLES:
        return
    elif field is None:
        yield _unknown(name, line, place)
    elif field.type is FieldType.ROWS:
        yield (
            line,
            Text(
                ru=f"«{name}» — список; напишите {{% for row in {name} %}}{{{{ row.{field.columns[0].name} }}}}"
                "{% endfor %}",
                en=f'"{name}" is a list; write {{% for row in {name} %}}{{{{ row.{field.columns[0].name} }}}}'
                "{% endfor %}",
            ),
        )
    else:
        yield from _filled(name, line, place)


def _attribute(name: str, attribute: str, line: int, place: _Place) -> Iterator[Found]:
    field = place.facts.fields.get(name)
    known: Iterable[str]
    if name in place.rows:
        columns = {str(column.name): column for column in place.rows[name].cells}
        known = columns
        if attribute in columns:
            if not columns[attribute].required and f"{name}.{attribute}" not in place.filled:
                yield _may_be_empty(f"{name}.{attribute}", line, place)
            return
    elif name == "loop" and place.rows:
        known = LOOP
    elif name == CLIENT:
        yield from _client(line, place)
        known = VARIABLES[CLIENT]
    elif name in VARIABLES:
        known = VARIABLES[name]
    elif field is None:
        yield _unknown(name, line, place)
        return
    else:
        known = ()
    if not known:
        ru = f"«{name}» — одно значение, частей у него нет; уберите точку и слово «{attribute}» после неё"
        en = f'"{name}" is a single value without parts; remove the dot and the word "{attribute}" after it'
        yield line, Text(ru=ru, en=en)
    elif attribute not in known:
        guess = did_you_mean(attribute, sorted(known))
        yield (
            line,
            Text(
                ru=f"у «{name}» нет «{attribute}»; {guess.ru}; исправьте или уберите точку и слово после неё",
                en=f'"{name}" has no "{attribute}"; {guess.en}; correct it or remove the dot and the word after it',
            ),
        )


def _client(line: int, place: _Place) -> Iterator[Found]:
    field = next((f for f in place.facts.fields.values() if f.type is FieldType.CLIENT), None)
    if field is None:
        yield (
            line,
            Text(
                ru="в деле нет клиента; добавьте поле типа client в первую форму или уберите «client»",
                en='the case has no client; add a field of type client to the first form or remove "client"',
            ),
        )
    elif CLIENT not in place.filled:
        yield from _filled(field.name, line, place)


def _filled(name: str, line: int, place: _Place) -> Iterator[Found]:
    if name not in place.filled:
        yield _may_be_empty(name, line, place)


def _may_be_empty(name: str, line: int, place: _Place) -> Found:
    by = place.facts.used_by
    return line, Text(
        ru=f"«{name}» к этому письму заполнено не на всех путях ({by.ru}); сделайте поле обязательным раньше "
        f"или напишите {{% if {name} is {FILLED} %}}…{{% endif %}}",
        en=f'"{name}" is not filled in on every way to this letter ({by.en}); make the field required earlier '
        f"or write {{% if {name} is {FILLED} %}}…{{% endif %}}",
    )


def _unknown(name: str, line: int, place: _Place) -> Found:
    guess = did_you_mean(name, [*place.facts.fields, *VARIABLES, *place.rows])
    return line, Text(
        ru=f"в письме неизвестное имя «{name}»; {guess.ru}; исправьте его",
        en=f'the letter uses the unknown name "{name}"; {guess.en}; correct it',
    )


def _not_allowed(node: nodes.Node) -> Found:
    return node.lineno, Text(
        ru=f"такое в письмах не поддерживается; оставьте {{{{ поле }}}}, {{% if поле is {FILLED} %}}, "
        f"{{% for строка in список %}} и фильтры {listing(sorted(FILTERS))}",
        en=f"letters do not support this; keep to {{{{ field }}}}, {{% if field is {FILLED} %}}, "
        f"{{% for row in rows %}} and the filters {listing(sorted(FILTERS))}",
    )
