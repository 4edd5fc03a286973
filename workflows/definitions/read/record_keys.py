"""The keys of records/<kind>.yaml: a kind of records, and the entries of a service catalogue."""

from typing import Annotated

from pydantic import Field as Key
from pydantic import StringConstraints

from workflows.definitions.read.field_keys import AnyColumn, Column
from workflows.definitions.read.keys import NUMBER, Field_, Keys, Kind_, Line, Name_, TextKeys


class RecordKindKeys(Keys):
    """records/<kind>.yaml: what stands on the records of a kind, and how they are found."""

    record: Kind_ = Key(description="The id of the kind, as fields name it: client, contract, object.")
    title: TextKeys = Key(description="What one of them is called: Client, Contract.")
    name: TextKeys | None = Key(
        default=None, description="What its name is called, such as surname and name; “Name” by default."
    )
    number: Annotated[str, StringConstraints(pattern=NUMBER)] | None = Key(
        default=None, description="The letters before the number of a record: OBJ makes OBJ-1, OBJ-2."
    )
    fields: dict[Field_, AnyColumn] = Key(default_factory=dict, description="The fields by their names, in order.")
    shown: list[Field_] = Key(
        default_factory=list, description="The fields by which people recognise one, shown beside its name."
    )
    search: list[Field_] = Key(default_factory=list, description="The fields it is also found by, besides the name.")
    duplicates: list[Field_] = Key(
        default_factory=list,
        description="What two of them do not share, such as inn, phone; `name` stands for a similar name.",
    )
    owner: bool = Key(default=False, description="Whether one belongs to the person who added it.")
    catalogue: bool = Key(
        default=False, description="Whether these are services listed in <kind>.entries.yaml, each with parameters."
    )


class EntryKeys(Keys):
    """A service of the catalogue."""

    title: TextKeys = Key(description="The name of the service.")
    hint: TextKeys | None = Key(default=None, description="A line about it.")
    parameters: dict[Field_, AnyColumn] = Key(
        default_factory=dict, description="What a form asks when this service is chosen, by names, in order."
    )
    required_when: dict[Field_, Line] = Key(
        default_factory=dict,
        description="Parameters that must be filled in under a condition over the parameters of this service.",
    )
    show_when: dict[Field_, Line] = Key(
        default_factory=dict,
        description="Parameters that are asked under a condition over the parameters of this service.",
    )


class EntriesKeys(Keys):
    """records/<kind>.entries.yaml: the services of a catalogue."""

    catalogue: Kind_ = Key(description="The id of the kind whose entries these are.")
    entries: dict[Name_, EntryKeys] = Key(min_length=1, description="The services by their ids, in the order shown.")


__all__ = ("Column", "EntriesKeys", "EntryKeys", "RecordKindKeys")
