"""What a walk adds to its own throw-away database so that an answer can name it: files, and records that are known."""

from collections.abc import Mapping

from bot.conversation.reply import FieldView
from bot.web.services import Services
from workflows.domain.definition import Field, FieldType
from workflows.domain.ids import PersonId
from workflows.usecases.keep_file import FileKeeper
from workflows.usecases.known_records import make_known

_FILES = (FieldType.FILE, FieldType.FILES)


class Throwaway:
    """The database of a walk: nobody has a file at hand in it, and its base of records is empty."""

    def __init__(self, services: Services) -> None:
        self._storage = services.storage
        self._clock = services.clock
        self._kinds = services.definitions.kinds
        self._files = FileKeeper(storage=services.storage, clock=services.clock)

    async def named(self, person: PersonId, asked: FieldView, field: Field | None, answer: object) -> object:
        """Return an answer as a form sends it: a file of that name is there, and a record that has to be known.

        *field* is the question as the process declares it, None for one about a row.
        """
        if asked.type in _FILES and isinstance(answer, str):
            names = [name.strip() for name in answer.split(",") if name.strip()]
            files = [await self._file(person, name) for name in names]
            return files if asked.type is FieldType.FILES else next(iter(files), None)
        if isinstance(answer, str) and field is not None and field.kind is not None and not field.may_add:
            await make_known(self._storage, self._clock, self._kinds.known(field.kind), answer)
        return answer

    async def _file(self, person: PersonId, name: str) -> Mapping[str, object]:
        file = await self._files.keep(name.encode(), name=name, by=person)
        return {"id": file.id, "name": file.name}
