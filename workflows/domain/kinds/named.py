"""Files and clients: kept as a mapping with the `id` assigned by the storage and the `name` that people see."""

from collections.abc import Callable, Mapping

from workflows.domain.definition import Field
from workflows.domain.errors import FieldProblem
from workflows.domain.kinds.kind import Gives, Kind, Reader, text_in, unreadable
from workflows.domain.kinds.texts import MAX_TEXT
from workflows.domain.text import file_name


def _named(name_in: Callable[[str], str]) -> Reader:
    def reader(_field: Field, raw: object) -> object:
        if not isinstance(raw, Mapping) or not raw.get("id") or not isinstance(raw["id"], str | int):
            raise unreadable("unreadable")
        name = name_in(text_in(raw.get("name")))
        if not name:
            raise unreadable("unreadable")
        if len(name) > MAX_TEXT:
            raise unreadable("too_long", limit=MAX_TEXT, length=len(name))
        return {"id": raw["id"], "name": name}

    return reader


def _name(_field: Field, value: object) -> object:
    return value["name"] if isinstance(value, Mapping) else value


FILE = Kind(read=_named(file_name), gives=Gives.TEXT, typed=_name, holds_files=True)


def _record(field: Field, raw: object) -> object:
    """Read a record as it was found or is to be added; one that was only typed has not been looked up yet."""
    read = _named(lambda name: " ".join(name.split()))(field, raw)
    if not isinstance(read, Mapping) or not isinstance(raw, Mapping):
        return read
    is_new = raw["id"] == NEW or raw.get(NEW) is True
    return {**read, "kind": field.kind, **({NEW: True} if is_new else {})}


def record_retired(name: str) -> FieldProblem:
    """Return the problem of a record that is offered no more."""
    return FieldProblem(code="record_retired", values={"name": name})


def record_unknown(name: str) -> FieldProblem:
    """Return the problem of a record that is not in the base and may not be added."""
    return FieldProblem(code="record_unknown", values={"name": name})


NEW = "new"
"""The id of a record that is still to be added, and the mark of one that was added with the answer."""
RECORD = Kind(read=_record, gives=Gives.TEXT, typed=_name, is_looked_up=True)
CLIENT = Kind(read=_named(lambda name: " ".join(name.split())), gives=Gives.TEXT, typed=_name, is_looked_up=True)
