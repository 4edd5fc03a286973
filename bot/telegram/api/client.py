"""Calls to the platform: paced, and with its refusals translated into errors of the chat port."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from aiogram import Bot
from aiogram.types import BufferedInputFile, Message, ReplyParameters

from bot.telegram.api.addresses import Place
from bot.telegram.api.errors import FAILURES, CannotParse, NotModified, TooOld, chat_error
from bot.telegram.api.markup import fitting, keyboard, plain_text, toast
from bot.telegram.api.pace import Pace, Urgency
from workflows.ports import chat as port
from workflows.ports.chat import ChatError, MessageId, RateLimited, Rejected, Unreachable

SECONDS = 20
"""How long a call may take."""

ANSWER_PAUSES = (0.5, 2.0, 5.0)
"""Seconds before an answer to somebody is said again that the platform did not take; cards are tried by delivery."""

SPINNER_SECONDS = 5
SPINNER_PAUSES = (0.1, 0.5)
"""How long a try to stop a spinner may take, and how long to wait before the next: it turns while people watch."""

LONGEST_TITLE = 128
"""How many characters the title of a topic may have."""

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Api:
    """What the adapter asks of the platform; every method raises a ChatError."""

    def __init__(self, bot: Bot, pace: Pace, pauses: tuple[float, ...] = ANSWER_PAUSES) -> None:
        self.bot = bot
        self.pace = pace
        self._pauses = pauses

    async def send(
        self, place: Place, message: port.Message, *, urgency: Urgency, reply_to: int | None = None
    ) -> MessageId:
        """Say something; an answered message that is gone is no obstacle."""

        def call(text: str, parse_mode: str | None) -> Awaitable[Message]:
            return self.bot.send_message(
                chat_id=place.chat_id,
                message_thread_id=place.topic,
                text=text,
                parse_mode=parse_mode,
                reply_markup=keyboard(message.buttons),
                reply_parameters=_answering(reply_to),
                request_timeout=SECONDS,
            )

        sent = await self._marked_up(place, message.text, urgency, call)
        return MessageId(str(sent.message_id))

    async def edit(self, place: Place, message_id: int, message: port.Message, *, urgency: Urgency) -> None:
        """Make a message show something else; what it shows already is no error."""

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
            await self._marked_up(place, message.text, urgency, call)
        except NotModified:
            return

    async def send_file(self, place: Place, name: str, content: bytes, *, reply_to: int | None) -> None:
        """Send a file as a document."""
        await self._paced(
            place,
            Urgency.CARD,
            lambda: self.bot.send_document(
                chat_id=place.chat_id,
                message_thread_id=place.topic,
                document=BufferedInputFile(content, filename=name),
                reply_parameters=_answering(reply_to),
                request_timeout=SECONDS * 3,
            ),
        )

    async def make_topic(self, place: Place, title: str) -> int:
        """Begin a topic of a forum; answers its id."""
        made = await self._paced(
            place,
            Urgency.CARD,
            lambda: self.bot.create_forum_topic(
                chat_id=place.chat_id, name=title[:LONGEST_TITLE], request_timeout=SECONDS
            ),
        )
        return made.message_thread_id

    async def close_topic(self, place: Place) -> None:
        """Close a topic of a forum."""
        topic = place.topic
        if topic is None:
            return
        await self._paced(
            place,
            Urgency.CARD,
            lambda: self.bot.close_forum_topic(chat_id=place.chat_id, message_thread_id=topic, request_timeout=SECONDS),
        )

    async def take_buttons(self, place: Place, message_id: int) -> None:
        """Leave a message as it is, without its buttons."""
        await self._paced(
            place,
            Urgency.CARD,
            lambda: self.bot.edit_message_reply_markup(
                chat_id=place.chat_id, message_id=message_id, request_timeout=SECONDS
            ),
        )

    async def delete(self, place: Place, message_id: int) -> None:
        """Delete a message of ours."""
        await self._paced(
            place,
            Urgency.CARD,
            lambda: self.bot.delete_message(chat_id=place.chat_id, message_id=message_id, request_timeout=SECONDS),
        )

    async def answer(self, query_id: str, text: str = "", *, is_alert: bool = False, url: str | None = None) -> bool:
        """Stop the spinner of a press at once; False when that failed, which a later message has to make up for."""
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
                is_passing = isinstance(error, Unreachable) or _is_soon_over(error)
                if pause is None or not is_passing:
                    if not isinstance(error, TooOld):
                        log.warning(
                            "A press could not be answered.",
                            action="telegram_answer_failed",
                            query_id=query_id,
                            code=error.code,
                        )
                    if isinstance(error, Rejected) and text and url is None:
                        # What was to be shown is refused: the spinner at least stops.
                        await self.answer(query_id)
                    return False
                await asyncio.sleep(error.retry_after.total_seconds() if isinstance(error, RateLimited) else pause)
        return False

    async def _marked_up(
        self, place: Place, text: str, urgency: Urgency, call: Callable[[str, str | None], Awaitable[T]]
    ) -> T:
        try:
            return await self._paced(place, urgency, lambda: call(fitting(text), "HTML"))
        except CannotParse as error:
            log.error("Telegram could not read our markup.", action="telegram_cannot_parse", code=error.code)
            return await self._paced(place, urgency, lambda: call(plain_text(fitting(text)), None))

    async def _paced(self, place: Place, urgency: Urgency, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call at its turn; what somebody waits for is tried again, for nobody else does."""
        pauses = self._pauses if urgency is Urgency.ANSWER else ()
        for pause in pauses:
            try:
                return await self._once(place, urgency, call)
            except RateLimited:
                # The chat's pace holds the next try back for as long as the platform says.
                continue
            except Unreachable:
                await asyncio.sleep(pause)
        try:
            return await self._once(place, urgency, call)
        except (RateLimited, Unreachable) as error:
            if pauses:
                log.error("An answer was lost.", action="telegram_answer_lost", chat=place.address, code=error.code)
            raise

    async def _once(self, place: Place, urgency: Urgency, call: Callable[[], Awaitable[T]]) -> T:
        async with self.pace.slot(place.chat_id, urgency) as sending:
            try:
                return await call()
            except FAILURES as failure:
                error: ChatError = chat_error(failure, place.topic)
                if isinstance(error, RateLimited):
                    sending.penalty = error.retry_after.total_seconds()
                raise error from failure


def _is_soon_over(error: ChatError) -> bool:
    return isinstance(error, RateLimited) and error.retry_after.total_seconds() <= SPINNER_SECONDS


def _answering(message_id: int | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(message_id=message_id, allow_sending_without_reply=True)
