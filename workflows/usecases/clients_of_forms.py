"""Which client of the base a form means: recognised by name and INN, added when new, refused when it is unclear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows.domain.case import Case, ClientRef
from workflows.domain.clients import ClientAttribute, Recorded, is_same_name, key_of, owner_of, recognised
from workflows.domain.commands import RawValues
from workflows.domain.definition import FieldType, WorkflowDefinition
from workflows.domain.errors import FormInvalid
from workflows.domain.facts.kinds.named import NEW
from workflows.domain.facts.values import canonical, inn_of_another
from workflows.domain.ids import FieldName, StageId
from workflows.domain.records import Record
from workflows.domain.text import storable


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedClient:
    """A client as a form names them: the field, the name, and the INN if the form has a readable one."""

    field: FieldName
    name: str
    inn: str | None

    def answer(self, client: ClientRef | Record | None, *, is_new: bool) -> Mapping[FieldName, object]:
        """Return the answer of the field: a record of the base, or one that is still to be added."""
        added: Mapping[str, object] = {NEW: True} if is_new else {}
        found = {"id": NEW, "name": self.name} if client is None else {"id": client.id, "name": client.name}
        return {self.field: {**found, **added}}

    def was_added(self, case: Case | None, client: ClientRef | Record | None) -> bool:
        """Whether the answer adds the client (None), or an earlier one of the case has added them."""
        before = None if case is None else case.values.get(self.field)
        return client is None or (
            isinstance(before, Mapping) and before.get("id") == client.id and bool(before.get(NEW))
        )


def named_client(definition: WorkflowDefinition, stage_id: StageId, raw: RawValues) -> NamedClient | None:
    """Return the client that the answers to a stage's form name; None without one."""
    stage = definition.stages.get(stage_id)
    if stage is None:
        return None
    field = next((each.name for each in stage.form if each.type is FieldType.CLIENT), None)
    if field is None:
        return None
    answer = raw.get(field)
    name = answer.get("name") if isinstance(answer, Mapping) else answer
    if not isinstance(name, str) or not (words := " ".join(storable(name).split())):
        return None
    asked = next((each for each in stage.form if each.of_client is ClientAttribute.INN), None)
    inn = None if asked is None else canonical(asked, raw.get(asked.name))
    return NamedClient(field=field, name=words, inn=inn if isinstance(inn, str) and inn.isdecimal() else None)


def meant(
    named: NamedClient, known: Sequence[Recorded[Record]], present: ClientRef | None
) -> Record | ClientRef | None:
    """Return the client that is meant among those *known*; None for a new one.

    The client of a running case (*present*) stays while its name is the same, so that its INN can be corrected.
    Raises FormInvalid when the INN belongs to a client of another name: people say which of the two is right.
    """
    owner = owner_of(named.inn, known)
    is_free = owner is None or (present is not None and owner.id == present.id)
    if present is not None and is_free and is_same_name(key_of(present.name), named.name):
        return present
    client = recognised(named.name, named.inn, known)
    if client is None and owner is not None:
        problem = inn_of_another(named.inn or "", owner.name)
        raise FormInvalid(problems={named.field: problem})
    return client
