"""The pace and the patience of the Slack adapter."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.background.pacing import Limit
from bot.slack.api.limits import METHODS


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many seconds the adapter waits for something.

    `opening`: a reply that takes longer gets a window to wait in, since a trigger lives for three seconds. `sending`: a
    sent window is acknowledged by then with a window to wait in, since Slack waits three seconds. `typing`: what is
    typed is saved at most once in this time, unless the window is closed, since Slack reports every letter. `trigger`:
    a window that has not opened by then is offered by a button; with `opening` before it, this is what a trigger lives.
    """

    opening: float = 1.0
    sending: float = 2.0
    typing: float = 2.0
    trigger: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackTuning:
    """All durations are seconds; `questions_per_page` is how many a window of a form has at most.

    `limits` are kept before Slack enforces them. `ping_seconds` is how often a connection is checked, and so how soon a
    lost one is replaced. `retry_pauses` come before Slack is tried again, `window_pauses` before each look for a window
    to wait in, which opens only after our acknowledgement has arrived. A card rests for `card_rest` seconds before an
    update that nobody waits for, such as a tick. After the token was refused it is tried every `token_pause`.
    """

    questions_per_page: int = 15
    limits: Mapping[str, Limit] = field(default_factory=lambda: METHODS)
    patience: Patience = field(default_factory=Patience)
    ping_seconds: float = 5.0
    retry_pauses: tuple[float, ...] = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
    card_rest: float = 3.0
    token_pause: float = 15.0
    window_pauses: tuple[float, ...] = (0.1, 0.3, 1.0, 3.0)
