"""People in an interview: their progress at an update, and how it is saved for the next one."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.conversation.conversation import Conversation
from bot.conversation.forms.form_key import TaskForm, form_of
from bot.conversation.incoming import Incoming
from bot.conversation.interview.screens.screen import Screens
from bot.conversation.interview.steps.progress import Progress, read_progress
from bot.rendering.markup.environment import Messages
from workflows.domain.definition import Field
from workflows.domain.ids import FieldName, KindId, PersonId, case_of
from workflows.domain.records import CLIENT
from workflows.domain.routes.left_out import first_stage
from workflows.domain.visits.rework import stage_of
from workflows.ports.chat import platform_of
from workflows.ports.clock import Clock
from workflows.ports.notes import Notes
from workflows.ports.queries import Queries
from workflows.usecases.running_processes import Definitions

MOST_CLIENTS = 8
"""How many known clients are offered for a name that was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Respondent:
    """The person of an update in a private chat: their progress, and the screens for them."""

    incoming: Incoming
    person: PersonId
    progress: Progress
    screens: Screens


@dataclass(frozen=True, slots=True, kw_only=True)
class Respondents:
    """Reads and saves the progress of people in interviews; raises StorageUnavailable."""

    conversation: Conversation
    notes: Notes
    queries: Queries
    definitions: Definitions
    messages: Messages
    clock: Clock
    zone: ZoneInfo

    async def of(self, incoming: Incoming, person: PersonId) -> Respondent:
        """Return the person of an update with their saved progress; one that cannot be read begins afresh."""
        progress = await self._saved_progress(incoming)
        return Respondent(incoming=incoming, person=person, progress=progress, screens=await self.screens_for(incoming))

    async def screens_for(self, incoming: Incoming) -> Screens:
        """Return the screens for the person of an update."""
        language = await self.conversation.language_of(incoming)
        today = self.clock.now().astimezone(self.zone).date()
        return Screens(messages=self.messages, dialect=incoming.dialect, language=language, today=today)

    async def keep(self, respondent: Respondent, progress: Progress, *, is_same_screen: bool = False) -> Respondent:
        """Save a progress and return the person with it; unless *is_same_screen*, the buttons shown so far are past."""
        kind = KindId(progress.kind or CLIENT)
        clients = await self.queries.records(kind, progress.typed, MOST_CLIENTS) if progress.typed else ()
        return replace(
            respondent,
            progress=await self._write(respondent.incoming, progress, is_same_screen),
            screens=replace(respondent.screens, clients=clients, kind=self.definitions.kinds.known(kind)),
        )

    async def end(self, respondent: Respondent) -> None:
        """End the interview; the updates that were seen stay known."""
        await self._write(respondent.incoming, respondent.progress.without_form())

    async def forget(self, incoming: Incoming) -> None:
        """End the interview of a person whose update failed."""
        await self._write(incoming, (await self._saved_progress(incoming)).without_form())

    async def field(self, key: str, name: FieldName) -> Field | None:
        """Return the definition of a form's field, None when there is no such field."""
        form, definitions = form_of(key), self.definitions
        if isinstance(form, TaskForm):
            case = await self.queries.case(case_of(form.task_id))
            if case is None:
                return None
            stage = stage_of(case, case.tasks[form.task_id], definitions.of(case.process, case.version))
        else:
            definition = definitions.newest(form.process)
            stage = first_stage(definition)
        return next((field for field in stage.form if field.name == name), None)

    async def _saved_progress(self, incoming: Incoming) -> Progress:
        return read_progress(await self.notes.read(_key(incoming))) or Progress()

    async def _write(self, incoming: Incoming, progress: Progress, is_same_screen: bool = False) -> Progress:
        update_id = incoming.update_id
        kept = progress.after(update_id) if is_same_screen else progress.next_step(update_id)
        await self.notes.keep(_key(incoming), kept.to_note(), self.clock.now())
        return kept


def _key(incoming: Incoming) -> str:
    return f"interview:{platform_of(incoming.chat)}:{incoming.person}"
