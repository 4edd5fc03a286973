"""The spinners of pressed buttons: each is stopped within a second, wherever its press has to wait."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from aiogram.types import CallbackQuery, Update

from bot.rendering.phrases.chat_sentences import Phrase, phrase
from bot.telegram.api.client import Api
from bot.telegram.handlers.accounts import Accounts

MOST = 1_000


@dataclass(slots=True)
class Spinner:
    """The spinner of one press; at `due`, by the loop's time, it is stopped with a word of comfort."""

    due: float
    is_due: bool = False
    comfort: asyncio.Task[bool] = field(init=False)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A spinner that its reply has to stop, unless it *is_answered* with a word of comfort already."""

    due: float
    is_answered: bool = False


class Spinners:
    """The spinners of all presses that are not replied to yet; each turns for *patience* seconds at most."""

    def __init__(self, api: Api, accounts: Accounts, patience: float) -> None:
        self._patience = patience
        self._api = api
        self._accounts = accounts
        self._turning: OrderedDict[str, Spinner] = OrderedDict()

    def start(self, update: Update) -> None:
        """Watch the spinner of a press from its arrival; other updates have none."""
        query = update.callback_query
        if query is None or query.id in self._turning:
            return
        spinner = Spinner(asyncio.get_running_loop().time() + self._patience)
        spinner.comfort = asyncio.create_task(self._comfort(spinner, query), name=f"telegram press {query.id}")
        self._turning[query.id] = spinner
        if len(self._turning) > MOST:
            # A press whose handling was given up leaves its spinner behind.
            self._turning.popitem(last=False)

    async def stop(self, query_id: str) -> Stopped:
        """Watch a spinner no longer: its press is about to be answered, unless it was comforted before."""
        spinner = self._turning.pop(query_id, None)
        if spinner is None:
            return Stopped(asyncio.get_running_loop().time() + self._patience)
        if spinner.is_due:
            return Stopped(spinner.due, is_answered=await spinner.comfort)
        spinner.comfort.cancel()
        return Stopped(spinner.due)

    def close(self) -> None:
        """Watch no spinner any more."""
        for spinner in self._turning.values():
            spinner.comfort.cancel()
        self._turning.clear()

    async def _comfort(self, spinner: Spinner, query: CallbackQuery) -> bool:
        await asyncio.sleep(self._patience)
        spinner.is_due = True
        return await self._api.answer(query.id, phrase(Phrase.WORKING, self._accounts.language_of(query.from_user)))
