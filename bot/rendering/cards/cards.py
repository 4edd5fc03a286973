"""Cards and notices: the facts of a task become a message with buttons, in a dialect and a language."""

import re
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from bot.actions import Verb, unbinding, unlinking
from bot.rendering.cards.buttons import in_rows
from bot.rendering.cards.summaries import cells_of, summary
from bot.rendering.cards.task_buttons import notice_buttons, numbered_button, task_buttons
from bot.rendering.language.filters import Formats
from bot.rendering.language.i18n import words_in
from bot.rendering.markup.dialects import ELLIPSIS, MARKUPS, Marked, shorten
from bot.rendering.markup.environment import Messages
from bot.rendering.words.by_itself import why_needed
from bot.rendering.words.cases import CaseWords
from bot.rendering.words.rework import came_back, decided, reasons
from bot.rendering.words.visits import visit_words
from bot.rendering.words.who import intended, names
from workflows.domain.candidates import Candidates
from workflows.domain.case import Case, Task, TaskStatus
from workflows.domain.definition import Stage, WorkflowDefinition
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
    FilledLetter,
    LinkedAccountFacts,
    NoticeFacts,
)
from workflows.usecases.organising import CurrentOrganisation

NOTICE = "notice_"
"""The template of a notice is called `notice_<kind>`."""

NOTICE_VERBS: Mapping[NoticeKind, tuple[Verb, ...]] = {
    NoticeKind.HANDOVER_WAITS: (),
    NoticeKind.UNCLAIMED_REMINDER: (Verb.CLAIM,),
    NoticeKind.UNCLAIMED_ESCALATION: (Verb.CLAIM, Verb.REASSIGN),
    NoticeKind.ASSIGNED_TO_YOU: (Verb.WORK,),
    NoticeKind.GIVEN_TO_YOU: (Verb.WORK,),
    NoticeKind.TO_HAND_OUT: (Verb.WORK, Verb.REASSIGN),
    NoticeKind.NOBODY_LEFT: (Verb.WORK, Verb.REASSIGN),
    NoticeKind.OFFERED_TO_YOU: (Verb.CLAIM,),
    NoticeKind.YOUR_VERDICT: (Verb.WORK,),
    NoticeKind.TAKEN_FROM_YOU: (),
    NoticeKind.RETURNED_TO_YOU: (Verb.CLAIM, Verb.WORK),
    NoticeKind.CAME_BACK: (Verb.CLAIM, Verb.WORK),
    NoticeKind.CAME_BACK_TO_NOBODY: (Verb.CLAIM, Verb.REASSIGN),
    NoticeKind.DECISION_NEEDED: (Verb.CLAIM, Verb.REASSIGN),
    NoticeKind.TASK_WITHDRAWN: (),
    NoticeKind.FORM_INCOMPLETE: (Verb.WORK, Verb.ASK),
    NoticeKind.FIELD_ASKED: (Verb.ANSWER,),
    NoticeKind.FIELD_ANSWERED: (Verb.WORK,),
    NoticeKind.COMMENT: (),
    NoticeKind.OPENED_BY_YOU: (),
    NoticeKind.STANDS_STILL: (Verb.CASE,),
    NoticeKind.CASE_COMPLETED: (),
    NoticeKind.CASE_CANCELLED: (),
}
"""The buttons of each kind of notice, shown while the task's state allows them; the case can always be opened."""

STAYS_BOUND = ("renamed", "made_private")
"""Why heads are told of a chat that goes on showing cards."""
_STATE = (
    "status",
    "offered_at",
    "claim_by",
    "claimed_at",
    "closed_at",
    "assignee",
    "outcome",
    "was_returned",
    "for_whom",
    "but_not",
    "is_needless",
    "waits_for",
)
_MOST_LINES = 10
"""How many waiting tasks a message of reminders lists, each with a button."""
_MOST_SETTLED = 5
BEGINNING = 240
"""How much of a letter is shown on a card where it cannot be folded."""
_BETWEEN = " ,.:;—–-·"
_MOST_LETTERS = 2
_SHARE = 5


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
        letters, written = (
            self._letters(case, facts.letters, dialect, language),
            {each.from_task for each in facts.letters},
        )
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
            summary=[
                (label, words)
                for label, words in (*cells_of(case, task, definition, language), *summary(case, definition, language))
                if not any(_says(letter["body"], words) for letter in letters)
            ],
            left_out=", ".join(stage.title.in_(language) for stage in of_case(case, definition)),
            is_open=task.is_open,
            is_late=facts.is_late,
            due_at=task.due_at,
            position=facts.position or 1,
            **self._state(case, definition, task, language),
            **_visit(on, task),
            checklist_done=sum(1 for item in stage.checklist if item.id in task.ticks),
            checklist_of=len(stage.checklist),
            held=held_words(stage, task, language),
            letters=letters,
        )
        buttons = task_buttons(case, task, definition, self._organisation.now, language)
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
            because=values.get("because", ""),
            text=values.get("text", ""),
            held=None if task is None else held_words(definition.stages[task.stage], task, language),
            is_open_question=is_open_question,
            asked_for="" if task is None else on.field_of(task.id, FieldName(values.get("field", ""))),
            files=int(values.get("files", "0")),
            end=definition.title_of(EndId(values.get("end", ""))).in_(language),
            stages=[self._stage_line(definition, open_task, language) for open_task in case.open_tasks()],
            case_status=case.status.value,
            case_end="" if case.end is None else definition.title_of(case.end).in_(language),
            is_closed=case.closed_at is not None,
            is_theirs=is_theirs,
            has_task=stands is not None,
            **self._state(case, definition, stands, language),
            **_visit(on, task),
            letters=(shown := self._letters(case, letters, dialect, language)),
        )
        hands_out = kind in (NoticeKind.TO_HAND_OUT, NoticeKind.NOBODY_LEFT)
        verbs = [verb for verb in NOTICE_VERBS[kind] if is_theirs or (verb is not Verb.WORK and not hands_out)]
        if kind is NoticeKind.FIELD_ASKED and not is_open_question:
            verbs = []
        if task is None or task.held is None:
            verbs = [verb for verb in verbs if verb is not Verb.ASK]
        buttons = notice_buttons(case, task, language, *verbs, hands_out=hands_out)
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

    def _letters(
        self, case: Case, letters: Sequence[FilledLetter], dialect: Dialect, language: Language
    ) -> list[dict[str, Any]]:
        """Return the letters in the language: who wrote, when, about what, the text, and whether that is cut.

        Where nothing can be folded a beginning is shown; several letters are each cut to a share of the limit.
        """
        limit = MARKUPS[dialect].limit
        room = BEGINNING if dialect is Dialect.MRKDWN else limit * (_SHARE - 1) // _SHARE // max(len(letters), 1)
        if dialect is not Dialect.MRKDWN and len(letters) < _MOST_LETTERS:
            room = sum(len(each.texts[language].body) * 2 for each in letters if language in each.texts)
        found = []
        for letter in letters:
            if language in letter.texts:
                whole = letter.texts[language].body
                body = shorten(whole, room)
                if dialect is Dialect.MRKDWN and body != whole and "\n" in body:
                    body = body.rpartition("\n")[0].rstrip() + ELLIPSIS
                person = self._name(letter.by, language)
                about = _topic(letter.texts[language].subject, case)
                found.append({"person": person, "at": letter.at, "about": about, "body": body, "is_cut": body != whole})
        return found

    def _state(
        self, case: Case, definition: WorkflowDefinition, task: Task | None, language: Language
    ) -> dict[str, object]:
        """Return what `task_state.j2` shows of a task."""
        if task is None:
            return dict.fromkeys(_STATE)
        on, stage = self._words(case, definition, language), definition.stages[task.stage]
        return {
            "status": task.status.value,
            "offered_at": task.offered_at,
            "claim_by": task.claim_by,
            "claimed_at": task.claimed_at,
            "closed_at": task.closed_at,
            "assignee": self._name(task.assignee, language),
            "outcome": "" if task.outcome is None else decided(on, stage, task.outcome, task.correction),
            "was_returned": _was_returned(case, task),
            **self._whom(case, definition, task, language),
            "is_needless": task.part is not None and task.closed_at != case.closed_at,
            "waits_for": "" if task.rework is None else on.stage_of(task.rework),
        }

    def _whom(
        self, case: Case, definition: WorkflowDefinition, task: Task, language: Language
    ) -> dict[str, str | None]:
        """Return for whom a ready task is, besides everybody of its department, and for whom it is not."""
        if task.status is not TaskStatus.READY:
            return {"for_whom": None, "but_not": None}
        words, organisation = words_in(language), self._organisation.now
        barred = Candidates(case=case, definition=definition, organisation=organisation).barred(task)
        return {
            "for_whom": intended(words, organisation, task.department, task.candidates),
            "but_not": names(words, organisation, sorted(barred)) if barred and task.candidates is None else None,
        }

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

    def _stage_line(self, definition: WorkflowDefinition, task: Task, language: Language) -> dict[str, object]:
        """Return what a line shows of an open task: its stage, who has it or whom it waits for, and since when."""
        holder = None if task.assignee is None else self._name(task.assignee, language)
        return {
            "title": definition.title_of(task.stage).in_(language),
            "assignee": holder,
            "department": self._organisation.now.title_of(task.department).in_(language),
            "since": task.claimed_at or task.offered_at,
        }

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


def held_words(stage: Stage, task: Task, language: Language) -> dict[str, object] | None:
    """Return how far a form is that waits for answers, and which it lacks; None for one that does not wait."""
    if task.held is None:
        return None
    missing = [field.label.in_(language) for field in stage.form if field.name in task.held.missing]
    return {
        "done": task.held.needed - len(task.held.missing),
        "of": task.held.needed,
        "missing": ", ".join(missing),
    }


def _says(body: str, words: str) -> bool:
    """Whether the words stand in a text as whole words: a number within another number is something else."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", body) is not None


def _client(case: Case) -> str | None:
    return None if case.client is None else case.client.name


def _visit(on: CaseWords, task: Task | None) -> dict[str, object]:
    """Return what `visit.j2` shows of the visit of a task."""
    words = visit_words(on, task)
    return {"progress": words.progress, "verdicts": words.verdicts}


def _about(on: CaseWords, stage: str | None, task: Task | None) -> str | None:
    """Return the stage that a notice is about, with the row of its task."""
    if stage is None:
        return None
    return on.stage_with_row(task) if task is not None and task.stage == stage else on.stage(StageId(stage))


def _was_returned(case: Case, task: Task) -> bool:
    """Whether a withdrawn task was sent back; one that ended with its case was closed at the moment of the case."""
    return task.part is None and task.closed_at is not None and task.closed_at != case.closed_at


def _topic(subject: str, case: Case) -> str:
    """Return the subject of a letter without the number and the client that it begins with: the card shows them."""
    for known in (case.number, _client(case)):
        rest = subject.lstrip(_BETWEEN)
        subject = rest.removeprefix(known) if known else rest
    return subject.lstrip(_BETWEEN)


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
