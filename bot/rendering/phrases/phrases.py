"""Sentences for people: why something was refused, what is wrong with an answer, what a chat cannot do.

Each says what happened, what was kept and what to do next. Plain text: a dialect escapes it where it is shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from bot.rendering.language.chat_style import SLASH, ChatStyle
from bot.rendering.language.filters import Formats, words_of
from bot.rendering.language.i18n import N_, Words, words_in
from bot.rendering.words import who
from bot.rendering.words.rework import HAND_BACK_TITLE
from workflows.domain import errors
from workflows.domain.compiled import Comparison, Needs
from workflows.domain.definition import Field, WorkflowDefinition
from workflows.domain.errors import FieldProblem
from workflows.domain.ids import DepartmentId, PersonId
from workflows.domain.people import Organisation
from workflows.domain.text import Language, Text
from workflows.domain.visits.rework import HAND_BACK
from workflows.usecases.keep_file import MAX_BYTES, MEGABYTE, FileEmpty, FileTooLarge


class Phrase(StrEnum):
    """Sentences of the chats other than refusals; the values are the English sentences."""

    STORAGE_UNAVAILABLE = N_("The database does not answer. Nothing was changed; please try again in a minute.")
    ALREADY_RECEIVED = N_("This was done already; nothing was done twice.")
    UNKNOWN_BUTTON = N_("This button is not known any more. Nothing was changed; use the latest card or %(my)s.")
    FILE_TOO_LARGE = N_(
        "The file %(name)s is larger than %(limit)s MB and was not kept; everything else was. Attach a smaller file."
    )
    FILE_EMPTY = N_("The file %(name)s is empty and was not kept; everything else was. Check it and send it again.")
    FILE_NOT_FETCHED = N_(
        "The file %(name)s could not be fetched from the chat and was not kept. Please send it again."
    )
    KIND_NOT_TAKEN = N_(
        "I take text, photos and documents up to 10 MB, but nothing of this kind. Nothing was changed; "
        "please say it in words, or send a photo or a document."
    )
    KIND_NOT_KEPT = N_(
        "Of what is sent here, text, photos and documents up to 10 MB are kept with the case; this was not kept, "
        "but for the words below it. Please say it in words, or send a photo or a document."
    )
    EDIT_NOT_TAKEN = N_(
        "Editing a message does not change an answer. Press Back below the question, or Change below the summary."
    )
    ANONYMOUS = N_(
        "I cannot tell who wrote this, so nothing was done. Please turn off “Remain anonymous” in your administrator "
        "rights, or write in your own name rather than a channel's, and say it again."
    )
    WORKING = N_("Working on it… the result follows.")
    NOT_LINKED = N_(
        "This account is not linked to anybody in the organisation yet. "
        "Ask your head or the administrator for an invitation link."
    )
    SOMETHING_FAILED = N_(
        "Something went wrong on our side and was logged. Nothing was changed; please try again, "
        "and tell the administrator if it happens again."
    )


def phrase(name: Phrase, language: Language, /, **values: object) -> str:
    """Return a sentence in the language, filled with the values that its English text names."""
    return words_in(language).gettext(name.value, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalContext:
    """What the sentence of a refusal may use; `definition` gives the titles of stages and check-list items."""

    words: Words
    formats: Formats
    now: datetime
    organisation: Organisation
    definition: WorkflowDefinition | None
    next_number: str | None
    style: ChatStyle

    @property
    def language(self) -> Language:
        """Return the language."""
        return self.words.language

    def person(self, person_id: PersonId) -> str:
        """Return a person's name, or the id of somebody who has left the organisation."""
        return self.organisation.name_of(person_id).in_(self.language)

    def department(self, department_id: DepartmentId) -> str:
        """Return a department's title."""
        return self.organisation.title_of(department_id).in_(self.language)

    def head(self, department_id: DepartmentId) -> str:
        """Return the name of a department's head."""
        department = self.organisation.departments.get(department_id)
        return "—" if department is None else self.person(department.head)

    def titles(self) -> Mapping[str, Text]:
        """Return the titles of the definition's stages and check-list items by their ids."""
        if self.definition is None:
            return {}
        stages = self.definition.stages.values()
        items = {str(item.id): item.label for stage in stages for item in stage.checklist}
        return {**items, **{str(stage.id): stage.title for stage in stages}}

    def title(self, name: str) -> str:
        """Return the title of a stage or check-list item, or *name* when the definition has none."""
        title = self.titles().get(name)
        return name if title is None else title.in_(self.language)


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


def file_not_kept(problem: Exception, name: str, language: Language) -> str:
    """Return why a file was not kept: what `FileKeeper` raises, else that it could not be fetched."""
    match problem:
        case FileTooLarge():
            return phrase(Phrase.FILE_TOO_LARGE, language, name=name, limit=MAX_BYTES // MEGABYTE)
        case FileEmpty():
            return phrase(Phrase.FILE_EMPTY, language, name=name)
    return phrase(Phrase.FILE_NOT_FETCHED, language, name=name)


MOST_ROWS = 10
"""How many rows of a list are named as wrong besides the first."""


def field_problem(problem: FieldProblem, field: Field, language: Language) -> str:
    """Return what is wrong with one answer and how to correct it; of rows with the row, the column and other rows."""
    words = words_in(language)
    sentence = words.gettext(PROBLEMS[problem.code], **_problem_values(problem, field, language))
    if problem.row is None:
        return sentence
    column = next((c.label.in_(language) for c in field.columns if c.name == problem.column), "")
    in_row = words.gettext("Row %(row)s, “%(column)s”: %(problem)s", row=problem.row, column=column, problem=sentence)
    if not problem.more_rows:
        return in_row
    end = "…" if len(problem.more_rows) > MOST_ROWS else "."
    others = ", ".join(str(row) for row in problem.more_rows[:MOST_ROWS]) + end
    more = words.gettext("There are mistakes in further rows: %(rows)s", rows=others)
    return f"{in_row} {more}"


def _problem_values(problem: FieldProblem, field: Field, language: Language) -> Mapping[str, str]:
    """Return the values of a problem's sentence; a limit is one of the answers to the field, so it is in words."""
    if problem.code not in ("too_little", "too_much", "too_early", "too_late"):
        return problem.values
    asked = next((column for column in field.columns if column.name == problem.column), field)
    return {"limit": words_of(asked, problem.values["limit"], language)}


def _sentence(message: str) -> Callable[[Any, RefusalContext], str]:
    return lambda _error, context: context.words.gettext(message)


def _taken_by(error: errors.TakenBy, context: RefusalContext) -> str:
    gettext = context.words.gettext
    sentence = gettext(
        "The task is taken already. Assignee: %(person)s (since %(time)s, %(ago)s). Nothing was changed.",
        person=context.person(error.assignee),
        time=context.formats.clock(error.claimed_at),
        ago=context.formats.ago(error.claimed_at, context.now),
    )
    if context.next_number is None:
        return sentence
    following = gettext("Next in your queue: %(number)s.", number=context.next_number)
    return f"{sentence} {following}"


def _earlier_waits(error: errors.EarlierClientWaits, context: RefusalContext) -> str:
    return context.words.gettext(
        "An earlier case waits for the same stage: %(case)s (opened %(moment)s). "
        "Nothing was changed; claim that one first, or give the reason why this one goes ahead.",
        case=error.number if error.client is None else f"{error.number} · {error.client}",
        moment=context.formats.moment(error.opened_at, context.now),
    )


def _already_yours(error: errors.AlreadyYours, context: RefusalContext) -> str:
    return context.words.gettext(
        "The task is yours already, since %(time)s. Press Open to go on.", time=context.formats.clock(error.claimed_at)
    )


def _task_is_closed(error: errors.TaskIsClosed, context: RefusalContext) -> str:
    gettext, my = context.words.gettext, context.style.command("my")
    if error.closed_at is None:
        return gettext("The task is closed. Nothing was changed; %(my)s lists your tasks.", my=my)
    moment = context.formats.moment(error.closed_at, context.now)
    if error.completed and error.assignee is not None:
        return gettext(
            "The task is completed already: %(person)s, %(moment)s. Nothing was changed; %(my)s lists your tasks.",
            person=context.person(error.assignee),
            moment=moment,
            my=my,
        )
    return gettext(
        "The task was withdrawn %(moment)s. Nothing was changed; %(my)s lists your tasks.", moment=moment, my=my
    )


def _task_is_suspended(error: errors.TaskIsSuspended, context: RefusalContext) -> str:
    message = context.words.gettext(
        "The work is returned for rework: the stage “%(stage)s”. It comes back to you when it is corrected; nothing "
        "was changed, and what you have typed is kept.",
        stage=context.title(error.stage),
    )
    if error.assignee is None:
        return message
    return f"{message} " + context.words.gettext("Assignee: %(person)s", person=context.person(error.assignee)) + "."


def _command(word: str) -> Callable[[Any, RefusalContext], str]:
    """Return a function that returns the command as it is written in the chat."""
    return lambda _error, context: context.style.command(word)


def _sentence_with(
    message: str, **values: Callable[[Any, RefusalContext], object]
) -> Callable[[Any, RefusalContext], str]:
    """Return a function that renders the message, with each of its values read from the error."""

    def sentence(error: errors.Refusal, context: RefusalContext) -> str:
        return context.words.gettext(message, **{name: value(error, context) for name, value in values.items()})

    return sentence


_NEEDED: Mapping[Needs, str] = {
    Needs.EQUAL: N_("%(value)s is needed"),
    Needs.OTHER: N_("something other than %(value)s is needed"),
    Needs.MORE: N_("more than %(value)s is needed"),
    Needs.AT_LEAST: N_("at least %(value)s is needed"),
    Needs.LESS: N_("less than %(value)s is needed"),
    Needs.AT_MOST: N_("at most %(value)s is needed"),
}


def _outcome_closed(error: errors.OutcomeClosed, context: RefusalContext) -> str:
    gettext, definition = context.words.gettext, context.definition
    fields = {} if definition is None else {field.name: field for field in definition.fields()}
    why = "; ".join(
        _unmet(fields[each.fact], each, error.facts.get(each.fact), context)
        for each in error.unmet
        if each.fact in fields
    )
    stage = None if definition is None else definition.stages.get(error.stage)
    outcomes = () if stage is None else stage.outcomes
    titles = [o.title.in_(context.language) for o in outcomes if o.id in error.open_]
    others = "; ".join([gettext(HAND_BACK_TITLE), *titles] if HAND_BACK in error.open_ else titles)
    return " ".join(
        part
        for part in (
            gettext("This outcome cannot be chosen now: %(why)s.", why=why)
            if why
            else gettext("This outcome cannot be chosen now."),
            gettext("Possible now: %(outcomes)s.", outcomes=others) if others else "",
            gettext("What you typed is kept."),
        )
        if part
    )


def _unmet(field: Field, unmet: Comparison, given: object, context: RefusalContext) -> str:
    language, gettext = context.language, context.words.gettext
    label = field.label.in_(language)
    has = gettext("not filled in") if given is None else words_of(field, given, language)
    needed = gettext(_NEEDED[unmet.needs], value=words_of(field, unmet.value, language))
    return gettext("“%(label)s” is %(given)s, %(needed)s", label=label, given=has, needed=needed)


REFUSALS: Mapping[type[errors.Refusal], Callable[[Any, RefusalContext], str]] = {
    errors.UnknownPerson: _sentence(Phrase.NOT_LINKED),
    errors.UnknownDepartment: _sentence_with(
        N_("There is no department “%(name)s”. Nothing was changed; ask the administrator for its name."),
        name=lambda error, _: error.department_id,
    ),
    errors.UnknownProcess: _sentence_with(
        N_("This process does not exist any more. Nothing was changed; %(new)s lists what can be started."),
        new=_command("new"),
    ),
    errors.ProcessUnreadable: _sentence(
        N_(
            "The process of this case cannot be read just now. Nothing was changed and nothing is lost; "
            "tell the administrator: the log names it."
        )
    ),
    errors.UnknownCase: _sentence_with(
        N_("There is no such case. Nothing was changed; %(status)s lists the active cases."),
        status=_command("status"),
    ),
    errors.UnknownTask: _sentence_with(
        N_("There is no such task any more. Nothing was changed; %(my)s lists your tasks."), my=_command("my")
    ),
    errors.NotACandidate: lambda error, on: who.not_a_candidate(on.words, on.organisation, error),
    errors.Barred: lambda error, on: who.barred(on.words, error, on.title, ""),
    errors.BarredPerson: lambda error, on: who.barred(on.words, error, on.title, on.person(error.person_id)),
    errors.TakenBy: _taken_by,
    errors.AlreadyYours: _already_yours,
    errors.NotClaimed: _sentence(
        N_("Nobody has claimed this task, so nothing was changed. Press Claim on its card first, then repeat.")
    ),
    errors.NotTheAssignee: _sentence_with(
        N_(
            "Only the assignee can do this: %(person)s. Nothing was changed; "
            "the head of the department can reassign the task."
        ),
        person=lambda error, context: context.person(error.assignee),
    ),
    errors.TaskIsClosed: _task_is_closed,
    errors.TaskIsSuspended: _task_is_suspended,
    errors.TaskWaitsForCase: _sentence_with(
        N_("Another case does this: %(number)s. This one goes on when that has ended. Nothing was changed."),
        number=lambda error, _context: error.number,
    ),
    errors.CaseIsClosed: _sentence_with(
        N_("The case %(number)s is closed. Nothing was changed; its history stays: %(status)s %(number)s."),
        number=lambda error, _: error.number,
        status=_command("status"),
    ),
    errors.NotTheHead: _sentence_with(
        N_("Only the head of the department “%(department)s” can do this: %(head)s. Nothing was changed."),
        department=lambda error, context: context.department(error.department),
        head=lambda error, context: context.head(error.department),
    ),
    errors.NotAMember: lambda error, on: who.not_a_member(on.words, on.organisation, error),
    errors.OneVerdictOnly: _sentence_with(
        N_("%(person)s decides here already, and nobody decides twice. Choose somebody else."),
        person=lambda error, context: context.person(error.person_id),
    ),
    errors.MayNotOpen: lambda error, on: who.may_not_open(on.words, on.organisation, error),
    errors.MayNotCancel: _sentence(
        N_(
            "A case is cancelled by the person who opened it, by a head of its departments or by a manager. "
            "Nothing was changed; ask one of them."
        )
    ),
    errors.HeadIsGone: _sentence_with(
        N_(
            "%(person)s would no longer work here, but heads the department “%(department)s”. Nothing was changed; "
            "name another head of the department first."
        ),
        person=lambda error, on: on.person(error.head),
        department=lambda error, on: on.department(error.department),
    ),
    errors.DepartmentCircle: _sentence_with(
        N_(
            "Departments would be above one another in a circle: %(departments)s. Nothing was changed; "
            "put one of them elsewhere first."
        ),
        departments=lambda error, on: " → ".join(map(on.department, error.departments)),
    ),
    errors.WorksNowhere: _sentence_with(
        N_("%(person)s would work in no department. Nothing was changed; name a department, or say that they leave."),
        person=lambda error, on: on.person(error.person),
    ),
    errors.AddressTaken: _sentence_with(
        N_(
            "%(person)s already has the address %(email)s. Nothing was changed; "
            "everybody needs an address of their own."
        ),
        person=lambda error, on: on.person(error.by),
        email=lambda error, _: error.email,
    ),
    errors.NobodyAdministers: _sentence_with(
        N_(
            "Then nobody would be an administrator any more: %(people)s. Nothing was changed; "
            "make somebody else an administrator first."
        ),
        people=lambda error, on: ", ".join(map(on.person, error.people)),
    ),
    errors.MayNotRetry: _sentence(
        N_(
            "Undeliverable messages are sent again by managers and administrators. "
            "Nothing was changed; ask one of them."
        )
    ),
    errors.ReasonRequired: _sentence(N_("A reason is needed, so nothing was changed. Write it in a few words.")),
    errors.EarlierClientWaits: _earlier_waits,
    errors.UnknownItem: _sentence(
        N_("The check list has no such item any more. Nothing was changed; open the form again to see the list.")
    ),
    errors.UnknownOutcome: _sentence(
        N_("This outcome cannot be chosen now. What you typed is kept; open the form again and choose another.")
    ),
    errors.OutcomeClosed: _outcome_closed,
    errors.NoWayOpen: _sentence_with(
        N_(
            "With these answers this decision leads nowhere, so nothing was sent and the task stays with you. "
            "Correct the answers or choose another decision; if both are right, tell whoever keeps the process: "
            "%(stage)s."
        ),
        stage=lambda error, context: context.title(error.stage),
    ),
    errors.StageNotOptional: _sentence(N_("This stage cannot be switched off. Nothing was changed.")),
    errors.StageHasBegun: _sentence_with(
        N_("The stage “%(stage)s” is under way and cannot be switched off any more. Nothing was changed."),
        stage=lambda error, context: context.title(error.stage),
    ),
    errors.MayNotSwitch: _sentence_with(
        N_(
            "A stage is switched off by whoever opened the case, a head of %(department)s or a manager. "
            "Nothing was changed."
        ),
        department=lambda error, context: context.department(error.department),
    ),
    errors.ChecklistOpen: _sentence_with(
        N_("The check list is not complete yet: %(items)s. What you typed is kept; tick these items and send again."),
        items=lambda error, context: "; ".join(context.title(item) for item in error.items),
    ),
    errors.FormInvalid: _sentence(
        N_("Some answers are missing or cannot be read. What you typed is kept; mend the marked fields and send again.")
    ),
    errors.CannotReturn: _sentence_with(
        N_(
            "The work did not come from the stage “%(stage)s”. Nothing was changed; choose a stage that handed it over."
        ),
        stage=lambda error, context: context.title(error.to),
    ),
    errors.TooLong: _sentence_with(
        N_("The text has %(length)s characters, at most %(limit)s fit. Nothing was added; shorten it and send again."),
        length=lambda error, _: error.length,
        limit=lambda error, _: error.limit,
    ),
    errors.EmptyComment: _sentence(
        N_("The comment is empty, so nothing was added. Write a few words or attach a file.")
    ),
    errors.LetterNotReady: _sentence_with(
        N_(
            "The letter “%(template)s” cannot be filled: “%(missing)s” is missing. Nothing was sent, "
            "what you typed is kept; tell the administrator."
        ),
        template=lambda error, _: error.template,
        missing=lambda error, _: error.missing,
    ),
    errors.PreviewOutdated: _sentence(
        N_("The form was changed meanwhile, so nothing was sent. Look at what would be sent now, then send again.")
    ),
    errors.NoSuchLetter: _sentence(
        N_("There is no such letter to the client to be marked. Nothing was changed; open the case to see its letters.")
    ),
    errors.MayNotCorrectRecord: _sentence(N_("Only people who work here correct records. Nothing was changed.")),
    errors.MayNotMarkLetter: _sentence(N_("Letters are marked by those who work on the case. Nothing was changed.")),
    errors.CannotBeAsked: _sentence(
        N_("This question cannot be asked of somebody else. Open the form and answer it there.")
    ),
    errors.NobodyAsked: _sentence(N_("There is no such person or department any more. Choose somebody else.")),
    errors.NotAsked: _sentence(N_("This answer is not needed of you any more. Nothing was changed.")),
    errors.NothingChanges: _sentence(N_("It is so already; nothing was changed.")),
}
"""The sentence of every refusal, complete by test."""

PROBLEMS: Mapping[str, str] = {
    "required": N_("Please fill this in."),
    "unreadable": N_("This answer cannot be read. Enter it again."),
    "too_long": N_("Too long: %(length)s characters, at most %(limit)s fit. Shorten the text."),
    "too_many_rows": N_("Too many rows, at most %(limit)s fit. Remove some."),
    "not_a_number": N_("This is not a number. Write it in digits, for example 1500 or 2.5."),
    "not_money": N_("This is not an amount. Write it in digits, for example 12500 or 12500.50."),
    "thousands_or_fraction": N_(
        "This can be read in two ways: %(thousands)s or %(fraction)s. Write which of them it is, just so."
    ),
    "too_many_decimals": N_("An amount has at most two digits after the comma, for example 12500.50."),
    "negative_money": N_("An amount cannot be less than zero."),
    "not_a_percentage": N_("This is not a percentage. Write it in digits, for example 15 or 12.5."),
    "too_little": N_("This is too little: the least is %(limit)s."),
    "too_much": N_("This is too much: the most is %(limit)s."),
    "too_early": N_("This is too early: the earliest is %(limit)s."),
    "too_late": N_("This is too late: the latest is %(limit)s."),
    "unclear_day": N_("Two days can be meant. Write day, month and year, for example 31.12.2026."),
    "not_a_time": N_("There is no such time. Write hours and minutes, for example 14:30."),
    "unclear_time": N_("Morning or evening? Write hours and minutes, for example 09:00 or 21:00."),
    "not_a_moment": N_("A day and a time are needed, for example 31.12.2026 14:30 or tomorrow at 14:30."),
    "not_a_url": N_("This is not the address of a page. Write it like https://company.com/page."),
    "not_a_person": N_("Nobody in the organisation is meant by this, or several are. Choose a name from the list."),
    "not_a_department": N_("No department is meant by this, or several are. Choose one from the list."),
    "too_many_files": N_("Too many files: %(count)s, at most %(limit)s fit. Remove some."),
    "not_an_ogrn": N_("An OGRN has 13 digits (organisation) or 15 digits (entrepreneur). Check it."),
    "ogrn_check_digit": N_("There is a slip in this OGRN: its check digit does not match. Check every digit."),
    "not_a_kpp": N_("A KPP has 9 characters, for example 770701001. Check it."),
    "not_a_bik": N_("A BIK has 9 digits and begins with 04, for example 044525225. Check it."),
    "not_an_account": N_("A bank account has 20 digits. Check it."),
    "account_of_another_bank": N_(
        "This account is not one of the bank with the BIK %(bik)s: the check digit does not match. Check both."
    ),
    "not_a_snils": N_("A SNILS has 11 digits, for example 112-233-445 95. Check it."),
    "snils_check_digits": N_("There is a slip in this SNILS: its check digits do not match. Check every digit."),
    "not_a_date": N_("There is no such date. Write day, month and year, for example 31.12.2026."),
    "not_an_option": N_("There is no such option. Choose one of those offered."),
    "not_yes_no": N_("Answer yes or no."),
    "not_a_phone": N_(
        "This is not a phone number. Write it with its code, for example +7 495 123-45-67, and an "
        "extension after it: +7 495 123-45-67 ext. 12."
    ),
    "not_an_email": N_("This is not an e-mail address. Write it like name@company.com."),
    "not_an_inn": N_("An INN has 10 digits (organisation) or 12 digits (person). Check it."),
    "inn_of_another_client": N_(
        "The INN %(inn)s is that of “%(name)s”. If it is this client, write that name; otherwise correct the INN."
    ),
    "record_retired": N_("“%(name)s” is not in use any more. Choose another one."),
    "record_unknown": N_("There is no “%(name)s” here, and none may be added. Choose one that is known."),
    "inn_check_digit": N_("There is a slip in this INN: its check digit does not match. Check every digit."),
}
"""The sentence of every problem of `workflows.domain.facts.values`, complete by test."""
