"""The JSON Schema with which editors check a company's files, generated from the models of the parser."""

import json
from pathlib import Path

from workflows.definitions.read.record_keys import EntriesKeys, RecordKindKeys
from workflows.definitions.read.schema import Keys, OrganisationKeys, ProcessKeys

_FILES: dict[str, type[Keys]] = {
    "organisation.schema.json": OrganisationKeys,
    "process.schema.json": ProcessKeys,
    "record.schema.json": RecordKindKeys,
    "entries.schema.json": EntriesKeys,
}


def schema_text(model: type[Keys]) -> str:
    """Return the JSON Schema of a model as the text of its file."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(by_alias=True)}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path, check: bool = False) -> list[str]:
    """Update the schemas in *folder*; returns the files that were out of date (with *check*, changes nothing)."""
    stale: list[str] = []
    for name, model in _FILES.items():
        path, text = folder / name, schema_text(model)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return stale
