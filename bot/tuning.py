"""Pauses, paces and patience of the adapters: one value, given to the wiring; tests give another one."""

from dataclasses import dataclass, field

from bot.slack.tuning import SlackTuning
from bot.telegram.tuning import TelegramTuning


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """`restart_pauses` are the growing pauses, in seconds, before an adapter that broke is run again."""

    restart_pauses: tuple[float, ...] = (1.0, 5.0, 30.0, 60.0)
    telegram: TelegramTuning = field(default_factory=TelegramTuning)
    slack: SlackTuning = field(default_factory=SlackTuning)
