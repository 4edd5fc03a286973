"""The platform's rate limits, as a log of the last accepted calls; off until a test switches them on."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from .methods import METHODS, Tier
from .values import JSON

_PER_MINUTE = {Tier.THREE: 50, Tier.FOUR: 100}


@dataclass(slots=True, kw_only=True)
class Limits:
    """chat.postMessage once a second in a channel (*burst* posts may come together), the others by their tier."""

    enabled: bool = False
    burst: int = 1
    refused: int = 0
    _log: dict[tuple[str, str], deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def check(self, method: str, args: JSON, now: float) -> int | None:
        """Seconds to wait when the call comes too early, None when it may go on."""
        if not self.enabled:
            return None
        rule = self._rule(method, args)
        if rule is None:
            return None
        key, most, window = rule
        log = self._log[key]
        while log and log[0] <= now - window:
            log.popleft()
        if len(log) >= most:
            self.refused += 1
            return max(1, math.ceil(log[0] + window - now))
        log.append(now)
        return None

    def _rule(self, method: str, args: JSON) -> tuple[tuple[str, str], int, float] | None:
        if method == "chat.postMessage":
            return (method, str(args.get("channel"))), self.burst, float(self.burst)
        most = _PER_MINUTE.get(METHODS[method].tier)
        return None if most is None else ((method, ""), most, 60.0)
