"""Corrections of records outside any case: written at once, with who made them."""

from collections.abc import Mapping

from workflows.domain.ids import FieldName, PersonId, RecordId
from workflows.domain.permissions import check_may_correct_records
from workflows.domain.records import RecordKind
from workflows.usecases.handle_command import CommandHandler


async def correct_record(
    handler: CommandHandler,
    kind: RecordKind,
    record_id: RecordId,
    values: Mapping[FieldName, object],
    *,
    actor: PersonId,
) -> None:
    """Write canonical values to a record, None empties a field; raises MayNotCorrectRecord or StorageUnavailable."""
    check_may_correct_records(handler.organisation.now, actor)
    now = handler.clock.now()
    await handler.storage.transact(lambda unit: unit.update_record(kind, record_id, values, now, by=actor))
