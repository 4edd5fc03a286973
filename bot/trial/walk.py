"""The walk: a case is opened, and whoever has to do something next fills in a form, until nothing is left to do."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import bootstrap
from bot.actions import Action, Verb
from bot.conversation.incoming import FormPreviewed, FormSaved, FormSent, Incoming, Intent, Press
from bot.conversation.reply import FieldView, FormView, LetterView, PreviewView, Reply
from bot.host.settings import Settings
from bot.rendering.words.cases import titled
from bot.trial.answers import ask_field
from bot.trial.console import Console, Stopped, choose
from bot.trial.throwaway import Throwaway
from bot.web.addresses import ADDRESSES
from workflows.domain.candidates import Candidates
from workflows.domain.case import Case, Task
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.ids import CaseId, FieldName, ItemId, OutcomeId, ProcessId
from workflows.domain.people import Organisation, Person
from workflows.domain.permissions import may_open
from workflows.ports.chat import Dialect

_MANY = 100


async def walk(settings: Settings, process: ProcessId, console: Console) -> None:
    """Walk through a process of the company, with a database that is thrown away; raises what `bootstrap.wired` does.

    Ends when every case is over, when all that is left waits, or when whoever walks has had enough.
    """
    with TemporaryDirectory() as scratch:
        scratched = settings.model_copy(
            update={
                "database_url": f"sqlite+aiosqlite:///{Path(scratch) / 'trial.db'}",
                "telegram_bot_token": None,
                "slack_bot_token": None,
            }
        )
        async with bootstrap.wired(scratched) as application:
            try:
                await _Walk(application, console).through(process)
            except Stopped:
                console.show()
                console.show(console.words.gettext("The walk ends here. Nothing of it was kept."))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A form that a person fills in, and the process that declares its questions."""

    person: Person
    definition: WorkflowDefinition
    form: FormView


class _Walk:
    def __init__(self, application: bootstrap.Application, console: Console) -> None:
        self._services = application.services
        self._queries = application.queries
        self._console = console
        self._words = console.words
        self._language = application.settings.language
        self._updates = itertools.count(1)
        self._throwaway = Throwaway(application.services)

    async def through(self, process: ProcessId) -> None:
        """Open a case and do every task, whoever's it is."""
        definition = self._definition(process)
        organisation = self._organisation
        department = definition.stages[definition.start].department
        people = [*organisation.members(department), *organisation.people.values()]
        # Whoever heads nobody opens most cases, and has a head to be asked.
        people.sort(key=lambda person: bool(organisation.headed_by(person.id)))
        opener = next(person for person in people if may_open(definition, organisation, person.id))
        self._console.show(self._words.gettext("An empty line accepts what stands in brackets; Ctrl+D ends the walk."))
        self._heading(definition.title.in_(self._language), opener)
        await self._fill(opener, definition, await self._handle(opener, _pressed(Verb.NEW, definition.id)))
        while tasks := await self._open_tasks():
            labels = [(f"{case.number} · {self._stage(case, task)}", (case, task)) for case, task in tasks]
            self._console.show()
            case, task = choose(self._console, self._words.gettext("What is next? [1]"), labels)
            await self._do(case, task)
        await self._show_ends()

    async def _do(self, case: Case, task: Task) -> None:
        """Do a task as its assignee, or claim it as the first who may."""
        if task.assignee is not None:
            person = self._organisation.person(task.assignee)
            verb = Verb.WORK
        else:
            person = self._first_who_may(case, task)
            verb = Verb.CLAIM
        self._heading(self._stage(case, task), person)
        pressed = await self._handle(person, _pressed(verb, task.id, task.revision))
        await self._fill(person, self._definition(case.process), pressed)

    def _first_who_may(self, case: Case, task: Task) -> Person:
        """Return the first of those to whom a task can be given; where there is nobody, the first head who may."""
        candidates = self._candidates(case)
        people = (*candidates.givable(task), *self._organisation.people.values())
        return next(person for person in people if candidates.may_have(task, person.id))

    async def _fill(self, person: Person, definition: WorkflowDefinition, reply: Reply) -> None:
        """Ask the questions of a form until it is sent; raises Stopped where none is opened."""
        filled: FormPreviewed | None = None
        while isinstance(reply.dialog, FormView):
            form = reply.dialog
            if filled and reply.toast:
                self._console.show(f"! {reply.toast}")
            asked = _Asked(person=person, definition=definition, form=form)
            filled = await (self._again(asked, filled) if filled and _wrong(form) else self._anew(asked))
            reply = await self._handle(person, filled)
            if isinstance(reply.dialog, PreviewView):
                reply = await self._send(person, reply.dialog)
        self._console.show(reply.toast or "")
        if reply.is_refusal:
            raise Stopped

    async def _anew(self, asked: "_Asked") -> FormPreviewed:
        """Ask everything that a form asks with a decision, which comes first; what depends on answers, after them."""
        form, outcome = asked.form, self._decision(asked.form)
        answers: dict[FieldName, object] = {}
        seen: set[FieldName] = set()
        while field := next((each for each in form.decided(outcome).fields if each.name not in seen), None):
            seen.add(field.name)
            answer = await self._answer(asked, field)
            if answer is not None:
                answers[field.name] = answer
            if field.name in form.deciding:
                form = await self._saved(asked, outcome, answers)
        ticks = self._ticks(form.decided(outcome))
        return FormPreviewed(form=form.form, outcome=outcome, values=answers, ticks=ticks)

    def _decision(self, form: FormView) -> OutcomeId:
        for about in (form.came_back and ": ".join(form.came_back), form.rework_reason, form.problem):
            if about:
                self._console.show(f"! {about}")
        for label, value in form.known:
            lines = value.replace("\n", "\n    ")
            self._console.show(f"  {label}: {lines}")
        question = self._words.gettext("Decision [1]")
        return choose(self._console, question, [(each.title, each.id) for each in form.outcomes])

    async def _again(self, asked: "_Asked", before: FormPreviewed) -> FormPreviewed:
        """Ask once more what was answered wrongly."""
        wrong = [replace(field, value=None) for field in _wrong(asked.form)]
        answers = {field.name: await self._answer(asked, field) for field in wrong}
        return replace(before, values={**before.values, **answers})

    async def _answer(self, asked: "_Asked", field: FieldView) -> object | None:
        """Ask a question; what the answer names is there, as far as only the base of the company knows it."""
        declared = next((each for each in asked.definition.fields() if each.name == field.name), None)
        return await self._throwaway.named(asked.person.id, field, declared, ask_field(self._console, field))

    async def _saved(self, asked: "_Asked", outcome: OutcomeId, answers: Mapping[FieldName, object]) -> FormView:
        """Return the form as it is with these answers."""
        saved = FormSaved(form=asked.form.form, outcome=outcome, values=answers)
        await self._handle(asked.person, saved)
        reply = await self._services.conversation.form(self._incoming(asked.person, saved), asked.form.form)
        return reply.dialog if isinstance(reply.dialog, FormView) else asked.form

    def _ticks(self, form: FormView) -> dict[ItemId, bool]:
        yes = self._words.gettext("yes")
        ticks = {}
        for item in form.checklist:
            typed = self._console.read(f"  ☐ {item.label} [{yes}]: ").strip().casefold()
            ticks[item.id] = typed in ("", yes.casefold(), "y", "+")
        return ticks

    async def _send(self, person: Person, preview: PreviewView) -> Reply:
        """Show what would be sent and send it."""
        for doubt in preview.doubts:
            self._console.show(f"? {doubt}")
        for letter in preview.letters:
            self._show_letter(letter)
        if preview.next_stages:
            self._console.show(f"→ {', '.join(preview.next_stages)}")
        sent = FormSent(form=preview.form, outcome=OutcomeId(preview.outcome), previewed=preview.mark)
        return await self._handle(person, sent)

    def _show_letter(self, letter: LetterView) -> None:
        self._console.show()
        self._console.show(f"  ✉ {letter.to}: {letter.subject}")
        for line in letter.body.splitlines():
            self._console.show(f"  │ {line}")

    async def _show_ends(self) -> None:
        """Show how the cases ended, or what is still waited for when there is nothing to do."""
        self._console.show()
        for number in itertools.count(1):
            case = await self._queries.case(CaseId(number))
            if case is None:
                return
            if case.end is None:
                waits = self._words.gettext("%(number)s waits: nobody can do anything now.", number=case.number)
                self._console.show(waits)
            else:
                title = self._definition(case.process).title_of(case.end).in_(self._language)
                self._console.show(f"{case.number}: {title}")

    async def _open_tasks(self) -> Sequence[tuple[Case, Task]]:
        lines = await self._queries.active_cases(_MANY)
        cases = [case for line in lines if (case := await self._queries.case(line.case_id)) is not None]
        return [(case, task) for case in cases for task in case.open_tasks()]

    async def _handle(self, person: Person, intent: Intent) -> Reply:
        return await self._services.conversation.handle(self._incoming(person, intent))

    def _incoming(self, person: Person, intent: Intent) -> Incoming:
        return Incoming(
            update_id=f"trial:{next(self._updates)}",
            person=person.id,
            language=self._language,
            chat=ADDRESSES.private(person.id),
            dialect=Dialect.MRKDWN,
            intent=intent,
        )

    @property
    def _organisation(self) -> Organisation:
        return self._services.organisation.now

    def _candidates(self, case: Case) -> Candidates:
        definition = self._services.definitions.of(case.process, case.version)
        today = self._services.clock.now().astimezone(self._services.timezone).date()
        return Candidates(case=case, definition=definition, organisation=self._organisation, today=today)

    def _definition(self, process: ProcessId) -> WorkflowDefinition:
        return self._services.definitions.newest(process)

    def _stage(self, case: Case, task: Task) -> str:
        return titled(self._definition(case.process).title_of(task.stage).in_(self._language), task.part, self._words)

    def _heading(self, title: str, person: Person) -> None:
        name, post = person.name.in_(self._language), person.post.in_(self._language)
        self._console.show()
        self._console.show(f"── {title} · {name}, {post}")


def _pressed(verb: Verb, target: str, revision: int = 0) -> Press:
    return Press(action=Action(verb=verb, target=target, revision=revision).encode())


def _wrong(form: FormView) -> tuple[FieldView, ...]:
    return tuple(field for field in form.fields if field.problem)
