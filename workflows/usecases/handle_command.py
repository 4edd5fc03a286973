"""The one write path: load, decide, save, in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from workflows.domain import commands, errors
from workflows.domain.case import Case, CaseIdentity, ClientRef, TaskStatus
from workflows.domain.clients import ClientAttribute
from workflows.domain.decide import decide, open_case
from workflows.domain.decision import Decision, Situation
from workflows.domain.definition import FieldType, Stage, WorkflowDefinition
from workflows.domain.events import TaskCompleted
from workflows.domain.ids import CaseId, ClientId, FieldName, PersonId, ProcessId, TaskId, case_of
from workflows.domain.people import Organisation
from workflows.domain.permissions import check_may_open
from workflows.domain.text import clean, storable
from workflows.ports.chat import DirectoryPort, Origin
from workflows.ports.clock import Clock
from workflows.ports.platforms import CaseMessage
from workflows.ports.queries import Queries
from workflows.ports.rendering import FilledLetter, LetterWriter
from workflows.ports.unit_of_work import AlreadyReceived, Storage, UnitOfWork
from workflows.usecases.announce import Platforms, announcements
from workflows.usecases.commits import Commits
from workflows.usecases.running_processes import Definitions

_NOT_YET = ClientId(0)


def task_draft(task_id: TaskId) -> str:
    """Return the key of the draft of a task's form."""
    return f"task:{task_id}"


def new_case_draft(process: ProcessId, person: PersonId) -> str:
    """Return the key of the draft of a person's form for a new case."""
    return f"new:{process}:{person}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandHandler:
    """Handles commands of people and timers; each commit is announced."""

    storage: Storage
    queries: Queries
    organisation: Organisation
    definitions: Definitions
    letters: LetterWriter
    directory: DirectoryPort
    platforms: Platforms
    clock: Clock
    commits: Commits

    async def handle(
        self,
        command: commands.Command,
        *,
        actor: PersonId | None,
        update_id: str | None = None,
        origin: Origin | None = None,
    ) -> Decision:
        """Decide a command and commit the decision; *origin* is where a comment was made.

        Raises a Refusal (nothing changed), AlreadyReceived (this update was handled before) or StorageUnavailable.
        """
        decision = await self.storage.transact(
            lambda unit: self._in_transaction(unit, command, actor, update_id, origin)
        )
        self.commits.announce(decision)
        return decision

    async def save_new_case_draft(self, process: ProcessId, values: commands.RawValues, *, actor: PersonId) -> None:
        """Store what a person has typed into the form of a new case; raises MayNotOpen or UnknownProcess."""
        check_may_open(self.definitions.newest(process), self.organisation, actor)
        key, kept, now = new_case_draft(process, actor), _cleaned(values), self.clock.now()
        await self.storage.transact(lambda unit: unit.save_draft(key, kept, now))

    async def drop_new_case_draft(self, process: ProcessId, *, actor: PersonId) -> None:
        """Delete what a person has typed into the form of a new case."""
        key = new_case_draft(process, actor)
        await self.storage.transact(lambda unit: unit.drop_draft(key))

    async def preview(
        self, command: commands.OpenCase | commands.CompleteTask, *, actor: PersonId
    ) -> tuple[Decision, tuple[FilledLetter, ...]]:
        """Return what the command would lead to and the letters it would send, changing nothing; raises a Refusal."""
        now = self.clock.now()
        if isinstance(command, commands.OpenCase):
            definition = self.definitions.newest(command.process)
            named = self._with_clients(definition, definition.start, command.values, _known_by_name_only)
            situation = Situation(definition=definition, organisation=self.organisation, actor=actor, now=now)
            identity = CaseIdentity(id=CaseId(0), number=f"{definition.prefix}-…")
            opening = commands.OpenCase(process=command.process, outcome=command.outcome, values=named)
            decision = open_case(identity, opening, situation)
        else:
            case = await self.queries.case(case_of(command.task_id))
            if case is None:
                raise errors.UnknownCase(case_id=case_of(command.task_id))
            definition = self.definitions.of(case.process, case.version)
            command = self._resolved(case, command, _known_by_name_only)
            situation = Situation(definition=definition, organisation=self.organisation, actor=actor, now=now)
            decision = decide(case, command, situation)
        return decision, self._filled(decision, situation)

    def _in_transaction(
        self,
        unit: UnitOfWork,
        command: commands.Command,
        actor: PersonId | None,
        update_id: str | None,
        origin: Origin | None,
    ) -> Decision:
        before: Case | None = None
        try:
            if isinstance(command, commands.OpenCase):
                decision, situation = self._opened(unit, command, actor)
            else:
                before, decision, situation = self._decided(unit, command, actor)
        except errors.Refusal:
            # An update that has taken effect must not be refused when the platform sends it again.
            if update_id is not None and unit.was_received(update_id):
                raise AlreadyReceived from None
            raise
        letters = self._filled(decision, situation)
        if update_id is not None:
            unit.receive(update_id, situation.now)
        if decision.events:
            unit.save(before, decision)
            unit.announce(announcements(before, decision, self.directory, self.platforms, origin), situation.now)
        if origin is not None and origin.message is not None:
            message = CaseMessage(chat=origin.chat, message_id=origin.message, case_id=decision.case.id)
            unit.remember_message(message)
        if letters:
            unit.keep_letters(letters)
        self._keep_drafts(unit, command, situation)
        self._keep_client(unit, decision, situation.definition)
        return decision

    def _opened(
        self, unit: UnitOfWork, command: commands.OpenCase, actor: PersonId | None
    ) -> tuple[Decision, Situation]:
        definition = self.definitions.newest(command.process)
        situation = Situation(definition=definition, organisation=self.organisation, actor=actor, now=self.clock.now())
        named = self._with_clients(definition, definition.start, command.values, _in_base(unit, situation))
        opening = commands.OpenCase(process=command.process, outcome=command.outcome, values=named)
        return open_case(unit.reserve_case(definition.id, definition.prefix), opening, situation), situation

    def _decided(
        self, unit: UnitOfWork, command: commands.TaskCommand | commands.CaseCommand, actor: PersonId | None
    ) -> tuple[Case, Decision, Situation]:
        case_id = command.case_id if isinstance(command, commands.CaseCommand) else case_of(command.task_id)
        case = unit.case(case_id)
        if case is None:
            raise errors.UnknownCase(case_id=case_id)
        if isinstance(command, commands.FireTimer) and not unit.is_armed(
            command.task_id, command.kind, command.generation
        ):
            raise errors.NothingChanges
        definition = self.definitions.of(case.process, case.version)
        earlier = None
        if isinstance(command, commands.ClaimTask) or (isinstance(command, commands.CompleteTask) and command.claims):
            task = case.tasks.get(command.task_id)
            if task is not None and task.status is TaskStatus.READY:
                earlier = unit.earlier_waiting(case, task)
        situation = Situation(
            definition=definition,
            organisation=self.organisation,
            actor=actor,
            now=self.clock.now(),
            earlier=earlier,
        )
        if isinstance(command, commands.CompleteTask):
            command = self._resolved(case, command, _in_base(unit, situation))
        return case, decide(case, command, situation), situation

    def _filled(self, decision: Decision, situation: Situation) -> tuple[FilledLetter, ...]:
        return tuple(
            self.letters.write(request, case=decision.case, definition=situation.definition, now=situation.now)
            for request in decision.letters
        )

    def _resolved(
        self, case: Case, command: commands.CompleteTask, find: Callable[[str], ClientRef]
    ) -> commands.CompleteTask:
        task = case.tasks.get(command.task_id)
        if task is None:
            raise errors.UnknownTask(task_id=command.task_id)
        definition = self.definitions.of(case.process, case.version)
        values = self._with_clients(definition, task.stage, command.values, find)
        return replace(command, values=values)

    @staticmethod
    def _with_clients(
        definition: WorkflowDefinition, stage: str, raw: commands.RawValues, find: Callable[[str], ClientRef]
    ) -> commands.RawValues:
        """Turn the client names that people typed into records of the client base."""
        found: dict[FieldName, object] = {}
        for field in _client_fields(definition, stage):
            answer = raw.get(field)
            name = answer.get("name") if isinstance(answer, Mapping) else answer
            if isinstance(name, str) and (words := " ".join(storable(name).split())):
                client = find(words)
                found[field] = {"id": client.id or "new", "name": client.name}
        return {**raw, **found} if found else raw

    @staticmethod
    def _keep_drafts(unit: UnitOfWork, command: commands.Command, situation: Situation) -> None:
        match command:
            case commands.SaveDraft():
                unit.save_draft(task_draft(command.task_id), _cleaned(command.values), situation.now)
            case commands.CompleteTask() | commands.ReturnTask():
                unit.drop_draft(task_draft(command.task_id))
            case commands.OpenCase():
                unit.drop_draft(new_case_draft(command.process, situation.person))
            case commands.FireTimer():
                unit.drop_timer(command.task_id, command.kind, command.generation)

    @staticmethod
    def _keep_client(unit: UnitOfWork, decision: Decision, definition: WorkflowDefinition) -> None:
        """Update the client base with what the form contains about the client."""
        client = decision.case.client
        if client is None:
            return
        attributes: dict[ClientAttribute, str] = {}
        for event in decision.events:
            if isinstance(event, TaskCompleted):
                stage = definition.stages[decision.case.tasks[event.task_id].stage]
                attributes |= _of_client(stage, event.values)
        if attributes:
            unit.update_client(client.id, attributes)


def _client_fields(definition: WorkflowDefinition, stage: str) -> tuple[FieldName, ...]:
    form = next((s.form for s in definition.stages.values() if s.id == stage), ())
    return tuple(field.name for field in form if field.type is FieldType.CLIENT)


def _of_client(stage: Stage, values: Mapping[FieldName, object]) -> dict[ClientAttribute, str]:
    return {
        field.of_client: str(values[field.name])
        for field in stage.form
        if field.of_client is not None and field.name in values
    }


def _cleaned(raw: commands.RawValues) -> commands.RawValues:
    """Return a draft without the characters that nobody sees or no database stores; answers are checked later."""

    def kept(answer: object) -> object:
        match answer:
            case str():
                return clean(answer)
            case Mapping():
                return {name: kept(cell) for name, cell in answer.items()}
            case list() | tuple():
                return [kept(part) for part in answer]
        return answer

    return {name: kept(answer) for name, answer in raw.items()}


def _known_by_name_only(name: str) -> ClientRef:
    return ClientRef(id=_NOT_YET, name=name)


def _in_base(unit: UnitOfWork, situation: Situation) -> Callable[[str], ClientRef]:
    return lambda name: unit.client_named(name) or unit.add_client(name, situation.now)
