"""Trigger ids (three seconds, once) and response urls (thirty minutes, five times)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from .clock import Clock
from .messages import Message
from .values import SlackRefusal

RESPONSE_URL_LIVES = timedelta(minutes=30)
RESPONSE_URL_USES = 5


@dataclass(slots=True)
class _Trigger:
    user: str
    issued: datetime
    used: bool = False


class Triggers:
    """The trigger ids that were handed out."""

    def __init__(self, clock: Clock, lives: timedelta) -> None:
        self._clock = clock
        self._lives = lives
        self._issued: dict[str, _Trigger] = {}

    def issue(self, user: str) -> str:
        """A trigger id for something that *user* has just done."""
        trigger = f"{len(self._issued) + 10_000}.98765.{secrets.token_hex(16)}"
        self._issued[trigger] = _Trigger(user, self._clock.now())
        return trigger

    def exchange(self, trigger_id: object) -> str:
        """Use a trigger and learn whose it is; raises SlackRefusal when it is unknown, late or used."""
        trigger = self._issued.get(str(trigger_id))
        if trigger is None:
            raise SlackRefusal("invalid_trigger_id")
        if trigger.used:
            raise SlackRefusal("exchanged_trigger_id")
        if self._clock.now() - trigger.issued > self._lives:
            raise SlackRefusal("expired_trigger_id")
        trigger.used = True
        return trigger.user


@dataclass(slots=True)
class ResponseUrl:
    """Where one response to one interaction may be posted."""

    user: str
    channel: str
    source: Message | None
    issued: datetime
    uses: int = 0


class ResponseUrls:
    """The response urls that were handed out, by their secret path."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, user: str, channel: str, source: Message | None) -> str:
        """The secret part of a new response url."""
        key = f"{len(self._issued) + 1}/{secrets.token_urlsafe(18)}"
        self._issued[key] = ResponseUrl(user, channel, source, self._clock.now())
        return key

    def check(self, key: str) -> ResponseUrl:
        """The url behind *key*; raises SlackRefusal when it is unknown, late or used up."""
        url = self._issued.get(key)
        if url is None or self._clock.now() - url.issued > RESPONSE_URL_LIVES:
            raise SlackRefusal("expired_url")
        if url.uses >= RESPONSE_URL_USES:
            raise SlackRefusal("used_url")
        return url
