"""Calls of the Web API at the platform's pace; every failure is a ChatError."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.api.errors import FAILURES, NOT_LET_IN, FileRefused, chat_error
from bot.slack.api.pace import AWAITED, UNHURRIED, Pace
from workflows.ports.chat import RateLimited, Rejected, Unreachable
from workflows.usecases.keep_file import MAX_BYTES

JSON = dict[str, Any]
TIMEOUT = 20
SLACK_HOSTS = ("slack.com", "slack-gov.com")
REFUSED_CONTENT = frozenset({400, 403, 413, 415})
"""The HTTP statuses with which the upload address refuses content for good."""


class Api:
    """One workspace's Web API with the bot's token. The session is opened by the first call and closed by `close`.

    `is_let_in` is False from when the token was refused until somebody has set it again.
    """

    def __init__(self, *, token: str, url: str, pace: Pace | None = None) -> None:
        self._token = token
        self._home = urlsplit(url)
        self.pace = pace or Pace()
        self.is_let_in = True
        self._session: aiohttp.ClientSession | None = None
        # slack_sdk's own retries post twice when only the response was lost. It joins addresses without a slash.
        self.client = AsyncWebClient(token=token, base_url=url.rstrip("/") + "/", timeout=TIMEOUT, retry_handlers=[])

    async def call(self, method: str, **arguments: Any) -> JSON:
        """Call a method (`chat.postMessage`) and return its response; raises a ChatError."""
        response = await self._ask(method, UNHURRIED, **arguments)
        return response.data if isinstance(response.data, dict) else {}

    async def call_first(self, method: str, **arguments: Any) -> JSON:
        """Call a method before all calls that wait for a slot: somebody is waiting for what it shows."""
        response = await self._ask(method, AWAITED, **arguments)
        return response.data if isinstance(response.data, dict) else {}

    async def scopes(self) -> frozenset[str]:
        """Return the scopes that the token was granted; raises a ChatError."""
        response = await self._ask("auth.test")
        granted = {name.lower(): value for name, value in response.headers.items()}.get("x-oauth-scopes", "")
        return frozenset(scope.strip() for scope in granted.split(","))

    async def respond(self, response_url: str, body: JSON) -> bool:
        """Post a message to the response URL of a press or a command; False when it is no longer accepted."""
        try:
            async with self._open().post(response_url, json=body) as response:
                return response.status < 400
        except FAILURES:
            return False

    async def download(self, url: str, size: int) -> bytes:
        """Download a file of *size* bytes; raises Rejected for another host, which must not get the token.

        Raises Unreachable when the content is another one, such as the sign-in page.
        """
        if not self._is_of_slack(url):
            raise Rejected("file_elsewhere")
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self._open().get(url, headers=headers) as response:
                content = await response.content.read(MAX_BYTES + 1)
                while len(content) < size and (more := await response.content.read(MAX_BYTES)):
                    content += more
        except FAILURES as error:
            raise chat_error(error) from error
        if len(content) != size:
            raise Unreachable("file_not_received")
        return content

    async def upload(self, channel: str, thread: str | None, name: str, content: bytes) -> None:
        """Upload a file into a channel, or into the thread under a message; raises a ChatError."""
        target = await self.call("files.getUploadURLExternal", filename=name, length=len(content))
        try:
            async with self._open().post(target["upload_url"], data=content) as response:
                if response.status in REFUSED_CONTENT:
                    raise FileRefused(f"http_{response.status}")
                if response.status != 200:
                    raise Unreachable(f"http_{response.status}")
        except FAILURES as error:
            raise chat_error(error) from error
        files = [{"id": target["file_id"], "title": name}]
        where = {"channel_id": channel} if thread is None else {"channel_id": channel, "thread_ts": thread}
        await self.call("files.completeUploadExternal", files=files, **where)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _ask(self, method: str, urgency: int = AWAITED, **arguments: Any) -> AsyncSlackResponse:
        self.client.session = self._open()
        function: Callable[..., Any] = getattr(self.client, method.replace(".", "_"))
        async with self.pace.slot(method, str(arguments.get("channel", "")), urgency) as sending:
            try:
                response: AsyncSlackResponse = await function(**arguments)
            except FAILURES as error:
                problem = chat_error(error)
                self.is_let_in = self.is_let_in and problem.code not in NOT_LET_IN
                if isinstance(problem, RateLimited):
                    sending.penalty = problem.retry_after.total_seconds()
                raise problem from error
        return response

    def _is_of_slack(self, url: str) -> bool:
        asked = urlsplit(url)
        if (asked.scheme, asked.netloc) == (self._home.scheme, self._home.netloc):
            return True
        host = asked.hostname or ""
        return asked.scheme == "https" and (host in SLACK_HOSTS or host.endswith(tuple(f".{of}" for of in SLACK_HOSTS)))

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT), trust_env=True)
        return self._session
