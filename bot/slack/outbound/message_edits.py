"""Which updates of messages come first: a company has fifty a minute in all its channels.

What changes the buttons (a claim, a completion) is awaited by those who would press them. What changes the text alone
(a tick) can wait, so that several changes become one update.
"""

import asyncio
from collections.abc import Sequence

from bot.remembered import Remembered
from bot.slack.api.addresses import channel_of
from bot.slack.api.limits import UPDATE
from bot.slack.api.pace import Pace
from workflows.ports.chat import ChatAddress, Deferred, Message, MessageId

REMEMBERED = 10_000


class Updates:
    """Remembers what messages show, and when that was sent."""

    def __init__(self, pace: Pace, rest: float) -> None:
        self._pace = pace
        self._rest = rest
        self._sent: Remembered[tuple[ChatAddress, MessageId], tuple[Sequence[str], float]] = Remembered(REMEMBERED)

    def note(self, chat: ChatAddress, message: MessageId, shown: Message) -> None:
        """Remember what a message shows from now on."""
        self._sent[chat, message] = _labels(shown), asyncio.get_running_loop().time()

    def check_urgent(self, chat: ChatAddress, message: MessageId, shown: Message) -> bool:
        """Return whether somebody waits for an update; raises Deferred for one that has to wait.

        It is urgent where it is unknown what the message shows.
        """
        labels, sent_at = self._sent.get((chat, message), (None, 0.0))
        if labels != _labels(shown):
            return True
        if asyncio.get_running_loop().time() - sent_at < self._rest:
            raise Deferred("updated_a_moment_ago")
        if not self._pace.has_room(UPDATE, channel_of(chat)):
            raise Deferred("others_first")
        return False


def _labels(shown: Message) -> Sequence[str]:
    """Return the words on the buttons: what they carry changes with every revision."""
    return [button.label for row in shown.buttons for button in row]
