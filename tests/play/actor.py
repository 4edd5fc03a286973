"""A person of the play: reads their channels and acts on what they see there, in their own language."""

from typing import TYPE_CHECKING

from bot.conversation.incoming import Answered, Asker, Incoming, Intent, Press, PreviewRead, Said
from bot.conversation.reply import Ask, FormView, Menu, Reply
from tests.play.form import Answers, Form, Preview, Refused
from tests.play.screen import Shown, button_called, shown, useful, words_of
from workflows.domain.ids import DepartmentId
from workflows.domain.people import Person
from workflows.domain.text import Language
from workflows.ports.chat import Button, ChatAddress, Dialect

if TYPE_CHECKING:
    from tests.play.play import Play

_CLAIM = {Language.RU: "Взять", Language.EN: "Claim"}
_OPEN = {Language.RU: "Открыть", Language.EN: "Open"}


class Actor:
    """Acts through the conversation, as the adapters of the chats do."""

    def __init__(self, play: "Play", person: Person) -> None:
        self._play = play
        self.person = person
        self.id = person.id

    @property
    def private(self) -> ChatAddress:
        """Return the address of the private chat with the assistant."""
        return ChatAddress(f"web:@{self.id}")

    async def language(self) -> Language:
        """Return the language chosen with /lang, otherwise that of the installation."""
        return await self._play.app.queries.language(self.id) or Language.RU

    async def reads(self, department: str) -> list[Shown]:
        """Return what the channel of a department shows, oldest first."""
        return await self._reads(ChatAddress(f"web:#{DepartmentId(department)}"))

    async def inbox(self) -> list[Shown]:
        """Return the private messages of the assistant, oldest first."""
        return await self._reads(self.private)

    async def told(self, part: str) -> Shown:
        """Find the latest private message that contains some words."""
        return _latest(part, [message for message in await self.inbox() if part in message.text])

    async def cards(self, number: str, stage: str) -> list[Shown]:
        """Return the cards of a case and a stage in the channels that are this person's, oldest first."""
        headings = (f"{number} ·", f"{number} —")  # with a client, and without one
        own = (*self.person.departments, *(d.id for d in self._play.organisation.headed_by(self.id)))
        return [
            message
            for department in dict.fromkeys(own)
            for message in await self.reads(department)
            if message.task_id is not None
            and (first := message.text.partition("\n")[0]).startswith(headings)
            and first.endswith(f"— {stage}")
            and not any(words in message.text for words in _NOTICES)
        ]

    async def card(self, number: str, stage: str) -> Shown:
        """Return the latest card of a case and a stage in the channels that are this person's."""
        return _latest(f"{number} — {stage}", await self.cards(number, stage))

    async def does(self, intent: Intent, chat: ChatAddress | None = None) -> Reply:
        """Do something and return what comes back at once; raises Refused when it is a refusal."""
        incoming = Incoming(
            update_id=self._play.next_update(),
            person=self.id,
            language=Language.RU,
            chat=chat or self.private,
            dialect=Dialect.HTML,
            intent=intent,
        )
        reply = await self._play.app.services.conversation.handle(incoming)
        await self._play.settle()
        if reply.is_refusal:
            raise Refused(reply)
        return reply

    async def foresees(self, read: PreviewRead) -> Reply:
        """Look at what a form would send."""
        asker = Asker(person=self.id, language=Language.RU, chat=self.private, dialect=Dialect.HTML)
        return await self._play.app.services.conversation.foresee(asker, read)

    async def says(self, text: str) -> str:
        """Type a line to the assistant and return its reply."""
        reply = await self.does(Said(text=text))
        return words_of(reply.message.text) if reply.message is not None else (reply.toast or "")

    async def asks(self, text: str) -> Reply:
        """Type a line to the assistant and return the reply with its buttons or dialog."""
        return await self.does(Said(text=text))

    async def press(self, on: Shown | Menu | Reply, label: str) -> Reply:
        """Press the button with this label; raises LookupError when this person is not shown it, or Refused."""
        button = button_called(label, self._buttons(on))
        assert button.action is not None
        return await self.does(Press(action=button.action))

    async def answers(self, question: Ask, words: str) -> Reply:
        """Reply to a question with text."""
        return await self.does(Answered(action=question.action, text=words))

    async def opens(self, on: Shown | Reply, label: str | None = None) -> Form:
        """Press Open and return the form."""
        reply = await self.press(on, label or _OPEN[await self.language()])
        assert isinstance(reply.dialog, FormView)
        return Form(self, reply.dialog)

    async def new_case(self) -> Form:
        """Type /new and return the form of the one process there is."""
        reply = await self.asks("/new")
        assert isinstance(reply.dialog, FormView)
        return Form(self, reply.dialog)

    async def takes(self, number: str, stage: str) -> Form:
        """Claim the task of a card: the press answers with its form."""
        return await self.opens(await self.card(number, stage), _CLAIM[await self.language()])

    async def completes(self, number: str, stage: str, answers: Answers, outcome: str) -> Preview:
        """Claim, fill in, tick everything and send; returns what was sent."""
        form = (await self.takes(number, stage)).fill(answers)
        await form.tick_all()
        return await form.send(outcome)

    def _buttons(self, on: Shown | Menu | Reply) -> tuple[Button, ...]:
        if isinstance(on, Reply):
            assert on.message is not None
            return useful(on.message, self.id)
        return on.buttons

    async def _reads(self, chat: ChatAddress) -> list[Shown]:
        language = await self.language()
        messages = await self._play.app.services.web_messages.latest(chat, 500)
        return [shown(message, self.id, language) for message in messages]


_NOTICES = (
    "Задача появится здесь, когда завершатся",
    "The task will appear here once these stages",
    "Эту задачу ещё никто не взял.",
    "Nobody has claimed this task yet.",
    "Напоминание снято",
    "Все передачи пришли",
)
"""A notice begins like a card; these words distinguish the notices of a channel from its cards."""


def _latest(wanted: str, found: list[Shown]) -> Shown:
    if not found:
        raise LookupError(f"nothing shows «{wanted}»")
    return found[-1]
