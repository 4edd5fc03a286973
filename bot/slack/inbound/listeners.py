"""What bolt calls: everything is acknowledged at once, and handled in tasks of its own."""

import asyncio
import re
from functools import partial
from typing import Any, Protocol

import structlog
from slack_bolt.app.async_app import AsyncApp

from bot.slack.api.client import JSON
from bot.slack.api.origin import Origin
from bot.slack.blockkit.controls import TYPED
from bot.slack.blockkit.form_window import is_of_a_form
from bot.slack.handlers.commands import Commands
from bot.slack.handlers.excerpts import Excerpts
from bot.slack.handlers.forms.acknowledgements import Acknowledgement
from bot.slack.handlers.forms.changes import FormChanges
from bot.slack.handlers.forms.record_menus import RecordMenus
from bot.slack.handlers.forms.submissions import Submissions
from bot.slack.handlers.payloads import ClosedWindow, MessageShortcut, NewCaseShortcut, SentWindow, WindowPress
from bot.slack.handlers.presses import Presses
from bot.slack.handlers.receive import (
    read_closed_window,
    read_command,
    read_press,
    read_search,
    read_sent_window,
    read_shortcut,
    update_of,
)
from bot.slack.handlers.waiting_windows import WaitingWindows
from bot.slack.inbound.events import Events, turn_of
from bot.slack.inbound.inbox import Inbox
from bot.slack.inbound.keystrokes import Keystrokes
from bot.slack.outbound.replies import Replies
from bot.slack.tuning import Patience
from workflows.ports.unit_of_work import StorageUnavailable

ANY = re.compile("")

log = structlog.get_logger(__name__)


class Ack(Protocol):
    """How bolt lets a listener acknowledge."""

    async def __call__(self, **response: Any) -> Any: ...


class Listeners:
    """Listens to everything; nothing that is not ours is left unacknowledged, or people would be warned."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        presses: Presses,
        commands: Commands,
        excerpts: Excerpts,
        changes: FormChanges,
        submissions: Submissions,
        record_menus: RecordMenus,
        waiting_windows: WaitingWindows,
        replies: Replies,
        events: Events,
        patience: Patience,
    ) -> None:
        self._inbox = inbox
        self._presses = presses
        self._commands = commands
        self._excerpts = excerpts
        self._changes = changes
        self._submissions = submissions
        self._record_menus = record_menus
        self._waiting_windows = waiting_windows
        self._replies = replies
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
        """Handle a pressed button, a choice, a tick, a letter."""
        await ack()
        press = read_press(body)
        if isinstance(press, WindowPress) and is_of_a_form(press.control):
            self._change(press)
        elif press is not None:
            self._inbox.start(press.update, partial(self._presses.press, press))

    async def on_submission(self, ack: Ack, body: JSON) -> None:
        """Handle a sent window: its acknowledgement says what is shown next, unless that takes too long to find out."""
        sent = read_sent_window(body)
        self._keystrokes.forget(sent.window.id)
        task = self._inbox.start_once(sent.update, partial(self._submissions.submit, sent), turn=sent.origin.user)
        done, _ = await asyncio.wait({task}, timeout=self._patience.sending)
        if done:
            acknowledged = task.result()
            if acknowledged.told is not None:
                self._inbox.start(f"{sent.update}:told", partial(self._tell, sent.origin, acknowledged))
            if not acknowledged.reply.is_refusal:
                self._inbox.start(f"{sent.update}:list", partial(self._presses.refresh_list, sent.origin.user))
            await ack(**acknowledged.response)
            return
        # By the same name whenever Slack sends it again: it does not say which acknowledgement arrived.
        await ack(response_action="update", view=self._waiting_windows.loading(sent.update))
        self._inbox.start(f"{sent.update}:late", partial(self._show_late, task, sent))

    async def on_closing(self, ack: Ack, body: JSON) -> None:
        """Handle a closed window."""
        await ack()
        closed = read_closed_window(body)
        self._inbox.start(closed.update, partial(self._close, closed), turn=closed.origin.user)

    async def on_command(self, ack: Ack, body: JSON) -> None:
        """Handle our command."""
        await ack()
        command = read_command(body)
        self._inbox.start(command.update, partial(self._commands.obey, command))

    async def on_shortcut(self, ack: Ack, body: JSON) -> None:
        """Handle a shortcut, of the workspace or of a message."""
        await ack()
        match read_shortcut(body):
            case NewCaseShortcut() as shortcut:
                self._inbox.start(shortcut.update, partial(self._commands.open_new_case, shortcut))
            case MessageShortcut() as shortcut:
                self._inbox.start(shortcut.update, partial(self._excerpts.open_case, shortcut))

    async def on_options(self, ack: Ack, body: JSON) -> None:
        """Answer a menu that asks for its options; with none where finding them takes longer than Slack waits."""
        search = read_search(body)
        found: list[JSON] = []
        if search is not None:
            try:
                async with asyncio.timeout(self._patience.sending):
                    found = await self._record_menus.options(search)
            except (StorageUnavailable, TimeoutError):
                log.warning("A menu of records stayed empty.", action="record_menu_empty", kind=search.kind)
        await ack(options=found)

    async def on_event(self, ack: Ack, body: JSON) -> None:
        """Handle an event."""
        await ack()
        update, event = update_of(body), body["event"]
        self._inbox.start(update, partial(self._events.handle, update, event), turn=turn_of(event))

    def _change(self, press: WindowPress) -> None:
        """Have a change of a form kept: letters later, and only the newest of them."""
        change, window, user = partial(self._changes.change, press), press.window.id, press.origin.user
        if press.control == TYPED:
            self._keystrokes.note(press.update, change, window=window, turn=user, at=press.at)
        else:
            self._keystrokes.forget(window, press.at)
            self._inbox.start(press.update, change, turn=user)

    async def _close(self, closed: ClosedWindow) -> None:
        """Keep what stood in a window; what was typed last may have been reported by its letters alone."""
        await self._keystrokes.save(closed.window.id)
        await self._changes.close(closed)

    async def _tell(self, origin: Origin, acknowledged: Acknowledgement) -> None:
        """Post what came of a window that is closed, where it was opened."""
        channel = acknowledged.channel or None
        where = Origin(user=origin.user, channel=channel, channel_title=channel)
        if acknowledged.told is not None:
            await self._replies.post(where, acknowledged.told)

    async def _show_late(self, task: asyncio.Task[Acknowledgement], sent: SentWindow) -> None:
        """Show what a sent window led to in the one that was put in its place to wait in."""
        found = await task
        await self._waiting_windows.show(sent.origin, sent.update, found.late, found.reply)
