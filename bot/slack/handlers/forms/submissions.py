"""Windows that were sent: a page of a form, a preview, the answer to a question."""

from dataclasses import replace

import structlog

from bot.actions import Action, Verb
from bot.conversation.forms.form_key import NewCaseForm, form_of
from bot.conversation.incoming import FormFinished, FormPreviewed, FormSent
from bot.conversation.reply import FormView, PreviewView, Reply, ReplyKind
from bot.remembered import Remembered
from bot.rendering.language.i18n import words_in
from bot.slack.api.addresses import PLATFORM
from bot.slack.api.window import Window
from bot.slack.blockkit.blocks import escaped
from bot.slack.blockkit.form_answers import errors_in, revisions_of
from bot.slack.blockkit.form_pages import Page, Paging, page_of
from bot.slack.blockkit.form_window import FORM, form_window
from bot.slack.blockkit.windows import ANSWER, ASK, PREVIEW, answer_in, preview_in, preview_window
from bot.slack.handlers.accounts import Accounts
from bot.slack.handlers.conversation_gateway import ConversationGateway, something_failed
from bot.slack.handlers.forms import acknowledgements
from bot.slack.handlers.forms.acknowledgements import Acknowledgement
from bot.slack.handlers.forms.drafts import FilledForm, FormDrafts
from bot.slack.handlers.payloads import SentWindow
from workflows.domain.ids import OutcomeId
from workflows.domain.text import Language
from workflows.ports.chat import Button, Message

SentForms = Remembered[tuple[str, str], Reply]
"""The replies to the forms that were sent, by their keys (`sent_key`)."""
REMEMBERED = 2_000
log = structlog.get_logger(__name__)


def sent_key(window: Window, form: str) -> tuple[str, str]:
    """Return what is the same for all windows of a form that lie over each other."""
    return window.root, form


class Submissions:
    """Handles sent windows; *sent* keeps the replies to those that took effect."""

    def __init__(
        self,
        *,
        gateway: ConversationGateway,
        accounts: Accounts,
        drafts: FormDrafts,
        paging: Paging,
        sent: SentForms,
        locale: Language,
    ) -> None:
        self._gateway = gateway
        self._accounts = accounts
        self._drafts = drafts
        self._paging = paging
        self._sent = sent
        self._locale = locale

    async def submit(self, sent: SentWindow) -> Acknowledgement:
        """Handle a window that was sent; whatever happens there is something to show."""
        handlers = {FORM: self._take_page, PREVIEW: self._send, ASK: self._answer}
        try:
            return await handlers[sent.window.kind](sent)
        except Exception:
            # The outermost guard of a sent window: it waits for a reply, and what stands in it must stay.
            log.exception("A window could not be handled.", action="slack_window_failed")
            return self._notice_over(something_failed(self._locale), sent)

    async def _take_page(self, sent: SentWindow) -> Acknowledgement:
        """Keep a page; show the next one, or send the form after the last, or show what is wrong."""
        page = page_of(sent.window)
        before = self._sent.get(sent_key(sent.window, page.form))
        if before is not None:
            # Its acknowledgement got lost, and so it was pressed again.
            return self._received_already(before, sent)
        filled = await self._drafts.read(sent.origin, sent.window, accepts=True)
        if isinstance(filled, Reply):
            return self._notice_over(filled, sent)
        if page.is_last and not filled.has_problems:
            return await self._finish(sent, filled, page)
        saved = await self._drafts.save(sent.update, sent.origin, filled, confirms=True)
        if filled.has_problems:
            return self._mend(filled.view, filled.language, sent.window)
        if isinstance(saved.dialog, FormView):
            return self._mend(saved.dialog, saved.language, sent.window)
        if saved.is_refusal:
            # The next page does not carry what stands in this one.
            return self._notice_over(saved, sent)
        view, words = await self._drafts.now(sent.origin, filled), words_in(filled.language)
        window = form_window(view, words, self._paging, page.number + 1, channel=page.channel)
        return acknowledgements.update(window, Reply(dialog=view, language=filled.language))

    async def _finish(self, sent: SentWindow, filled: FilledForm, page: Page) -> Acknowledgement:
        """Send a form; show what has to be seen before, or what is wrong."""
        view, held = filled.view, filled.held
        previewed = FormPreviewed(
            form=view.form,
            outcome=view.chosen or OutcomeId(""),
            values=held.values,
            ticks=held.ticks,
            shown=held.shown,
            began=held.began,
            window=filled.window.id,
        )
        # The window is sent once, whatever became of its acknowledgement and of the program since.
        once = f"{PLATFORM}:sent:{sent.window.root}:{view.form}"
        reply = await self._gateway.handle(once, sent.origin, FormFinished(filled=previewed, seen=page.seen))
        match reply.dialog:
            case PreviewView() as shown:
                window = preview_window(shown, words_in(reply.language), channel=page.channel)
                return acknowledgements.push(window, reply)
            case FormView():
                return self._mend(reply.dialog, reply.language, sent.window)
        if reply.is_repeated:
            return self._received_already(reply, sent)
        if reply.is_refusal:
            return self._notice_over(reply, sent)
        return self._done(reply, sent, view.form, page.channel)

    def _mend(self, view: FormView, language: Language, window: Window) -> Acknowledgement:
        """Show what is wrong: under the answers where they are on this page, else on the page where they are."""
        words = words_in(language)
        revisions = revisions_of(view, window, words)
        page = page_of(window)
        number = page.number if view.is_newer else self._paging.first_problem_page(view, words)
        wrong = form_window(view, words, self._paging, number, revisions=revisions, channel=page.channel)
        reply = Reply(toast=view.problem, dialog=view, language=language)
        shown, errors = acknowledgements.update(wrong, reply), errors_in(view, window)
        return shown if errors is None or view.is_newer else acknowledgements.with_errors(shown, errors)

    async def _send(self, sent: SentWindow) -> Acknowledgement:
        """Send what was previewed: the draft that the preview has kept."""
        shown = preview_in(sent.window)
        form, previewed = shown.form, shown.mark
        before = self._sent.get(sent_key(sent.window, form))
        if before is not None:
            return self._received_already(before, sent)
        known = await self._gateway.form(sent.origin, form)
        view = known.dialog
        if not isinstance(view, FormView):
            return self._notice(known, sent)
        if isinstance(form_of(form), NewCaseForm) and view.revision == 0 and not (previewed or "").startswith("0."):
            # The draft is there from the preview until it is sent.
            return self._received_already(Reply(kind=ReplyKind.REPEATED, language=known.language), sent)
        # A preview of an earlier version of the program carries no mark.
        values = view.values() if previewed is None else {}
        intent = FormSent(form=form, outcome=shown.outcome, values=values, previewed=previewed)
        reply = await self._gateway.handle(sent.update, sent.origin, intent)
        if reply.is_repeated:
            return self._received_already(reply, sent)
        if isinstance(reply.dialog, PreviewView):
            now = preview_window(reply.dialog, words_in(reply.language), problem=reply.toast, channel=shown.channel)
            return acknowledgements.update(now, reply)
        return self._done(replace(reply, dialog=None), sent, form, shown.channel)

    def _done(self, reply: Reply, sent: SentWindow, form: str, channel: str) -> Acknowledgement:
        """Close the windows of a form that was sent; whatever else came of it is shown in their place."""
        if not reply.closes_dialog:
            return self._notice(reply, sent)
        self._sent[sent_key(sent.window, form)] = reply
        return acknowledgements.done(reply, self._accounts.person_of(sent.origin.user), channel)

    def _received_already(self, before: Reply, sent: SentWindow) -> Acknowledgement:
        """Show the reply of *before* once more, with a button to its case."""
        words = words_in(before.language)
        received = words.gettext("This was received already; it has taken effect once.")
        text = escaped(" ".join(filter(None, (received, before.toast))))
        buttons: tuple[tuple[Button, ...], ...] = ()
        if before.case_id is not None:
            action = Action(verb=Verb.CASE, target=str(before.case_id)).encode()
            buttons = ((Button(label=words.gettext("Case"), action=action),),)
        message = Message(text=text, buttons=buttons)
        return self._notice(Reply(kind=ReplyKind.DONE, message=message, language=before.language), sent)

    async def _answer(self, sent: SentWindow) -> Acknowledgement:
        """Hand on the answer to a question; what is wrong with it is shown under it."""
        reply = await self._gateway.handle(sent.update, sent.origin, answer_in(sent.window))
        if reply.is_refusal and reply.toast is not None:
            return acknowledgements.with_errors(self._notice_over(reply, sent), {ANSWER: reply.toast})
        if isinstance(reply.dialog, FormView):
            window = form_window(reply.dialog, words_in(reply.language), self._paging, notice=reply.toast)
            return acknowledgements.update(window, reply)
        return self._notice(reply, sent)

    def _notice(self, reply: Reply, sent: SentWindow) -> Acknowledgement:
        return acknowledgements.notice(reply, self._accounts.person_of(sent.origin.user))

    def _notice_over(self, reply: Reply, sent: SentWindow) -> Acknowledgement:
        return acknowledgements.notice_over(reply, self._accounts.person_of(sent.origin.user), sent.window)
