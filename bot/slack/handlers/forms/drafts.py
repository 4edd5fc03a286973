"""The form of a window: read as it is now, completed by what stands in the window, saved as a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from bot.conversation.incoming import FormPreviewed, FormSaved
from bot.conversation.reply import FieldView, FormView, Reply
from bot.rendering.phrases.chat_sentences import file_not_kept
from bot.slack.api.origin import Origin
from bot.slack.api.slack_file import SlackFile
from bot.slack.api.window import Window
from bot.slack.blockkit.form_answers import Held, fill_in, held_in
from bot.slack.blockkit.form_pages import page_of
from bot.slack.handlers.accounts import Accounts
from bot.slack.handlers.conversation_gateway import ConversationGateway
from bot.slack.handlers.messages.files import NOT_KEPT, Files, name_of
from workflows.domain.definition import FieldType
from workflows.domain.ids import PersonId
from workflows.domain.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """A form with what stands in a window, and all that this *window* reports."""

    view: FormView
    held: Held
    window: Window
    language: Language

    @property
    def has_problems(self) -> bool:
        """Whether an answer cannot be taken as it is."""
        return any(field.problem is not None for field in self.view.fields)


class FormDrafts:
    """Reads and saves forms."""

    def __init__(self, *, gateway: ConversationGateway, accounts: Accounts, files: Files) -> None:
        self._gateway = gateway
        self._accounts = accounts
        self._files = files

    async def read(self, origin: Origin, window: Window, *, accepts: bool = False) -> FilledForm | Reply:
        """Return the form with what stands in a window, its files kept; or the refusal when there is no such form.

        A file that cannot be kept becomes a problem of its question. A form that is sent *accepts* what is suggested.
        """
        reply = await self._gateway.form(origin, page_of(window).form)
        if not isinstance(reply.dialog, FormView):
            return reply
        view, files = fill_in(reply.dialog, window)
        held = held_in(reply.dialog, window, accepts=accepts)
        person = self._accounts.person_of(origin.user)
        if files and person is not None:
            fields = [
                field
                if field.name not in files
                else await self._with_files(field, files[field.name], person, reply.language)
                for field in view.fields
            ]
            view = replace(view, fields=tuple(fields))
            kept = {f.name: f.value for f in fields if f.name in files and f.problem is None}
            held = replace(held, values={**held.values, **kept})
        return FilledForm(view=view, held=held, window=window, language=reply.language)

    async def now(self, origin: Origin, filled: FilledForm) -> FormView:
        """Return a form as it is after what its window reported was saved."""
        reply = await self._gateway.form(origin, filled.view.form)
        return reply.dialog if isinstance(reply.dialog, FormView) else filled.view

    async def with_offers(self, update: str, origin: Origin, view: FormView) -> FormView:
        """Return a form with what may be done about missing answers: Slack itself does not send one that lacks some."""
        decision = view.decision(view.chosen)
        if decision is None:
            return view
        previewed = FormPreviewed(form=view.form, outcome=decision.id, values={})
        reply = await self._gateway.handle(f"{update}:lacks", origin, previewed)
        return replace(view, offers=reply.dialog.offers) if isinstance(reply.dialog, FormView) else view

    async def save(
        self,
        update: str,
        origin: Origin,
        filled: FilledForm,
        *,
        at: int = 0,
        tells: bool = True,
        confirms: bool = False,
    ) -> Reply:
        """Save what was changed in a window; the other arguments are those of `workflows.domain.filling`."""
        saved = FormSaved(
            form=filled.view.form,
            values=filled.held.values,
            outcome=filled.held.outcome,
            ticks=filled.held.ticks,
            shown=filled.held.shown,
            began=filled.held.began,
            window=filled.window.id,
            at=at,
            tells=tells,
            confirms=confirms,
        )
        return await self._gateway.handle(f"{update}:save", origin, saved)

    async def _with_files(
        self, field: FieldView, sent: Sequence[SlackFile], person: PersonId, language: Language
    ) -> FieldView:
        """Return a question with the files that were chosen: one in the place of the former, several beside those."""
        if field.type is not FieldType.FILES:
            return await self._with_file(field, sent[0], person, language)
        files = [file for file in field.value if isinstance(file, Mapping)] if isinstance(field.value, list) else []
        for each in sent:
            if any(file.get("source") == each.id for file in files):
                continue
            one = await self._with_file(replace(field, value=None), each, person, language)
            if one.problem is not None:
                return replace(field, value=files or None, problem=one.problem)
            files.append(cast(Mapping[str, object], one.value))
        return replace(field, value=files)

    async def _with_file(self, field: FieldView, sent: SlackFile, person: PersonId, language: Language) -> FieldView:
        if isinstance(field.value, Mapping) and field.value.get("source") == sent.id:
            return field
        try:
            kept = await self._files.keep(sent, by=person)
        except NOT_KEPT as problem:
            return replace(field, problem=file_not_kept(problem, name_of(sent), language))
        # Slack's own id stays with the draft, so that the same file is not downloaded at every change of the form.
        return replace(field, value={"id": kept.id, "name": kept.name, "source": sent.id})
