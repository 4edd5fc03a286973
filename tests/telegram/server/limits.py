"""The platform's limits on what a bot sends; edits count like messages."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from .errors import ApiError, too_many_requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the platform accepts: messages a second in all and per chat (with a short burst), a minute in a group."""

    overall_per_second: int = 30
    chat_per_second: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 20


@dataclass(slots=True)
class _Bucket:
    """Tokens that come back at a steady rate, up to a burst."""

    tokens: float
    at: float

    def refill(self, now: float, rate: float, burst: int) -> None:
        self.tokens = min(float(burst), self.tokens + (now - self.at) * rate)
        self.at = now

    def wait(self, rate: float) -> float:
        # A millionth of slack, so that one full second is one full token in floating point.
        return 0.0 if self.tokens >= 1 - 1e-6 else (1 - self.tokens) / rate


@dataclass(slots=True)
class _Window:
    """Moments of the last `seconds`, at most `most` of them."""

    seconds: float
    most: int
    moments: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        while self.moments and self.moments[0] <= now - self.seconds:
            self.moments.popleft()
        return 0.0 if len(self.moments) < self.most else self.moments[0] + self.seconds - now


class Meter:
    """Counts what was sent and returns how long to wait; sending during a penalty makes it longer by a second."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._overall = _Window(1.0, limits.overall_per_second)
        self._chats: dict[int, _Bucket] = {}
        self._groups: dict[int, _Window] = defaultdict(lambda: _Window(60.0, limits.group_per_minute))
        self._penalty: dict[int, float] = {}

    def take(self, chat_id: int, now: float, *, group: bool) -> None:
        """Count one message at `now` (seconds) or raise ApiError 429; `group` adds the limit per minute."""
        blocked = [(key, self._penalty.get(key, now) - now) for key in (0, chat_id)]
        key, left = max(blocked, key=lambda entry: entry[1])
        if left > 0:
            raise self._refuse(key, now, left + 1)
        bucket = self._chats.setdefault(chat_id, _Bucket(self._limits.chat_burst, now))
        bucket.refill(now, self._limits.chat_per_second, self._limits.chat_burst)
        if (wait := self._overall.wait(now)) > 0:
            raise self._refuse(0, now, wait)
        window = self._groups[chat_id] if group else None
        wait = max(bucket.wait(self._limits.chat_per_second), window.wait(now) if window else 0.0)
        if wait > 0:
            raise self._refuse(chat_id, now, wait)
        bucket.tokens -= 1
        self._overall.moments.append(now)
        if window is not None:
            window.moments.append(now)

    def _refuse(self, key: int, now: float, wait: float) -> ApiError:
        seconds = max(1, math.ceil(wait))
        self._penalty[key] = now + seconds
        return too_many_requests(seconds)
