"""Calls to the Bot API: paced, retried for people who wait, with refusals translated into errors of the chat port."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from aiogram import Bot
from aiogram.types import BufferedInputFile, Message, ReactionTypeEmoji, ReplyParameters

from bot.telegram.api.addresses import Place
from bot.telegram.api.errors import FAILURES, CannotParse, NotModified, Overtaken, TooOld, chat_error
from bot.telegram.api.markup import cut, keyboard, plain_text, toast
from bot.telegram.api.pace import Pace, Urgency
from bot.telegram.api.too_many_requests import hold_back, passes_within, requested_pause, retry_when_limited
from workflows.ports import chat as port
from workflows.ports.chat import ChatError, MessageId, RateLimited, Rejected, Unreachable

SECONDS = 20
"""Timeout of a call."""

ANSWER_PAUSES = (0.5, 2.0, 5.0, 15.0, 30.0, 60.0)
"""Seconds before each retry of a reply that somebody waits for; delivery retries cards."""

SPINNER_SECONDS = 5
SPINNER_PAUSES = (0.1, 0.5)
"""Timeout of a call that stops a spinner, and the seconds before each retry: people watch it turn."""

KEPT = "✍"
"""The reaction below a message that was kept: of those that the platform offers, the hand that writes."""
LONGEST_TITLE = 128
"""Characters that the title of a topic may have."""

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Api:
    """The methods of the Bot API that the adapter calls; each raises a ChatError."""

    def __init__(self, bot: Bot, pace: Pace, pauses: tuple[float, ...] = ANSWER_PAUSES) -> None:
        self.bot = bot
        self.pace = pace
        self._pauses = pauses

    async def send(
        self, place: Place, message: port.Message, *, urgency: Urgency, reply_to: int | None = None
    ) -> MessageId:
        """Post a message and return its id; the message that it replies to may be gone."""

        def call(text: str, parse_mode: str | None) -> Awaitable[Message]:
            return self.bot.send_message(
                chat_id=place.chat_id,
                message_thread_id=place.topic,
                text=text,
                parse_mode=parse_mode,
                reply_markup=keyboard(message.buttons),
                reply_parameters=_reply_to(reply_to),
                request_timeout=SECONDS,
            )

        sent = await self._send_marked_up(place, message.text, urgency, call)
        return MessageId(str(sent.message_id))

    async def edit(
        self,
        place: Place,
        message_id: int,
        message: port.Message,
        *,
        urgency: Urgency,
        is_overtaken: Callable[[], bool] | None = None,
    ) -> None:
        """Edit a message; one that shows this already is no error, nor one that shall show something newer by now."""

        def call(text: str, parse_mode: str | None) -> Awaitable[Message | bool]:
            return self.bot.edit_message_text(
                chat_id=place.chat_id,
                message_id=message_id,
                text=text,
                parse_mode=parse_mode,
                reply_markup=keyboard(message.buttons),
                request_timeout=SECONDS,
            )

        try:
            await self._send_marked_up(place, message.text, urgency, call, is_overtaken)
        except (NotModified, Overtaken):
            return

    async def send_file(
        self, place: Place, name: str, content: bytes, *, urgency: Urgency, reply_to: int | None
    ) -> MessageId:
        """Send a file as a document and return the id of its message."""
        sent = await self._call(
            place,
            urgency,
            lambda: self.bot.send_document(
                chat_id=place.chat_id,
                message_thread_id=place.topic,
                document=BufferedInputFile(content, filename=name),
                reply_parameters=_reply_to(reply_to),
                request_timeout=SECONDS * 3,
            ),
        )
        return MessageId(str(sent.message_id))

    async def create_topic(self, place: Place, title: str) -> int:
        """Create a topic in a forum and return its id."""
        created = await self._call(
            place,
            Urgency.CARD,
            lambda: self.bot.create_forum_topic(
                chat_id=place.chat_id, name=title[:LONGEST_TITLE], request_timeout=SECONDS
            ),
        )
        return created.message_thread_id

    async def close_topic(self, place: Place) -> None:
        """Close a topic of a forum."""
        topic = place.topic
        if topic is None:
            return
        await self._call(
            place,
            Urgency.CARD,
            lambda: self.bot.close_forum_topic(chat_id=place.chat_id, message_thread_id=topic, request_timeout=SECONDS),
        )

    async def react(self, place: Place, message_id: int) -> None:
        """Set the reaction that shows that a message was kept.

        It is left out where the chat has no slot to spare, or allows other reactions only; raises a ChatError.
        """
        if not self.pace.has_room(place.chat_id, Urgency.CARD):
            return
        await self._call(
            place,
            Urgency.CARD,
            lambda: self.bot.set_message_reaction(
                chat_id=place.chat_id,
                message_id=message_id,
                reaction=[ReactionTypeEmoji(emoji=KEPT)],
                request_timeout=SECONDS,
            ),
        )

    async def remove_buttons(self, place: Place, message_id: int) -> None:
        """Remove the buttons of a message."""
        await self._call(
            place,
            Urgency.CHANGE,
            lambda: self.bot.edit_message_reply_markup(
                chat_id=place.chat_id, message_id=message_id, request_timeout=SECONDS
            ),
        )

    async def delete(self, place: Place, message_id: int) -> None:
        """Delete a message of ours."""
        await self._call(
            place,
            Urgency.CHANGE,
            lambda: self.bot.delete_message(chat_id=place.chat_id, message_id=message_id, request_timeout=SECONDS),
        )

    async def answer(self, query_id: str, text: str = "", *, is_alert: bool = False, url: str | None = None) -> bool:
        """Answer a press, which stops its spinner; False when that failed and a message has to say the same."""
        for pause in (*SPINNER_PAUSES, None):
            try:
                return await self.bot.answer_callback_query(
                    callback_query_id=query_id,
                    text=toast(text) if text else None,
                    show_alert=is_alert or None,
                    url=url,
                    request_timeout=SPINNER_SECONDS,
                )
            except FAILURES as failure:
                error = chat_error(failure)
                is_temporary = isinstance(error, Unreachable) or passes_within(SPINNER_SECONDS, error)
                if pause is None or not is_temporary:
                    if not isinstance(error, TooOld):
                        log.warning(
                            "A press could not be answered.",
                            action="telegram_answer_failed",
                            query_id=query_id,
                            code=error.code,
                        )
                    if isinstance(error, Rejected) and text and url is None:
                        # The text or the link is refused: an empty answer still stops the spinner.
                        await self.answer(query_id)
                    return False
                await asyncio.sleep(requested_pause(failure) or pause)
        return False

    async def _send_marked_up(
        self,
        place: Place,
        text: str,
        urgency: Urgency,
        call: Callable[[str, str | None], Awaitable[T]],
        is_overtaken: Callable[[], bool] | None = None,
    ) -> T:
        try:
            return await self._call(place, urgency, lambda: call(cut(text), "HTML"), is_overtaken)
        except CannotParse as error:
            log.error("Telegram could not read our markup.", action="telegram_cannot_parse", code=error.code)
            return await self._call(place, urgency, lambda: call(plain_text(cut(text)), None), is_overtaken)

    async def _call(
        self,
        place: Place,
        urgency: Urgency,
        call: Callable[[], Awaitable[T]],
        is_overtaken: Callable[[], bool] | None = None,
    ) -> T:
        """Make a call at the chat's pace; retry it if somebody waits for it, since nothing else does."""
        if urgency is not Urgency.ANSWER:
            return await self._call_once(place, urgency, call, is_overtaken)
        pauses = iter(self._pauses)
        while True:
            try:
                return await retry_when_limited(lambda: self._call_once(place, urgency, call, is_overtaken))
            except (RateLimited, Unreachable) as error:
                pause = next(pauses, None) if isinstance(error, Unreachable) else None
                if pause is None:
                    log.error("A reply was lost.", action="telegram_answer_lost", chat=place.address, code=error.code)
                    raise
                await asyncio.sleep(pause)

    async def _call_once(
        self,
        place: Place,
        urgency: Urgency,
        call: Callable[[], Awaitable[T]],
        is_overtaken: Callable[[], bool] | None = None,
    ) -> T:
        async with self.pace.slot(place.chat_id, urgency) as sending:
            if is_overtaken is not None and is_overtaken():
                sending.is_spared = True
                raise Overtaken("overtaken")
            try:
                return await call()
            except FAILURES as failure:
                error: ChatError = chat_error(failure, place.topic)
                hold_back(sending, error)
                raise error from failure


def _reply_to(message_id: int | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(message_id=message_id, allow_sending_without_reply=True)
