"""The handling of one update: who asks, in which language, and what every reply may use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.conversation.incoming import Asker
from bot.rendering.cards.buttons import in_rows
from bot.rendering.language.chat_style import ChatStyle
from bot.rendering.language.filters import Formats
from bot.rendering.language.i18n import Words, words_in
from bot.rendering.markup.dialects import MARKUPS
from bot.rendering.markup.environment import Messages
from bot.rendering.words.cases import CaseWords, titled
from bot.rendering.words.rework import in_words
from workflows.domain import errors
from workflows.domain.case import Case, Task
from workflows.domain.commands import Command, CompleteTask, OpenCase, SaveDraft
from workflows.domain.decision import Decision
from workflows.domain.definition import Stage, WorkflowDefinition
from workflows.domain.facts.conditions import Around, Outside, around
from workflows.domain.forms.drafts import Draft, Mark, Merged
from workflows.domain.ids import CaseId, DepartmentId, PersonId, StageId, TaskId, case_of
from workflows.domain.people import Organisation, Person
from workflows.domain.text import Language
from workflows.domain.visits.rework import stage_of
from workflows.domain.visits.visits import seen_from
from workflows.ports.chat import Button, ChatPort, Dialect, Message, MessageId, Origin, platform_of
from workflows.ports.queries import Queries, TaskLine
from workflows.ports.rendering import FilledLetter
from workflows.usecases.chats import Chats
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.invitations import Invitations
from workflows.usecases.languages import ChosenLanguages
from workflows.usecases.people import People
from workflows.usecases.records_of_forms import known_parts
from workflows.usecases.running_processes import Definitions
from workflows.usecases.sign_ins import SignIns


def plain(text: str, dialect: Dialect) -> Message:
    """Return a message of plain text, escaped for the dialect of the chat."""
    markup = MARKUPS[dialect]
    return Message(text=str(markup.finish(markup.escape(text))))


def put_above(message: Message, screen: Message) -> Message:
    """Return *screen* with the text of *message* above its own."""
    return replace(screen, text=f"{message.text}\n\n{screen.text}")


def correction(text: str, language: Language) -> str:
    """Return the text of the comment that an edited comment adds."""
    return words_in(language).gettext("Correction: %(text)s", text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAtHand:
    """A task with its case and its stage of the definition that the case follows, as the task has to do it.

    The facts of the case are as the task knows them: one about a row has the cells of the row among them.
    """

    case: Case
    task: Task
    definition: WorkflowDefinition
    stage: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a reply may use; `now` is when the update came.

    `update_id` is None when somebody merely reads; `message_id` is the person's message, if there is one. A case that
    the turn has read or changed is not read again.
    """

    asker: Asker
    update_id: str | None
    message_id: MessageId | None
    person: Person
    language: Language
    now: datetime
    zone: ZoneInfo
    messages: Messages
    languages: ChosenLanguages
    handler: CommandHandler
    queries: Queries
    organisation: Organisation
    definitions: Definitions
    chats: Chats
    ports: Mapping[str, ChatPort]
    invitations: Invitations
    sign_ins: SignIns
    people: People
    _cases: dict[CaseId, Case] = field(default_factory=dict, init=False)

    @property
    def dialect(self) -> Dialect:
        """Return the markup of the reply."""
        return self.asker.dialect

    @property
    def port(self) -> ChatPort:
        """Return the platform on which the reply is read, and what it can do."""
        return self.ports[platform_of(self.asker.chat)]

    @property
    def style(self) -> ChatStyle:
        """Return how commands are written where the reply is read."""
        return self.messages.style(self.dialect)

    @property
    def today(self) -> date:
        """Return the day of *now* where the company is."""
        return self.now.astimezone(self.zone).date()

    def around(self, case: Case, visit: int) -> Around:
        """Return what the conditions of a visit see of a case when this person acts."""
        return around(case, visit, today=self.today, me=self.person.id)

    async def outside(self, case: Case) -> Outside:
        """Return what the conditions of a case see that the case does not keep; raises StorageUnavailable."""
        definition = self.definitions.of(case.process, case.version)
        records = await known_parts(self.queries, self.definitions.kinds, definition, case.values)
        return Outside(today=self.today, records=records)

    def around_new_case(self) -> Around:
        """Return what conditions see when this person opens a case."""
        return Around(today=self.today, me=self.person.id, opener=self.person.id)

    @property
    def words(self) -> Words:
        """Return the catalogue of the person's language."""
        return words_in(self.language)

    def message(self, template: str, buttons: Iterable[Button] = (), *, in_a_row: int = 2, **values: object) -> Message:
        """Render a message template in the dialect of the chat (`now` is always given); the chat splits or cuts it."""
        text = self.messages.render(template, self.dialect, self.language, now=self.now, **values)
        return Message(text=str(text), buttons=in_rows(buttons, in_a_row))

    def command(self, word: str) -> str:
        """Return a command as it is written in the chat."""
        return self.style.command(word)

    def name_of(self, person: PersonId) -> str:
        """Return a person's name, or the id of somebody who has left the organisation."""
        return self.organisation.name_of(person).in_(self.language)

    def department_title(self, department: DepartmentId) -> str:
        """Return a department's title, or the id of one that no longer exists."""
        return self.organisation.title_of(department).in_(self.language)

    def stage_title(self, definition: WorkflowDefinition, stage: StageId) -> str:
        """Return a stage's title, or the id of one that the definition does not have."""
        return definition.title_of(stage).in_(self.language)

    def case_words(self, case: Case) -> CaseWords:
        """Return a case with the names of everything in it in the person's language; raises ProcessUnreadable."""
        return CaseWords(
            case=case,
            definition=self.definitions.of(case.process, case.version),
            organisation=self.organisation,
            language=self.language,
            formats=Formats(self.language, self.zone),
        )

    def line_title(self, line: TaskLine) -> str:
        """Return the title of the stage of a task in a list, or its id when the definition cannot be read."""
        try:
            title = self.stage_title(self.definitions.of(line.process, line.version), line.stage)
        except errors.ProcessUnreadable:
            title = line.stage
        return titled(title, line.part, self.words)

    async def do(self, command: Command, origin: Origin | None = None) -> Decision:
        """Handle a command of this person, once for this update; raises what the handler raises."""
        self._cases.clear()
        decision = await self.handler.handle(command, actor=self.person.id, update_id=self.update_id, origin=origin)
        self._cases[decision.case.id] = decision.case
        return decision

    async def save_draft(self, command: SaveDraft) -> Merged:
        """Store what this person has changed in the form of a task; raises a Refusal."""
        self._cases.clear()
        return await self.handler.save_draft(command, actor=self.person.id)

    async def preview(
        self, command: OpenCase | CompleteTask, draft: Draft
    ) -> tuple[Decision, tuple[FilledLetter, ...], Mark]:
        """Return what sending a draft would lead to; raises what `CommandHandler.preview` raises, and UnknownCase."""
        case = None if isinstance(command, OpenCase) else await self.case(case_of(command.task_id))
        return await self.handler.preview(command, draft, case, actor=self.person.id)

    async def case(self, case_id: CaseId) -> Case:
        """Read a case; raises UnknownCase."""
        case = self._cases.get(case_id) or await self.queries.case(case_id)
        if case is None:
            raise errors.UnknownCase(case_id=case_id)
        self._cases[case_id] = case
        return case

    async def task(self, task_id: TaskId) -> TaskAtHand:
        """Read a task with its case, definition and stage; raises UnknownCase, UnknownTask."""
        case = await self.case(case_of(task_id))
        task = case.tasks.get(task_id)
        if task is None:
            raise errors.UnknownTask(task_id=task_id)
        definition = self.definitions.of(case.process, case.version)
        stage = in_words(stage_of(case, task, definition), self.language)
        return TaskAtHand(case=seen_from(case, task, definition), task=task, definition=definition, stage=stage)
