"""What transaction functions read and write about accounts and chats, compiled with the other statements."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, bindparam, literal_column, select, update
from sqlalchemy.sql import ClauseElement

from storage import batch
from storage import platform_tables as p
from storage import tables as t

if TYPE_CHECKING:
    from storage.statements import Statement

ACCOUNT = batch.upsert(p.accounts)
DROP_ACCOUNT = batch.delete(p.accounts, "platform", "account")
BINDING = batch.upsert(p.department_chats)
DROP_BINDINGS = batch.delete(p.department_chats, "chat")
DROP_CARDS = batch.delete(t.cards, "chat")
DROP_OUTBOX_OF_CHAT = batch.delete(t.outbox, "chat")
CASE_MESSAGE = batch.upsert(p.case_messages)

_OPEN = ("ready", "claimed")


class PlatformStatements:
    """Built once for a dialect by its `compiled`."""

    def __init__(self, compiled: "Callable[[ClauseElement], Statement]") -> None:
        chats, tasks, cards, outbox = p.department_chats, t.tasks, t.cards, t.outbox
        of_chat: ColumnElement[str] = bindparam("of_chat")
        self.bindings = compiled(select(*chats.columns).where(chats.c.chat == of_chat))
        open_tasks = (
            select(tasks.c.case_id, tasks.c.id)
            .where(tasks.c.status.in_([literal_column(f"'{status}'") for status in _OPEN]))
            .order_by(tasks.c.opened_at, tasks.c.case_id, tasks.c.ordinal)
        )
        self.open_tasks = compiled(open_tasks.where(tasks.c.department == bindparam("department")))
        self.shown_open_tasks = compiled(
            open_tasks.join_from(tasks, cards, cards.c.task_id == tasks.c.id).where(cards.c.chat == of_chat)
        )
        self.move_outbox = compiled(
            update(outbox).where(outbox.c.chat == of_chat).values(chat=bindparam("to"), due_at=bindparam("due"))
        )
        self.hasten_outbox = compiled(
            update(outbox)
            .where(outbox.c.chat == of_chat, outbox.c.state == literal_column("'waiting'"))
            .values(due_at=bindparam("due"))
        )
