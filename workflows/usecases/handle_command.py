"""The one write path: load, decide, save, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from workflows.domain import commands, errors
from workflows.domain.case import Case, CaseIdentity, TaskStatus, Values
from workflows.domain.client_letters import Sent, to_be_sent
from workflows.domain.clients import new_key_of
from workflows.domain.decide import decide, open_case
from workflows.domain.decision import Decision, EarlierCase, Situation
from workflows.domain.definition import Stage, WorkflowDefinition
from workflows.domain.events import FormHeld, LetterMarked, TaskCompleted
from workflows.domain.filling import Filling
from workflows.domain.forms.drafts import Draft, Mark, Merged, preview_mark
from workflows.domain.ids import CaseId, FieldName, ItemId, PersonId, ProcessId, StageId, case_of
from workflows.domain.permissions import check_may_open
from workflows.domain.records import CLIENT
from workflows.ports.chat import DirectoryPort, Origin
from workflows.ports.clock import Clock
from workflows.ports.platforms import CaseMessage
from workflows.ports.queries import Queries
from workflows.ports.rendering import FilledLetter, LetterWriter
from workflows.ports.unit_of_work import AlreadyReceived, Storage, UnitOfWork
from workflows.usecases.announce import Platforms, announcements
from workflows.usecases.clients_of_forms import meant, named_client
from workflows.usecases.commits import Commits
from workflows.usecases.form_drafts import new_case_draft, save_changes, task_draft, with_draft
from workflows.usecases.organising import CurrentOrganisation
from workflows.usecases.records_of_forms import keep_records, known_parts, read_parts, with_known_records, with_records
from workflows.usecases.running_processes import Definitions
from workflows.usecases.sharing_out import take_turns, with_shares, with_turns
from workflows.usecases.sub_cases import ChangedCase, changed_cases


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandHandler:
    """Handles commands of people and timers; each commit is announced."""

    storage: Storage
    queries: Queries
    organisation: CurrentOrganisation
    definitions: Definitions
    letters: LetterWriter
    directory: DirectoryPort
    platforms: Platforms
    clock: Clock
    commits: Commits
    zone: tzinfo = UTC

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
        if isinstance(command, commands.SaveDraft):
            decision, _ = await self.storage.transact(lambda unit: self._draft_saved(unit, command, actor))
            changed: tuple[Decision, ...] = (decision,)
        else:
            changed = await self.storage.transact(
                lambda unit: self._in_transaction(unit, command, actor, update_id, origin)
            )
        for each in changed:
            self.commits.announce(each)
        return changed[0]

    async def was_received(self, update_id: str) -> bool:
        """Whether an update was handled before; raises StorageUnavailable."""
        return await self.storage.transact(lambda unit: unit.was_received(update_id))

    async def save_draft(self, command: commands.SaveDraft, *, actor: PersonId) -> Merged:
        """Store what the assignee has changed in the form of a task; raises a Refusal (nothing changed).

        No update is recorded: the same report of a window, received again, changes nothing.
        """
        decision, merged = await self.storage.transact(lambda unit: self._draft_saved(unit, command, actor))
        if decision.events:
            self.commits.announce(decision)
        return merged

    async def save_new_case_draft(self, process: ProcessId, filling: Filling, *, actor: PersonId) -> Merged:
        """Store what a person has changed in the form of a new case; raises MayNotOpen or UnknownProcess."""
        check_may_open(self.definitions.newest(process), self.organisation.now, actor)
        key, now = new_case_draft(process, actor), self.clock.now()
        return await self.storage.transact(lambda unit: save_changes(unit, key, filling, frozenset(), now))

    async def drop_new_case_draft(self, process: ProcessId, *, actor: PersonId) -> None:
        """Delete what a person has typed into the form of a new case."""
        key = new_case_draft(process, actor)
        await self.storage.transact(lambda unit: unit.drop_draft(key))

    async def preview(
        self,
        command: commands.OpenCase | commands.CompleteTask,
        draft: Draft,
        case: Case | None,
        *,
        actor: PersonId,
    ) -> tuple[Decision, tuple[FilledLetter, ...], Mark]:
        """Return what sending a draft over the command's values would lead to, the letters, and the mark of it all.

        *case* is that of the task, None for a new one. Nothing is changed; raises a Refusal.
        """
        command = replace(command, values={**command.values, **draft.answers})
        if isinstance(command, commands.OpenCase):
            definition = self.definitions.newest(command.process)
            values = await self._with_known_client(definition, definition.start, command.values)
            values = await with_known_records(self.queries, definition.stages.get(definition.start), values, {})
            situation = await self._with_known_parts(self._situation(definition, actor), values)
            identity = CaseIdentity(id=CaseId(0), number=f"{definition.prefix}-…")
            opening = replace(command, values=values)
            decision = open_case(identity, opening, situation)
        else:
            if case is None:
                raise errors.UnknownCase(case_id=case_of(command.task_id))
            definition = self.definitions.of(case.process, case.version)
            values = await self._with_known_client(definition, _stage_of(case, command), command.values, case)
            stage = definition.stages.get(_stage_of(case, command))
            values = await with_known_records(self.queries, stage, values, case.values)
            command = replace(command, values=values)
            situation = await self._with_known_parts(self._situation(definition, actor), {**case.values, **values})
            decision = decide(case, command, situation)
        return decision, self._filled(decision, situation), preview_mark(decision, draft.revision)

    def _in_transaction(
        self,
        unit: UnitOfWork,
        command: commands.Command,
        actor: PersonId | None,
        update_id: str | None,
        origin: Origin | None,
    ) -> tuple[Decision, ...]:
        """Return what was decided on the case of the command, then on others that it changed."""
        before: Case | None = None
        try:
            command, revision = with_draft(unit, command, actor, self.clock.now())
            if isinstance(command, commands.OpenCase):
                decision, situation = self._opened(unit, command, actor)
            else:
                before, decision, situation = self._decided(unit, command, actor)
            if (
                isinstance(command, commands.OpenCase | commands.CompleteTask)
                and command.previewed is not None
                and command.previewed != preview_mark(decision, revision)
            ):
                raise errors.PreviewOutdated
        except errors.Refusal:
            # An update that has taken effect must not be refused when the platform sends it again.
            if update_id is not None and unit.was_received(update_id):
                raise AlreadyReceived from None
            raise
        first = ChangedCase(before=before, decision=decision, situation=situation)

        def situation_of(of: WorkflowDefinition, who: PersonId | None, facts: Values) -> Situation:
            return self._with_parts(unit, with_shares(unit, self._situation(of, who)), facts)

        changed = changed_cases(unit, self.definitions, first, situation_of)
        letters = [self._filled(each.decision, each.situation) for each in changed]
        if update_id is not None:
            unit.receive(update_id, situation.now)
        # New cases first: a database checks that the case of a task exists.
        for each, filled in sorted(zip(changed, letters, strict=True), key=lambda pair: pair[0].before is not None):
            self._save(unit, each, filled, origin)
        decision = changed[0].decision
        if origin is not None and origin.message is not None:
            message = CaseMessage(chat=origin.chat, message_id=origin.message, case_id=decision.case.id)
            unit.remember_message(message)
        _mark_letters(unit, decision)
        self._keep_drafts(unit, command, situation, decision)
        self._keep_client(unit, decision, situation)
        return tuple(each.decision for each in changed)

    def _save(
        self, unit: UnitOfWork, changed: ChangedCase, letters: tuple[FilledLetter, ...], origin: Origin | None
    ) -> None:
        """Store what was decided on a case, its letters, and what has to be shown of it."""
        before, decision, situation = changed.before, changed.decision, changed.situation
        if decision.events:
            unit.save(before, decision)
            unit.announce(announcements(before, decision, self.directory, self.platforms, origin), situation.now)
        if letters:
            unit.keep_letters(letters)
            unit.keep_client_letters(to_be_sent(decision.letters))
        take_turns(unit, decision, situation.definition)
        keep_records(unit, self.definitions.kinds, decision, situation)

    def _draft_saved(
        self, unit: UnitOfWork, command: commands.SaveDraft, actor: PersonId | None
    ) -> tuple[Decision, Merged]:
        case = unit.case(case_of(command.task_id))
        task = None if case is None else case.tasks.get(command.task_id)
        ticked = frozenset[ItemId]() if task is None else task.ticks
        merged = save_changes(unit, task_draft(command.task_id), command.filling, ticked, self.clock.now())
        # A refusal is raised here, and nothing is written.
        filling = replace(command.filling, ticks=merged.ticks)
        ticking = replace(command, filling=filling, values=merged.draft.answers)
        return self._in_transaction(unit, ticking, actor, None, None)[0], merged

    def _opened(
        self, unit: UnitOfWork, command: commands.OpenCase, actor: PersonId | None
    ) -> tuple[Decision, Situation]:
        definition = self.definitions.newest(command.process)
        situation = with_turns(unit, command, self._situation(definition, actor))
        values = self._with_client(unit, situation, definition.start, command.values)
        stage = definition.stages.get(definition.start)
        values = with_records(unit, self.definitions.kinds, situation, stage, (values, {}))
        situation = self._with_parts(unit, situation, values)
        opening = replace(command, values=values)
        return open_case(unit.reserve_case(definition.id, definition.prefix), opening, situation), situation

    def _decided(
        self, unit: UnitOfWork, command: commands.TaskCommand | commands.CaseCommand, actor: PersonId | None
    ) -> tuple[Case, Decision, Situation]:
        case_id = command.case_id if isinstance(command, commands.CaseCommand) else case_of(command.task_id)
        case = unit.case(case_id)
        if case is None:
            raise errors.UnknownCase(case_id=case_id)
        if isinstance(command, commands.FireTimer) and not unit.is_due(
            command.task_id, command.kind, command.generation, self.clock.now()
        ):
            raise errors.NothingChanges
        definition = self.definitions.of(case.process, case.version)
        earlier = None
        if isinstance(command, commands.ClaimTask) or (isinstance(command, commands.CompleteTask) and command.claims):
            task = case.tasks.get(command.task_id)
            if task is not None and task.status is TaskStatus.READY:
                earlier = next(iter(unit.earlier_waiting(case, task, actor)), None)
        situation = with_turns(unit, command, self._situation(definition, actor, earlier))
        if isinstance(command, commands.MarkLetter):
            situation = replace(situation, letter=unit.client_letter(command.task_id, command.number))
        if isinstance(command, commands.CompleteTask | commands.HoldForm | commands.AnswerField):
            values = self._with_client(unit, situation, _stage_of(case, command), command.values, case)
            stage = definition.stages.get(_stage_of(case, command))
            values = with_records(unit, self.definitions.kinds, situation, stage, (values, case.values))
            command = replace(command, values=values)
            situation = self._with_parts(unit, situation, {**case.values, **values})
        else:
            situation = self._with_parts(unit, situation, case.values)
        return case, decide(case, command, situation), situation

    def _situation(
        self, definition: WorkflowDefinition, actor: PersonId | None, earlier: EarlierCase | None = None
    ) -> Situation:
        now = self.clock.now()
        return Situation(
            definition=definition,
            organisation=self.organisation.now,
            actor=actor,
            now=now,
            today=now.astimezone(self.zone).date(),
            earlier=earlier,
        )

    def _with_parts(self, unit: UnitOfWork, situation: Situation, values: commands.RawValues) -> Situation:
        """Return the situation with what its conditions see of the records that answers and facts name."""
        parts = read_parts(unit, self.definitions.kinds, situation.definition, values)
        return replace(situation, records=parts) if parts else situation

    async def _with_known_parts(self, situation: Situation, values: commands.RawValues) -> Situation:
        parts = await known_parts(self.queries, self.definitions.kinds, situation.definition, values)
        return replace(situation, records=parts) if parts else situation

    def _filled(self, decision: Decision, situation: Situation) -> tuple[FilledLetter, ...]:
        return tuple(
            self.letters.write(request, case=decision.case, definition=situation.definition, now=situation.now)
            for request in decision.letters
        )

    async def _with_known_client(
        self,
        definition: WorkflowDefinition,
        stage: StageId,
        raw: commands.RawValues,
        case: Case | None = None,
    ) -> commands.RawValues:
        """Return the answers with the client as the base knows them now, adding nobody; raises FormInvalid."""
        named = named_client(definition, stage, raw)
        if named is None:
            return raw
        known = await self.queries.records_like(CLIENT, named.name, named.inn)
        client = meant(named, known, None if case is None else case.client)
        return {**raw, **named.answer(client, is_new=named.was_added(case, client))}

    def _with_client(
        self,
        unit: UnitOfWork,
        situation: Situation,
        stage: StageId,
        raw: commands.RawValues,
        case: Case | None = None,
    ) -> commands.RawValues:
        """Return the answers with the client of the base, added if they are new; raises FormInvalid."""
        named = named_client(situation.definition, stage, raw)
        if named is None:
            return raw
        kind = self.definitions.kinds.known(CLIENT)
        known = unit.records_like(kind, named.name, named.inn)
        client = meant(named, known, None if case is None else case.client)
        is_new = named.was_added(case, client)
        if client is None:
            key = new_key_of(named.name, named.inn, known)
            client = unit.add_record(kind, named.name, situation.now, key=key, owner=situation.actor)
        return {**raw, **named.answer(client, is_new=is_new)}

    @staticmethod
    def _keep_drafts(unit: UnitOfWork, command: commands.Command, situation: Situation, decision: Decision) -> None:
        match command:
            case commands.CompleteTask():
                unit.drop_draft(task_draft(command.task_id))
            case commands.HoldForm() | commands.AnswerField():
                # What was waited for may have sent the form.
                if any(isinstance(event, TaskCompleted) for event in decision.events):
                    unit.drop_draft(task_draft(command.task_id))
            case commands.OpenCase():
                unit.drop_draft(new_case_draft(command.process, situation.person))
                held = next((event for event in decision.events if isinstance(event, FormHeld)), None)
                if held is not None:
                    draft = Draft(answers=command.values, outcome=command.outcome, revision=1)
                    unit.save_draft(task_draft(held.task_id), draft, situation.now)
            case commands.FireTimer():
                unit.drop_timer(command.task_id, command.kind, command.generation)

    def _keep_client(self, unit: UnitOfWork, decision: Decision, situation: Situation) -> None:
        """Update the client base with what the form contains about the client."""
        client = decision.case.client
        if client is None:
            return
        attributes: dict[FieldName, object] = {}
        for event in decision.events:
            if isinstance(event, TaskCompleted):
                stage = situation.definition.stages[decision.case.tasks[event.task_id].stage]
                attributes |= _of_client(stage, event.values)
        if attributes:
            kind, case_id = self.definitions.kinds.known(CLIENT), decision.case.id
            unit.update_record(kind, client.id, attributes, situation.now, by=situation.actor, case_id=case_id)


def _mark_letters(unit: UnitOfWork, decision: Decision) -> None:
    for event in decision.events:
        if isinstance(event, LetterMarked):
            sent = Sent(by=event.by, at=event.at) if event.sent and event.by is not None else None
            unit.mark_letter(event.task_id, event.number, sent)


def _stage_of(case: Case, command: commands.CompleteTask | commands.HoldForm | commands.AnswerField) -> StageId:
    task = case.tasks.get(command.task_id)
    if task is None:
        raise errors.UnknownTask(task_id=command.task_id)
    return task.stage


def _of_client(stage: Stage, values: Mapping[FieldName, object]) -> dict[FieldName, object]:
    return {
        FieldName(field.of_client.value): values[field.name]
        for field in stage.form
        if field.of_client is not None and field.name in values
    }
