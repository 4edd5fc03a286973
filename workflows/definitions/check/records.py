"""The records that a process names: kinds that the company has, and parts of them that fit the answers."""

from collections.abc import Iterator, Mapping

from workflows.definitions.building.process import fields_of, part_of, type_of_field
from workflows.definitions.problems import Problem, did_you_mean, listing
from workflows.definitions.read import schema
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.yaml_text import Path
from workflows.domain.definition import FieldType
from workflows.domain.facts.values import answered_by
from workflows.domain.ids import FieldName, KindId
from workflows.domain.records import CLIENT, RecordKind

Process = Parsed[schema.ProcessKeys]


def check_records(process: Process, kinds: Mapping[KindId, RecordKind]) -> Iterator[Problem]:
    """Iterate over the problems of the fields that name records, or hold parts of them."""
    fields = fields_of(process.keys)
    for stage_id, stage in process.keys.stages.items():
        for name, written in stage.form.items():
            at: Path = ("stages", stage_id, "form", name)
            if isinstance(written, schema.RecordKeys) and written.kind not in kinds:
                guess = did_you_mean(written.kind, kinds)
                yield process.problem(
                    (*at, "kind"),
                    f"нет карточек вида «{written.kind}»; {guess.ru}; исправьте или опишите их в "
                    f"records/{written.kind}.yaml",
                    f'there are no records of the kind "{written.kind}"; {guess.en}; correct it or describe them in '
                    f"records/{written.kind}.yaml",
                )
            if not isinstance(written, schema.FromKeys) and written.of_record is not None:
                yield from _check_part(process, (*at, "of_record"), written, fields, kinds)
    offers = process.keys.offers
    start = process.keys.stages.get(process.keys.start)
    if offers is not None and start is not None and not isinstance(start.form.get(offers), schema.ChoiceColumnKeys):
        yield process.problem(
            ("offers",),
            f"с «{offers}» дело не открыть: в первой форме нет такого поля с вариантами; назовите поле с услугами",
            f'no case can be opened with "{offers}": the first form has no such field with options; name the field '
            "with the services",
        )


def _check_part(
    process: Process,
    at: Path,
    written: schema.Asked,
    fields: Mapping[FieldName, schema.Asked],
    kinds: Mapping[KindId, RecordKind],
) -> Iterator[Problem]:
    name, part = part_of(written.of_record or ".")
    of = fields.get(name)
    kind = None if of is None else kinds.get(_kind_of(of) or KindId(""))
    if kind is None and of is not None and _kind_of(of) is not None:
        return  # The field that names the record says so.
    if of is None or kind is None:
        records = [each for each, keys in fields.items() if _kind_of(keys) is not None]
        guess = did_you_mean(name, records)
        yield process.problem(
            at,
            f"«{name}» не называет карточку; {guess.ru}; напишите поле, которое её называет, и через точку её поле",
            f'"{name}" names no record; {guess.en}; write the field that names it, a dot and a field of the record',
        )
        return
    found = kind.field(part)
    if found is None:
        guess = did_you_mean(part, [each.name for each in kind.fields])
        yield process.problem(
            at,
            f"у карточки «{name}» нет поля «{part}»; {guess.ru}; исправьте имя",
            f'the record "{name}" has no field "{part}"; {guess.en}; correct the name',
        )
    elif written.type != found.type and FieldType(written.type) not in answered_by(found.type):
        allowed = listing(sorted({found.type.value, *answered_by(found.type)}))
        yield process.problem(
            at,
            f"«{part}» карточки не заполнить полем типа {written.type}; нужен тип: {allowed}",
            f'the "{part}" of the record cannot be kept by a field of type {written.type}; use the type: {allowed}',
        )


def _kind_of(keys: schema.Asked) -> KindId | None:
    if type_of_field(keys) is FieldType.CLIENT:
        return CLIENT
    return keys.kind if isinstance(keys, schema.RecordKeys) else None
