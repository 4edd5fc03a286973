"""The language of replies when people choose one, here or in another process."""

import asyncio

from tests.conversation.desk import Desk
from tests.fakes.clock import HandClock
from tests.fakes.memory import Memory
from tests.onboarding import ANNA
from workflows.domain.ids import PersonId
from workflows.domain.text import Language
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.languages import KEPT, ChosenLanguages


class SlowMemory(Memory):
    """A database whose first result is read at once and arrives late."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked, self.may_arrive = asyncio.Event(), asyncio.Event()

    async def language(self, person: PersonId) -> Language | None:
        found = await super().language(person)
        if not self.is_asked.is_set():
            self.is_asked.set()
            await self.may_arrive.wait()
        return found


async def test_an_older_reading_that_arrives_late_does_not_undo_a_choice() -> None:
    memory = SlowMemory()
    languages = ChosenLanguages(memory, memory, HandClock())
    of_an_answer = asyncio.create_task(languages.of(ANNA, Language.EN))
    await memory.is_asked.wait()

    await languages.choose(ANNA, Language.RU)
    memory.may_arrive.set()

    assert await of_an_answer is Language.RU
    assert await languages.of(ANNA, Language.EN) is Language.RU


async def test_a_language_chosen_in_another_process_is_spoken_soon() -> None:
    desk = Desk()
    assert "This is what I understand" in str((await desk.says(ANNA, "/help")).message)
    here, desk.conversation = desk.conversation, desk.new_conversation()
    await desk.says(ANNA, "/lang ru")
    desk.conversation = here

    desk.clock.move(seconds=KEPT.total_seconds())

    assert "Вот что можно написать" in str((await desk.says(ANNA, "/help")).message)


async def test_a_language_that_was_known_is_spoken_while_the_database_is_away() -> None:
    memory, clock = Memory(), HandClock()
    languages = ChosenLanguages(memory, memory, clock)
    await languages.choose(ANNA, Language.RU)

    async def away(_person: PersonId) -> Language | None:
        raise StorageUnavailable("away")

    memory.language = away  # type: ignore[method-assign,assignment]
    clock.move(seconds=KEPT.total_seconds())

    assert await languages.of(ANNA, Language.EN) is Language.RU
