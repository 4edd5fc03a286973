"""The bolt app: takes what Slack sends, acknowledges it at once, and has it handled off that path."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.client import JSON
from bot.slack.api.origin import Origin, Reader
from bot.slack.blockkit.fields import CHOSEN, TYPED
from bot.slack.blockkit.form_window import ANEW, BACK, CHECK, SAVE
from bot.slack.blockkit.windows import loading_window
from bot.slack.handlers.events import Events, turn_of
from bot.slack.handlers.forms import Acknowledgement, Forms
from bot.slack.handlers.presses import Presses
from bot.slack.handlers.receive import origin_of_command, origin_of_interaction, update_of
from bot.slack.handlers.reception import Reception
from bot.slack.inbound.inbox import Inbox
from bot.slack.inbound.keystrokes import Keystrokes
from bot.slack.inbound.payload_guard import PayloadGuard
from bot.slack.setup.manifest import CASE_FROM_MESSAGE, NEW_CASE
from bot.slack.tuning import Patience

IN_A_FORM = frozenset({CHOSEN, TYPED, CHECK, SAVE, BACK, ANEW})
ANY = re.compile("")


class Ack(Protocol):
    """How bolt lets a listener acknowledge."""

    async def __call__(self, **answer: Any) -> Any: ...


class Listeners:
    """Listens to everything; nothing that is not ours is left unacknowledged, or people would be warned."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        reception: Reception,
        presses: Presses,
        forms: Forms,
        events: Events,
        patience: Patience,
    ) -> None:
        self._inbox = inbox
        self._reception = reception
        self._presses = presses
        self._forms = forms
        self._events = events
        self._patience = patience
        self._keystrokes = Keystrokes(inbox, patience.typing)

    def attach(self, app: AsyncApp) -> None:
        """Have an app call us."""
        app.action(ANY)(self.on_action)
        app.view_submission(ANY)(self.on_submission)
        app.view_closed(ANY)(self.on_closing)
        app.command(ANY)(self.on_command)
        app.shortcut(ANY)(self.on_shortcut)
        app.options(ANY)(self.on_options)
        app.event(ANY)(self.on_event)

    async def on_action(self, ack: Ack, body: JSON) -> None:
        """A pressed button, a choice, a tick."""
        await ack()
        origin, update = origin_of_interaction(body), update_of(body)
        action, window = body["actions"][0], origin.modal
        if window is not None and action["action_id"] == TYPED:
            self._keystrokes.typed(
                update,
                window=window["id"],
                whose=origin.user,
                keep=lambda: self._forms.changed(update, origin, action),
            )
        elif window is not None and action["action_id"] in IN_A_FORM:
            self._keystrokes.forget(window["id"])
            self._inbox.take(update, lambda: self._changed(update, origin, action))
        else:
            self._inbox.take(update, lambda: self._presses.pressed(update, origin, action))

    async def on_submission(self, ack: Ack, body: JSON) -> None:
        """A sent window: its acknowledgement says what is shown next, unless that takes too long to find out."""
        origin, update = origin_of_interaction(body), update_of(body)
        self._keystrokes.forget(body["view"]["id"])
        task = self._inbox.once(update, lambda: self._submitted(update, origin))
        done, _ = await asyncio.wait({task}, timeout=self._patience.sending)
        if done:
            await ack(**task.result().ack)
            return
        reader = Reader(person=None, language=self._reception.locale)
        # By the same name whenever Slack sends it again: it does not tell which acknowledgement it had.
        await ack(response_action="update", view=loading_window(reader.words, update))
        self._inbox.take(f"{update}:late", lambda: self._show_late(task, origin, update))

    async def on_closing(self, ack: Ack, body: JSON) -> None:
        """A closed window."""
        await ack()
        origin, update = origin_of_interaction(body), update_of(body)
        self._inbox.take(update, lambda: self._closed(update, origin))

    async def on_command(self, ack: Ack, body: JSON) -> None:
        """Our command."""
        await ack()
        origin, update = origin_of_command(body), update_of(body)
        self._inbox.take(update, lambda: self._presses.commanded(update, origin, body.get("text") or ""))

    async def on_shortcut(self, ack: Ack, body: JSON) -> None:
        """A shortcut, of the workspace or of a message."""
        await ack()
        origin, update = origin_of_interaction(body), update_of(body)
        if body["callback_id"] == NEW_CASE:
            self._inbox.take(update, lambda: self._presses.new_case(update, origin))
        elif body["callback_id"] == CASE_FROM_MESSAGE:
            self._inbox.take(update, lambda: self._presses.case_from_message(update, origin, body))

    async def on_options(self, ack: Ack) -> None:
        """A menu of ours never asks for its options."""
        await ack(options=[])

    async def on_event(self, ack: Ack, body: JSON) -> None:
        """An event."""
        await ack()
        update = update_of(body)
        self._inbox.take(update, lambda: self._happened(update, body["event"]))

    async def _changed(self, update: str, origin: Origin, action: JSON) -> None:
        await self._inbox.in_turn(origin.user, lambda: self._forms.changed(update, origin, action))

    async def _submitted(self, update: str, origin: Origin) -> Acknowledgement:
        return await self._inbox.in_turn(origin.user, lambda: self._forms.submitted(update, origin))

    async def _closed(self, update: str, origin: Origin) -> None:
        """Keep what stood in a window; what was typed last may be told by its letters alone."""
        assert origin.view is not None
        window = origin.view["id"]

        async def keep() -> None:
            await self._keystrokes.keep(window)
            await self._forms.closed(update, origin)

        await self._inbox.in_turn(origin.user, keep)

    async def _happened(self, update: str, event: JSON) -> None:
        turn = turn_of(event)
        if turn is None:
            await self._events.happened(update, event)
        else:
            await self._inbox.in_turn(turn, lambda: self._events.happened(update, event))

    async def _show_late(self, task: asyncio.Task[Acknowledgement], origin: Origin, name: str) -> None:
        """Show what a window has to say after all in the one that was put in its place to wait in."""
        found = await task
        await self._reception.replies.show_late(origin, name, found.late, found.reply, found.reader)


def _is_of_interest(record: logging.LogRecord) -> bool:
    """Whether bolt tells something new: it finds our token in the environment, and warns that we use none of its."""
    return record.getMessage() != warning_client_prioritized_and_token_skipped()


def make_app(*, signing_secret: str, token: str, url: str, who: Callable[[], Awaitable[JSON | None]]) -> AsyncApp:
    """Make a bolt app; *who* answers the app's own accounts, so that bolt asks Slack for nothing on the way."""

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
        authorize=authorize,  # type: ignore[arg-type]  # bolt itself provides for None
        client=client,
        signing_secret=signing_secret,
        # It would drop the deletion of a message of ours by somebody else too; `Events` knows what we said ourselves.
        ignoring_self_events_enabled=False,
    )
    app.use(PayloadGuard())
    return app
