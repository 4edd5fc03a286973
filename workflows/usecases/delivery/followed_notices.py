"""Notices that follow their cases: reminders are listed together, and a message states what is so now."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from workflows.domain.case import TaskStatus
from workflows.domain.ids import CaseId, StageId
from workflows.domain.notices import FOLLOWING, NoticeKind
from workflows.domain.routes.ways import begun_with
from workflows.ports.chat import ChatAddress, MessageId, Showing, Subject, Unreachable, platform_of
from workflows.ports.rendering import FilledLetter, NoticeFacts, came_with
from workflows.ports.unit_of_work import Announcement, OutboxKind, OutboxRow, ShownNotice
from workflows.usecases.delivery.looks import looks_of
from workflows.usecases.delivery.rendered_batch import Render, RenderedBatch, Saying
from workflows.usecases.delivery.shown_lists import stating

TOGETHER = timedelta(minutes=15)
"""Reminders that follow each other within this time stand in one message; a later one is posted, to be noticed."""
MOST_LISTED = 30
"""How many tasks one message of reminders may be about."""
NOT_POSTED = MessageId("")
BELOW = "below"
"""The name of the value that marks the request to say of a message that a later one lists its tasks."""

MessageAt = tuple[ChatAddress, MessageId]
ShownMessage = Sequence[ShownNotice]
"""What one message states."""


class FollowedNotices:
    """Turns the rows of notices into sayings; `own` are the platforms whose messages we keep ourselves."""

    def __init__(self, batch: RenderedBatch, own: Collection[str]) -> None:
        self._batch = batch
        self._own = own
        self._followed: set[MessageAt] = set()
        self._in_chat, self._of_case = _grouped(batch)

    def notice(self, row: OutboxRow) -> Saying | None:
        """Return a notice about a case; one of a kind that follows its case states what is so now."""
        announcement = row.announcement
        kind = announcement.notice
        if kind is None or self._batch.case(announcement) is None:
            return None
        stated = _stated(row, self._batch.now)
        posted = self._stating(row, [stated])
        return replace(posted, states=self._marked(posted, [stated])) if kind in FOLLOWING else posted

    def reminders(self, rows: Sequence[OutboxRow]) -> Saying | None:
        """Return the message that lists what several reminders are about; None when none of the tasks waits any more.

        What the chat lists already is listed with it: in the earlier message when that was posted a moment ago, else in
        a new one, which is noticed, and the earlier one says so.
        """
        row, stated = rows[0], [_stated(each, self._batch.now) for each in rows]
        chat, kind = row.announcement.chat, row.announcement.notice
        new = {state.task_id: state for state in stated if self._waits(state)}
        if not new:
            return None
        earlier = [m for m in self._in_chat.get(chat, ()) if m[0].kind is kind and len(m) + len(new) <= MOST_LISTED]
        recent = next((m for m in reversed(earlier) if self._batch.now - m[0].posted_at < TOGETHER), None)
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
        states = [replace(state, posted_at=self._batch.now) for state in states]
        return replace(posted, states=self._marked(posted, states), gone=tuple(gone), follow=tuple(follow))

    def follow(self, row: OutboxRow) -> Saying | None:
        """Return a notice shown before as it has to be now; None when it states what is so."""
        announcement, message_id = row.announcement, MessageId(str(row.announcement.values.get("message", "")))
        chat = announcement.chat
        if BELOW in announcement.values:
            return self._batch.posted(row, BELOW, self._batch.rendering.moved_below, replaces=message_id)
        states = next((m for m in self._in_chat.get(chat, ()) if m[0].message_id == message_id), None)
        if states is None:
            return None
        if states[0].kind is NoticeKind.LIST:
            return self._followed_list(row, states)
        posted = self._stating(row, states, replaces=message_id)
        is_settled = all(self._is_settled(state) for state in states)
        gone = tuple(states) if is_settled else ()
        marked = self._marked(posted, states)
        if marked[0].looks == states[0].looks:
            return Saying(gone=gone) if gone else None
        return replace(posted, states=() if is_settled else marked, gone=gone)

    def _followed_list(self, row: OutboxRow, states: ShownMessage) -> Saying | None:
        """Return a list as it is now; None when it looks the same, or cannot be read."""
        shown = states[0]
        now = self._batch.lists.get((shown.chat, shown.message_id))
        if now is None:
            return None
        told = stating(
            shown.chat, shown.message_id, now.renditions, about=now.about, values=shown.values, now=shown.posted_at
        )
        gone = tuple(state for state in states if state.case_id not in now.about)
        if looks_of(now.renditions) == shown.looks:
            return Saying(gone=gone) if gone else None
        showing = Showing(
            chat=shown.chat,
            renditions=now.renditions,
            key=f"outbox:{row.id}",
            subject=Subject(),
            replaces=shown.message_id,
        )
        return Saying(showing=showing, states=told, gone=gone)

    def follow_ups(self, row: OutboxRow) -> tuple[Announcement, ...]:
        """Return the requests to change the notices that a change of a case has made untrue.

        The rows for the built-in chat ask for them, since every department has a channel there.
        """
        if self._own and platform_of(row.announcement.chat) not in self._own:
            return ()
        about = () if row.announcement.case_id is None else self._of_case.get(row.announcement.case_id, ())
        return tuple(follow_up(message[0]) for message in about if self._is_untrue(message))

    def _is_untrue(self, message: ShownMessage) -> bool:
        """Whether a notice has to be changed, or need not be followed any more; it is said once for a batch."""
        at = message[0].chat, message[0].message_id
        if at in self._followed:
            return False
        if message[0].kind is NoticeKind.LIST:
            # It is read anew at its own turn: then it is known whether it looks different.
            self._followed.add(at)
            return True
        try:
            looks = looks_of(self._batch.renditions(message[0].chat, _what(message), self._renderer(message)))
        except Unreachable:
            looks = ""
        if looks == message[0].looks and not all(self._is_settled(state) for state in message):
            return False
        self._followed.add(at)
        return True

    def _waits(self, state: ShownNotice) -> bool:
        case = self._batch.facts.cases.get(state.case_id)
        task = None if case is None or state.task_id is None else case.tasks.get(state.task_id)
        return task is not None and task.status is TaskStatus.READY

    def _is_settled(self, state: ShownNotice) -> bool:
        """Whether what a notice states cannot change any more."""
        case = self._batch.facts.cases[state.case_id]
        if case.closed_at is not None or state.task_id is None:
            return case.closed_at is not None
        task = case.tasks.get(state.task_id)
        if state.kind is NoticeKind.HANDOVER_WAITS and task is not None:
            return begun_with(case, task, StageId(str(state.values.get("stage", "")))) is not None
        return task is None or not task.is_unfinished

    def _renderer(self, states: Sequence[ShownNotice]) -> Render:
        facts = [self._notice_facts(state) for state in states if state.case_id in self._batch.facts.cases]
        if len(facts) == 1:
            return lambda dialect, language: self._batch.rendering.notice(facts[0], dialect, language)
        return lambda dialect, language: self._batch.rendering.notices(facts, dialect, language)

    def _notice_facts(self, state: ShownNotice) -> NoticeFacts:
        case, values = self._batch.facts.cases[state.case_id], state.values
        task = None if state.task_id is None else case.tasks.get(state.task_id)
        letters: Sequence[FilledLetter] = ()
        if task is not None:
            kept, stage = self._batch.letters(case.id), values.get("stage")
            sent = tuple(letter for letter in kept if letter.from_task == task.id and letter.stage == stage)
            letters = sent or came_with(task, kept)
        return NoticeFacts(
            kind=state.kind,
            values=values,
            case=case,
            definition=self._batch.definition(case),
            task=task,
            letters=tuple(letters),
            now=self._batch.now,
            records=self._batch.records.get(case.id, {}),
        )

    @staticmethod
    def _marked(saying: Saying, states: Sequence[ShownNotice]) -> tuple[ShownNotice, ...]:
        """Return what a message states, with what it looks like."""
        looks = "" if saying.showing is None else looks_of(saying.showing.renditions)
        return tuple(replace(state, looks=looks) for state in states)

    def _stating(self, row: OutboxRow, states: Sequence[ShownNotice], *, replaces: MessageId | None = None) -> Saying:
        """Return a message that states something about tasks; one about several cases belongs to none of them."""
        saying = self._batch.posted(row, _what(states), self._renderer(states), replaces=replaces)
        if saying.showing is None or len({state.case_id for state in states}) == 1:
            return saying
        return replace(saying, showing=replace(saying.showing, subject=Subject()))


def _grouped(batch: RenderedBatch) -> tuple[dict[ChatAddress, list[ShownMessage]], dict[CaseId, list[ShownMessage]]]:
    """Return the messages that may change by their chats and by their cases, the oldest first."""
    messages: dict[MessageAt, list[ShownNotice]] = {}
    for state in batch.facts.notices:
        if state.case_id in batch.facts.cases or state.kind is NoticeKind.LIST:
            messages.setdefault((state.chat, state.message_id), []).append(state)
    in_chat: dict[ChatAddress, list[ShownMessage]] = {}
    of_case: dict[CaseId, list[ShownMessage]] = {}
    for (chat, _message_id), states in messages.items():
        in_chat.setdefault(chat, []).append(states)
        for case_id in {state.case_id: None for state in states}:
            of_case.setdefault(case_id, []).append(states)
    return in_chat, of_case


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
