"""Refusals, in a sentence for the person who asked."""

from bot.actions import Action
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.turn import Turn
from bot.rendering.phrases import refusals
from workflows.domain import errors
from workflows.domain.case import Case, CaseStatus
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.ids import CaseId


def refusal_sentence(
    turn: Turn,
    refusal: errors.Refusal,
    definition: WorkflowDefinition | None = None,
    next_number: str | None = None,
) -> str:
    """Return what happened and what to do next, in the person's language, as `bot.rendering.phrases` has it."""
    return refusals.refusal(
        refusal,
        turn.language,
        now=turn.now,
        organisation=turn.organisation,
        zone=turn.zone,
        definition=definition,
        next_number=next_number,
        style=turn.style,
    )


def present_state(turn: Turn, case: Case) -> str:
    """Return the present state of a case in one sentence, for somebody who pressed an old button."""
    words = turn.words
    definition = turn.definitions.of(case.process, case.version)
    if case.status is CaseStatus.CANCELLED:
        return words.gettext("%(number)s is cancelled.", number=case.number)
    if case.status is CaseStatus.COMPLETED:
        title = "" if case.end is None else definition.title_of(case.end).in_(turn.language)
        return words.gettext("%(number)s is completed: %(end)s.", number=case.number, end=title)
    stages = [
        f"{turn.stage_title(definition, task.stage)} "
        f"({turn.department_title(task.department) if task.assignee is None else turn.name_of(task.assignee)})"
        for task in case.open_tasks()
    ]
    return words.gettext("%(number)s is now at: %(stages)s.", number=case.number, stages=", ".join(stages))


def refusal_reply(sentence: str, case_id: CaseId | None = None) -> Reply:
    """Return a refusal with the sentence as its toast."""
    return Reply(kind=ReplyKind.REFUSED, toast=sentence, case_id=case_id)


async def refusal_of(turn: Turn, refusal: errors.Refusal, case_id: CaseId | None, action: Action | None) -> Reply:
    """Return the reply to a refused command; for an old button it includes the present state of the case."""
    case = None if case_id is None else await turn.queries.case(case_id)
    if case is None:
        return refusal_reply(refusal_sentence(turn, refusal))
    try:
        sentence = refusal_sentence(turn, refusal, turn.definitions.of(case.process, case.version))
    except errors.ProcessUnreadable:
        return refusal_reply(refusal_sentence(turn, refusal), case.id)
    task = None if action is None or not action.is_about_a_task else case.tasks.get(action.task_id)
    if action is not None and task is not None and action.revision < task.revision:
        sentence = f"{sentence} {present_state(turn, case)}"
    return refusal_reply(sentence, case.id)
