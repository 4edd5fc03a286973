"""Messages that people write or delete: to the assistant, in threads of cases, among themselves."""

from bot.conversation.case_of_message import case_of_message
from bot.rendering.language.i18n import words_in
from bot.slack.api.addresses import address_of, is_direct
from bot.slack.api.identity import Identity
from bot.slack.handlers.accounts import Accounts
from bot.slack.handlers.conversation_gateway import ConversationGateway
from bot.slack.handlers.messages.comments import Comments
from bot.slack.handlers.payloads import DeletedMessage, WrittenMessage
from bot.slack.handlers.receive import said
from bot.slack.outbound.replies import Replies
from bot.slack.outbound.threads import Threads
from workflows.ports.chat import MessageId, Subject
from workflows.ports.queries import Queries
from workflows.usecases.chats import Chats


class ChatMessages:
    """Handles messages; what people write to each other is left alone."""

    def __init__(
        self,
        *,
        gateway: ConversationGateway,
        replies: Replies,
        accounts: Accounts,
        comments: Comments,
        queries: Queries,
        chats: Chats,
        threads: Threads,
        identity: Identity,
    ) -> None:
        self._gateway = gateway
        self._replies = replies
        self._accounts = accounts
        self._comments = comments
        self._queries = queries
        self._chats = chats
        self._threads = threads
        self._identity = identity

    async def receive(self, message: WrittenMessage) -> None:
        """Handle a message that a person wrote or corrected."""
        if message.origin.thread is not None and await self._comments.take(message):
            return
        if is_direct(message.origin.channel or "") and not message.is_correction:
            await self._reply(message)

    async def repost_deleted(self, deleted: DeletedMessage) -> None:
        """Have the card of an open task posted again when somebody deleted it; a first card frees its thread."""
        chat, gone = address_of(deleted.channel), MessageId(deleted.ts)
        if deleted.author not in (None, self._identity.user) or not self._chats.directory.is_bound(chat):
            return
        found = await case_of_message(self._queries, [chat], gone)
        if found is None:
            return
        await self._threads.free(chat, Subject(case_id=found[1]), gone)
        case = await self._queries.case(found[1])
        open_tasks = [] if case is None else [task.id for task in case.open_tasks()]
        for card in await self._queries.shown_cards(open_tasks, chat):
            if card.message_id == gone:
                await self._chats.repost(card)

    async def _reply(self, message: WrittenMessage) -> None:
        """Reply to what was typed in the direct message; a file that was sent there belongs to no case."""
        origin, typed = message.origin, said(message.text, self._accounts.name_of)
        has_strays = bool(message.files) and self._accounts.person_of(origin.user) is not None
        if typed.text or not has_strays:
            reply = await self._gateway.handle(message.update, origin, typed)
            await self._replies.show(origin, reply)
        if has_strays:
            language = await self._gateway.language_of(origin)
            sentence = words_in(language).gettext(
                "A file belongs to a case: send it in the thread under the card, or attach it in the form. What was "
                "sent here was not kept."
            )
            await self._replies.refuse(origin, sentence, language)
