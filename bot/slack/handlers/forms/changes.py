"""Forms while they are filled in: kept at every change and when the window is closed; buttons of the form."""

import secrets
from dataclasses import replace

from bot.conversation.incoming import Press
from bot.conversation.reply import FormView, Reply
from bot.rendering.language.i18n import words_in
from bot.slack.api.client import JSON
from bot.slack.api.origin import Origin
from bot.slack.blockkit.blocks import WARNING
from bot.slack.blockkit.controls import SAVE, TYPED
from bot.slack.blockkit.form_answers import revisions_of, suggests_otherwise
from bot.slack.blockkit.form_pages import Paging, mark_of, page_of
from bot.slack.blockkit.form_window import ANEW, BACK, FORM, OUTCOME, form_window, shown_of
from bot.slack.blockkit.questions import BLOCK, DROP
from bot.slack.blockkit.window_restore import restore_window
from bot.slack.blockkit.windows import loading_window
from bot.slack.handlers.conversation_gateway import ConversationGateway
from bot.slack.handlers.forms.drafts import FilledForm, FormDrafts
from bot.slack.handlers.forms.submissions import SentForms, sent_key
from bot.slack.handlers.payloads import ClosedWindow, WindowPress
from bot.slack.outbound.message_of_reply import message_of
from bot.slack.outbound.replies import Replies
from workflows.domain.facts.values import KINDS


class FormChanges:
    """Keeps drafts; a form that was *sent* leaves none when its windows are closed."""

    def __init__(
        self,
        *,
        gateway: ConversationGateway,
        replies: Replies,
        drafts: FormDrafts,
        paging: Paging,
        sent: SentForms,
    ) -> None:
        self._gateway = gateway
        self._replies = replies
        self._drafts = drafts
        self._paging = paging
        self._sent = sent

    async def change(self, press: WindowPress) -> None:
        """Keep a form of which something was typed, chosen, ticked or pressed, and show what that changes."""
        if press.control == ANEW:
            await self._begin_anew(press)
            return
        if sent_key(press.window, page_of(press.window).form) in self._sent:
            return
        filled = await self._drafts.read(press.origin, press.window)
        if isinstance(filled, Reply):
            await self._warn(press, filled)
            return
        tells = press.control != TYPED
        saved = await self._drafts.save(press.update, press.origin, filled, at=press.at, tells=tells)
        if saved.is_refusal:
            await self._warn(press, saved)
            return
        window = await self._window_after(press, filled)
        if window is not None:
            await self._replies.show_window(press.origin, window)

    async def close(self, closed: ClosedWindow) -> None:
        """Keep what stood in a window that was closed."""
        window = closed.window
        if window.kind != FORM or not window.state or sent_key(window, page_of(window).form) in self._sent:
            return
        filled = await self._drafts.read(closed.origin, window)
        if isinstance(filled, FilledForm):
            saved = await self._drafts.save(closed.update, closed.origin, filled)
            message = message_of(saved)
            if isinstance(saved.dialog, FormView) and message is not None:
                # The window with what was not kept is gone.
                await self._replies.post(Origin(user=closed.origin.user), message)

    async def _window_after(self, press: WindowPress, filled: FilledForm) -> JSON | None:
        """Return the window to show after a change; None where the one at hand is right."""
        is_changing = press.control in (SAVE, BACK) or press.block.partition(":")[0] in (OUTCOME, DROP)
        shown, words = page_of(press.window), words_in(filled.language)
        foresees = shown.is_last and _must_be_seen(filled.view)
        is_of_client = _is_of_client(press, filled.view)
        decides = is_of_client or _decides(press, filled.view)
        if not (is_changing or foresees or decides):
            return None
        view = await self._drafts.now(press.origin, filled)
        is_outdated = mark_of(view.asking) != shown.asking or (foresees and shown_of(view) != shown.shown)
        if not (is_changing or is_outdated or (decides and suggests_otherwise(view, press.window))):
            return None
        if press.control == SAVE:
            view = await self._drafts.with_offers(press.update, press.origin, view)
        notice = words.gettext("Draft saved") if press.control == SAVE else None
        page = shown.number - 1 if press.control == BACK else shown.number
        revisions = revisions_of(view, press.window, words)
        return form_window(view, words, self._paging, page, notice=notice, revisions=revisions, channel=shown.channel)

    async def _warn(self, press: WindowPress, refusal: Reply) -> None:
        """Show what went wrong in the window, and leave it as it is; not while somebody types."""
        message = message_of(refusal)
        if message is not None and press.control != TYPED:
            window = restore_window(press.window, f"{WARNING} {message.text}")
            await self._replies.show_window(press.origin, window)

    async def _begin_anew(self, press: WindowPress) -> None:
        """Drop the draft and show the form without it."""
        reply = await self._gateway.handle(press.update, press.origin, Press(action=press.action))
        # Slack keeps what stands in a block until a window without that block was shown.
        between = loading_window(words_in(reply.language), secrets.token_urlsafe(12))
        await self._replies.show_window(press.origin, between)
        channel = page_of(press.window).channel or None
        await self._replies.show(replace(press.origin, channel=channel, channel_title=channel), reply)


def _decides(press: WindowPress, view: FormView) -> bool:
    """Whether what was changed decides what else is asked."""
    return any(press.block.startswith(f"{BLOCK}:{name}:") for name in view.deciding)


def _must_be_seen(view: FormView) -> bool:
    decision = view.decision(view.chosen)
    return decision is not None and decision.must_be_seen


def _is_of_client(press: WindowPress, view: FormView) -> bool:
    """Whether the client was changed, of whom the base may know more."""
    clients = (field.name for field in view.fields if KINDS[field.type].is_looked_up)
    return any(press.block.startswith(f"{BLOCK}:{name}:") for name in clients)
