"""People at Telegram: buttons in groups and private chats, forms asked question by question."""

from collections.abc import Sequence

from tests.play.form import Answers
from tests.stories.hands import OPEN, TAKE, channels_of, is_for, plain
from tests.telegram.filled_interview import FilledInterview
from tests.telegram.firm import Firm
from tests.telegram.server import Chat, Message
from workflows.domain.ids import PersonId


class TelegramHands:
    """The hands of people in the groups of their departments."""

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        self._groups: dict[str, list[Chat]] = {}

    async def enter(self, cast: Sequence[str], administrator: str) -> None:
        """Link the accounts of these people, and bind a group of their own to each of their departments."""
        await self._firm.joins(*dict.fromkeys((administrator, *cast)))
        for department, people in channels_of(self._firm.app.services.organisation.now, cast).items():
            members = [name for name in people if name != administrator]
            group = await self._firm.group_of(department, *members, by=administrator)
            for name in people:
                self._groups.setdefault(name, []).append(group)

    async def begins(self, person: str, process: str, answers: Answers, outcome: str) -> None:
        who = self._firm.people[person]
        interview = FilledInterview(self._firm, person)
        sent = await who.send(who.private, "/new")
        menu = await self._firm.until(
            lambda: next((m for m in who.private.messages if m.id > sent.id and m.buttons), None)
        )
        if process in menu.buttons:
            await who.press(menu, process)
        await interview.fill(answers, outcome)
        await interview.send(outcome)
        await self._firm.until(lambda: not interview.asks())

    async def does(self, person: str, about: Sequence[str], answers: Answers, outcome: str) -> None:
        on, label = await self._finds(person, about, TAKE, OPEN)
        interview = FilledInterview(self._firm, person)
        pressed = await self._firm.people[person].press(on, label)
        if pressed.url:
            await self._firm.people[person].open_link(pressed.url)
        await interview.fill(answers, outcome)
        await interview.send(outcome)
        await self._goes(on, label)

    async def presses(self, person: str, about: Sequence[str], label: str) -> None:
        on, _ = await self._finds(person, about, label)
        await self._firm.people[person].press(on, label)
        await self._goes(on, label)

    async def picks(self, person: str, about: Sequence[str], label: str, choice: str) -> None:
        who = self._firm.people[person]
        on, _ = await self._finds(person, about, label)
        await who.press(on, label)

        def offered() -> tuple[Message, str] | None:
            for chat in self._chats(person):
                for message in reversed(chat.messages):
                    for button in message.buttons:
                        if button.startswith(choice):
                            return message, button
            return None

        menu, button = await self._firm.until(offered)
        await who.press(menu, button)
        await self._goes(on, label)

    async def reads(self, person: str, *words: str) -> str:
        def look() -> str | None:
            return next((text for m in self._shown(person) if all(w in (text := plain(m.text)) for w in words)), None)

        return await self._firm.until(look)

    async def _finds(self, person: str, about: Sequence[str], *labels: str) -> tuple[Message, str]:
        who = self._firm.app.services.organisation.now.person(PersonId(person))

        def look() -> tuple[Message, str] | None:
            for message in self._shown(person):
                if all(words in message.text for words in about) and is_for(who, message.text):
                    for label in labels:
                        if label in message.buttons:
                            return message, label
            return None

        return await self._firm.until(look)

    async def _goes(self, on: Message, label: str) -> None:
        await self._firm.until(lambda: on.is_deleted or label not in on.buttons)

    def _chats(self, person: str) -> list[Chat]:
        return [self._firm.people[person].private, *self._groups.get(person, ())]

    def _shown(self, person: str) -> list[Message]:
        """Return everything that somebody sees, newest first."""
        return sorted((m for chat in self._chats(person) for m in chat.messages), key=lambda message: -message.id)
