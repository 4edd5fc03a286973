"""Why something was refused, a sentence for each refusal: what happened, what was kept and what to do next.

Plain text: a dialect escapes it where it is shown.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from bot.rendering.language.chat_style import SLASH, ChatStyle
from bot.rendering.language.filters import Formats
from bot.rendering.language.i18n import N_, words_in
from bot.rendering.phrases.chat_sentences import Phrase
from bot.rendering.phrases.refusal_sentences import (
    RefusalContext,
    already_yours,
    command,
    earlier_waits,
    outcome_closed,
    sentence,
    sentence_with,
    taken_by,
    task_is_closed,
    task_is_suspended,
)
from bot.rendering.words import who
from workflows.domain import errors
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.people import Organisation
from workflows.domain.text import Language


def refusal(
    error: errors.Refusal,
    language: Language,
    *,
    now: datetime,
    organisation: Organisation,
    zone: tzinfo,
    definition: WorkflowDefinition | None = None,
    next_number: str | None = None,
    style: ChatStyle = SLASH,
) -> str:
    """Return why a command was refused; *next_number* is the next case in the queue, for a person who came too late.

    *style* is that of the chat in which the sentence is read.
    """
    context = RefusalContext(
        words=words_in(language),
        formats=Formats(language, zone),
        now=now,
        organisation=organisation,
        definition=definition,
        next_number=next_number,
        style=style,
    )
    return REFUSALS[type(error)](error, context)


REFUSALS: Mapping[type[errors.Refusal], Callable[[Any, RefusalContext], str]] = {
    errors.UnknownPerson: sentence(Phrase.NOT_LINKED),
    errors.UnknownDepartment: sentence_with(
        N_("There is no department “%(name)s”. Nothing was changed; ask the administrator for its name."),
        name=lambda error, _: error.department_id,
    ),
    errors.UnknownProcess: sentence_with(
        N_("This process does not exist any more. Nothing was changed; %(new)s lists what can be started."),
        new=command("new"),
    ),
    errors.ProcessUnreadable: sentence(
        N_(
            "The process of this case cannot be read just now. Nothing was changed and nothing is lost; "
            "tell the administrator: the log names it."
        )
    ),
    errors.UnknownCase: sentence_with(
        N_("There is no such case. Nothing was changed; %(status)s lists the active cases."),
        status=command("status"),
    ),
    errors.UnknownTask: sentence_with(
        N_("There is no such task any more. Nothing was changed; %(my)s lists your tasks."), my=command("my")
    ),
    errors.NotACandidate: lambda error, on: who.not_a_candidate(on.words, on.organisation, error),
    errors.Barred: lambda error, on: who.barred(on.words, error, on.title, ""),
    errors.ChosenBarred: lambda error, on: who.barred(on.words, error, on.title, on.person(error.person_id)),
    errors.TakenBy: taken_by,
    errors.AlreadyYours: already_yours,
    errors.NotClaimed: sentence(
        N_("Nobody has claimed this task, so nothing was changed. Press Claim on its card first, then repeat.")
    ),
    errors.NotTheAssignee: sentence_with(
        N_(
            "Only the assignee can do this: %(person)s. Nothing was changed; "
            "the head of the department can reassign the task."
        ),
        person=lambda error, context: context.person(error.assignee),
    ),
    errors.TaskIsClosed: task_is_closed,
    errors.TaskIsSuspended: task_is_suspended,
    errors.TaskWaitsForCase: sentence_with(
        N_("Another case does this: %(number)s. This one goes on when that has ended. Nothing was changed."),
        number=lambda error, _context: error.number,
    ),
    errors.CaseIsClosed: sentence_with(
        N_("The case %(number)s is closed. Nothing was changed; its history stays: %(status)s %(number)s."),
        number=lambda error, _: error.number,
        status=command("status"),
    ),
    errors.NotTheHead: sentence_with(
        N_("Only the head of the department “%(department)s” can do this: %(head)s. Nothing was changed."),
        department=lambda error, context: context.department(error.department),
        head=lambda error, context: context.head(error.department),
    ),
    errors.ChosenNotACandidate: lambda error, on: who.chosen_is_no_candidate(on.words, on.organisation, error),
    errors.OneVerdictOnly: sentence_with(
        N_("%(person)s decides here already, and nobody decides twice. Choose somebody else."),
        person=lambda error, context: context.person(error.person_id),
    ),
    errors.MayNotOpen: lambda error, on: who.may_not_open(on.words, on.organisation, error),
    errors.MayNotCancel: sentence(
        N_(
            "A case is cancelled by the person who opened it, by a head of its departments or by a manager. "
            "Nothing was changed; ask one of them."
        )
    ),
    errors.HeadIsGone: sentence_with(
        N_(
            "%(person)s would no longer work here, but heads the department “%(department)s”. Nothing was changed; "
            "name another head of the department first."
        ),
        person=lambda error, on: on.person(error.head),
        department=lambda error, on: on.department(error.department),
    ),
    errors.DepartmentCircle: sentence_with(
        N_(
            "Departments would be above one another in a circle: %(departments)s. Nothing was changed; "
            "put one of them elsewhere first."
        ),
        departments=lambda error, on: " → ".join(map(on.department, error.departments)),
    ),
    errors.WorksNowhere: sentence_with(
        N_("%(person)s would work in no department. Nothing was changed; name a department, or say that they leave."),
        person=lambda error, on: on.person(error.person),
    ),
    errors.AddressTaken: sentence_with(
        N_(
            "%(person)s already has the address %(email)s. Nothing was changed; "
            "everybody needs an address of their own."
        ),
        person=lambda error, on: on.person(error.by),
        email=lambda error, _: error.email,
    ),
    errors.MayNotAppoint: sentence_with(
        N_(
            "Who heads “%(department)s” is said by the heads above it and by administrators. Nothing was changed; "
            "ask one of them."
        ),
        department=lambda error, on: on.department(error.department),
    ),
    errors.NobodyAdministers: sentence_with(
        N_(
            "Then nobody would be an administrator any more: %(people)s. Nothing was changed; "
            "make somebody else an administrator first."
        ),
        people=lambda error, on: ", ".join(map(on.person, error.people)),
    ),
    errors.MayNotRetry: sentence(
        N_(
            "Undeliverable messages are sent again by managers and administrators. "
            "Nothing was changed; ask one of them."
        )
    ),
    errors.ReasonRequired: sentence(N_("A reason is needed, so nothing was changed. Write it in a few words.")),
    errors.EarlierClientWaits: earlier_waits,
    errors.UnknownItem: sentence(
        N_("The check list has no such item any more. Nothing was changed; open the form again to see the list.")
    ),
    errors.UnknownOutcome: sentence(
        N_("This outcome cannot be chosen now. What you typed is kept; open the form again and choose another.")
    ),
    errors.OutcomeClosed: outcome_closed,
    errors.NoWayOpen: sentence_with(
        N_(
            "With these answers this decision leads nowhere, so nothing was sent and the task stays with you. "
            "Correct the answers or choose another decision; if both are right, tell whoever keeps the process: "
            "%(stage)s."
        ),
        stage=lambda error, context: context.title(error.stage),
    ),
    errors.StageNotOptional: sentence(N_("This stage cannot be switched off. Nothing was changed.")),
    errors.StageHasBegun: sentence_with(
        N_("The stage “%(stage)s” is under way and cannot be switched off any more. Nothing was changed."),
        stage=lambda error, context: context.title(error.stage),
    ),
    errors.MayNotSwitch: sentence_with(
        N_(
            "A stage is switched off by whoever opened the case, a head of %(department)s or a manager. "
            "Nothing was changed."
        ),
        department=lambda error, context: context.department(error.department),
    ),
    errors.ChecklistOpen: sentence_with(
        N_("The check list is not complete yet: %(items)s. What you typed is kept; tick these items and send again."),
        items=lambda error, context: "; ".join(context.title(item) for item in error.items),
    ),
    errors.FormInvalid: sentence(
        N_("Some answers are missing or cannot be read. What you typed is kept; mend the marked fields and send again.")
    ),
    errors.CannotReturn: sentence_with(
        N_(
            "The work did not come from the stage “%(stage)s”. Nothing was changed; choose a stage that handed it over."
        ),
        stage=lambda error, context: context.title(error.to),
    ),
    errors.TooLong: sentence_with(
        N_("The text has %(length)s characters, at most %(limit)s fit. Nothing was added; shorten it and send again."),
        length=lambda error, _: error.length,
        limit=lambda error, _: error.limit,
    ),
    errors.EmptyComment: sentence(
        N_("The comment is empty, so nothing was added. Write a few words or attach a file.")
    ),
    errors.LetterNotReady: sentence_with(
        N_(
            "The letter “%(template)s” cannot be filled: “%(missing)s” is missing. Nothing was sent, "
            "what you typed is kept; tell the administrator."
        ),
        template=lambda error, _: error.template,
        missing=lambda error, _: error.missing,
    ),
    errors.PreviewOutdated: sentence(
        N_("The form was changed meanwhile, so nothing was sent. Look at what would be sent now, then send again.")
    ),
    errors.NoSuchLetter: sentence(
        N_("There is no such letter to the client to be marked. Nothing was changed; open the case to see its letters.")
    ),
    errors.MayNotCorrectRecord: sentence(N_("Only people who work here correct records. Nothing was changed.")),
    errors.MayNotMarkLetter: sentence(N_("Letters are marked by those who work on the case. Nothing was changed.")),
    errors.FieldCannotBeAsked: sentence(
        N_("This question cannot be asked of somebody else. Open the form and answer it there.")
    ),
    errors.NobodyToAsk: sentence(N_("There is no such person or department any more. Choose somebody else.")),
    errors.NotAsked: sentence(N_("This answer is not needed of you any more. Nothing was changed.")),
    errors.NothingChanges: sentence(N_("It is so already; nothing was changed.")),
}
"""The sentence of every refusal, complete by test."""
