"""The parts of which sentences of refusals are made, and the sentences that need more than one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.rendering.language.chat_style import ChatStyle
from bot.rendering.language.filters import Formats, words_of
from bot.rendering.language.i18n import N_, Words
from bot.rendering.words.rework import HAND_BACK_TITLE
from workflows.domain import errors
from workflows.domain.compiled import Comparison, Needs
from workflows.domain.definition import Field, WorkflowDefinition
from workflows.domain.ids import DepartmentId, PersonId
from workflows.domain.people import Organisation
from workflows.domain.text import Language, Text
from workflows.domain.visits.rework import HAND_BACK


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


def sentence(message: str) -> Callable[[Any, RefusalContext], str]:
    return lambda _error, context: context.words.gettext(message)


def taken_by(error: errors.TakenBy, context: RefusalContext) -> str:
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


def earlier_waits(error: errors.EarlierClientWaits, context: RefusalContext) -> str:
    return context.words.gettext(
        "An earlier case waits for the same stage: %(case)s (opened %(moment)s). "
        "Nothing was changed; claim that one first, or give the reason why this one goes ahead.",
        case=error.number if error.client is None else f"{error.number} · {error.client}",
        moment=context.formats.moment(error.opened_at, context.now),
    )


def already_yours(error: errors.AlreadyYours, context: RefusalContext) -> str:
    return context.words.gettext(
        "The task is yours already, since %(time)s. Press Open to go on.", time=context.formats.clock(error.claimed_at)
    )


def task_is_closed(error: errors.TaskIsClosed, context: RefusalContext) -> str:
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


def task_is_suspended(error: errors.TaskIsSuspended, context: RefusalContext) -> str:
    message = context.words.gettext(
        "The work is returned for rework: the stage “%(stage)s”. It comes back to you when it is corrected; nothing "
        "was changed, and what you have typed is kept.",
        stage=context.title(error.stage),
    )
    if error.assignee is None:
        return message
    return f"{message} " + context.words.gettext("Assignee: %(person)s", person=context.person(error.assignee)) + "."


def command(word: str) -> Callable[[Any, RefusalContext], str]:
    """Return a function that returns the command as it is written in the chat."""
    return lambda _error, context: context.style.command(word)


def sentence_with(
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


def outcome_closed(error: errors.OutcomeClosed, context: RefusalContext) -> str:
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
