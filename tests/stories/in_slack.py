"""People at Slack: buttons in channels and direct messages, forms in windows."""

from collections.abc import Sequence

from tests.play.form import Answers
from tests.slack.firm import Firm
from tests.slack.forms import DECISION, send, tick_all, typed
from tests.slack.server import CannotDo, Channel, Message, View
from tests.stories.hands import OPEN, TAKE, channels_of, is_for, plain
from workflows.domain.ids import PersonId


class SlackHands:
    """The hands of people in the channels of their departments."""

    def __init__(self, firm: Firm) -> None:
        self._firm = firm
        self._channels: dict[str, list[Channel]] = {}

    async def enter(self, cast: Sequence[str], administrator: str) -> None:
        """Link the accounts of these people, and bind a channel of their own to each of their departments."""
        await self._firm.joins(*dict.fromkeys((administrator, *cast)))
        for department, people in channels_of(self._firm.app.services.organisation.now, cast).items():
            members = [name for name in people if name != administrator]
            channel = await self._firm.channel_of(department, *members, by=administrator)
            for name in people:
                self._channels.setdefault(name, []).append(channel)

    async def begins(self, person: str, process: str, answers: Answers, outcome: str) -> None:
        who = self._firm.people[person]
        before = len(who.ephemerals)
        await who.command("/handover", "new", who.dm)
        await self._firm.until(lambda: who.has_view or len(who.ephemerals) > before)
        if not who.has_view:
            await who.press(who.ephemerals[-1], process)
            await self._firm.until(lambda: who.has_view and who.view.inputs)
        await self._fills(person, answers, outcome)

    async def does(self, person: str, about: Sequence[str], answers: Answers, outcome: str) -> None:
        on, label = await self._finds(person, about, TAKE, OPEN)
        who = self._firm.people[person]
        await who.press(on, label)
        await self._firm.until(lambda: who.has_view and who.view.payload.get("submit"))
        await self._fills(person, answers, outcome)
        await self._goes(person, on, label)

    async def presses(self, person: str, about: Sequence[str], label: str) -> None:
        on, _ = await self._finds(person, about, label)
        await self._firm.people[person].press(on, label)
        await self._goes(person, on, label)

    async def picks(self, person: str, about: Sequence[str], label: str, choice: str) -> None:
        who = self._firm.people[person]
        on, _ = await self._finds(person, about, label)
        await who.press(on, label)

        def offered() -> tuple[Message | View, str] | None:
            places: list[Message | View] = [*who.dm.messages, *who.ephemerals, *who.views]
            return next(
                ((place, found) for place in reversed(places) for found in place.labels if found.startswith(choice)),
                None,
            )

        offer = await self._firm.until(offered)
        assert offer is not None
        menu, button = offer
        await who.press(menu, button)
        await self._goes(person, on, label)

    async def reads(self, person: str, *words: str) -> str:
        def look() -> str:
            return next((t for m in self._shown(person) if all(w in (t := plain(m.plain)) for w in words)), "")

        return await self._firm.until(look)

    async def _fills(self, person: str, answers: Answers, outcome: str) -> None:
        """Answer page by page, and send."""
        who = self._firm.people[person]
        await self._decides(person, outcome)
        for label, answer in answers.items():
            while label not in who.view.inputs:
                before = who.view.plain
                await who.submit()
                await self._firm.slack.inbox.wait_until_idle()
                if who.view.plain == before:
                    raise CannotDo(f"no question {label!r} in {list(who.view.inputs)}: {who.view.errors}")
                await self._decides(person, outcome)
            await who.fill(label, typed(who.view, label, answer))
            await self._firm.slack.inbox.wait_until_idle()
        await tick_all(self._firm, person)
        await send(self._firm, person, outcome)

    async def _decides(self, person: str, outcome: str) -> None:
        who = self._firm.people[person]
        if DECISION in who.view.inputs and who.view.value(DECISION) != outcome:
            await who.fill(DECISION, outcome)
            await self._firm.slack.inbox.wait_until_idle()

    async def _finds(self, person: str, about: Sequence[str], *labels: str) -> tuple[Message, str]:
        who = self._firm.app.services.organisation.now.person(PersonId(person))

        def look() -> tuple[Message, str] | None:
            for message in self._shown(person):
                if all(words in message.plain for words in about) and is_for(who, message.plain):
                    for label in labels:
                        if label in message.labels:
                            return message, label
            return None

        found = await self._firm.until(look)
        assert found is not None
        return found

    async def _goes(self, person: str, on: Message, label: str) -> None:
        await self._firm.until(lambda: label not in on.labels or on not in self._shown(person))

    def _shown(self, person: str) -> list[Message]:
        """Return everything that somebody sees, newest first."""
        who = self._firm.people[person]
        places = (who.dm, *self._channels.get(person, ()))
        return sorted((m for place in places for m in place.everything), key=lambda m: m.ts, reverse=True)
