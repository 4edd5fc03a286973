"""Forms in windows: kept as they are filled in, turned page by page, previewed and sent."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.actions import Action, Verb
from bot.conversation.forms.form_key import NewCaseForm, form_of
from bot.conversation.incoming import Answered, FormPreviewed, FormSaved, FormSent, Press
from bot.conversation.reply import FieldView, FormView, PreviewView, Reply, ReplyKind
from bot.remembered import Remembered
from bot.rendering.phrases import Phrase, file_not_kept, phrase
from bot.slack.api.client import JSON
from bot.slack.api.origin import Origin, Reader
from bot.slack.blockkit.blocks import escaped
from bot.slack.blockkit.fields import DROP, TYPED
from bot.slack.blockkit.form_window import (
    ANEW,
    BACK,
    CHECK,
    FORM,
    OUTCOME,
    SAVE,
    errors_in,
    filled_in,
    first_problem_page,
    form_window,
    page_of,
    ticked_in,
)
from bot.slack.blockkit.window_restore import restored
from bot.slack.blockkit.windows import ANSWER, ASK, PREVIEW, answer_in, loading_window, notice_window, preview_window
from bot.slack.handlers.files import NOT_KEPT, Files, name_of
from bot.slack.handlers.reception import Reception
from bot.slack.outbound.replies import in_words
from workflows.domain.definition import FieldType
from workflows.domain.ids import CaseId, OutcomeId
from workflows.ports.chat import Button, Message

REMEMBERED = 2_000
_ADDRESS = re.compile(r"/archives/(\w+/p\d+)")
"""What tells apart the messages that cases are made from."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """How a window that was sent is acknowledged.

    When the time for that has run out, `late` is what it shows; where it was closed, the reader is told the reply.
    """

    ack: Mapping[str, Any]
    late: JSON
    reply: Reply
    reader: Reader


class Forms:
    """Handles windows that were filled in; *sent* windows are remembered, for closing them keeps no draft."""

    def __init__(self, reception: Reception, files: Files) -> None:
        self._reception = reception
        self._files = files
        self._sent: Remembered[str, Reply] = Remembered(REMEMBERED)

    async def submitted(self, update: str, origin: Origin) -> Acknowledgement:
        """Handle a window that was sent; whatever happens there is something to show."""
        assert origin.modal is not None
        handlers = {FORM: self._filled, PREVIEW: self._confirmed, ASK: self._answered}
        try:
            return await handlers[origin.modal["callback_id"]](update, origin, origin.modal)
        except Exception:
            # The outermost guard of a sent window: it waits for an answer, and what stands in it must stay.
            log.exception("A window could not be handled.", action="slack_window_failed")
            return self._over(*self._reception.failed(origin), origin.modal)

    async def changed(self, update: str, origin: Origin, action: JSON) -> None:
        """Keep a form of which something was chosen, ticked or pressed, and show what that changes."""
        assert origin.modal is not None
        if action["action_id"] == ANEW:
            await self._begin_anew(update, origin, action)
            return
        page = page_of(origin.modal)
        if origin.modal["root_view_id"] in self._sent:
            return
        view, trouble, reader = await self._reception.form(update, origin, page.form)
        if view is None:
            await self._warn(origin, action, trouble, reader)
            return
        form = await self._with_files(view, origin.modal, reader)
        saved = await self._save(update, origin, form)
        ticked = await self._tick(update, origin, view) if action["action_id"] == CHECK else None
        if saved.is_refusal or ticked is not None:
            await self._warn(origin, action, ticked or saved, reader)
        elif action["action_id"] == SAVE:
            said = reader.words.gettext("Draft saved")
            await self._reception.replies.open(origin, form_window(form, reader.words, page.number, said=said))
        elif action["action_id"] == BACK:
            await self._reception.replies.open(origin, form_window(form, reader.words, page.number - 1))
        elif str(action.get("block_id")).partition(":")[0] in (OUTCOME, DROP):
            await self._reception.replies.open(origin, form_window(form, reader.words, page.number))

    async def _warn(self, origin: Origin, action: JSON, trouble: Reply, reader: Reader) -> None:
        """Say what went wrong in the window, and leave it as it is; nothing is said while somebody types."""
        assert origin.modal is not None
        message = in_words(trouble, reader)
        if message is not None and action["action_id"] != TYPED:
            await self._reception.replies.open(origin, restored(origin.modal, f":warning: {message.text}"))

    async def _begin_anew(self, update: str, origin: Origin, action: JSON) -> None:
        """Drop the draft and show the form without it."""
        reply, reader = await self._reception.handle(update, origin, Press(action=str(action.get("value"))))
        # What stands in a block stays there until a window without it was shown.
        await self._reception.replies.open(origin, loading_window(reader.words, secrets.token_urlsafe(12)))
        await self._reception.replies.show(origin, reply, reader)

    async def closed(self, update: str, origin: Origin) -> None:
        """Keep what was typed into a window that was closed."""
        assert origin.modal is not None
        state = (origin.modal.get("state") or {}).get("values")
        if origin.modal["callback_id"] != FORM or not state or origin.modal["root_view_id"] in self._sent:
            return
        view, _, reader = await self._reception.form(update, origin, page_of(origin.modal).form)
        if view is not None:
            await self._save(update, origin, await self._with_files(view, origin.modal, reader))

    async def _filled(self, update: str, origin: Origin, window: JSON) -> Acknowledgement:
        """Keep a page; show the next one, or after the last what would be sent, or what is wrong."""
        page = page_of(window)
        view, refusal, reader = await self._reception.form(update, origin, page.form)
        if view is None:
            return self._over(refusal, reader, window)
        form = await self._with_files(view, window, reader)
        trouble = await self._tick(update, origin, view)
        if trouble is not None:
            await self._save(update, origin, form)
            return self._over(trouble, reader, window)
        if any(field.problem is not None for field in form.fields):
            await self._save(update, origin, form)
            return self._mend(form, reader, window)
        if not page.is_last:
            saved = await self._save(update, origin, form)
            if saved.is_refusal:
                # The next page does not carry what stands in this one.
                return self._over(saved, reader, window)
            following = form_window(form, reader.words, page.number + 1)
            return _shown("update", following, Reply(dialog=form), reader)
        outcome = form.chosen or OutcomeId("")
        previewed = FormPreviewed(form=page.form, outcome=outcome, values=form.values())
        reply, reader = await self._reception.handle(update, origin, previewed)
        if isinstance(reply.dialog, PreviewView):
            shown = preview_window(reply.dialog, reader.words)
            return _shown("push", shown, reply, reader)
        if isinstance(reply.dialog, FormView):
            return self._mend(reply.dialog, reader, window)
        return self._over(reply, reader, window) if reply.is_refusal else self._told(reply, reader)

    def _mend(self, form: FormView, reader: Reader, window: JSON) -> Acknowledgement:
        """Show what is wrong: under the answers where they are on this page, else on the page where they are."""
        wrong = form_window(form, reader.words, first_problem_page(form, reader.words))
        errors = errors_in(form, window)
        shown = _shown("update", wrong, Reply(toast=form.problem, dialog=form), reader)
        if errors is None:
            return shown
        return replace(shown, ack={"response_action": "errors", "errors": errors})

    async def _confirmed(self, update: str, origin: Origin, window: JSON) -> Acknowledgement:
        """Send what was previewed."""
        asked = json.loads(window["private_metadata"])
        before = self._sent.get(window["root_view_id"])
        if before is not None:
            # Its acknowledgement got lost, and so it was pressed again.
            return self._received(before, await self._reception.reader(origin))
        view, refusal, reader = await self._reception.form(update, origin, asked["form"])
        if view is None:
            return self._told(refusal, reader)
        if isinstance(form_of(view.form), NewCaseForm) and not view.has_draft:
            # What was previewed is kept as a draft until it is sent.
            return self._received(Reply(kind=ReplyKind.REPEATED), reader)
        sent = FormSent(form=asked["form"], outcome=OutcomeId(asked["outcome"]), values=view.values())
        reply, reader = await self._reception.handle(update, origin, sent)
        if reply.is_repeated:
            return self._received(reply, reader)
        if reply.closes_dialog:
            self._sent[window["root_view_id"]] = reply
        return self._told(replace(reply, dialog=None), reader)

    def _received(self, before: Reply, reader: Reader) -> Acknowledgement:
        """Tell what was sent once more what came of it *before*, and lead to its case."""
        received = reader.words.gettext("This was received already; it has taken effect once.")
        text = escaped(" ".join(filter(None, (received, before.toast))))
        case = () if before.case_id is None else ((_case_button(before.case_id, reader),),)
        return self._told(Reply(message=Message(text=text, buttons=case), kind=ReplyKind.DONE), reader)

    async def _answered(self, update: str, origin: Origin, window: JSON) -> Acknowledgement:
        """Hand on the answer to a question; what is wrong with it is told under it."""
        action, text = answer_in(window)
        reply, reader = await self._reception.handle(update, origin, Answered(action=action, text=text))
        if reply.is_refusal and reply.toast is not None:
            over = self._over(reply, reader, window)
            return replace(over, ack={"response_action": "errors", "errors": {ANSWER: reply.toast}})
        return self._told(reply, reader)

    async def _tick(self, update: str, origin: Origin, view: FormView) -> Reply | None:
        """Make the check list equal to what is ticked; returns the refusal when that is not to be."""
        assert origin.modal is not None
        for item in ticked_in(view, origin.modal["state"]["values"]):
            reply, _ = await self._reception.handle(f"{update}:{item.id}", origin, Press(action=item.action))
            if reply.is_refusal:
                return reply
        return None

    async def _save(self, update: str, origin: Origin, form: FormView) -> Reply:
        saved = FormSaved(form=form.form, values=form.values())
        reply, _ = await self._reception.handle(f"{update}:save", origin, saved)
        return reply

    async def _with_files(self, view: FormView, window: JSON, reader: Reader) -> FormView:
        """Put what stands in a window into the form, its files kept; what cannot be kept is told at its question."""
        form, files = filled_in(view, window)
        fields = [
            field if field.name not in files else await self._with_file(field, files[field.name], reader)
            for field in form.fields
        ]
        return replace(form, fields=tuple(fields))

    async def _with_file(self, field: FieldView, sent: JSON, reader: Reader) -> FieldView:
        if reader.person is None or (isinstance(field.value, Mapping) and field.value.get("slack") == sent["id"]):
            return field
        try:
            kept = await self._files.keep(sent, by=reader.person)
        except NOT_KEPT as problem:
            return replace(field, problem=file_not_kept(problem, name_of(sent), reader.language))
        # Slack's own id stays with the draft, so that the same file is not fetched with every change of the form.
        return replace(field, value={"id": kept.id, "name": kept.name, "slack": sent["id"]})

    def _told(self, reply: Reply, reader: Reader) -> Acknowledgement:
        """Say what came of it in the window's place."""
        message = in_words(reply, reader)
        if message is None:
            message = Message(text=escaped(phrase(Phrase.ALREADY_RECEIVED, reader.language)))
            reply = replace(reply, message=message)
        said = notice_window(message, reader.words, reader.person, is_the_end=reply.closes_dialog)
        return _shown("update", said, reply, reader)

    def _over(self, reply: Reply, reader: Reader, window: JSON) -> Acknowledgement:
        """Say what went wrong over the window, so that what stands in it is there when that is closed.

        Where another one was shown in its origin meanwhile, it is put back.
        """
        told = self._told(reply, reader)
        message = in_words(reply, reader)
        late = told.late if message is None else restored(window, f":warning: {message.text}")
        return replace(told, ack={"response_action": "push", "view": told.late}, late=late)


def _case_button(case_id: CaseId, reader: Reader) -> Button:
    return Button(label=reader.words.gettext("Case"), action=Action(verb=Verb.CASE, target=str(case_id)).encode())


def _shown(how: str, window: JSON, reply: Reply, reader: Reader) -> Acknowledgement:
    return Acknowledgement(ack={"response_action": how, "view": window}, late=window, reply=reply, reader=reader)


def with_words(form: FormView, words: str) -> FormView | None:
    """Put the words of a message into the first question that takes long ones; None when there is none.

    They come after what was typed there; a draft that was begun by another message gives way to them, and one that was
    begun by the same message stays as it is.
    """
    field = next((field for field in form.fields if field.type is FieldType.LONG_TEXT), None)
    if field is None:
        return None
    before = str(field.value or "")
    earlier = set(_ADDRESS.findall(before))
    if earlier & set(_ADDRESS.findall(words)):
        return form
    if earlier:
        fields = tuple(replace(f, value=words if f is field else None) for f in form.fields)
        return replace(form, fields=fields, has_draft=False, anew=None)
    value = before if words in before else f"{before}\n\n{words}".strip()
    return replace(form, fields=tuple(replace(f, value=value) if f is field else f for f in form.fields))
