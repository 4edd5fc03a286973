"""Comments: what people write, with its files, in the thread under a card."""

from bot.conversation.case_of_message import case_of_message
from bot.conversation.incoming import Commented
from bot.rendering.phrases.chat_sentences import Phrase, file_not_kept, phrase
from bot.slack.api.addresses import address_of
from bot.slack.api.identity import Identity
from bot.slack.blockkit.plain_text import unmarked
from bot.slack.handlers.accounts import Accounts
from bot.slack.handlers.conversation_gateway import ConversationGateway
from bot.slack.handlers.messages.files import NOT_KEPT, Files, KeptElsewhere, name_of
from bot.slack.handlers.payloads import WrittenMessage
from bot.slack.outbound.replies import Replies
from workflows.domain.ids import CaseId, FileId, PersonId
from workflows.ports.chat import MessageId
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import StorageUnavailable


class Comments:
    """Hands comments on to the conversation."""

    def __init__(
        self,
        *,
        gateway: ConversationGateway,
        replies: Replies,
        accounts: Accounts,
        files: Files,
        queries: Queries,
        identity: Identity,
    ) -> None:
        self._gateway = gateway
        self._replies = replies
        self._accounts = accounts
        self._files = files
        self._queries = queries
        self._identity = identity

    async def take(self, message: WrittenMessage) -> bool:
        """Hand on what was written in the thread of a case, with its files; False when the thread is of no case."""
        origin = message.origin
        try:
            case_id = await self._case_of(message)
        except StorageUnavailable:
            if self._may_be_ours(message):
                language = await self._gateway.language_of(origin)
                await self._replies.refuse(origin, phrase(Phrase.STORAGE_UNAVAILABLE, language), language)
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
        found = await case_of_message(self._queries, [chat], thread)
        return None if found is None else found[1]

    def _may_be_ours(self, message: WrittenMessage) -> bool:
        """Whether the thread may be one under a message of ours."""
        return message.thread_author in (None, self._identity.user)

    async def _with_files(self, case_id: CaseId, message: WrittenMessage) -> Commented | None:
        """Return a comment with its files kept; the author reads what cannot be kept. None when nothing is left."""
        kept: list[FileId] = []
        lines = [unmarked(message.text, self._accounts.name_of, message.quotations)]
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
                await self._replies.refuse(message.origin, file_not_kept(problem, name_of(file), language), language)
        return kept, links
