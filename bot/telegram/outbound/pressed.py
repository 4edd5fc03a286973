"""A press that waits for its reply."""

from dataclasses import dataclass

from bot.conversation.incoming import Incoming, Press
from bot.telegram.api.addresses import Place, place_of
from bot.telegram.outbound.reply_order import UpdateOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A press of a button under one of our messages; `private` is the presser's own private chat.

    `due` is when, by the loop's time, the presser has waited long enough; `is_answered` tells that a word of comfort
    has stopped the spinner. Unless the message *had_button*, an old or changed client sent the press.
    """

    query_id: str
    message_id: int
    incoming: Incoming
    private: Place
    due: float
    is_answered: bool
    had_button: bool
    order: UpdateOrder

    @property
    def place(self) -> Place:
        """Return where the message stands."""
        return place_of(self.incoming.chat)

    @property
    def action(self) -> str:
        """Return what the button carried."""
        return self.incoming.intent.action if isinstance(self.incoming.intent, Press) else ""
