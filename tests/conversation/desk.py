"""A conversation over a database in memory, and people who type and press what they are shown."""

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.actions import Verb, decode
from bot.conversation.conversation import Conversation
from bot.conversation.incoming import (
    Answered,
    Asker,
    Commented,
    FormPreviewed,
    FormSaved,
    FormSent,
    Incoming,
    Intent,
    Press,
    Said,
)
from bot.conversation.interview.interview import Interview
from bot.conversation.reply import Ask, FormView, Menu, PreviewView, Reply
from bot.rendering.cards.task_buttons import task_buttons
from bot.rendering.markup.environment import Messages
from bot.web.addresses import ADDRESSES
from tests.fakes.clock import HandClock
from tests.fakes.directory import NamedChats
from tests.fakes.letters import PlainLetters
from tests.fakes.memory import Memory
from tests.fakes.notes import MemoryNotes
from tests.fakes.silent_chat import PLATFORMS, silent_chats
from tests.onboarding import ANNA, STEPAN, an_organisation, complaint, onboarding
from workflows.domain.case import Case, Task
from workflows.domain.commands import RawValues
from workflows.domain.decision import Decision
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.facts.conditions import Outside
from workflows.domain.ids import CaseId, FieldName, OutcomeId, PersonId, case_of
from workflows.domain.people import Organisation
from workflows.domain.records import RecordKind
from workflows.domain.text import Language
from workflows.ports.chat import Button, ChatAddress, ChatPort, Dialect
from workflows.ports.platforms import LinkedAccount
from workflows.usecases.chats import Chats
from workflows.usecases.commits import Commits
from workflows.usecases.directory import Directory
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.invitations import Invitations
from workflows.usecases.languages import ChosenLanguages
from workflows.usecases.organising import CurrentOrganisation, Organising
from workflows.usecases.people import People
from workflows.usecases.running_processes import Definitions
from workflows.usecases.sign_ins import SignIns

ZONE = ZoneInfo("Europe/Moscow")
MESSAGES = Messages(ZONE)


class Desk:
    """One company at work. `updates` counts what came in; every answer is also kept in `replies`."""

    def __init__(
        self,
        language: Language = Language.EN,
        organisation: Organisation | None = None,
        memory: Memory | None = None,
        processes: Sequence[WorkflowDefinition] = (),
        kinds: Sequence[RecordKind] = (),
    ) -> None:
        self.language = language
        self.memory = memory or Memory()
        self.clock = HandClock()
        self.letters = PlainLetters()
        self.current = CurrentOrganisation(organisation or an_organisation())
        self.woken: list[Decision | None] = []
        self.commits = commits = Commits()
        commits.subscribe(self.woken.append)
        self.updates = 0
        self.handler = CommandHandler(
            storage=self.memory,
            queries=self.memory,
            organisation=self.current,
            definitions=Definitions(processes or [onboarding(), complaint()], kinds=kinds),
            letters=self.letters,
            directory=NamedChats(),
            platforms=silent_chats(),
            clock=self.clock,
            commits=commits,
            zone=ZONE,
        )
        self.chats = Chats(
            storage=self.memory,
            queries=self.memory,
            organisation=self.current,
            directory=Directory(self.current, ADDRESSES),
            clock=self.clock,
            commits=Commits(),
        )
        self.ports: dict[str, ChatPort] = silent_chats()
        self.signed_out: list[PersonId] = []
        self.sign_ins = SignIns(MemoryNotes(self.memory), self.clock, self.signed_out.append)
        self.organising = Organising(
            storage=self.memory,
            queries=self.memory,
            current=self.current,
            clock=self.clock,
            commits=Commits(),
        )
        self.people = People(
            organising=self.organising,
            handler=self.handler,
            queries=self.memory,
            chats=self.chats,
            sign_ins=self.sign_ins,
        )
        self.conversation = self.new_conversation()

    @property
    def organisation(self) -> Organisation:
        """Return the organisation as it is now."""
        return self.current.now

    def new_conversation(self) -> Conversation:
        """Start a new conversation, as after a restart of the program."""
        return Conversation(
            handler=self.handler,
            queries=self.memory,
            organisation=self.current,
            definitions=self.handler.definitions,
            messages=MESSAGES,
            languages=ChosenLanguages(self.memory, self.memory, self.clock),
            invitations=Invitations(
                storage=self.memory,
                organisation=self.current,
                directory=self.chats.directory,
                clock=self.clock,
                commits=Commits(),
            ),
            sign_ins=self.sign_ins,
            people=self.people,
            chats=self.chats,
            ports=self.ports,
            clock=self.clock,
            zone=ZONE,
        )

    def new_interview(self) -> Interview:
        """Put an interview before the conversation, as a chat without dialogs does."""
        return Interview(
            conversation=self.conversation,
            notes=MemoryNotes(self.memory),
            queries=self.memory,
            definitions=self.handler.definitions,
            messages=MESSAGES,
            clock=self.clock,
            zone=ZONE,
        )

    async def comes(
        self,
        person: PersonId | None,
        intent: Intent,
        *,
        update_id: str | None = None,
        dialect: Dialect = Dialect.HTML,
        account: LinkedAccount | None = None,
        group_title: str | None = None,
    ) -> Reply:
        """Hand one update to the conversation."""
        self.updates += 1
        incoming = Incoming(
            update_id=update_id or f"test:{self.updates}",
            person=person,
            language=self.language,
            chat=ChatAddress(f"{PLATFORMS[dialect]}:@{person}"),
            dialect=dialect,
            intent=intent,
            group_title=group_title,
            account=account,
        )
        return await self.conversation.handle(incoming)

    def asker(self, person: PersonId | None) -> Asker:
        """Return somebody who merely reads."""
        return Asker(person=person, language=self.language, chat=ChatAddress(f"web:@{person}"), dialect=Dialect.HTML)

    async def says(self, person: PersonId | None, text: str) -> Reply:
        """Type a line."""
        return await self.comes(person, Said(text=text))

    async def presses(self, person: PersonId | None, button: Button | str) -> Reply:
        """Press a button, or what a button carried."""
        action = button if isinstance(button, str) else button.action
        assert action is not None
        return await self.comes(person, Press(action=action))

    async def answers(self, person: PersonId, ask: Ask, text: str, option: Button | None = None) -> Reply:
        """Reply to a question."""
        action = ask.action if option is None else option.action
        assert action is not None
        return await self.comes(person, Answered(action=action, text=text))

    async def previews(self, person: PersonId, form: FormView, outcome: str, **values: object) -> Reply:
        """Fill in a form, choose an outcome and preview what would be sent."""
        filled = filled_in(form, values)
        return await self.comes(person, FormPreviewed(form=form.form, outcome=OutcomeId(outcome), values=filled))

    async def sends(self, person: PersonId, form: FormView, outcome: str, **values: object) -> Reply:
        """Fill in a form, choose an outcome and send it."""
        filled = filled_in(form, values)
        return await self.comes(person, FormSent(form=form.form, outcome=OutcomeId(outcome), values=filled))

    async def confirms(self, person: PersonId, preview: PreviewView) -> Reply:
        """Send what the preview shows."""
        sent = FormSent(form=preview.form, outcome=preview.outcome, previewed=preview.mark)
        return await self.comes(person, sent)

    async def saves(self, person: PersonId, form: FormView, **values: object) -> Reply:
        """Keep what is typed so far."""
        return await self.comes(person, FormSaved(form=form.form, values=filled_in(form, values)))

    async def comments(self, person: PersonId, case_id: CaseId, text: str) -> Reply:
        """Say something in the conversation of a case."""
        return await self.comes(person, Commented(case_id=case_id, text=text))

    async def opens_case(self, client: str = "Romashka", by: PersonId = ANNA, **values: object) -> Case:
        """Open a case through the form and return it."""
        form = form_in(await self.says(by, "/new"))
        reply = await self.sends(by, form, "begin", **{"client": client, "services": ["cards"], **values})
        assert reply.case_id is not None
        return self.case(reply.case_id)

    async def opens_claimed_case(self, client: str = "Romashka", by: PersonId = STEPAN) -> Task:
        """Open a case and have its intake claimed; returns the task."""
        task = self.task(await self.opens_case(client), "intake")
        await self.presses(by, self.button(task, Verb.CLAIM))
        return self.case(case_of(task.id)).tasks[task.id]

    async def form_of(self, task: Task, person: PersonId) -> FormView:
        """Open the form of a task."""
        return form_in(await self.presses(person, self.button(self.now(task), Verb.WORK)))

    async def hands_over_intake(self, client: str = "Romashka") -> Case:
        """Open a case, claim its intake, tick the list and accept it; returns the case."""
        task = await self.opens_claimed_case(client)
        form = await self.form_of(task, STEPAN)
        form = form_in(await self.presses(STEPAN, form.checklist[0].action))
        await self.sends(STEPAN, form, "accepted", contact="Ivan")
        return self.case(case_of(task.id))

    def case(self, case_id: CaseId) -> Case:
        """Return a stored case."""
        return self.memory.rows.cases[case_id]

    def now(self, task: Task) -> Task:
        """Return a task as it is stored now."""
        return self.case(case_of(task.id)).tasks[task.id]

    def task(self, case: Case, stage: str) -> Task:
        """Return the latest visit of a stage of a case."""
        return next(t for t in reversed(list(self.case(case.id).tasks.values())) if t.stage == stage)

    def button(self, task: Task, verb: Verb) -> Button:
        """Return the button of that kind on the task's card as it is now."""
        return next(b for b in self.buttons(task) if b.action is not None and decode(b.action).verb is verb)

    def labelled(self, task: Task, label: str) -> Button:
        """Return the button with that label on the task's card as it is now."""
        return next(button for button in self.buttons(task) if button.label == label)

    def buttons(self, task: Task) -> list[Button]:
        """Return the buttons of the task's card as it is now."""
        case = self.case(case_of(task.id))
        definition = self.handler.definitions.of(case.process, case.version)
        rows = task_buttons(
            case,
            case.tasks[task.id],
            definition,
            self.organisation,
            self.language,
            outside=Outside(today=self.clock.now().astimezone(ZONE).date()),
        )
        return [button for row in rows for button in row]


def filled_in(form: FormView, values: dict[str, object]) -> RawValues:
    """Return the form's values with some of them replaced."""
    shown = {field.name: field.value for field in form.fields if field.value is not None}
    return {**shown, **{FieldName(name): value for name, value in values.items()}}


def form_in(reply: Reply) -> FormView:
    """Return the form that a reply opens."""
    assert isinstance(reply.dialog, FormView), reply
    return reply.dialog


def preview_in(reply: Reply) -> PreviewView:
    """Return the preview that a reply shows."""
    assert isinstance(reply.dialog, PreviewView), reply
    return reply.dialog


def ask_in(reply: Reply) -> Ask:
    """Return the question that a reply asks."""
    assert isinstance(reply.dialog, Ask), reply
    return reply.dialog


def menu_in(reply: Reply) -> Menu:
    """Return the menu that a reply offers."""
    assert isinstance(reply.dialog, Menu), reply
    return reply.dialog


def said_in(reply: Reply) -> str:
    """Return the words of a reply's message without the markup."""
    assert reply.message is not None, reply
    return re.sub(r"<[^>]+>", "", reply.message.text.replace("<br>", "\n"))


def buttons_in(reply: Reply) -> list[Button]:
    """Return the buttons under a reply's message."""
    assert reply.message is not None, reply
    return [button for row in reply.message.buttons for button in row]


def labels_in(reply: Reply) -> list[str]:
    """Return the words on the buttons of a reply's message."""
    return [button.label for button in buttons_in(reply)]
