"""Why something was refused, in a sentence for the person who asked."""

from bot.conversation.turn import Talk
from bot.rendering import phrases
from workflows.domain import errors
from workflows.domain.case import Case, CaseStatus
from workflows.domain.definition import WorkflowDefinition


def refusal_sentence(
    talk: Talk,
    refusal: errors.Refusal,
    definition: WorkflowDefinition | None = None,
    next_number: str | None = None,
) -> str:
    """Return what happened and what to do next, in the person's language; see `bot.rendering.phrases.refusal`."""
    return phrases.refusal(
        refusal,
        talk.language,
        now=talk.now,
        organisation=talk.organisation,
        zone=talk.zone,
        definition=definition,
        next_number=next_number,
        style=talk.style,
    )


def present_state(talk: Talk, case: Case) -> str:
    """Return in one sentence where a case stands now, for somebody who pressed an old button."""
    words = talk.words
    definition = talk.definitions.of(case.process, case.version)
    if case.status is CaseStatus.CANCELLED:
        return words.gettext("%(number)s is cancelled.", number=case.number)
    if case.status is CaseStatus.COMPLETED:
        title = "" if case.end is None else definition.title_of(case.end).in_(talk.language)
        return words.gettext("%(number)s is completed: %(end)s.", number=case.number, end=title)
    stages = [
        f"{talk.stage_title(definition, task.stage)} "
        f"({talk.department_title(task.department) if task.assignee is None else talk.name_of(task.assignee)})"
        for task in case.open_tasks()
    ]
    return words.gettext("%(number)s is now at: %(stages)s.", number=case.number, stages=", ".join(stages))
