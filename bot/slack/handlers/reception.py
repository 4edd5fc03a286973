"""Whatever comes from Slack goes through here to the conversation: who it is, in which language, what they get back."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

import structlog

from bot.conversation.forms.form_key import opening_action
from bot.conversation.incoming import Intent, Press
from bot.conversation.reply import FormView, Reply, ReplyKind
from bot.conversation.router import Conversation
from bot.rendering.phrases import Phrase, phrase
from bot.slack.api.origin import Origin, Reader
from bot.slack.handlers.accounts import Accounts
from bot.slack.handlers.receive import incoming
from bot.slack.outbound.chat import SlackChat
from bot.slack.outbound.replies import Replies
from bot.slack.tuning import Patience
from workflows.domain.text import Language
from workflows.ports.chat import platform_of
from workflows.ports.platforms import LinkedAccount
from workflows.usecases.directory import Directory

log = structlog.get_logger(__name__)


class Reception:
    """Hands what people do to the conversation; `earlier` waits for what somebody did before in windows."""

    def __init__(
        self,
        *,
        conversation: Conversation,
        accounts: Accounts,
        replies: Replies,
        chat: SlackChat,
        directory: Directory,
        locale: Language,
        patience: Patience,
        earlier: Callable[[str], Awaitable[None]],
    ) -> None:
        self.accounts = accounts
        self.replies = replies
        self._conversation = conversation
        self._chat = chat
        self._directory = directory
        self.locale = locale
        self._patience = patience
        self._earlier = earlier

    async def handle(
        self,
        update: str,
        origin: Origin,
        intent: Intent,
        *,
        account: LinkedAccount | None = None,
        message: str | None = None,
    ) -> tuple[Reply, Reader]:
        """Return what the conversation says, and who reads it."""
        person = self.accounts.known(origin.user)
        came = incoming(update, origin, intent, person=person, language=self.locale, message=message)
        reply = await self._conversation.handle(replace(came, account=account))
        reader = await self.reader(origin)
        self._speak(reader)
        if person is None and account is None:
            reply = replace(reply, message=await self.accounts.way_in(origin, reader))
        return reply, reader

    async def reader(self, origin: Origin) -> Reader:
        """Return who reads what is answered."""
        person = self.accounts.known(origin.user)
        came = incoming("", origin, Press(action=""), person=person, language=self.locale)
        return Reader(person=person, language=await self._conversation.language_of(came))

    async def form(self, update: str, origin: Origin, form: str) -> tuple[FormView | None, Reply, Reader]:
        """Return a form as it is now with what is typed into it; None and the refusal when it is not to be had."""
        reply, reader = await self.handle(f"{update}:form", origin, Press(action=opening_action(form).encode()))
        return (reply.dialog if isinstance(reply.dialog, FormView) else None), reply, reader

    async def in_time(
        self, origin: Origin, work: Coroutine[Any, Any, tuple[Reply, Reader]], *, may_open: bool
    ) -> tuple[Origin, Reply, Reader]:
        """Wait for an answer; when it takes long and may be a window, open one to wait in while that is possible.

        What the person did before in windows comes first: a form that is opened again has all that was typed.
        """
        task = asyncio.ensure_future(self._surely(origin, work))
        try:
            done, _ = await asyncio.wait({task}, timeout=self._patience.opening)
            if not done and may_open and origin.trigger is not None and origin.modal is None:
                origin = await self.replies.wait_in_a_window(origin, Reader(person=None, language=self.locale))
            reply, reader = await task
        finally:
            # Where nobody waits any more, since the program ends.
            task.cancel()
        return origin, reply, reader

    def failed(self, origin: Origin) -> tuple[Reply, Reader]:
        """Return what is told when something went wrong on our side, in the language that needs no asking for."""
        reader = Reader(person=self.accounts.known(origin.user), language=self.locale)
        return Reply(toast=phrase(Phrase.SOMETHING_FAILED, reader.language), kind=ReplyKind.REFUSED), reader

    async def _surely(self, origin: Origin, work: Coroutine[Any, Any, tuple[Reply, Reader]]) -> tuple[Reply, Reader]:
        try:
            await self._earlier(origin.user)
            return await work
        except Exception:
            # The outermost guard of an answer: somebody waits for it, maybe before a window that says so.
            log.exception("An answer could not be found.", action="slack_answer_failed")
            return self.failed(origin)
        finally:
            # Where the program ended before it was begun.
            work.close()

    def _speak(self, reader: Reader) -> None:
        """Let delivery speak the person's language in their direct message."""
        if reader.person is None:
            return
        for chat in self._directory.of_person(reader.person):
            if platform_of(chat) == self._chat.platform:
                self._chat.spoken.set(chat, reader.language)
