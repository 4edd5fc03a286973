"""Cards and notices: the facts of a task become a message with buttons, in a dialect and a language."""

from collections.abc import Sequence
from datetime import tzinfo

from bot.actions import Verb, unbinding, unlinking
from bot.rendering.cards.buttons import in_rows
from bot.rendering.cards.notice_verbs import NOTICE_VERBS
from bot.rendering.cards.shown_letters import shown_letters
from bot.rendering.cards.summaries import cells_of, summary, unless_told
from bot.rendering.cards.task_buttons import notice_buttons, numbered_button, outcome_buttons, task_buttons
from bot.rendering.cards.task_state import held_words, state_of
from bot.rendering.language.filters import Formats
from bot.rendering.language.i18n import words_in
from bot.rendering.markup.dialects import MARKUPS
from bot.rendering.markup.environment import Messages
from bot.rendering.markup.text import Marked
from bot.rendering.words.by_itself import why_needed
from bot.rendering.words.cases import CaseWords
from bot.rendering.words.rework import came_back, reasons
from bot.rendering.words.visits import card_visit, one_of_each_visit, visit_words
from workflows.domain.case import Case, Task, TaskStatus
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.facts.conditions import Outside
from workflows.domain.ids import EndId, FieldName, FileId, PersonId, StageId
from workflows.domain.notices import RECIPIENT, NoticeKind
from workflows.domain.routes.left_out import of_case
from workflows.domain.routes.ways import begun_with, missing_at
from workflows.domain.text import Language
from workflows.ports.chat import Button, Dialect, Message
from workflows.ports.rendering import (
    CardFacts,
    ClosedChatFacts,
    CommentFacts,
    LinkedAccountFacts,
    NoticeFacts,
)
from workflows.usecases.organising import CurrentOrganisation

NOTICE = "notice_"
"""The template of a notice is called `notice_<kind>`."""

STAYS_BOUND = ("renamed", "made_private")
"""Why heads are told of a chat that goes on showing cards."""
_MOST_LINES = 10
"""How many waiting tasks a message of reminders lists, each with a button."""
_MOST_SETTLED = 5


class Renderer:
    """Implements Rendering for one organisation and its time zone."""

    def __init__(self, organisation: CurrentOrganisation, zone: tzinfo, messages: Messages | None = None) -> None:
        self._organisation = organisation
        self._zone = zone
        self._messages = messages or Messages(zone)

    def card(self, facts: CardFacts, dialect: Dialect, language: Language) -> Message:
        """Render a task's card; what is too long for the platform is cut, the buttons stay."""
        case, task, definition = facts.case, facts.task, facts.definition
        stage, on = definition.stages[task.stage], self._words(case, definition, language)
        letters, written = shown_letters(on, facts.letters, dialect), {each.from_task for each in facts.letters}
        text = self._messages.render(
            "card",
            dialect,
            language,
            number=case.number,
            client=_client(case),
            stage=on.stage_with_row(task),
            handovers=[
                {"person": self._with_post(came.assignee, language), "at": came.closed_at}
                for came in {case.tasks[t].stage: case.tasks[t] for t in task.came_from if t in case.tasks}.values()
                # A letter names its sender.
                if came.assignee is not None and came.closed_at is not None and came.id not in written
            ],
            returns=reasons(on, task),
            came_back=came_back(on, task),
            summary=unless_told(
                (*cells_of(case, task, definition, language), *summary(case, definition, language)), letters
            ),
            left_out=", ".join(stage.title.in_(language) for stage in of_case(case, definition)),
            is_open=task.is_open,
            is_late=facts.is_late,
            due_at=task.due_at,
            position=facts.position or 1,
            **state_of(on, task),
            **card_visit(on, task),
            checklist_done=sum(1 for item in stage.checklist if item.id in task.ticks),
            checklist_of=len(stage.checklist),
            held=held_words(stage, task, language),
            letters=letters,
        )
        outside = self._outside(facts)
        buttons = task_buttons(case, task, definition, self._organisation.now, language, outside=outside)
        return _message(text, dialect, buttons=buttons, is_cut=any(letter["is_cut"] for letter in letters))

    def notice(self, facts: NoticeFacts, dialect: Dialect, language: Language) -> Message:
        """Render a notice as it is so now, with the buttons that are of use now."""
        case, task, definition, kind = facts.case, facts.task, facts.definition, facts.kind
        values = {name: value for name, value in facts.values.items() if isinstance(value, str)}
        about = values.get("stage") or (None if task is None else task.stage)
        letters, stands = facts.letters, task
        missing: tuple[StageId, ...] = ()
        if kind is NoticeKind.HANDOVER_WAITS and task is not None and about is not None:
            stands, missing = begun_with(case, task, StageId(about)), missing_at(case, definition, StageId(about))
            letters = () if stands else tuple(letter for letter in letters if letter.stage == about)
        to = values.get(RECIPIENT)
        is_theirs = task is not None and task.status is TaskStatus.CLAIMED and to in (None, task.assignee)
        on = self._words(case, definition, language)
        is_open_question = task is not None and any(asked.field == values.get("field") for asked in task.asked)
        text = self._messages.render(
            NOTICE + kind,
            dialect,
            language,
            number=case.number,
            client=_client(case),
            stage=_about(on, about, task),
            department="" if task is None else self._organisation.now.title_of(task.department).in_(language),
            missing=[definition.title_of(each).in_(language) for each in missing],
            person=self._name(PersonId(values.get("person", "")), language),
            due_at=None if task is None else task.due_at,
            before=self._name(PersonId(values.get("before", "")), language),
            why_needed=why_needed(on, values.get("because", ""), facts.values.get("missing", ())),
            came_back=None if task is None else came_back(on, task),
            offer=values.get("offer", ""),
            reason=values.get("reason", ""),
            later=values.get("later", ""),
            because=values.get("because", ""),
            text=values.get("text", ""),
            held=None if task is None else held_words(definition.stages[task.stage], task, language),
            is_open_question=is_open_question,
            asked_for="" if task is None else on.field_of(task.id, FieldName(values.get("field", ""))),
            files=int(values.get("files", "0")),
            end=definition.title_of(EndId(values.get("end", ""))).in_(language),
            stages=[self._stage_line(on, open_task) for open_task in one_of_each_visit(case)],
            case_status=case.status.value,
            case_end="" if case.end is None else definition.title_of(case.end).in_(language),
            is_closed=case.closed_at is not None,
            is_theirs=is_theirs,
            has_task=stands is not None,
            **state_of(on, stands),
            **card_visit(on, task),
            letters=(shown := shown_letters(on, letters, dialect)),
        )
        hands_out = kind in (NoticeKind.TO_HAND_OUT, NoticeKind.NOBODY_LEFT)
        verbs = [verb for verb in NOTICE_VERBS[kind] if is_theirs or (verb is not Verb.WORK and not hands_out)]
        if kind is NoticeKind.FIELD_ASKED and not is_open_question:
            verbs = []
        if task is None or task.held is None:
            verbs = [verb for verb in verbs if verb is not Verb.ASK]
        at_hand: tuple[Button, ...] = ()
        if kind is NoticeKind.YOUR_VERDICT and task is not None and is_theirs:
            at_hand = outcome_buttons(case, task, definition, language, self._outside(facts))
        buttons = notice_buttons(case, task, language, *verbs, hands_out=hands_out, at_hand=at_hand)
        return _message(text, dialect, buttons=buttons, is_cut=any(letter["is_cut"] for letter in shown))

    def notices(self, facts: Sequence[NoticeFacts], dialect: Dialect, language: Language) -> Message:
        """Render one message for several tasks: those that wait, earliest client first, and who has the others."""
        waiting = [each for each in facts if each.task is not None and each.task.status is TaskStatus.READY]
        shown = waiting[:_MOST_LINES]
        taken = [(each.case, each.task.assignee) for each in facts if each.task is not None and each.task.assignee]
        text = self._messages.render(
            "reminders",
            dialect,
            language,
            count=len(waiting),
            lines=[
                {
                    "number": each.case.number,
                    "client": _client(each.case),
                    "stage": self._words(each.case, each.definition, language).stage_with_row(each.task),
                    "offered_at": each.task.offered_at,
                }
                for each in shown
                if each.task is not None
            ],
            more=len(waiting) - len(shown),
            settled=[
                {"number": case.number, "person": self._name(person, language)}
                for case, person in taken[-_MOST_SETTLED:]
            ],
        )
        verb = NOTICE_VERBS[facts[0].kind][0] if facts else Verb.CASE
        buttons = [numbered_button(verb, each.case, each.task, language) for each in shown if each.task is not None]
        return _message(text, dialect, buttons=in_rows(buttons))

    def moved_below(self, dialect: Dialect, language: Language) -> Message:
        """Render what is left of a list of tasks that was posted anew."""
        return _message(self._messages.render("moved_below", dialect, language), dialect)

    def comment(self, facts: CommentFacts, dialect: Dialect, language: Language) -> Message:
        """Render a comment that was made about the case elsewhere, with its files."""
        case = facts.case
        text = self._messages.render(
            "comment",
            dialect,
            language,
            number=case.number,
            client=_client(case),
            stage=None,
            person=self._organisation.now.name_of(facts.author).in_(language),
            text=facts.text,
        )
        return _message(text, dialect, files=facts.files)

    def linked_account(self, facts: LinkedAccountFacts, dialect: Dialect, language: Language) -> Message:
        """Render the news that an invitation was used, with a button that unlinks the account."""
        text = self._messages.render(
            "linked_account",
            dialect,
            language,
            person=self._name(facts.person, language),
            platform=facts.platform.capitalize(),
        )
        if not facts.account:
            return _message(text, dialect)
        label = words_in(language).gettext("Unlink")
        action = unlinking(facts.platform, facts.account)
        return _message(text, dialect, buttons=((Button(label=label, action=action),),))

    def closed_chat(self, facts: ClosedChatFacts, dialect: Dialect, language: Language) -> Message:
        """Render the warning that a department's chat takes no messages."""
        department = self._organisation.now.title_of(facts.department).in_(language)
        text = self._messages.render(
            "closed_chat",
            dialect,
            language,
            department=department,
            title=facts.title,
            platform=facts.platform.capitalize(),
            code=facts.code,
        )
        if not facts.chat or facts.code in STAYS_BOUND:
            return _message(text, dialect)
        label = words_in(language).gettext("Unbind this chat")
        return _message(text, dialect, buttons=((Button(label=label, action=unbinding(facts.chat)),),))

    def _stage_line(self, on: CaseWords, task: Task) -> dict[str, object]:
        """Return what a line shows of an open stage: who has it, how far it is or whom it waits for, and since when."""
        return {
            "title": on.stage(task.stage),
            "assignee": None if task.assignee is None else on.person(task.assignee),
            "progress": visit_words(on, task).progress,
            "department": on.department(task.department),
            "since": task.claimed_at or task.offered_at,
        }

    def _outside(self, facts: CardFacts | NoticeFacts) -> Outside:
        """Return what conditions see besides the case."""
        today = None if facts.now is None else facts.now.astimezone(self._zone).date()
        return Outside(today=today, records=facts.records)

    def _words(self, case: Case, definition: WorkflowDefinition, language: Language) -> CaseWords:
        return CaseWords(
            case=case,
            definition=definition,
            organisation=self._organisation.now,
            language=language,
            formats=Formats(language, self._zone),
        )

    def _name(self, person_id: PersonId | None, language: Language) -> str:
        return self._organisation.now.name_of(person_id).in_(language) if person_id else "—"

    def _with_post(self, person_id: PersonId | None, language: Language) -> str:
        person = None if person_id is None else self._organisation.now.people.get(person_id)
        if person is None:
            return self._name(person_id, language)
        return f"{person.name.in_(language)} ({person.post.in_(language)})"


def _client(case: Case) -> str | None:
    return None if case.client is None else case.client.name


def _about(on: CaseWords, stage: str | None, task: Task | None) -> str | None:
    """Return the stage that a notice is about, with the row of its task."""
    if stage is None:
        return None
    return on.stage_with_row(task) if task is not None and task.stage == stage else on.stage(StageId(stage))


def _message(
    text: Marked,
    dialect: Dialect,
    *,
    buttons: tuple[tuple[Button, ...], ...] = (),
    files: tuple[FileId, ...] = (),
    is_cut: bool = False,
) -> Message:
    markup = MARKUPS[dialect]
    fitting = markup.cut(text, markup.limit)
    return Message(text=str(fitting), buttons=buttons, files=files, is_cut=is_cut or fitting != text)
