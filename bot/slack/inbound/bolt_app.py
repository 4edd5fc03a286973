"""The bolt app, which reads requests; it asks Slack for nothing by itself."""

import logging
from collections.abc import Awaitable, Callable

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.client import JSON
from bot.slack.inbound.payload_guard import PayloadGuard


def make_app(*, signing_secret: str, token: str, url: str, who: Callable[[], Awaitable[JSON | None]]) -> AsyncApp:
    """Return a bolt app; *who* returns the app's own accounts, so that bolt need not ask Slack for them."""

    async def authorize() -> AuthorizeResult | None:
        identity = await who()
        if identity is None:
            return None
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.get("team_id"),
            bot_user_id=identity.get("user_id"),
            bot_id=identity.get("bot_id"),
            bot_token=token,
        )

    logging.getLogger("slack_bolt.AsyncApp").addFilter(_is_of_interest)
    client = AsyncWebClient(base_url=url.rstrip("/") + "/", retry_handlers=[])
    app = AsyncApp(
        # Without a name bolt looks for one among all modules that are loaded, which takes it 40 ms.
        name="handover",
        authorize=authorize,  # type: ignore[arg-type]  # bolt itself provides for None
        client=client,
        signing_secret=signing_secret,
        # It would drop the deletion of a message of ours by somebody else too; `Events` recognises our own messages.
        ignoring_self_events_enabled=False,
    )
    app.use(PayloadGuard())
    return app


def _is_of_interest(record: logging.LogRecord) -> bool:
    """Whether bolt logs something new: it finds our token in the environment, and warns that it uses none."""
    return record.getMessage() != warning_client_prioritized_and_token_skipped()
