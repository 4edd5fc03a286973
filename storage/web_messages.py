"""The kept messages of the web chat."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import func, select

from storage import tables as t
from storage.database import Database
from storage.mapping import from_json, from_moment, to_json, to_moment
from storage.reading import reading
from storage.unit_of_work import SqlUnitOfWork
from workflows.domain.ids import FileId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import Button, ButtonStyle, ChatAddress, Message, Renditions, Subject
from workflows.ports.web_messages import WebMessage

T = TypeVar("T")


class SqlWebMessages:
    """Implements `workflows.ports.web_messages.WebMessages`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def post(
        self,
        chat: ChatAddress,
        renditions: Renditions,
        *,
        key: str,
        subject: Subject,
        author: PersonId | None,
        now: datetime,
    ) -> WebMessage:
        def work(unit: SqlUnitOfWork) -> WebMessage:
            written = _written(renditions)
            known = unit.run(unit.known.web_message_of_key, of_key=key)
            if known and known[0][4] != written:
                known = unit.run(unit.known.edit_web_message, message_id=known[0][0], renditions=written)
            row = known or unit.run(
                unit.known.new_web_message,
                chat=chat,
                key=key,
                author=author,
                renditions=written,
                case_id=subject.case_id,
                task_id=subject.task_id,
                posted_at=to_moment(now),
                edit=0,
            )
            return _message(row[0])

        return await self._transact(work)

    async def edit(self, message_id: int, renditions: Renditions, *, subject: Subject) -> WebMessage | None:
        def work(unit: SqlUnitOfWork) -> WebMessage | None:
            rows = unit.run(unit.known.edit_web_message, message_id=message_id, renditions=_written(renditions))
            return _message(rows[0]) if rows else None

        return await self._transact(work)

    async def latest(self, chat: ChatAddress, limit: int, before: int | None = None) -> Sequence[WebMessage]:
        w = t.web_messages
        query = select(*w.columns).where(w.c.chat == chat).order_by(w.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(w.c.id < min(max(before, 0), t.LARGEST_ID))
        async with reading(self._database.engine) as connection:
            rows = (await connection.execute(query)).all()
        return [_message(row) for row in reversed(rows)]

    async def last_ids(self, chats: Sequence[ChatAddress]) -> dict[ChatAddress, int]:
        w = t.web_messages.c
        query = select(w.chat, func.max(w.id)).where(w.chat.in_(chats)).group_by(w.chat)
        async with reading(self._database.engine) as connection:
            return {ChatAddress(row[0]): row[1] for row in (await connection.execute(query)).all()}

    async def _transact(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        # The web chat is a platform of its own: what it keeps is no business of the core's unit of work.
        return await self._database.transact(lambda unit: work(cast(SqlUnitOfWork, unit)))


def _written(renditions: Renditions) -> str:
    return to_json(
        {
            language.value: {
                "text": message.text,
                "buttons": [[_written_button(button) for button in row] for row in message.buttons],
                "files": message.files,
            }
            for language, message in renditions.items()
        }
    )


def _written_button(button: Button) -> dict[str, object]:
    people = None if button.people is None else sorted(button.people)
    return {
        "label": button.label,
        "action": button.action,
        "url": button.url,
        "style": button.style.value,
        "people": people,
    }


def _read_button(data: dict[str, Any]) -> Button:
    people = None if data["people"] is None else frozenset(PersonId(person) for person in data["people"])
    return Button(
        label=data["label"],
        action=data["action"],
        url=data["url"],
        style=ButtonStyle(data["style"]),
        people=people,
    )


def _message(row: Sequence[Any]) -> WebMessage:
    message_id, chat, _key, author, renditions, case_id, task_id, posted_at, edit = row
    return WebMessage(
        id=message_id,
        chat=ChatAddress(chat),
        author=author,
        renditions={
            Language(code): Message(
                text=data["text"],
                buttons=tuple(tuple(_read_button(button) for button in line) for line in data["buttons"]),
                files=tuple(FileId(file) for file in data["files"]),
            )
            for code, data in from_json(renditions).items()
        },
        subject=Subject(case_id=case_id, task_id=task_id),
        posted_at=from_moment(posted_at),
        edit=edit,
    )
