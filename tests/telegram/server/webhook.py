"""Posting updates to the bot: in order per chat, side by side otherwise, again and again until they are taken."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from .errors import ApiError
from .platform import Platform
from .requests import read_answer
from .updates import Update
from .validation import Upload

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_ANSWER_SECONDS = 60
_NOT_IN_AN_ANSWER = ("get", "setwebhook", "deletewebhook", "close", "logout")

Execute = Callable[[str, dict[str, Any], dict[str, Upload]], Awaitable[None]]


class WebhookSender:
    """Takes updates from the queue while a webhook is set; `retry_after` are real seconds between attempts."""

    def __init__(self, platform: Platform, execute: Execute, *, retry_after: float) -> None:
        self._platform = platform
        self._execute = execute
        self._retry_after = retry_after
        self._busy: set[int] = set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        timeout = ClientTimeout(total=_ANSWER_SECONDS)
        async with ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as deliveries:
            while True:
                update = await self._platform.watch.until(self._next, within=None)
                self._busy.add(update.queue)
                deliveries.create_task(self._deliver(session, update))

    def _next(self) -> Update | None:
        webhook = self._platform.webhook
        if not webhook.url or len(self._busy) >= webhook.max_connections:
            return None
        pending = self._platform.updates.pending
        return next((update for update in pending if update.queue not in self._busy), None)

    async def _deliver(self, session: ClientSession, update: Update) -> None:
        try:
            problem = await self._post(session, update)
            if problem is None:
                pending = self._platform.updates.pending
                pending[:] = [other for other in pending if other is not update]
            else:
                await asyncio.sleep(self._retry_after)
        finally:
            self._busy.discard(update.queue)
            self._platform.watch.changed()

    async def _post(self, session: ClientSession, update: Update) -> str | None:
        webhook = self._platform.webhook
        headers = {SECRET_HEADER: webhook.secret_token} if webhook.secret_token else {}
        try:
            async with session.post(webhook.url, json=update.json(), headers=headers) as response:
                if not response.ok:
                    return f"Wrong response from the webhook: {response.status} {response.reason}"
                try:
                    raw, files = await read_answer(response)
                except ApiError:
                    return None  # what is no call is no reason to post the update again
        except (ClientError, TimeoutError) as error:
            return f"Connection problem: {type(error).__name__}"
        method = str(raw.pop("method", "")).lower()
        if method and not method.startswith(_NOT_IN_AN_ANSWER):
            await self._execute(method, raw, files)
        return None
