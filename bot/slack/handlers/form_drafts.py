"""The form of a window: read as it is now, completed by what stands in the window, saved as a draft."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.conversation.incoming import FormSaved
from bot.conversation.reply import FieldView, FormView, Reply
from bot.rendering.phrases import file_not_kept
from bot.slack.api.origin import Origin
from bot.slack.api.slack_file import SlackFile
from bot.slack.api.window import Window
from bot.slack.blockkit.form_answers import fill_in, ticks_in
from bot.slack.blockkit.form_pages import page_of
from bot.slack.handlers.accounts import Accounts
from bot.slack.handlers.conversation_gateway import ConversationGateway
from bot.slack.handlers.files import NOT_KEPT, Files, name_of
from workflows.domain.ids import ItemId, PersonId
from workflows.domain.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """A form with what stands in a window. `ticks` is its check list, None where the window shows none."""

    view: FormView
    ticks: frozenset[ItemId] | None
    language: Language

    @property
    def items(self) -> Mapping[ItemId, bool]:
        """Return the check list of the window: which items are ticked there."""
        return {} if self.ticks is None else {item.id: item.id in self.ticks for item in self.view.checklist}

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

    async def read(self, origin: Origin, window: Window) -> FilledForm | Reply:
        """Return the form with what stands in a window, its files kept; or the refusal when there is no such form.

        A file that cannot be kept becomes a problem of its question.
        """
        reply = await self._gateway.form(origin, page_of(window).form)
        if not isinstance(reply.dialog, FormView):
            return reply
        view, files = fill_in(reply.dialog, window)
        person = self._accounts.person_of(origin.user)
        if files and person is not None:
            fields = [
                field
                if field.name not in files
                else await self._with_file(field, files[field.name], person, reply.language)
                for field in view.fields
            ]
            view = replace(view, fields=tuple(fields))
        return FilledForm(view=view, ticks=ticks_in(window), language=reply.language)

    async def save(self, update: str, origin: Origin, filled: FilledForm, *, with_ticks: bool) -> Reply:
        """Save what is typed so far, and *with_ticks* the check list as the window shows it."""
        view = filled.view
        saved = FormSaved(form=view.form, values=view.values(), ticks=filled.items if with_ticks else {})
        return await self._gateway.handle(f"{update}:save", origin, saved)

    async def _with_file(self, field: FieldView, sent: SlackFile, person: PersonId, language: Language) -> FieldView:
        if isinstance(field.value, Mapping) and field.value.get("slack") == sent.id:
            return field
        try:
            kept = await self._files.keep(sent, by=person)
        except NOT_KEPT as problem:
            return replace(field, problem=file_not_kept(problem, name_of(sent), language))
        # Slack's own id stays with the draft, so that the same file is not downloaded at every change of the form.
        return replace(field, value={"id": kept.id, "name": kept.name, "slack": sent.id})
