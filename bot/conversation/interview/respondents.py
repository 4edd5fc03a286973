"""People in an interview, as an update finds them: what they are at, and how that is kept for the next one."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.conversation.conversation import Conversation
from bot.conversation.forms.form_key import TaskForm, form_of
from bot.conversation.incoming import Incoming
from bot.conversation.interview.progress import Progress, read_progress
from bot.conversation.interview.screens import Screens
from bot.rendering.environment import Messages
from workflows.domain.definition import Field
from workflows.domain.ids import FieldName, PersonId, case_of
from workflows.ports.chat import platform_of
from workflows.ports.clock import Clock
from workflows.ports.notes import Notes
from workflows.ports.queries import Queries
from workflows.usecases.running_processes import Definitions


@dataclass(frozen=True, slots=True, kw_only=True)
class Respondent:
    """Whoever sent an update in a private chat: what they are at, and how to draw for them."""

    incoming: Incoming
    person: PersonId
    progress: Progress
    screens: Screens


@dataclass(frozen=True, slots=True, kw_only=True)
class Respondents:
    """Knows what people in interviews are at, and keeps what comes of an update; raises StorageUnavailable."""

    conversation: Conversation
    notes: Notes
    queries: Queries
    definitions: Definitions
    messages: Messages
    clock: Clock
    zone: ZoneInfo

    async def of(self, incoming: Incoming, person: PersonId) -> Respondent:
        """Return the person with what was kept; what cannot be read is begun afresh."""
        kept = await self._kept(incoming)
        return Respondent(incoming=incoming, person=person, progress=kept, screens=await self.screens_for(incoming))

    async def screens_for(self, incoming: Incoming) -> Screens:
        """Return how to draw for whoever did something."""
        language = await self.conversation.language_of(incoming)
        today = self.clock.now().astimezone(self.zone).date()
        return Screens(messages=self.messages, dialect=incoming.dialect, language=language, today=today)

    async def keep(self, respondent: Respondent, progress: Progress, *, is_same_screen: bool = False) -> Respondent:
        """Keep what somebody is at now, and answer them so; buttons of another screen than the one now are past."""
        return replace(respondent, progress=await self._write(respondent.incoming, progress, is_same_screen))

    async def end(self, respondent: Respondent) -> None:
        """End the interview; the updates that were seen stay known."""
        await self._write(respondent.incoming, respondent.progress.ended())

    async def forget(self, incoming: Incoming) -> None:
        """End the interview that an update made fail."""
        await self._write(incoming, (await self._kept(incoming)).ended())

    async def field(self, key: str, name: FieldName) -> Field | None:
        """Return what the process says of a field of a form."""
        form, definitions = form_of(key), self.definitions
        if isinstance(form, TaskForm):
            case = await self.queries.case(case_of(form.task_id))
            if case is None:
                return None
            stage = definitions.of(case.process, case.version).stages[case.tasks[form.task_id].stage]
        else:
            definition = definitions.newest(form.process)
            stage = definition.stages[definition.start]
        return next((field for field in stage.form if field.name == name), None)

    async def _kept(self, incoming: Incoming) -> Progress:
        return read_progress(await self.notes.read(_key(incoming))) or Progress()

    async def _write(self, incoming: Incoming, progress: Progress, is_same_screen: bool = False) -> Progress:
        update_id = incoming.update_id
        kept = progress.after(update_id) if is_same_screen else progress.next_step(update_id)
        await self.notes.keep(_key(incoming), kept.written(), self.clock.now())
        return kept


def _key(incoming: Incoming) -> str:
    return f"interview:{platform_of(incoming.chat)}:{incoming.person}"
