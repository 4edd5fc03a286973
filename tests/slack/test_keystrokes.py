"""Keystrokes are collected; neither a repeated one nor a program that ends holds later ones back."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.slack.inbound.inbox import Inbox
from bot.slack.inbound.keystrokes import Keystrokes


class Typist:
    """Types into one window and sees what was kept of it."""

    def __init__(self, inbox: Inbox, pause: float) -> None:
        self.kept: list[str] = []
        self._keystrokes = Keystrokes(inbox, pause)

    def types(self, update: str, text: str, at: int = 0) -> None:
        self._keystrokes.note(update, self._keeping(text), window="V1", turn="U1", at=at)

    def chooses(self, at: int) -> None:
        self._keystrokes.forget("V1", at)

    def _keeping(self, text: str) -> Callable[[], Awaitable[None]]:
        async def keep() -> None:
            self.kept.append(text)

        return keep


async def test_of_many_letters_the_newest_is_kept_once() -> None:
    inbox = Inbox()
    typist = Typist(inbox, 0.0)

    for number, text in enumerate(("Р", "Ро", "Ром")):
        typist.types(str(number), text)
    await inbox.wait_until_idle()

    assert typist.kept == ["Ром"]


async def test_an_older_letter_that_comes_late_takes_back_nothing() -> None:
    inbox = Inbox()
    typist = Typist(inbox, 0.0)

    typist.types("2", "Ром", at=2)
    typist.types("1", "Ро", at=1)
    typist.chooses(at=1)
    await inbox.wait_until_idle()

    assert typist.kept == ["Ром"]


async def test_a_choice_carries_the_letters_that_came_before_it() -> None:
    inbox = Inbox()
    typist = Typist(inbox, 0.0)

    typist.types("1", "Ро", at=1)
    typist.chooses(at=2)
    await inbox.wait_until_idle()

    assert typist.kept == []


async def test_a_letter_that_comes_again_takes_back_nothing() -> None:
    inbox = Inbox()
    typist = Typist(inbox, 0.0)
    typist.types("1", "Р")
    typist.types("2", "Ро")

    typist.types("1", "Р")
    await inbox.wait_until_idle()
    typist.types("2", "Ро")
    typist.types("3", "Ром")
    await inbox.wait_until_idle()

    assert typist.kept == ["Ро", "Ром"]


async def test_letters_that_could_not_be_kept_at_the_end_hold_back_none_after_it() -> None:
    inbox = Inbox(closes_within=0.01)
    typist = Typist(inbox, 0.0)

    async def stands_still() -> None:
        await asyncio.Event().wait()

    inbox.start("0", lambda: inbox.in_turn("U1", stands_still))
    typist.types("1", "Р")
    await inbox.close()

    typist.types("2", "Ро")
    await inbox.wait_until_idle()

    assert typist.kept == ["Ро"]
