"""People at the built-in web chat."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.conversation.reply import FormView, Menu
from tests.firm import PATIENCE
from tests.play.actor import Actor
from tests.play.form import Answers, Form
from tests.play.play import Play
from tests.play.screen import Shown
from tests.stories.hands import OPEN, TAKE, departments_of, is_for

T = TypeVar("T")


class WebHands:
    """The hands of people whose program delivers by itself (*is_waiting*) or as soon as something is done."""

    def __init__(self, play: Play, *, is_waiting: bool = False) -> None:
        self._play = play
        self._is_waiting = is_waiting

    async def begins(self, person: str, process: str, answers: Answers, outcome: str) -> None:
        actor = self._play.person(person)
        reply = await actor.asks("/new")
        if isinstance(reply.dialog, Menu):
            reply = await actor.press(reply.dialog, process)
        assert isinstance(reply.dialog, FormView)
        await Form(actor, reply.dialog).fill(answers).send(outcome)

    async def does(self, person: str, about: Sequence[str], answers: Answers, outcome: str) -> None:
        actor = self._play.person(person)
        on, label = await self._finds(actor, about, TAKE, OPEN)
        form = (await actor.opens(on, label)).fill(answers)
        await form.tick_all()
        await form.send(outcome)
        await self._goes(actor, on, label)

    async def presses(self, person: str, about: Sequence[str], label: str) -> None:
        actor = self._play.person(person)
        on, _ = await self._finds(actor, about, label)
        await actor.press(on, label)
        await self._goes(actor, on, label)

    async def picks(self, person: str, about: Sequence[str], label: str, choice: str) -> None:
        actor = self._play.person(person)
        on, _ = await self._finds(actor, about, label)
        menu = (await actor.press(on, label)).dialog
        assert isinstance(menu, Menu)
        await actor.press(menu, next(b.label for b in menu.buttons if b.label.startswith(choice)))
        await self._goes(actor, on, label)

    async def reads(self, person: str, *words: str) -> str:
        actor = self._play.person(person)

        async def look() -> str:
            return next((m.text for m in await self._shown(actor) if all(word in m.text for word in words)), "")

        return await self._sees(look, words)

    async def _finds(self, actor: Actor, about: Sequence[str], *labels: str) -> tuple[Shown, str]:
        async def look() -> tuple[Shown, str] | None:
            for message in await self._shown(actor):
                if all(words in message.text for words in about) and is_for(actor.person, message.text):
                    for label in labels:
                        if label in message.labels:
                            return message, label
            return None

        return await self._sees(look, (*about, *labels))

    async def _goes(self, actor: Actor, on: Shown, label: str) -> None:
        async def look() -> bool:
            return not any(m.key == on.key and label in m.labels for m in await self._shown(actor))

        await self._sees(look, (f"no «{label}»",))

    async def _shown(self, actor: Actor) -> list[Shown]:
        """Return everything that somebody sees, newest first."""
        organisation = self._play.organisation
        channels = [await actor.reads(d.id) for d in departments_of(organisation, actor.person)]
        seen = [message for messages in (*channels, await actor.inbox()) for message in messages]
        return sorted(seen, key=lambda message: -message.key)

    async def _sees(self, look: Callable[[], Awaitable[T | None]], wanted: Sequence[str]) -> T:
        with self._play.app.services.hub.subscribe() as subscription:
            news = subscription.read(PATIENCE)
            while not (found := await look()):
                if not self._is_waiting or not await anext(news):
                    raise LookupError(f"nothing shows {wanted}")
            return found
