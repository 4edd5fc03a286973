"""Hands what people do to the conversation: who it is, where they are, and the way in for somebody unknown."""

from dataclasses import replace

from bot.conversation.conversation import Conversation
from bot.conversation.incoming import Asker, Incoming, Intent, PreviewRead
from bot.conversation.list_places import read_of
from bot.conversation.reply import FormView, HomeView, PreviewView, Reply, ReplyKind
from bot.rendering.phrases.chat_sentences import Phrase, phrase
from bot.slack.api.addresses import PLATFORM, address_of
from bot.slack.api.origin import Origin
from bot.slack.handlers.accounts import Accounts
from bot.slack.outbound.chat import SlackChat
from workflows.domain.commands import RawValues
from workflows.domain.text import Language
from workflows.ports.chat import Dialect, Message, MessageId, platform_of
from workflows.ports.platforms import LinkedAccount
from workflows.usecases.directory import Directory


class ConversationGateway:
    """The adapter's only way to the conversation."""

    def __init__(
        self,
        *,
        conversation: Conversation,
        accounts: Accounts,
        chat: SlackChat,
        directory: Directory,
        locale: Language,
    ) -> None:
        self._conversation = conversation
        self._accounts = accounts
        self._chat = chat
        self._directory = directory
        self._locale = locale

    async def handle(
        self,
        update: str,
        origin: Origin,
        intent: Intent,
        *,
        account: LinkedAccount | None = None,
        message: str | None = None,
    ) -> Reply:
        """Return the conversation's reply; *account* may be linked by an invitation, *message* is what was posted."""
        asker = self._asker(origin)
        reply = await self._conversation.handle(
            Incoming(
                update_id=update,
                person=asker.person,
                language=asker.language,
                chat=asker.chat,
                dialect=asker.dialect,
                group_title=asker.group_title,
                is_read_outside=asker.is_read_outside,
                intent=intent,
                message=None if message is None else MessageId(message),
                account=account,
            )
        )
        if asker.person is None:
            # The update may have linked the account of somebody who chose a language elsewhere.
            reply = replace(reply, language=await self.language_of(origin))
        self._remember_language(origin.user, reply.language)
        if asker.person is None and account is None:
            reply = replace(reply, message=await self._accounts.way_in(origin.user, reply.language))
        return await self._with_outlook(asker, reply)

    async def list_now(self, origin: Origin, place: str) -> Message | None:
        """Return the list of a place (`my.2`) as it is now; None when it cannot be read."""
        read = read_of(place)
        return None if read is None else await self._conversation.list_now(self._asker(origin), read)

    async def form(self, origin: Origin, form: str) -> Reply:
        """Read a form as it is now with all that was typed into it: the reply's dialog, unless it is a refusal."""
        asker = self._asker(origin)
        return await self._with_outlook(asker, await self._conversation.form(asker, form))

    async def _with_outlook(self, asker: Asker, reply: Reply) -> Reply:
        """Return the reply; a form whose decision sends what has to be seen before shows it, or what is missing."""
        if not isinstance(reply.dialog, FormView):
            return reply
        view = reply.dialog.decided(reply.dialog.chosen)
        decision = view.decision(view.chosen)
        if decision is None or not decision.must_be_seen:
            return reply
        # Its window shows what is suggested as if it were answered.
        suggested: RawValues = {field.name: field.suggested for field in view.fields if field.is_suggested}
        read = PreviewRead(form=view.form, outcome=decision.id, values=suggested)
        foreseen = await self._conversation.foresee(asker, read)
        shown = foreseen.dialog if isinstance(foreseen.dialog, PreviewView) else foreseen.toast or ""
        return replace(reply, dialog=replace(reply.dialog, outlook=shown))

    async def home(self, origin: Origin) -> HomeView | None:
        """Read what the Home tab shows; None for somebody unknown."""
        asker = self._asker(origin)
        return None if asker.person is None else await self._conversation.home(asker)

    async def language_of(self, origin: Origin) -> Language:
        """Return the language that somebody reads."""
        return await self._conversation.language_of(self._asker(origin))

    def _asker(self, origin: Origin) -> Asker:
        return Asker(
            person=self._accounts.person_of(origin.user),
            language=self._locale,
            chat=address_of(origin.channel or origin.user),
            dialect=Dialect.MRKDWN,
            group_title=origin.channel_title,
            is_read_outside=origin.is_read_outside,
        )

    def _remember_language(self, user: str, language: Language) -> None:
        """Have delivery use the person's language in their direct message."""
        person = self._accounts.person_of(user)
        for chat in () if person is None else self._directory.of_person(person):
            if platform_of(chat) == PLATFORM:
                self._chat.spoken.set(chat, language)


def something_failed(language: Language) -> Reply:
    """Return what people read when something went wrong on our side."""
    return Reply(kind=ReplyKind.REFUSED, toast=phrase(Phrase.SOMETHING_FAILED, language), language=language)
