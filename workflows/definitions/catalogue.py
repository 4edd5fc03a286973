"""Services and new records in a process: a form asks for the parameters of the one, and what the other must have.

A field that names a catalogue becomes a choice between its services. What a process uses of the records of the company
belongs to its version: a case keeps the parameters it was opened with.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from workflows.definitions.problems import Problem
from workflows.definitions.read import schema
from workflows.definitions.read.field_keys import AnyField
from workflows.definitions.read.parse import Parsed
from workflows.definitions.read.record_keys import EntriesKeys, EntryKeys, RecordKindKeys
from workflows.definitions.read.yaml_text import Path
from workflows.domain.ids import FieldName, KindId, StageId

_FIELD: TypeAdapter[Any] = TypeAdapter(AnyField)
_NAME = re.compile(r""""[^"]*"|'[^']*'|[A-Za-z_][A-Za-z0-9_]*""")


def with_catalogues(
    text: str,
    parsed: Parsed[schema.ProcessKeys],
    entries: Mapping[KindId, Parsed[EntriesKeys]],
    kinds: Mapping[KindId, Parsed[RecordKindKeys]],
) -> str:
    """Return the text of a process with the services and the new records of its forms, as its version is kept."""
    fields = [field for _, _, field in _record_fields(parsed.keys)]
    services = {kind: _tree(entries[kind], "entries") for kind in entries if any(f.kind == kind for f in fields)}
    added = {field.kind for field in fields if field.add and field.kind not in services}
    required = {kind: _required(kinds[kind]) for kind in kinds if kind in added}
    blocks = {"catalogues": services, "additions": {kind: asked for kind, asked in required.items() if asked}}
    for key, block in blocks.items():
        if block and not getattr(parsed.keys, key):
            text = f"{text.rstrip()}\n\n{key}: {json.dumps(block, ensure_ascii=False)}\n"
    return text


def _tree(parsed: Parsed[Any], key: str) -> Mapping[str, Any]:
    tree = parsed.document.tree
    found = tree.get(key) if isinstance(tree, dict) else None
    return found if isinstance(found, dict) else {}


def _required(kind: Parsed[RecordKindKeys]) -> Mapping[str, Any]:
    return {name: field for name, field in _tree(kind, "fields").items() if kind.keys.fields[FieldName(name)].required}


def _record_fields(keys: schema.ProcessKeys) -> Iterator[tuple[StageId, FieldName, schema.RecordKeys]]:
    for stage_id, stage in keys.stages.items():
        for name, field in stage.form.items():
            if isinstance(field, schema.RecordKeys):
                yield stage_id, name, field


def with_services(parsed: Parsed[schema.ProcessKeys]) -> Parsed[schema.ProcessKeys]:
    """Return a process whose forms ask for the parameters of services; without catalogues the same."""
    keys = parsed.keys
    if not keys.catalogues and not keys.additions:
        return parsed
    chosen = {name: field for _, name, field in _record_fields(keys) if field.kind in keys.catalogues}
    stages = {
        stage_id: stage.model_copy(update={"form": dict(_form(stage, keys, chosen))})
        for stage_id, stage in keys.stages.items()
    }
    summary = [shown for name in keys.summary for shown in (name, *_parameters_of(name, keys, chosen))]
    return replace(parsed, keys=keys.model_copy(update={"stages": stages, "summary": summary}))


def parameter(entry: str, name: str) -> FieldName:
    """Return the name of the field that asks for a parameter of a service."""
    return FieldName(f"{entry}_{name}")


def _parameters_of(
    name: FieldName, keys: schema.ProcessKeys, chosen: Mapping[FieldName, schema.RecordKeys]
) -> Iterator[FieldName]:
    if name in chosen:
        for entry_id, entry in keys.catalogues[chosen[name].kind].items():
            yield from (parameter(entry_id, each) for each in entry.parameters)


def _form(
    stage: schema.StageKeys, keys: schema.ProcessKeys, chosen: Mapping[FieldName, schema.RecordKeys]
) -> Iterator[tuple[FieldName, object]]:
    for name, field in stage.form.items():
        if name not in chosen:
            yield name, field
            if isinstance(field, schema.RecordKeys) and field.add:
                yield from _asked_of_new(name, field, stage, keys)
            continue
        entries = keys.catalogues[chosen[name].kind]
        if isinstance(field, schema.FromKeys):
            yield name, field
            for each in _parameters_of(name, keys, chosen):
                yield each, field.model_copy(update={"required": None, "default": None, "hint": None})
        elif isinstance(field, schema.RecordKeys):
            yield name, _choice(field, entries)
            for entry_id, entry in entries.items():
                yield from _asked(name, field, entry_id, entry)


def _choice(field: schema.RecordKeys, entries: Mapping[str, EntryKeys]) -> object:
    written = field.model_dump(by_alias=True, exclude={"type", "kind", "add", "of_record"}, exclude_none=True)
    options = {entry_id: entry.title.model_dump(exclude_none=True) for entry_id, entry in entries.items()}
    return _FIELD.validate_python({**written, "type": "choice", "options": options})


def _asked(
    name: FieldName, field: schema.RecordKeys, entry_id: str, entry: EntryKeys
) -> Iterator[tuple[FieldName, object]]:
    """Iterate over the questions about the parameters of a service, each asked when it is the chosen one."""
    rename = _renaming(entry_id, entry)
    for each, column in entry.parameters.items():
        is_chosen = f'{name} == "{entry_id}"'
        also = entry.show_when.get(each)
        asked = {
            **column.model_dump(by_alias=True, exclude_none=True),
            "show_when": is_chosen if also is None else f"{is_chosen} and ({rename(also)})",
            **({} if field.for_ is None else {"for": list(field.for_)}),
        }
        if each in entry.required_when:
            asked["required_when"] = rename(entry.required_when[each])
        if isinstance(asked.get("default"), str):
            asked["default"] = rename(asked["default"])
        yield parameter(entry_id, each), _FIELD.validate_python(asked)


def _asked_of_new(
    name: FieldName, field: schema.RecordKeys, stage: schema.StageKeys, keys: schema.ProcessKeys
) -> Iterator[tuple[FieldName, object]]:
    """Iterate over the questions about a new record whose answers it must have, and that the form does not ask yet."""
    asked = {getattr(each, "of_record", None) for each in stage.form.values()}
    for part, column in keys.additions.get(field.kind, {}).items():
        if (of := f"{name}.{part}") not in asked:
            question = {
                **column.model_dump(by_alias=True, exclude_none=True),
                "show_when": f"{name} is new",
                "of_record": of,
                **({} if field.for_ is None else {"for": list(field.for_)}),
            }
            yield parameter(name, part), _FIELD.validate_python(question)


def _renaming(entry_id: str, entry: EntryKeys) -> Callable[[str], str]:
    def renamed(found: re.Match[str]) -> str:
        return str(parameter(entry_id, found[0])) if found[0] in entry.parameters else found[0]

    return lambda source: _NAME.sub(renamed, source)


def check_services(process: Parsed[schema.ProcessKeys]) -> Iterator[Problem]:
    """Iterate over the fields whose names are those of parameters of services."""
    keys = process.keys
    chosen = {name: field for _, name, field in _record_fields(keys) if field.kind in keys.catalogues}
    taken = {each: name for name in chosen for each in _parameters_of(name, keys, chosen)}
    for stage_id, stage in keys.stages.items():
        for name in stage.form:
            if name in taken:
                at: Path = ("stages", stage_id, "form", name)
                yield process.problem(
                    at,
                    f"имя «{name}» занято параметром услуги, которую выбирают в «{taken[name]}»; назовите поле иначе",
                    f'"{name}" is a parameter of a service chosen in "{taken[name]}"; give the field another name',
                )
