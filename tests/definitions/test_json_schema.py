"""The JSON Schemas that editors use, compared with the models they are made from."""

import json
from pathlib import Path
from typing import Any

import templates
from workflows.definitions.json_schema import schema_text, write_schemas
from workflows.definitions.read.schema import OrganisationKeys, ProcessKeys


def test_the_schemas_in_the_repository_are_those_of_the_models() -> None:
    assert write_schemas(templates.FOLDER / "schema", check=True) == []


def test_schemas_are_written_where_they_are_missing_or_stale_and_only_there(tmp_path: Path) -> None:
    assert write_schemas(tmp_path / "schema", check=True) == [
        "organisation.schema.json",
        "process.schema.json",
        "record.schema.json",
        "entries.schema.json",
    ]
    assert not (tmp_path / "schema").exists()
    write_schemas(tmp_path / "schema")
    (tmp_path / "schema" / "process.schema.json").write_text("{}", encoding="utf-8")

    assert write_schemas(tmp_path / "schema") == ["process.schema.json"]
    assert write_schemas(tmp_path / "schema", check=True) == []


def test_every_key_is_described_for_the_editor() -> None:
    for model in (OrganisationKeys, ProcessKeys):
        schema: dict[str, Any] = json.loads(schema_text(model))
        for mapping in [schema, *schema["$defs"].values()]:
            for key, described in mapping.get("properties", {}).items():
                assert described.get("description"), f"{mapping['title']}.{key}"
