"""What transaction functions read and write about accounts and chats, compiled with the other statements."""

from functools import partial

from sqlalchemy import ColumnElement, bindparam, delete, select, union_all, update
from sqlalchemy.engine import Dialect

from storage.rows import platform_tables as p
from storage.rows import tables as t
from storage.rows.statuses import CLAIMED, DEAD, READY, WAITING
from storage.writes import batch, statement

ACCOUNT = batch.upsert(p.accounts)
DROP_ACCOUNT = batch.delete(p.accounts, "platform", "account")
BINDING = batch.upsert(p.department_chats)
DROP_BINDINGS = batch.delete(p.department_chats, "chat")
DROP_CARDS = batch.delete(t.cards, "chat")
DROP_NOTICES = batch.delete(t.shown_notices, "chat")
DROP_OUTBOX_OF_CHAT = batch.delete(t.outbox, "state", "chat")
CASE_MESSAGE = batch.upsert(p.case_messages)
CASE_TOPIC = batch.upsert(p.case_topics)


class PlatformStatements:
    """Every statement about accounts and chats that transaction functions run, compiled for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        compiled = partial(statement.compiled, dialect=dialect)
        chats, tasks, cards, outbox = p.department_chats, t.tasks, t.cards, t.outbox
        of_chat: ColumnElement[str] = bindparam("of_chat")
        self.bindings = compiled(select(*chats.columns).where(chats.c.chat == of_chat))
        in_order = tasks.c.opened_at, tasks.c.case_id, tasks.c.ordinal
        # One query for each status: each has a partial index without closed tasks, however many there are.
        of_department = tasks.c.department == bindparam("department")
        ready, claimed = (select(tasks.c.id).where(tasks.c.status == status) for status in (READY, CLAIMED))
        found = union_all(ready.where(of_department), claimed.where(of_department))
        open_tasks = select(tasks.c.case_id, tasks.c.id).order_by(*in_order)
        self.open_tasks = compiled(open_tasks.where(tasks.c.id.in_(found)))
        self.shown_open_tasks = compiled(
            open_tasks.join_from(tasks, cards, cards.c.task_id == tasks.c.id).where(
                cards.c.chat == of_chat, tasks.c.status.in_([READY, CLAIMED])
            )
        )
        self.move_outbox = compiled(
            update(outbox)
            .where(outbox.c.state.in_([WAITING, DEAD]), outbox.c.chat == of_chat)
            .values(chat=bindparam("to"), due_at=bindparam("due"))
        )
        self.drop_waiting = compiled(
            delete(outbox).where(
                outbox.c.chat == of_chat, outbox.c.state == WAITING, outbox.c.created_at < bindparam("before")
            )
        )
        self.hasten_outbox = compiled(
            update(outbox).where(outbox.c.chat == of_chat, outbox.c.state == WAITING).values(due_at=bindparam("due"))
        )
