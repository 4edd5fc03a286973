"""Cards and notices: the facts of a task become a message with buttons, in a dialect and a language."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta, tzinfo

from bot.actions import Verb
from bot.rendering.dialects import MARKUPS, Marked, shorten
from bot.rendering.environment import Messages
from bot.rendering.filters import Formats, words_of
from bot.rendering.task_buttons import notice_buttons, task_buttons
from workflows.domain.case import Case, Task
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.ids import EndId, FileId, PersonId, StageId
from workflows.domain.notices import NoticeKind
from workflows.domain.people import Organisation
from workflows.domain.text import Language
from workflows.ports.chat import Button, Dialect, Message
from workflows.ports.rendering import CardFacts, ClosedChatFacts, CommentFacts, FilledLetter, LetterText, NoticeFacts

NOTICE = "notice_"
"""The template of a notice is called `notice_<kind>`."""

NOTICE_VERBS: Mapping[NoticeKind, tuple[Verb, ...]] = {
    NoticeKind.HANDOVER_WAITS: (),
    NoticeKind.UNCLAIMED_REMINDER: (Verb.CLAIM,),
    NoticeKind.UNCLAIMED_ESCALATION: (Verb.CLAIM, Verb.REASSIGN),
    NoticeKind.ASSIGNED_TO_YOU: (Verb.WORK,),
    NoticeKind.TAKEN_FROM_YOU: (),
    NoticeKind.RETURNED_TO_YOU: (Verb.CLAIM, Verb.WORK),
    NoticeKind.TASK_WITHDRAWN: (),
    NoticeKind.COMMENT: (),
    NoticeKind.CASE_COMPLETED: (),
    NoticeKind.CASE_CANCELLED: (),
}
"""The buttons of each kind of notice, shown while the task's state allows them; the case can always be opened."""

_MOST_LETTERS = 2
_SHARE = 5


class Renderer:
    """Implements Rendering for one organisation and its time zone."""

    def __init__(self, organisation: Organisation, zone: tzinfo, messages: Messages | None = None) -> None:
        self._organisation = organisation
        self._zone = zone
        self._messages = messages or Messages(zone)

    def card(self, facts: CardFacts, dialect: Dialect, language: Language) -> Message:
        """Render a task's card; what is too long for the platform is cut, the buttons stay."""
        case, task, definition = facts.case, facts.task, facts.definition
        stage = definition.stages[task.stage]
        outcome = None if task.outcome is None else stage.outcome(task.outcome)
        text = self._messages.render(
            "card",
            dialect,
            language,
            number=case.number,
            client=_client(case),
            stage=stage.title.in_(language),
            handovers=[
                {"person": self._with_post(came.assignee, language), "at": came.closed_at}
                for came in (case.tasks[before] for before in dict.fromkeys(task.came_from) if before in case.tasks)
                if came.assignee is not None and came.closed_at is not None
            ],
            rework_for=[definition.title_of(sender).in_(language) for sender in dict.fromkeys(task.rework_for)],
            rework_reason=task.rework_reason,
            summary=list(summary(case, definition, language)),
            status=task.status.value,
            is_open=task.is_open,
            due_at=task.due_at,
            offered_at=task.offered_at,
            claim_by=task.claim_by,
            position=facts.position or 1,
            claimed_at=task.claimed_at,
            closed_at=task.closed_at,
            assignee=self._name(task.assignee, language),
            outcome="" if outcome is None else outcome.title.in_(language),
            was_returned=_was_returned(case, task),
            checklist_done=sum(1 for item in stage.checklist if item.id in task.ticks),
            checklist_of=len(stage.checklist),
            texts=(texts := _texts(facts.letters, dialect, language)),
        )
        buttons = task_buttons(case, task, self._organisation, language)
        return _message(text, dialect, buttons=buttons, is_cut=_are_short(texts, facts.letters, language))

    def notice(self, facts: NoticeFacts, dialect: Dialect, language: Language) -> Message:
        """Render a notice with the buttons that are of use now."""
        case, task, definition, kind = facts.case, facts.task, facts.definition, facts.kind
        values = {name: value for name, value in facts.values.items() if isinstance(value, str)}
        about = values.get("stage") or (None if task is None else task.stage)
        letters = facts.letters
        if "stage" in values:
            letters = tuple(letter for letter in letters if letter.stage == values["stage"])
        text = self._messages.render(
            NOTICE + kind,
            dialect,
            language,
            number=case.number,
            client=_client(case),
            stage=None if about is None else definition.title_of(StageId(about)).in_(language),
            department="" if task is None else self._organisation.title_of(task.department).in_(language),
            missing=[definition.title_of(StageId(stage)).in_(language) for stage in _as_list(facts, "missing")],
            waited=Formats(language, self._zone).duration(timedelta(seconds=int(values.get("seconds", "0")))),
            person=self._name(PersonId(values.get("person", "")), language),
            due_at=None if task is None else task.due_at,
            reason=values.get("reason", ""),
            text=values.get("text", ""),
            files=int(values.get("files", "0")),
            end=definition.title_of(EndId(values.get("end", ""))).in_(language),
            texts=(texts := _texts(letters, dialect, language)),
        )
        buttons = notice_buttons(case, task, language, *NOTICE_VERBS[kind])
        return _message(text, dialect, buttons=buttons, is_cut=_are_short(texts, letters, language))

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
            person=self._organisation.name_of(facts.author).in_(language),
            text=facts.text,
        )
        return _message(text, dialect, files=facts.files)

    def closed_chat(self, facts: ClosedChatFacts, dialect: Dialect, language: Language) -> Message:
        """Render the warning that a department's chat takes no messages."""
        department = self._organisation.title_of(facts.department).in_(language)
        text = self._messages.render(
            "closed_chat",
            dialect,
            language,
            department=department,
            title=facts.title,
            platform=facts.platform.capitalize(),
            code=facts.code,
        )
        return _message(text, dialect)

    def _name(self, person_id: PersonId | None, language: Language) -> str:
        return self._organisation.name_of(person_id).in_(language) if person_id else "—"

    def _with_post(self, person_id: PersonId | None, language: Language) -> str:
        person = None if person_id is None else self._organisation.people.get(person_id)
        if person is None:
            return self._name(person_id, language)
        return f"{person.name.in_(language)} ({person.post.in_(language)})"


def summary(case: Case, definition: WorkflowDefinition, language: Language) -> Iterable[tuple[str, str]]:
    """Yield the facts that the process shows on every card: label and value in words."""
    fields = {field.name: field for field in definition.fields()}
    for name in definition.summary:
        if name in case.values and name in fields:
            field = fields[name]
            yield field.label.in_(language), words_of(field, case.values[name], language)


def _client(case: Case) -> str | None:
    return None if case.client is None else case.client.name


def _as_list(facts: NoticeFacts, name: str) -> list[str]:
    value = facts.values.get(name, [])
    return value if isinstance(value, list) else [value]


def _was_returned(case: Case, task: Task) -> bool:
    """Whether a withdrawn task was sent back; one that ended with its case was closed at the moment of the case."""
    return task.closed_at is not None and task.closed_at != case.closed_at


def _texts(letters: tuple[FilledLetter, ...], dialect: Dialect, language: Language) -> list[LetterText]:
    """Return the letters in the language; several of them are each cut to a share of the platform's limit."""
    texts = [letter.texts[language] for letter in letters if language in letter.texts]
    if len(texts) < _MOST_LETTERS:
        return texts
    share = MARKUPS[dialect].limit * (_SHARE - 1) // _SHARE // len(texts)
    return [LetterText(subject=text.subject, body=shorten(text.body, share)) for text in texts]


def _are_short(texts: Sequence[LetterText], letters: tuple[FilledLetter, ...], language: Language) -> bool:
    """Whether letters were shortened to their share."""
    whole = [letter.texts[language] for letter in letters if language in letter.texts]
    return any(text.body != letter.body for text, letter in zip(texts, whole, strict=True))


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
