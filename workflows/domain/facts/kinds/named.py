"""Files and clients: kept as a mapping with the `id` assigned by the storage and the `name` that people see."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from workflows.domain.definition import Field
from workflows.domain.errors import FieldProblem
from workflows.domain.facts.kinds.kind import Gives, Kind, Reader, text_in, unreadable
from workflows.domain.facts.kinds.texts import MAX_TEXT
from workflows.domain.text import file_name


def _named(name_in: Callable[[str], str]) -> Reader:
    def reader(_field: Field, raw: object) -> object:
        return _named_mapping(name_in, raw)

    return reader


def _named_mapping(name_in: Callable[[str], str], raw: object) -> Mapping[str, object]:
    if not isinstance(raw, Mapping) or not raw.get("id") or not isinstance(raw["id"], str | int):
        raise unreadable("unreadable")
    name = name_in(text_in(raw.get("name")))
    if not name:
        raise unreadable("unreadable")
    if len(name) > MAX_TEXT:
        raise unreadable("too_long", limit=MAX_TEXT, length=len(name))
    return {"id": raw["id"], "name": name}


def _name(_field: Field, value: object) -> object:
    return value["name"] if isinstance(value, Mapping) else value


def _files(field: Field, raw: object) -> object | None:
    given = [raw] if isinstance(raw, Mapping) else raw
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise unreadable("unreadable")
    files = list({str(file["id"]): file for file in (_file(each) for each in given)}.values())
    if len(files) > field.max_files:
        raise unreadable("too_many_files", limit=field.max_files, count=len(files))
    return files or None


def _kept_files(_field: Field, raw: object, _today: date | None) -> object | None:
    """Return the files of a draft with everything that a chat keeps of them."""
    return list(raw) if isinstance(raw, list | tuple) and all(isinstance(each, Mapping) for each in raw) else None


def _file(raw: object) -> Mapping[str, object]:
    return _named_mapping(file_name, raw)


def _names(_field: Field, value: object) -> object:
    return [_name(_field, each) for each in value] if isinstance(value, list | tuple) else value


def _client(field: Field, raw: object) -> object:
    """Read a client as they were found or are to be added; one who was only typed has not been looked up yet."""
    read = _named(lambda name: " ".join(name.split()))(field, raw)
    if not isinstance(read, Mapping) or not isinstance(raw, Mapping):
        return read
    is_new = raw["id"] == NEW or raw.get(NEW) is True
    return {**read, **({NEW: True} if is_new else {})}


def _record(field: Field, raw: object) -> object:
    """Read a record of any kind as a client is read."""
    read = _client(field, raw)
    return {**read, "kind": field.kind} if isinstance(read, Mapping) and isinstance(raw, Mapping) else read


def record_retired(name: str) -> FieldProblem:
    """Return the problem of a record that is offered no more."""
    return FieldProblem(code="record_retired", values={"name": name})


def record_unknown(name: str) -> FieldProblem:
    """Return the problem of a record that is not in the base and may not be added."""
    return FieldProblem(code="record_unknown", values={"name": name})


NEW = "new"
"""The id of a record that is still to be added, and the mark of one that was added with the answer."""
RECORD = Kind(read=_record, gives=Gives.TEXT, typed=_name, answered_by=frozenset(), is_looked_up=True)
FILE = Kind(read=_named(file_name), gives=Gives.TEXT, typed=_name, answered_by=frozenset(), holds_files=True)
FILES = Kind(read=_files, gives=Gives.LIST, typed=_names, told=_kept_files, answered_by=frozenset(), holds_files=True)
CLIENT = Kind(read=_client, gives=Gives.TEXT, typed=_name, answered_by=frozenset(), is_looked_up=True)
