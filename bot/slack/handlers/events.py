"""Events: messages to the assistant, comments under cards, and what happens to channels."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

import structlog

from bot.conversation.case_of_message import case_answered
from bot.conversation.incoming import Commented
from bot.conversation.reply import Reply, ReplyKind
from bot.rendering.phrases import Phrase, file_not_kept, phrase
from bot.slack.api.addresses import address_of, is_direct
from bot.slack.api.client import JSON
from bot.slack.api.identity import Identity
from bot.slack.api.origin import Origin, Reader
from bot.slack.blockkit.plain_text import unmarked
from bot.slack.handlers.channels import Channels
from bot.slack.handlers.files import NOT_KEPT, Files, KeptElsewhere, name_of
from bot.slack.handlers.home import Home
from bot.slack.handlers.receive import said
from bot.slack.handlers.reception import Reception
from workflows.domain import errors
from workflows.domain.ids import CaseId, FileId
from workflows.ports.chat import MessageId
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.chats import Chats

SAID = frozenset({None, "file_share", "me_message", "thread_broadcast"})
"""The subtypes of messages that people write; all others are written by Slack or by programs."""
ANSWERED = frozenset({*SAID, "message_changed"})
"""The subtypes of messages whose authors are told when the database is away, and who send them again."""

log = structlog.get_logger(__name__)


def turn_of(event: JSON) -> str | None:
    """Return the turns that an event has to wait for, those of its thread or its channel; None when for nothing.

    What people say to us is answered in its order, but does not wait for what an event of the same origin waits for.
    """
    thread = (event.get("message") or event).get("thread_ts")
    channel = event.get("channel")
    told = channel.get("id") if isinstance(channel, Mapping) else channel
    if thread is not None:
        return f"{told}:{thread}"
    if _is_said(event):
        return f"{told}:said" if is_direct(str(told)) else None
    return None if told is None else str(told)


def _is_said(event: JSON) -> bool:
    return event["type"] == "message" and event.get("subtype") in ANSWERED


class Events:
    """Handles events; `bot` is the app's own account, known once the platform has told it."""

    def __init__(
        self,
        *,
        reception: Reception,
        home: Home,
        files: Files,
        channels: Channels,
        queries: Queries,
        chats: Chats,
        identity: Identity,
        pauses: Sequence[float],
    ) -> None:
        self._reception = reception
        self._home = home
        self._files = files
        self._channels = channels
        self._queries = queries
        self._chats = chats
        self._identity = identity
        self._pauses = pauses
        self._kinds: Mapping[str, Callable[[str, JSON], Awaitable[None]]] = {
            "message": self._message,
            "app_home_opened": self._home_opened,
            "channel_archive": self._closed("is_archived"),
            "group_archive": self._closed("is_archived"),
            "channel_deleted": self._closed("channel_not_found"),
            "group_deleted": self._closed("channel_not_found"),
            "channel_left": self._closed("not_in_channel"),
            "group_left": self._closed("not_in_channel"),
            "channel_rename": self._renamed,
            "group_rename": self._renamed,
            "channel_unarchive": self._restored,
            "group_unarchive": self._restored,
            "channel_id_changed": self._moved,
            "member_joined_channel": self._joined,
            "member_left_channel": self._left,
        }

    async def happened(self, update: str, event: JSON) -> None:
        """Handle an event; one that is none of ours is left alone, one of a channel waits for the database."""
        handler = self._kinds.get(event["type"])
        if handler is None:
            return
        for failures in itertools.count():
            if await self._handled(handler, update, event):
                return
            await asyncio.sleep(self._pauses[min(failures, len(self._pauses) - 1)])

    async def _handled(self, handler: Callable[[str, JSON], Awaitable[None]], update: str, event: JSON) -> bool:
        """Hand an event on; False when it is to be tried again."""
        try:
            await handler(update, event)
        except (KeyError, TypeError) as unknown:
            # The platform may leave out or change what its documents promise; that must not look like a fault of ours.
            log.info(
                "An event of an unknown shape was ignored.",
                action="slack_event_ignored",
                kind=event["type"],
                subtype=event.get("subtype"),
                reason=type(unknown).__name__,
            )
        except StorageUnavailable:
            if _is_said(event):
                sentence = "A message could not be kept: the database is away."
                log.warning(sentence, action="slack_event_lost", kind=event["type"])
                return True
            log.warning("An event waits for the database.", action="slack_event_waits", kind=event["type"])
            return False
        return True

    async def _message(self, update: str, event: JSON) -> None:
        subtype = event.get("subtype")
        if subtype == "channel_convert_to_private":
            await self._changed(event["channel"], "made_private")
        elif subtype == "message_deleted":
            await self._deleted(event)
        elif subtype == "message_changed":
            await self._corrected(update, event)
        elif subtype in SAID and "bot_id" not in event and event.get("user") != self._identity.user:
            await self._said(update, event, event["channel"], is_correction=False)

    async def _corrected(self, update: str, event: JSON) -> None:
        """A message that was changed by whoever wrote it; Slack changes messages too, when it unfolds links."""
        now, before = event["message"], event.get("previous_message") or {}
        if "bot_id" in now or now.get("user") == self._identity.user:
            return
        if now.get("text") != before.get("text") and "thread_ts" in now:
            await self._said(update, now, event["channel"], is_correction=True)

    async def _deleted(self, event: JSON) -> None:
        """A message was taken away: the card of an open task is posted again."""
        chat, gone = address_of(event["channel"]), MessageId(str(event.get("deleted_ts")))
        by = (event.get("previous_message") or {}).get("user")
        if by not in (None, self._identity.user) or not self._is_bound(event["channel"]):
            return
        found = await case_answered(self._queries, [chat], gone)
        case = None if found is None else await self._queries.case(found[1])
        for task in () if case is None else case.open_tasks():
            card = await self._queries.shown_card(task.id, chat)
            if card is not None and card.message_id == gone:
                await self._chats.lost(card)

    async def _said(self, update: str, message: JSON, channel: str, *, is_correction: bool) -> None:
        thread = message.get("thread_ts")
        thread = None if thread == message["ts"] else thread
        origin = Origin(
            user=message["user"], channel=channel, room=None if is_direct(channel) else channel, thread=thread
        )
        if thread is not None and await self._commented(update, origin, message, is_correction=is_correction):
            return
        if is_direct(channel) and not is_correction:
            await self._told_us(update, origin, message)

    async def _told_us(self, update: str, origin: Origin, message: JSON) -> None:
        """Return what was typed in the direct message; a file that was sent there belongs to no case."""
        typed = said(str(message.get("text") or ""), self._reception.accounts.name)
        strays = bool(message.get("files")) and self._reception.accounts.known(origin.user) is not None
        if typed.text or not strays:
            reply, reader = await self._reception.handle(update, origin, typed)
            await self._reception.replies.show(origin, reply, reader)
        if strays:
            reader = await self._reception.reader(origin)
            sentence = reader.words.gettext(
                "A file belongs to a case: send it in the thread under the card, or attach it in the form. What was "
                "sent here was not kept."
            )
            await self._tell(origin, sentence, reader)

    async def _commented(self, update: str, origin: Origin, message: JSON, *, is_correction: bool) -> bool:
        """Hand on what was said in the thread of a case, with its files; False when the thread is none's."""
        try:
            case_id = await self._case_of(origin, message)
        except StorageUnavailable:
            if self._may_be_ours(message):
                reader = await self._reception.reader(origin)
                await self._tell(origin, phrase(Phrase.STORAGE_UNAVAILABLE, reader.language), reader)
            return True
        if case_id is None:
            return False
        reader = await self._reception.reader(origin)
        comment = await self._comment(case_id, origin, message, reader, is_correction=is_correction)
        if comment is not None:
            reply, reader = await self._reception.handle(update, origin, comment, message=message["ts"])
            await self._reception.replies.show(origin, reply, reader)
        return True

    async def _case_of(self, origin: Origin, message: JSON) -> CaseId | None:
        """Return the case of the thread; under a message of ours a while is waited for it to be recorded."""
        chat, thread = address_of(origin.channel or ""), MessageId(str(origin.thread))
        if not self._may_be_ours(message):
            return await self._queries.case_of_message(chat, thread)
        found = await case_answered(self._queries, [chat], thread)
        return None if found is None else found[1]

    def _may_be_ours(self, message: JSON) -> bool:
        """Whether the thread may be one under a message of ours, which Slack tells in one of two ways or not at all."""
        parent = message.get("parent_user_id") or (message.get("root") or {}).get("user")
        return parent in (None, self._identity.user)

    async def _comment(
        self, case_id: CaseId, origin: Origin, message: JSON, reader: Reader, *, is_correction: bool
    ) -> Commented | None:
        """Return what was said with its files kept; what cannot be kept is told, and None when nothing is left."""
        kept: list[FileId] = []
        linked: list[str] = []
        sent = [] if is_correction or reader.person is None else message.get("files") or []
        for file in sent:
            try:
                kept.append((await self._files.keep(file, by=reader.person)).id)  # type: ignore[arg-type]  # known above
            except KeptElsewhere as elsewhere:
                linked.append(elsewhere.text)
            except NOT_KEPT as problem:
                await self._tell(origin, file_not_kept(problem, name_of(file), reader.language), reader)
        text = "\n".join(
            filter(None, (unmarked(str(message.get("text") or ""), self._reception.accounts.name), *linked))
        )
        if sent and not kept and not text:
            return None
        return Commented(case_id=case_id, text=text, files=tuple(kept), is_correction=is_correction)

    async def _tell(self, origin: Origin, sentence: str, reader: Reader) -> None:
        await self._reception.replies.show(origin, Reply(toast=sentence, kind=ReplyKind.REFUSED), reader)

    async def _home_opened(self, _update: str, event: JSON) -> None:
        if event.get("tab", "home") == "home":
            await self._home.publish(Origin(user=event["user"], view={"type": "home"}))

    def _closed(self, code: str) -> Callable[[str, JSON], Awaitable[None]]:
        async def closed(_update: str, event: JSON) -> None:
            chat = address_of(event["channel"])
            if self._is_bound(event["channel"]) and not self._chats.directory.is_closed(chat):
                await self._chats.closed(chat, code)

        return closed

    async def _renamed(self, _update: str, event: JSON) -> None:
        channel, name = event["channel"]["id"], event["channel"].get("name")
        # What we have seen ourselves meanwhile was told already.
        if any(b.chat == address_of(channel) and b.title != name for b in self._chats.directory.bindings()):
            await self._changed(channel, "renamed", name)

    async def _changed(self, channel: str, code: str, title: str | None = None) -> None:
        if self._is_bound(channel):
            await self._chats.changed(address_of(channel), code, title)

    async def _joined(self, _update: str, event: JSON) -> None:
        """We are in a channel (again): what waited for it goes out now."""
        channel = event["channel"]
        if event["user"] == self._identity.user and self._is_bound(channel):
            await self._chats.opened(address_of(channel))
            await self._learn_title(channel)

    async def _left(self, update: str, event: JSON) -> None:
        """Somebody is out of a channel: where it is us, Slack may say so in this way as well."""
        if event["user"] == self._identity.user:
            await self._closed("not_in_channel")(update, event)

    async def _moved(self, _update: str, event: JSON) -> None:
        """A channel has another id, since it is shared with another workspace or no more."""
        if self._is_bound(event["old_channel_id"]):
            await self._chats.moved(address_of(event["old_channel_id"]), address_of(event["new_channel_id"]))

    async def _restored(self, _update: str, event: JSON) -> None:
        """A channel is back from the archive: what waited for it goes out as soon as we are in it."""
        channel = event["channel"]
        if self._is_bound(channel) and await self._channels.enter(channel):
            await self._chats.opened(address_of(channel))

    async def _learn_title(self, channel: str) -> None:
        """Learn the name of a private channel that was bound before we were in it."""
        for binding in self._chats.directory.bindings():
            if binding.chat == address_of(channel) and binding.title == channel:
                title = await self._channels.name_of(channel)
                with suppress(errors.Refusal):
                    await self._chats.bind(binding.department, binding.chat, title or channel, by=binding.bound_by)

    def _is_bound(self, channel: str) -> bool:
        return any(b.chat == address_of(channel) for b in self._chats.directory.bindings())
