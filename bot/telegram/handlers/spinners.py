"""The spinners of pressed buttons: none turns longer than a moment, wherever its press has to wait."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from aiogram.types import CallbackQuery, Update

from bot.rendering.phrases import Phrase, phrase
from bot.telegram.api.client import Api
from bot.telegram.handlers.receive import language_of
from workflows.domain.text import Language

PATIENCE = 0.7
"""Seconds after which a press is answered with a word of comfort; the result follows as a message."""
MOST = 1_000


@dataclass(slots=True)
class Clock:
    """Runs from the arrival of a press until its answer; `until` is when it rings, by the loop's time."""

    until: float
    has_rung: bool = False
    comfort: asyncio.Task[bool] = field(init=False)


class Spinners:
    """One clock for each press that is not answered yet."""

    def __init__(self, api: Api, locale: Language, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._api = api
        self._locale = locale
        self._clocks: OrderedDict[str, Clock] = OrderedDict()

    def arrived(self, update: Update) -> None:
        """Start the clock of a press; other updates have none."""
        query = update.callback_query
        if query is None or query.id in self._clocks:
            return
        clock = Clock(asyncio.get_running_loop().time() + self.patience)
        clock.comfort = asyncio.create_task(self._ring(clock, query), name=f"telegram press {query.id}")
        self._clocks[query.id] = clock
        if len(self._clocks) > MOST:
            # A press whose handling was given up leaves its clock behind.
            self._clocks.popitem(last=False)

    def until(self, query_id: str) -> float:
        """Return when, by the loop's time, the presser has waited long enough."""
        clock = self._clocks.get(query_id)
        return asyncio.get_running_loop().time() + self.patience if clock is None else clock.until

    async def stop(self, query_id: str) -> bool:
        """Stop the clock of a press that is about to be answered; True when a word of comfort came before."""
        clock = self._clocks.pop(query_id, None)
        if clock is None:
            return False
        if clock.has_rung:
            return await clock.comfort
        clock.comfort.cancel()
        return False

    def close(self) -> None:
        """Stop all clocks."""
        for clock in self._clocks.values():
            clock.comfort.cancel()
        self._clocks.clear()

    async def _ring(self, clock: Clock, query: CallbackQuery) -> bool:
        await asyncio.sleep(self.patience)
        clock.has_rung = True
        return await self._api.answer(query.id, phrase(Phrase.WORKING, language_of(query.from_user, self._locale)))
