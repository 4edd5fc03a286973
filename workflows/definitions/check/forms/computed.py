"""Whether a computed field can be computed: of what there is, into what its kind is, and not of itself."""

from collections.abc import Iterator, Mapping

from workflows.definitions.building.process import process_names
from workflows.definitions.expressions.check_types import type_of_expression
from workflows.definitions.expressions.compile import BadExpression, names_in
from workflows.definitions.expressions.value_types import type_of
from workflows.definitions.problems import Problem, listing
from workflows.definitions.read import schema
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.yaml_text import Path
from workflows.domain.ids import FieldName

Process = Parsed[schema.ProcessKeys]
COMPUTED = (
    *("number", "percent", "money", "date", "time", "moment", "yes_no"),
    *("text", "long_text", "choice", "person", "department"),
)
"""The types of fields that can be computed."""
_ASKED = ("required", "default", "again", "expect", "for_", "of_client", "hint")


def check_computed(
    process: Process,
    at: Path,
    name: FieldName,
    asked: schema.Asked,
    fields: Mapping[FieldName, schema.Asked],
) -> Iterator[Problem]:
    """Iterate over the first thing that is wrong with the expression of a computed field, and keys of questions."""
    source = asked.computed
    if source is None:
        return
    told = [key.strip("_") for key in _ASKED if getattr(asked, key, None) not in (None, False)]
    if told:
        yield process.problem(
            (*at, told[0]),
            f"поле с computed никто не спрашивает, и {told[0]} у него не нужен; уберите этот ключ",
            f"a field with computed is never asked for and needs no {told[0]}; remove this key",
        )
    if asked.type not in COMPUTED:
        yield process.problem(
            (*at, "computed"),
            f"поле типа {asked.type} нельзя вычислить; можно: {listing(COMPUTED)}",
            f"a field of type {asked.type} cannot be computed; these can: {listing(COMPUTED)}",
        )
        return
    try:
        gives = type_of_expression(source, process_names(process.keys)).gives
    except BadExpression as bad:
        yield process.problem((*at, "computed"), bad.words.ru, bad.words.en)
        return
    wanted = type_of(asked).gives
    if gives is not wanted:
        yield process.problem(
            (*at, "computed"),
            f"computed «{source}» даёт {gives.value.ru}, а полю типа {asked.type} нужно другое: {wanted.value.ru}; "
            "исправьте выражение или тип",
            f'computed "{source}" gives {gives.value.en}, but a field of type {asked.type} needs {wanted.value.en}; '
            "correct the expression or the type",
        )
    elif _comes_back(name, fields):
        yield process.problem(
            (*at, "computed"),
            f"«{name}» вычисляется через само себя; уберите «{name}» из выражения, по которому оно считается",
            f'"{name}" is computed of itself; take "{name}" out of the expression that it is computed by',
        )


def _comes_back(name: FieldName, fields: Mapping[FieldName, schema.Asked]) -> bool:
    """Whether the expression of a computed field leads back to it."""
    waiting, seen = [name], set[FieldName]()
    while waiting:
        asked = fields.get(waiting.pop())
        source = None if asked is None else asked.computed
        used = set() if source is None else {FieldName(each.partition(".")[0]) for each in _names(source)}
        if name in used:
            return True
        waiting += used - seen
        seen |= used
    return False


def _names(source: str) -> frozenset[str]:
    try:
        return names_in(source)
    except BadExpression:
        return frozenset()
