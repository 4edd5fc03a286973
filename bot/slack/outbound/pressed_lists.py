"""The list in which somebody pressed a button last: it is shown anew when what began there is done."""

from bot.remembered import Remembered
from bot.slack.api.origin import Origin

REMEMBERED = 2_000
MOST_USES = 4
"""How often the address of a press is used: Slack takes five messages for one, and the press itself has its own."""


class PressedLists:
    """Remembers for each account where its last list stands, and which one it is."""

    def __init__(self) -> None:
        self._pressed: Remembered[str, tuple[Origin, str, int]] = Remembered(REMEMBERED)

    def note(self, origin: Origin, inside: str) -> None:
        """Remember a press in the list of this place (`my.2`), where it can be shown anew; others are left alone."""
        if inside and origin.response_url is not None and not origin.is_windowed:
            self._pressed[origin.user] = origin, inside, 0

    def of(self, user: str) -> tuple[Origin, str] | None:
        """Return where the last list of an account stands, and which one it is; None when it cannot be changed."""
        origin, inside, uses = self._pressed.get(user, (None, "", MOST_USES))
        if origin is None or uses >= MOST_USES:
            return None
        self._pressed[user] = origin, inside, uses + 1
        return origin, inside
