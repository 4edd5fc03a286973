"""What people do in a story, whatever their chat: they begin cases, take and send work, press buttons, read."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.bootstrap import Application
from tests.fakes.clock import HandClock
from tests.play.form import Answers
from workflows.domain.case import Case
from workflows.domain.ids import FieldName, PersonId
from workflows.domain.people import Department, Organisation, Person
from workflows.domain.text import Language
from workflows.ports.rendering import FilledLetter
from workflows.usecases.fire_timers import TimerFiring

TAKE, OPEN = "Взять", "Открыть"


class Hands(Protocol):
    """How people use one chat; *about* are words of the message that something is done on."""

    async def begins(self, person: str, process: str, answers: Answers, outcome: str) -> None:
        """Open a case of a process, or for a service, with everything filled in."""
        ...

    async def does(self, person: str, about: Sequence[str], answers: Answers, outcome: str) -> None:
        """Claim or open a task, fill in its form, tick everything and send it; returns when it is over."""
        ...

    async def presses(self, person: str, about: Sequence[str], label: str) -> None:
        """Press a button that does something at once; returns when the button is gone."""
        ...

    async def picks(self, person: str, about: Sequence[str], label: str, choice: str) -> None:
        """Press a button that offers choices, and the one that begins so; returns when the button is gone."""
        ...

    async def reads(self, person: str, *words: str) -> str:
        """Wait for a message with these words, and return its text."""
        ...


class Story:
    """A company at work, each person with the hands of their chat."""

    def __init__(self, app: Application, clock: HandClock, hands: Mapping[PersonId, Hands]) -> None:
        self.app = app
        self._clock = clock
        self._hands = hands

    def who(self, person: str) -> Hands:
        """Return the hands of somebody."""
        return self._hands[PersonId(person)]

    async def begins(self, person: str, process: str, answers: Answers, outcome: str) -> None:
        """Open a case."""
        await self.who(person).begins(person, process, answers, outcome)

    async def does(self, person: str, number: str, stage: str, answers: Answers, outcome: str) -> None:
        """Do the task of a stage from its card."""
        await self.who(person).does(person, (number, stage), answers, outcome)

    async def presses(self, person: str, number: str, stage: str, label: str) -> None:
        """Press a button of a card."""
        await self.who(person).presses(person, (number, stage), label)

    async def hands_over(self, person: str, number: str, stage: str, to: str) -> None:
        """Give the task of a card to somebody of the department."""
        name = self.app.services.organisation.now.person(PersonId(to)).name.in_(Language.RU)
        await self.who(person).picks(person, (number, stage), "Передать…", name)

    async def reads(self, person: str, *words: str) -> str:
        """Return the text of a message that somebody sees."""
        return await self.who(person).reads(person, *words)

    async def let_pass(self, *, days: float = 0, minutes: float = 0) -> None:
        """Let time pass: what came due on the way happens at its end."""
        self._clock.move(days=days, minutes=minutes)
        app = self.app
        firing = TimerFiring(handler=app.handler, storage=app.storage, queries=app.queries, clock=self._clock)
        await firing.fire_due()
        await app.delivery.deliver_due()

    async def case(self, number: str) -> Case:
        """Return a case."""
        case = await self.app.queries.case_numbered(number)
        assert case is not None
        return case

    async def stages(self, number: str) -> list[str]:
        """Return the stages of the open tasks."""
        return sorted(str(task.stage) for task in (await self.case(number)).open_tasks())

    async def end(self, number: str) -> str | None:
        """Return by which end a case was completed."""
        return (await self.case(number)).end

    async def fact(self, number: str, name: str) -> object:
        """Return a fact of a case."""
        return (await self.case(number)).values.get(FieldName(name))

    async def letters(self, number: str, template: str) -> list[FilledLetter]:
        """Return the kept letters that were filled from a template, oldest first."""
        kept = await self.app.queries.letters((await self.case(number)).id)
        return [letter for letter in kept if letter.template == template]

    async def letter(self, number: str, template: str) -> str:
        """Return the latest letter of a template in Russian, with ordinary spaces."""
        return plain((await self.letters(number, template))[-1].texts[Language.RU].body)


def plain(text: str) -> str:
    """Return a text with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def is_for(person: Person, text: str) -> bool:
    """Return whether a card is somebody's to act on: it does not name another one who has the task."""
    return "Исполнитель: " not in text or f"Исполнитель: {person.name.in_(Language.RU)}" in text


def departments_of(organisation: Organisation, person: Person) -> list[Department]:
    """Return the departments whose channels somebody reads: their own, and those they are the head of."""
    own = [organisation.departments[name] for name in person.departments]
    return [*own, *(d for d in organisation.headed_by(person.id) if d not in own)]


def channels_of(organisation: Organisation, cast: Sequence[str]) -> dict[str, list[str]]:
    """Return which of these people read the channel of which department."""
    found: dict[str, list[str]] = {}
    for name in cast:
        for department in departments_of(organisation, organisation.person(PersonId(name))):
            found.setdefault(department.id, []).append(name)
    return found
