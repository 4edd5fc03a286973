"""Messages that people write: to the assistant in their direct message, or as comments under the card of a case."""

from bot.conversation.case_of_message import case_answered
from bot.conversation.incoming import Commented
from bot.conversation.reply import Reply, ReplyKind
from bot.rendering.i18n import words_in
from bot.rendering.phrases import Phrase, file_not_kept, phrase
from bot.slack.api.addresses import address_of, is_direct
from bot.slack.api.identity import Identity
from bot.slack.api.origin import Origin
from bot.slack.blockkit.plain_text import unmarked
from bot.slack.handlers.accounts import Accounts
from bot.slack.handlers.conversation_gateway import ConversationGateway
from bot.slack.handlers.files import NOT_KEPT, Files, KeptElsewhere, name_of
from bot.slack.handlers.payloads import DeletedMessage, WrittenMessage
from bot.slack.handlers.receive import said
from bot.slack.outbound.replies import Replies
from workflows.domain.ids import CaseId, FileId, PersonId
from workflows.domain.text import Language
from workflows.ports.chat import MessageId
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.chats import Chats


class Messages:
    """Handles messages; what people write to each other is left alone."""

    def __init__(
        self,
        *,
        gateway: ConversationGateway,
        replies: Replies,
        accounts: Accounts,
        files: Files,
        queries: Queries,
        chats: Chats,
        identity: Identity,
    ) -> None:
        self._gateway = gateway
        self._replies = replies
        self._accounts = accounts
        self._files = files
        self._queries = queries
        self._chats = chats
        self._identity = identity

    async def receive(self, message: WrittenMessage) -> None:
        """Handle a message that a person wrote or corrected."""
        if message.origin.thread is not None and await self._comment(message):
            return
        if is_direct(message.origin.channel or "") and not message.is_correction:
            await self._reply(message)

    async def repost_deleted(self, deleted: DeletedMessage) -> None:
        """Have the card of an open task posted again when somebody deleted it."""
        chat, gone = address_of(deleted.channel), MessageId(deleted.ts)
        if deleted.author not in (None, self._identity.user) or not self._chats.directory.is_bound(chat):
            return
        found = await case_answered(self._queries, [chat], gone)
        case = None if found is None else await self._queries.case(found[1])
        for task in () if case is None else case.open_tasks():
            card = await self._queries.shown_card(task.id, chat)
            if card is not None and card.message_id == gone:
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
            await self._refuse(origin, sentence, language)

    async def _comment(self, message: WrittenMessage) -> bool:
        """Hand on what was written in the thread of a case, with its files; False when the thread is of no case."""
        origin = message.origin
        try:
            case_id = await self._case_of(message)
        except StorageUnavailable:
            if self._may_be_ours(message):
                language = await self._gateway.language_of(origin)
                await self._refuse(origin, phrase(Phrase.STORAGE_UNAVAILABLE, language), language)
            return True
        if case_id is None:
            return False
        comment = await self._with_files(case_id, message)
        if comment is not None:
            reply = await self._gateway.handle(message.update, origin, comment, message=message.ts)
            await self._replies.show(origin, reply)
        return True

    async def _case_of(self, message: WrittenMessage) -> CaseId | None:
        """Return the case of the thread; a message of ours may take a while to be recorded, which is waited for."""
        chat, thread = address_of(message.origin.channel or ""), MessageId(str(message.origin.thread))
        if not self._may_be_ours(message):
            return await self._queries.case_of_message(chat, thread)
        found = await case_answered(self._queries, [chat], thread)
        return None if found is None else found[1]

    def _may_be_ours(self, message: WrittenMessage) -> bool:
        """Whether the thread may be one under a message of ours."""
        return message.thread_author in (None, self._identity.user)

    async def _with_files(self, case_id: CaseId, message: WrittenMessage) -> Commented | None:
        """Return a comment with its files kept; the author reads what cannot be kept. None when nothing is left."""
        kept: list[FileId] = []
        lines = [unmarked(message.text, self._accounts.name_of)]
        person = self._accounts.person_of(message.origin.user)
        if message.files and person is not None and not message.is_correction:
            kept, links = await self._keep_files(message, person)
            lines += links
            if not kept and not any(lines):
                return None
        text = "\n".join(filter(None, lines))
        return Commented(case_id=case_id, text=text, files=tuple(kept), is_correction=message.is_correction)

    async def _keep_files(self, message: WrittenMessage, person: PersonId) -> tuple[list[FileId], list[str]]:
        """Keep the files of a message; returns those kept, and the names and addresses of those that lie elsewhere."""
        kept: list[FileId] = []
        links: list[str] = []
        for file in message.files:
            try:
                kept.append((await self._files.keep(file, by=person)).id)
            except KeptElsewhere as elsewhere:
                links.append(elsewhere.text)
            except NOT_KEPT as problem:
                language = await self._gateway.language_of(message.origin)
                await self._refuse(message.origin, file_not_kept(problem, name_of(file), language), language)
        return kept, links

    async def _refuse(self, origin: Origin, sentence: str, language: Language) -> None:
        await self._replies.show(origin, Reply(kind=ReplyKind.REFUSED, toast=sentence, language=language))
