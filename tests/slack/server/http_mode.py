"""Slack towards an app's request URL: signed requests, three seconds, the url_verification handshake."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp

from .deliveries import Delivery, Kind, NotAcknowledged
from .values import CannotDo


def signature(secret: str, timestamp: str, body: str) -> str:
    """The ``x-slack-signature`` of a request."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpMode:
    """Delivers to *url*; *now* gives the seconds of the signatures (the libraries check them by the wall clock)."""

    timeout_reason = "http_timeout"

    def __init__(self, url: str, secret: str, *, now: Callable[[], float] = time.time) -> None:
        self._url, self._secret, self._now = url, secret, now
        self._session = aiohttp.ClientSession()

    async def verify(self, within: float) -> None:
        """Send url_verification as when the address is saved; raises CannotDo unless the challenge comes back."""
        challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
        body = json.dumps({"token": "verification-token", "challenge": challenge, "type": "url_verification"})
        try:
            answer = await self._post(body, "application/json", {}, within)
        except NotAcknowledged as failure:
            raise CannotDo(f"Your URL didn't take the challenge: {failure.reason}") from failure
        given = answer.get("challenge", answer.get("text")) if isinstance(answer, dict) else answer
        if given != challenge:
            raise CannotDo(f"Your URL didn't respond with the value of the challenge parameter: {answer!r}")

    async def send(self, delivery: Delivery, *, attempt: int, reason: str, within: float) -> Any:
        """Post one delivery; raises NotAcknowledged with http_timeout, http_error or connection_failed."""
        headers = {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason} if attempt else {}
        if delivery.kind is Kind.EVENT:
            return await self._post(json.dumps(delivery.payload), "application/json", headers, within)
        fields = delivery.payload if delivery.kind is Kind.COMMAND else {"payload": json.dumps(delivery.payload)}
        return await self._post(urlencode(fields), "application/x-www-form-urlencoded", headers, within)

    async def _post(self, body: str, kind: str, headers: dict[str, str], within: float) -> Any:
        timestamp = str(int(self._now()))
        headers = {
            **headers,
            "Content-Type": kind,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, body),
        }
        limit = aiohttp.ClientTimeout(total=within)
        try:
            async with self._session.post(
                self._url, data=body.encode(), headers=headers, timeout=limit, allow_redirects=False
            ) as response:
                text = await response.text()
                if not 200 <= response.status < 300:
                    raise NotAcknowledged("http_error", give_up=response.headers.get("x-slack-no-retry") == "1")
        except TimeoutError as problem:
            raise NotAcknowledged(self.timeout_reason) from problem
        except aiohttp.ClientError as problem:
            raise NotAcknowledged("connection_failed") from problem
        if not text.strip():
            return None
        return json.loads(text) if response.content_type == "application/json" else {"text": text}

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()
