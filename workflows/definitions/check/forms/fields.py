"""Whether the keys of a field fit its kind: limits that can be read, and the bank beside an account."""

from collections.abc import Iterator, Mapping
from typing import Any

from workflows.definitions.problems import Problem, listing
from workflows.definitions.read import schema
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.yaml_text import Path
from workflows.domain.definition import Field, FieldType
from workflows.domain.facts.values import readable, typed
from workflows.domain.ids import FieldName
from workflows.domain.text import Text

Process = Parsed[schema.ProcessKeys]
Asked = schema.Asked | schema.Column | schema.FromKeys


def check_field(process: Process, at: Path, asked: Asked, beside: Mapping[FieldName, Asked]) -> Iterator[Problem]:
    """Iterate over what is wrong with a field or a column; *beside* are those of the same form or row."""
    if isinstance(asked, schema.LimitKeys):
        yield from _check_limits(process, at, asked)
    if isinstance(asked, schema.AccountColumnKeys) and asked.bik is not None:
        yield from _check_bank(process, at, asked.bik, beside)
    if isinstance(asked, schema.RowsKeys):
        for name, column in asked.columns.items():
            yield from check_field(process, (*at, "columns", name), column, asked.columns)


def _check_limits(process: Process, at: Path, asked: schema.LimitKeys) -> Iterator[Problem]:
    kind = str(getattr(asked, "type", ""))
    field = Field(name=FieldName(""), type=FieldType(kind), label=Text.same(""))
    limits: dict[str, Any] = {}
    for key in ("min", "max"):
        written = getattr(asked, key)
        if written is None:
            continue
        read = readable(field, written)
        if read is None:
            yield process.problem(
                (*at, key),
                f"{key}: «{written}» не читается как ответ на поле типа {kind}; напишите его так, как ответил бы "
                "человек",
                f'{key}: "{written}" is no answer to a field of type {kind}; write it as a person would answer',
            )
        else:
            limits[key] = typed(field, read)
    if len(limits) == 2 and limits["min"] > limits["max"]:
        yield process.problem(
            (*at, "min"),
            "min больше, чем max, и ответить нельзя ничем; поменяйте их местами",
            "min is greater than max, so that nothing can be answered; swap them",
        )


def _check_bank(process: Process, at: Path, bik: FieldName, beside: Mapping[FieldName, Asked]) -> Iterator[Problem]:
    banks = [str(name) for name, asked in beside.items() if getattr(asked, "type", None) == FieldType.BIK]
    if bik not in beside or (bik not in banks and not isinstance(beside[bik], schema.FromKeys)):
        cure = Text(ru=f"есть {listing(banks)}; назовите его", en=f"there is {listing(banks)}; name it")
        if not banks:
            cure = Text(ru=f"допишите «{bik}: {{type: bik, …}}»", en=f'add "{bik}: {{type: bik, …}}"')
        yield process.problem(
            (*at, "bik"),
            f"«{bik}» — не поле типа bik рядом со счётом; {cure.ru} или уберите ключ bik",
            f'"{bik}" is no field of type bik beside the account; {cure.en} or remove the key bik',
        )
