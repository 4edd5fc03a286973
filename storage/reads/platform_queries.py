"""The part of the read side about accounts and chats."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from storage.reads.reading import SqlReader
from storage.rows import platform_tables as p
from storage.rows import tables as t
from storage.rows.mapping import from_moment
from storage.writes.platform_writes import read_binding
from workflows.domain.ids import CaseId
from workflows.domain.text import Language
from workflows.ports.chat import ChatAddress, MessageId
from workflows.ports.platforms import Account, DepartmentChat


class SqlPlatformQueries(SqlReader):
    """Implements `workflows.ports.platforms.PlatformQueries`."""

    async def accounts(self) -> Sequence[Account]:
        a = p.accounts.c
        rows = await self._rows(select(*p.accounts.columns).order_by(a.linked_at, a.platform, a.account))
        return [
            Account(platform=row[0], account=row[1], person=row[2], chat=row[3], linked_at=from_moment(row[4]))
            for row in rows
        ]

    async def department_chats(self) -> Sequence[DepartmentChat]:
        d = p.department_chats.c
        rows = await self._rows(select(*p.department_chats.columns).order_by(d.bound_at, d.department, d.chat))
        return [read_binding(row) for row in rows]

    async def languages_chosen(self, platform: str) -> Mapping[ChatAddress, Language]:
        a, chosen = p.accounts.c, t.languages.c
        rows = await self._rows(
            select(a.chat, chosen.language)
            .join_from(p.accounts, t.languages, a.person == chosen.person)
            .where(a.platform == platform, a.chat.is_not(None))
        )
        return {ChatAddress(row[0]): Language(row[1]) for row in rows}

    async def case_of_message(self, chat: ChatAddress, message: MessageId) -> CaseId | None:
        m = p.case_messages.c
        row = await self._first(select(m.case_id).where(m.chat == chat, m.message_id == message))
        return None if row is None else CaseId(row[0])

    async def topic_of(self, chat: ChatAddress, case_id: CaseId) -> str | None:
        c = p.case_topics.c
        row = await self._first(select(c.topic).where(c.chat == chat, c.case_id == case_id))
        return None if row is None else str(row[0])

    async def case_in_topic(self, chat: ChatAddress, topic: str) -> CaseId | None:
        c = p.case_topics.c
        row = await self._first(select(c.case_id).where(c.chat == chat, c.topic == topic))
        return None if row is None else CaseId(row[0])
