"""What outbox rows show in their chats: the facts of a batch are read together, each message is rendered once."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from workflows.domain.case import Case, Task, TaskStatus
from workflows.domain.deadlines import is_late
from workflows.domain.definition import TalkedAbout, WorkflowDefinition
from workflows.domain.errors import ProcessUnreadable
from workflows.domain.flow import begun_with
from workflows.domain.ids import CaseId, DepartmentId, FileId, PersonId, StageId, TaskId
from workflows.domain.notices import FOLLOWING, LISTED, NoticeKind
from workflows.domain.text import Language
from workflows.ports.chat import (
    ChatAddress,
    ChatPort,
    Dialect,
    Message,
    MessageId,
    Renditions,
    Showing,
    Subject,
    Unreachable,
    platform_of,
)
from workflows.ports.queries import DeliveryFacts, Queries
from workflows.ports.rendering import (
    CardFacts,
    ClosedChatFacts,
    CommentFacts,
    FilledLetter,
    LinkedAccountFacts,
    NoticeFacts,
    Rendering,
    came_with,
)
from workflows.ports.unit_of_work import Announcement, OutboxKind, OutboxRow, ShownNotice
from workflows.usecases.running_processes import Definitions

CARD_KEY = "card:"
"""The prefix of the keys of cards; everything else is posted under other keys."""

TOGETHER = timedelta(minutes=15)
"""Reminders that follow each other within this time stand in one message; a later one is posted, to be noticed."""
MOST_LISTED = 30
"""How many tasks one message of reminders may be about."""
NOT_POSTED = MessageId("")
BELOW = "below"
"""The name of the value that marks the request to say of a message that a later one lists its tasks."""

Render = Callable[[Dialect, Language], Message]
MessageAt = tuple[ChatAddress, MessageId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What one row shows in its chat, if anything, and what has to be recorded of it.

    `revision` is that of the task for a card, otherwise None; `states` are what the message states from now on, `gone`
    what need not be followed any more, and `follow` asks for the other messages that the row has made untrue.
    """

    showing: Showing | None = None
    revision: int | None = None
    states: tuple[ShownNotice, ...] = ()
    gone: tuple[ShownNotice, ...] = ()
    follow: tuple[Announcement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayings:
    """Turns outbox rows into sayings, with facts that were read for all of them together.

    A message that several rows need (copies of a card, a notice to several people) is rendered once.
    """

    facts: DeliveryFacts
    definitions: Definitions
    rendering: Rendering
    chats: Mapping[str, ChatPort]
    now: datetime
    own: Collection[str] = ()
    _rendered: dict[Hashable, Message] = field(default_factory=dict)
    _followed: set[MessageAt] = field(default_factory=set)

    def of(self, row: OutboxRow, overtaken: Sequence[OutboxRow] = ()) -> Saying | None:
        """Return what a row shows in its chat (a card in its current state), or None when there is nothing to do.

        It shows what the *overtaken* rows ask for, too. Raises Unreachable while its platform is not connected or its
        process cannot be read.
        """
        if row.announcement.kind is OutboxKind.NOTICE and row.announcement.notice in LISTED:
            return self.reminders([row, *overtaken])
        return _SAYINGS[row.announcement.kind](self, row)

    def subject(self, announcement: Announcement) -> Subject:
        """Return what an announcement is about."""
        case = None if announcement.case_id is None else self.facts.cases.get(announcement.case_id)
        if case is None:
            return Subject(case_id=announcement.case_id, task_id=announcement.task_id)
        title = case.number if case.client is None else f"{case.number} · {case.client.name}"
        has_topic = self._definition(case).talked_about is TalkedAbout.BY_ITSELF
        return Subject(case_id=case.id, task_id=announcement.task_id, topic=title if has_topic else None)

    def card(self, row: OutboxRow) -> Saying | None:
        """Return the card of a task, unless the chat shows its present state already."""
        announcement, chat = row.announcement, row.announcement.chat
        found = self._task(announcement)
        if found is None:
            return None
        case, task = found
        shown, follow = self.facts.cards.get((task.id, chat)), self._follow_ups(row)
        if shown is not None and shown.revision >= task.revision:
            return Saying(follow=follow) if follow else None

        def render(dialect: Dialect, language: Language) -> Message:
            letters = came_with(task, self._letters(case.id)) if task.is_open else ()
            position = self.facts.positions.get(task.id)
            definition = self._definition(case)
            facts = CardFacts(
                case=case,
                task=task,
                definition=definition,
                letters=letters,
                position=position,
                is_late=is_late(task, self.now),
            )
            return self.rendering.card(facts, dialect, language)

        return Saying(
            showing=Showing(
                chat=chat,
                renditions=self._renditions(chat, (OutboxKind.CARD, task.id), render),
                key=f"{CARD_KEY}{task.id}:{chat}" + (f":after:{shown.message_id}" if shown else ""),
                subject=self.subject(announcement),
                replaces=shown.message_id if shown else None,
            ),
            revision=task.revision,
            follow=follow,
        )

    def notice(self, row: OutboxRow) -> Saying | None:
        """Return a notice about a case; one of a kind that follows its case states what is so now."""
        announcement = row.announcement
        kind = announcement.notice
        if kind is None or self._case(announcement) is None:
            return None
        stated = _stated(row, self.now)
        posted = self._stating(row, [stated])
        return replace(posted, states=self._marked(posted, [stated])) if kind in FOLLOWING else posted

    def reminders(self, rows: Sequence[OutboxRow]) -> Saying | None:
        """Return the message that lists what several reminders are about; None when none of the tasks waits any more.

        What the chat lists already is listed with it: in the earlier message when that was posted a moment ago, else in
        a new one, which is noticed, and the earlier one says so.
        """
        row, stated = rows[0], [_stated(each, self.now) for each in rows]
        chat, kind = row.announcement.chat, row.announcement.notice
        new = {state.task_id: state for state in stated if self._waits(state)}
        if not new:
            return None
        earlier = [m for m in self._messages(chat) if m[0].kind is kind and len(m) + len(new) <= MOST_LISTED]
        recent = next((m for m in reversed(earlier) if self.now - m[0].posted_at < TOGETHER), None)
        if recent is not None:
            states = [*(state for state in recent if state.task_id not in new), *new.values()]
            posted = self._stating(row, states, replaces=recent[0].message_id)
            placed = [
                replace(state, message_id=recent[0].message_id, posted_at=recent[0].posted_at) for state in states
            ]
            return replace(posted, states=self._marked(posted, placed))
        listed, gone, follow = dict(new), list[ShownNotice](), list[Announcement]()
        for message in reversed(earlier):
            waiting = [state for state in message if self._waits(state)]
            if len(listed) + len(waiting) > MOST_LISTED:
                break
            listed |= {s.task_id: replace(s, message_id=NOT_POSTED) for s in waiting if s.task_id not in listed}
            gone += message
            follow.append(follow_up(message[0], **{BELOW: "yes"}))
        states = sorted(listed.values(), key=lambda state: state.case_id)
        posted = self._stating(row, states)
        states = [replace(state, posted_at=self.now) for state in states]
        return replace(posted, states=self._marked(posted, states), gone=tuple(gone), follow=tuple(follow))

    def follow(self, row: OutboxRow) -> Saying | None:
        """Return a notice shown before as it has to be now; None when it states what is so."""
        announcement, message_id = row.announcement, MessageId(str(row.announcement.values.get("message", "")))
        chat = announcement.chat
        if BELOW in announcement.values:
            return self._posted(row, BELOW, self.rendering.moved_below, replaces=message_id)
        states = next((m for m in self._messages(chat) if m[0].message_id == message_id), None)
        if states is None:
            return None
        posted = self._stating(row, states, replaces=message_id)
        is_settled = all(self._is_settled(state) for state in states)
        gone = tuple(states) if is_settled else ()
        marked = self._marked(posted, states)
        if marked[0].looks == states[0].looks:
            return Saying(gone=gone) if gone else None
        return replace(posted, states=() if is_settled else marked, gone=gone)

    def _follow_ups(self, row: OutboxRow) -> tuple[Announcement, ...]:
        """Return the requests to change the notices that a change of a case has made untrue.

        The rows for the built-in chat ask for them, since every department has a channel there.
        """
        if self.own and platform_of(row.announcement.chat) not in self.own:
            return ()
        return tuple(
            follow_up(message[0])
            for message in self._messages()
            if any(state.case_id == row.announcement.case_id for state in message) and self._is_untrue(message)
        )

    def _is_untrue(self, message: Sequence[ShownNotice]) -> bool:
        """Whether a notice has to be changed, or need not be followed any more; it is said once for a batch."""
        at = message[0].chat, message[0].message_id
        if at in self._followed:
            return False
        try:
            looks = _looks(self._renditions(message[0].chat, _what(message), self._renderer(message)))
        except Unreachable:
            looks = ""
        if looks == message[0].looks and not all(self._is_settled(state) for state in message):
            return False
        self._followed.add(at)
        return True

    def _messages(self, chat: ChatAddress | None = None) -> Sequence[Sequence[ShownNotice]]:
        """Return the notices that may change, by message, the oldest first."""
        found: dict[MessageAt, list[ShownNotice]] = {}
        for state in self.facts.notices:
            if chat in (None, state.chat) and state.case_id in self.facts.cases:
                found.setdefault((state.chat, state.message_id), []).append(state)
        return list(found.values())

    def _waits(self, state: ShownNotice) -> bool:
        case = self.facts.cases.get(state.case_id)
        task = None if case is None or state.task_id is None else case.tasks.get(state.task_id)
        return task is not None and task.status is TaskStatus.READY

    def _is_settled(self, state: ShownNotice) -> bool:
        """Whether what a notice states cannot change any more."""
        case = self.facts.cases[state.case_id]
        if case.closed_at is not None or state.task_id is None:
            return case.closed_at is not None
        task = case.tasks.get(state.task_id)
        if state.kind is NoticeKind.HANDOVER_WAITS and task is not None:
            return begun_with(case, task, StageId(str(state.values.get("stage", "")))) is not None
        return task is None or not task.is_unfinished

    def _renderer(self, states: Sequence[ShownNotice]) -> Render:
        facts = [self._notice_facts(state) for state in states if state.case_id in self.facts.cases]
        if len(facts) == 1:
            return lambda dialect, language: self.rendering.notice(facts[0], dialect, language)
        return lambda dialect, language: self.rendering.notices(facts, dialect, language)

    def _notice_facts(self, state: ShownNotice) -> NoticeFacts:
        case, values = self.facts.cases[state.case_id], state.values
        task = None if state.task_id is None else case.tasks.get(state.task_id)
        letters: Sequence[FilledLetter] = ()
        if task is not None:
            kept, stage = self._letters(case.id), values.get("stage")
            sent = tuple(letter for letter in kept if letter.from_task == task.id and letter.stage == stage)
            letters = sent or came_with(task, kept)
        return NoticeFacts(
            kind=state.kind,
            values=values,
            case=case,
            definition=self._definition(case),
            task=task,
            letters=tuple(letters),
        )

    @staticmethod
    def _marked(saying: Saying, states: Sequence[ShownNotice]) -> tuple[ShownNotice, ...]:
        """Return what a message states, with what it looks like."""
        looks = "" if saying.showing is None else _looks(saying.showing.renditions)
        return tuple(replace(state, looks=looks) for state in states)

    def comment(self, row: OutboxRow) -> Saying | None:
        """Return a comment made in another chat, to be repeated under the card."""
        case, values = self._case(row.announcement), row.announcement.values
        if case is None:
            return None
        files = values.get("files", [])
        facts = CommentFacts(
            case=case,
            definition=self._definition(case),
            author=PersonId(str(values.get("person", ""))),
            text=str(values.get("text", "")),
            files=tuple(FileId(file) for file in ([files] if isinstance(files, str) else files)),
        )
        what = row.announcement.kind, case.id, repr(values)
        return self._posted(row, what, lambda dialect, language: self.rendering.comment(facts, dialect, language))

    def linked_account(self, row: OutboxRow) -> Saying:
        """Return the news that an invitation was used."""
        values = row.announcement.values
        facts = LinkedAccountFacts(
            person=PersonId(str(values.get("person", ""))),
            platform=str(values.get("platform", "")),
            account=str(values.get("account", "")),
        )
        what = row.announcement.kind, repr(values)
        return self._posted(
            row, what, lambda dialect, language: self.rendering.linked_account(facts, dialect, language)
        )

    def closed_chat(self, row: OutboxRow) -> Saying:
        """Return the warning that a chat is closed to us."""
        values = row.announcement.values
        facts = ClosedChatFacts(
            department=DepartmentId(str(values.get("department", ""))),
            title=str(values.get("title", "")),
            platform=str(values.get("platform", "")),
            code=str(values.get("code", "")),
            chat=str(values.get("chat", "")),
        )
        what = row.announcement.kind, repr(values)
        return self._posted(row, what, lambda dialect, language: self.rendering.closed_chat(facts, dialect, language))

    def nothing(self, _row: OutboxRow) -> None:
        """Return None: the row asks for something other than a message."""

    def _stating(self, row: OutboxRow, states: Sequence[ShownNotice], *, replaces: MessageId | None = None) -> Saying:
        """Return a message that states something about tasks; one about several cases belongs to none of them."""
        saying = self._posted(row, _what(states), self._renderer(states), replaces=replaces)
        if saying.showing is None or len({state.case_id for state in states}) == 1:
            return saying
        return replace(saying, showing=replace(saying.showing, subject=Subject()))

    def _posted(self, row: OutboxRow, what: Hashable, render: Render, *, replaces: MessageId | None = None) -> Saying:
        said = row.announcement
        renditions = self._renditions(said.chat, what, render)
        subject = self.subject(said) if said.case_id is not None else Subject()
        key = f"outbox:{row.id}"
        return Saying(
            showing=Showing(chat=said.chat, renditions=renditions, key=key, subject=subject, replaces=replaces),
        )

    def _renditions(self, chat: ChatAddress, what: Hashable, render: Render) -> dict[Language, Message]:
        port = self._port(chat)
        return {language: self._once(what, port.dialect, language, render) for language in port.languages(chat)}

    def _once(self, what: Hashable, dialect: Dialect, language: Language, render: Render) -> Message:
        key = (what, dialect, language)
        if key not in self._rendered:
            self._rendered[key] = render(dialect, language)
        return self._rendered[key]

    def _case(self, announcement: Announcement) -> Case | None:
        return None if announcement.case_id is None else self.facts.cases.get(announcement.case_id)

    def _task(self, announcement: Announcement) -> tuple[Case, Task] | None:
        case = self._case(announcement)
        task = None if case is None or announcement.task_id is None else case.tasks.get(announcement.task_id)
        return None if case is None or task is None else (case, task)

    def _letters(self, case_id: CaseId) -> Sequence[FilledLetter]:
        return self.facts.letters.get(case_id, ())

    def _definition(self, case: Case) -> WorkflowDefinition:
        try:
            return self.definitions.of(case.process, case.version)
        except ProcessUnreadable:
            raise Unreachable("process_unreadable") from None

    def _port(self, chat: ChatAddress) -> ChatPort:
        try:
            return self.chats[platform_of(chat)]
        except KeyError:
            raise Unreachable("platform_not_connected") from None


_SAYINGS: Mapping[OutboxKind, Callable[[Sayings, OutboxRow], Saying | None]] = {
    OutboxKind.CARD: Sayings.card,
    OutboxKind.NOTICE: Sayings.notice,
    OutboxKind.FOLLOW: Sayings.follow,
    OutboxKind.COMMENT: Sayings.comment,
    OutboxKind.CASE_OVER: Sayings.nothing,
    OutboxKind.ACCOUNT_LINKED: Sayings.linked_account,
    OutboxKind.CHAT_CLOSED: Sayings.closed_chat,
}


def _stated(row: OutboxRow, now: datetime) -> ShownNotice:
    """Return what the notice of a row states, before it is posted."""
    said = row.announcement
    if said.case_id is None or said.notice is None:
        raise ValueError("a notice is about a case")
    return ShownNotice(
        chat=said.chat,
        message_id=NOT_POSTED,
        kind=said.notice,
        case_id=said.case_id,
        task_id=said.task_id,
        values=said.values,
        looks="",
        posted_at=now,
    )


def follow_up(state: ShownNotice, **more: str) -> Announcement:
    """Return the request to look whether the message of a notice still states what is so."""
    return Announcement(
        chat=state.chat,
        kind=OutboxKind.FOLLOW,
        case_id=state.case_id,
        task_id=state.task_id,
        values={"message": state.message_id, **more},
    )


def _what(states: Sequence[ShownNotice]) -> Hashable:
    return OutboxKind.FOLLOW, tuple((state.kind, state.case_id, state.task_id, repr(state.values)) for state in states)


def _looks(renditions: Renditions) -> str:
    """Return what identifies the look of a message, the same in every process."""
    shown = [(language.value, repr(message)) for language, message in sorted(renditions.items())]
    return sha256(repr(shown).encode()).hexdigest()[:16]


async def read_facts(queries: Queries, rows: Sequence[OutboxRow]) -> DeliveryFacts:
    """Read what the messages of these rows may show."""
    cases: set[CaseId] = set()
    cards: set[TaskId] = set()
    chats: set[ChatAddress] = set()
    followed: set[CaseId] = set()
    for row in rows:
        said = row.announcement
        if said.case_id is not None:
            cases.add(said.case_id)
            if said.kind is OutboxKind.CARD and said.task_id is not None:
                cards.add(said.task_id)
            elif said.kind is OutboxKind.FOLLOW:
                followed.add(said.case_id)
            elif said.notice in LISTED:
                chats.add(said.chat)
    if not cases:
        return DeliveryFacts(cases={}, letters={}, cards={}, positions={})
    return await queries.delivery_facts(cases, cards, chats, followed)
