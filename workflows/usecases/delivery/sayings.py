"""What outbox rows show in their chats."""

from collections.abc import Callable, Collection, Mapping, Sequence

from workflows.domain.deadlines import is_late
from workflows.domain.ids import DepartmentId, FileId, PersonId
from workflows.domain.notices import LISTED
from workflows.domain.text import Language
from workflows.ports.chat import Dialect, Message, Showing, Subject
from workflows.ports.rendering import CardFacts, ClosedChatFacts, CommentFacts, LinkedAccountFacts, came_with
from workflows.ports.unit_of_work import Announcement, OutboxKind, OutboxRow
from workflows.usecases.delivery.followed_notices import FollowedNotices
from workflows.usecases.delivery.rendered_batch import RenderedBatch, Saying

CARD_KEY = "card:"
"""The prefix of the keys of cards; everything else is posted under other keys."""


class Sayings:
    """Turns the outbox rows of a batch into sayings; `own` are the platforms whose messages we keep ourselves."""

    def __init__(self, batch: RenderedBatch, own: Collection[str] = ()) -> None:
        self._batch = batch
        self._notices = FollowedNotices(batch, own)

    def of(self, row: OutboxRow, overtaken: Sequence[OutboxRow] = ()) -> Saying | None:
        """Return what a row shows in its chat (a card in its current state), or None when there is nothing to do.

        It shows what the *overtaken* rows ask for, too. Raises Unreachable while its platform is not connected or its
        process cannot be read.
        """
        if row.announcement.kind is OutboxKind.NOTICE and row.announcement.notice in LISTED:
            return self._notices.reminders([row, *overtaken])
        return _SAYINGS[row.announcement.kind](self, row)

    def subject(self, announcement: Announcement) -> Subject:
        """Return what an announcement is about."""
        return self._batch.subject(announcement)

    def card(self, row: OutboxRow) -> Saying | None:
        """Return the card of a task, unless the chat shows its present state already."""
        announcement, chat = row.announcement, row.announcement.chat
        found = self._batch.task(announcement)
        if found is None:
            return None
        case, task = found
        shown, follow = self._batch.facts.cards.get((task.id, chat)), self._notices.follow_ups(row)
        if shown is not None and shown.revision >= task.revision:
            return Saying(follow=follow) if follow else None

        def render(dialect: Dialect, language: Language) -> Message:
            letters = came_with(task, self._batch.letters(case.id)) if task.is_open else ()
            position = self._batch.facts.positions.get(task.id)
            definition = self._batch.definition(case)
            facts = CardFacts(
                case=case,
                task=task,
                definition=definition,
                letters=letters,
                now=self._batch.now,
                records=self._batch.records.get(case.id, {}),
                position=position,
                is_late=is_late(task, self._batch.now),
            )
            return self._batch.rendering.card(facts, dialect, language)

        return Saying(
            showing=Showing(
                chat=chat,
                renditions=self._batch.renditions(chat, (OutboxKind.CARD, task.id), render),
                key=f"{CARD_KEY}{task.id}:{chat}" + (f":after:{shown.message_id}" if shown else ""),
                subject=self._batch.subject(announcement),
                replaces=shown.message_id if shown else None,
            ),
            revision=task.revision,
            follow=follow,
        )

    def notice(self, row: OutboxRow) -> Saying | None:
        """Return a notice about a case."""
        return self._notices.notice(row)

    def follow(self, row: OutboxRow) -> Saying | None:
        """Return a notice shown before as it has to be now."""
        return self._notices.follow(row)

    def comment(self, row: OutboxRow) -> Saying | None:
        """Return a comment made in another chat, to be repeated under the card."""
        case, values = self._batch.case(row.announcement), row.announcement.values
        if case is None:
            return None
        files = values.get("files", [])
        facts = CommentFacts(
            case=case,
            definition=self._batch.definition(case),
            author=PersonId(str(values.get("person", ""))),
            text=str(values.get("text", "")),
            files=tuple(FileId(file) for file in ([files] if isinstance(files, str) else files)),
        )
        what = row.announcement.kind, case.id, repr(values)
        rendering = self._batch.rendering
        return self._batch.posted(row, what, lambda dialect, language: rendering.comment(facts, dialect, language))

    def linked_account(self, row: OutboxRow) -> Saying:
        """Return the news that an invitation was used."""
        values = row.announcement.values
        facts = LinkedAccountFacts(
            person=PersonId(str(values.get("person", ""))),
            platform=str(values.get("platform", "")),
            account=str(values.get("account", "")),
        )
        what = row.announcement.kind, repr(values)
        rendering = self._batch.rendering
        return self._batch.posted(
            row, what, lambda dialect, language: rendering.linked_account(facts, dialect, language)
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
        rendering = self._batch.rendering
        return self._batch.posted(row, what, lambda dialect, language: rendering.closed_chat(facts, dialect, language))

    def nothing(self, _row: OutboxRow) -> None:
        """Return None: the row asks for something other than a message."""


_SAYINGS: Mapping[OutboxKind, Callable[[Sayings, OutboxRow], Saying | None]] = {
    OutboxKind.CARD: Sayings.card,
    OutboxKind.NOTICE: Sayings.notice,
    OutboxKind.FOLLOW: Sayings.follow,
    OutboxKind.COMMENT: Sayings.comment,
    OutboxKind.CASE_OVER: Sayings.nothing,
    OutboxKind.ACCOUNT_LINKED: Sayings.linked_account,
    OutboxKind.CHAT_CLOSED: Sayings.closed_chat,
}
