"""The program without limits and pauses, and with patience: for stories about anything but the pace."""

from bot.background.pacing import Limit
from bot.slack.tuning import Patience, SlackTuning
from bot.telegram.api.limits import Limits
from bot.telegram.tuning import TelegramTuning
from bot.tuning import Tuning

_ANY = Limit(messages=1_000, seconds=0.0)
_PATIENCE = 20.0
"""Seconds: on a busy machine no reply is so slow that it takes the way of slow ones."""
NO_LIMITS = Limits(overall=_ANY, private=_ANY, chat=_ANY, group=_ANY)
AT_ONCE = Tuning(
    restart_pauses=(0.05,),
    telegram=TelegramTuning(limits=NO_LIMITS, patience=_PATIENCE),
    slack=SlackTuning(
        limits={},
        card_rest=0.0,
        token_pause=0.05,
        patience=Patience(opening=_PATIENCE, sending=_PATIENCE, typing=0.0, trigger=_PATIENCE),
        retry_pauses=(0.05,),
    ),
)
"""What is typed in a window is kept at once."""
