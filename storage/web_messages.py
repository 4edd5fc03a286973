"""The stored messages of the web chat."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import case, literal, select, tuple_

from storage.database import Database
from storage.reads.reading import reading
from storage.rows import tables as t
from storage.rows.mapping import from_json, from_moment, to_json, to_moment
from storage.writes import statements
from storage.writes.unit_of_work import SqlUnitOfWork
from workflows.domain.ids import FileId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import Button, ButtonStyle, ChatAddress, Message, Renditions, Showing, Subject
from workflows.ports.own_messages import OwnMessage
from workflows.ports.unit_of_work import UnitOfWork

T = TypeVar("T")


class SqlWebMessages:
    """Implements `workflows.ports.own_messages.OwnMessages`."""

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
    ) -> OwnMessage:
        showing = Showing(chat=chat, renditions=renditions, key=key, subject=subject)
        [message] = await self._transact(lambda unit: _kept(unit, [showing], author, now))
        return message

    async def edit(self, message_id: int, renditions: Renditions, *, subject: Subject) -> OwnMessage | None:
        def work(unit: SqlUnitOfWork) -> OwnMessage | None:
            rows = unit.run(unit.known.web_messages.of_ids, ids=to_json([message_id]))
            return _edited(unit, rows[0], renditions) if rows else None

        return await self._transact(work)

    def keep(self, unit: UnitOfWork, showings: Sequence[Showing], now: datetime) -> Sequence[OwnMessage]:
        return _kept(cast(SqlUnitOfWork, unit), showings, None, now)

    async def latest(self, chat: ChatAddress, limit: int, before: int | None = None) -> Sequence[OwnMessage]:
        w = t.web_messages
        query = select(*w.columns).where(w.c.chat == chat).order_by(w.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(w.c.id < min(max(before, 0), t.LARGEST_ID))
        async with reading(self._database.engine) as connection:
            rows = (await connection.execute(query)).all()
        return [_message(row) for row in reversed(rows)]

    async def last_ids(self, chats: Sequence[ChatAddress]) -> dict[ChatAddress, int]:
        # One subquery for each chat: the last index entry up to the end of the chat. A query for all chats at once, or
        # for the largest id of a chat among all ids, makes the database read many messages.
        w = t.web_messages.c
        last = select(w.id).order_by(w.chat.desc(), w.id.desc()).limit(1)
        newest = [
            last.with_only_columns(case((w.chat == chat, w.id)))
            .where(tuple_(w.chat, w.id) <= tuple_(literal(chat), literal(t.LARGEST_ID, w.id.type)))
            .scalar_subquery()
            for chat in chats
        ]
        if not newest:
            return {}
        async with reading(self._database.engine) as connection:
            row = (await connection.execute(select(*newest))).one()
        return {chat: last for chat, last in zip(chats, row, strict=True) if last is not None}

    async def _transact(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        # The web chat is a platform of its own: its messages are not part of the core's unit of work.
        return await self._database.transact(lambda unit: work(cast(SqlUnitOfWork, unit)))


def _kept(
    unit: SqlUnitOfWork, showings: Sequence[Showing], author: PersonId | None, now: datetime
) -> Sequence[OwnMessage]:
    """Add the writes of showings to the batch and return the messages; of two showings of one the last counts."""
    of_ids, of_keys = _known(unit, showings)
    changed: dict[int, tuple[Sequence[Any], Renditions]] = {}
    added: dict[str, Showing] = {}
    for showing in showings:
        row = of_ids.get(showing.replaces or "") or of_keys.get(showing.key)
        if row is None:
            added[showing.key] = showing
        else:
            changed[row[0]] = row, showing.renditions
    edited = {id: _edited(unit, row, renditions) for id, (row, renditions) in changed.items()}
    ids = dict(zip(added, _ids(unit, len(added)), strict=True))
    new = {key: _added(unit, ids[key], showing, author, now) for key, showing in added.items()}
    found = (of_ids.get(showing.replaces or "") or of_keys.get(showing.key) for showing in showings)
    return [new[showing.key] if row is None else edited[row[0]] for showing, row in zip(showings, found, strict=True)]


def _known(
    unit: SqlUnitOfWork, showings: Sequence[Showing]
) -> tuple[Mapping[str, Sequence[Any]], Mapping[str, Sequence[Any]]]:
    """Return the messages that showings replace, by id as text, and those that already have their keys, by key."""
    ids = [int(s.replaces) for s in showings if s.replaces is not None and s.replaces.isdecimal()]
    ids = [id for id in ids if t.can_be_id(id)]
    of_ids = unit.run(unit.known.web_messages.of_ids, ids=to_json(ids)) if ids else ()
    by_id = {str(row[0]): row for row in of_ids}
    keys = [s.key for s in showings if s.replaces not in by_id]
    of_keys = unit.run(unit.known.web_messages.of_keys, keys=to_json(keys)) if keys else ()
    return by_id, {row[2]: row for row in of_keys}


def _ids(unit: SqlUnitOfWork, count: int) -> Sequence[int]:
    rows = unit.run(unit.known.web_messages.next_ids, count=count) if count else []
    return [row[0] for row in rows]


def _edited(unit: SqlUnitOfWork, row: Sequence[Any], renditions: Renditions) -> OwnMessage:
    message, written = _message(row), _written(renditions)
    if row[4] == written:
        return message
    edit = message.edit + 1
    change = {"id": message.id, "renditions": written, "edit": edit, "guard_edit": message.edit}
    unit.batch.add(statements.EDIT_WEB_MESSAGE, change)
    return replace(message, renditions=renditions, edit=edit)


def _added(unit: SqlUnitOfWork, id: int, showing: Showing, author: PersonId | None, now: datetime) -> OwnMessage:
    about = showing.subject
    row = {
        "id": id,
        "chat": showing.chat,
        "key": showing.key,
        "author": author,
        "renditions": _written(showing.renditions),
        "case_id": about.case_id,
        "task_id": about.task_id,
        "posted_at": to_moment(now),
        "edit": 0,
    }
    unit.batch.add(statements.NEW_WEB_MESSAGE, row)
    return OwnMessage(
        id=id,
        chat=showing.chat,
        author=author,
        renditions=showing.renditions,
        subject=Subject(case_id=about.case_id, task_id=about.task_id),
        posted_at=now,
        edit=0,
    )


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


def _message(row: Sequence[Any]) -> OwnMessage:
    message_id, chat, _key, author, renditions, case_id, task_id, posted_at, edit = row
    return OwnMessage(
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
