"""For whom a task is, in words: names, the heads of a department, and those whom four eyes keep from it."""

from collections.abc import Callable, Sequence

from bot.rendering.language.i18n import N_, Words
from workflows.domain import errors
from workflows.domain.ids import DepartmentId, PersonId, StageId
from workflows.domain.people import Organisation

MOST_NAMES = 4
"""How many people are named; of more the others are counted."""


def names(words: Words, organisation: Organisation, people: Sequence[PersonId]) -> str:
    """Return the names of people; where they are many, of the first and the number of the others."""
    shown = people if len(people) <= MOST_NAMES else people[: MOST_NAMES - 1]
    said = ", ".join(organisation.name_of(person).in_(words.language) for person in shown)
    if len(shown) == len(people):
        return said
    more = len(people) - len(shown)
    return words.ngettext("%(names)s and %(n)d other", "%(names)s and %(n)d others", more, names=said)


def intended(
    words: Words, organisation: Organisation, department: DepartmentId, candidates: Sequence[PersonId] | None
) -> str | None:
    """Return for whom a task is besides its department: the candidates or (none) its heads; None for everybody."""
    if candidates is None:
        return None
    living = [person for person in candidates if person in organisation.people]
    if living:
        return names(words, organisation, living)
    title = organisation.title_of(department).in_(words.language)
    heads = names(words, organisation, organisation.heads(department)[:1])
    return words.gettext("the head of “%(department)s”, %(heads)s", department=title, heads=heads)


def not_a_candidate(words: Words, organisation: Organisation, error: errors.NotACandidate) -> str:
    """Return for whom the task is that somebody else pressed."""
    whom = intended(words, organisation, error.department, error.candidates)
    title = organisation.title_of(error.department).in_(words.language)
    head = names(words, organisation, organisation.heads(error.department)[:1])
    if whom is None:
        return words.gettext(
            "This task is for the department “%(department)s”. Nothing was changed; "
            "if you have to do it, its head can help: %(head)s.",
            department=title,
            head=head,
        )
    return words.gettext(
        "This task is for: %(whom)s. Nothing was changed; if you have to do it, ask the head: %(head)s.",
        whom=whom,
        head=head,
    )


def may_not_open(words: Words, organisation: Organisation, error: errors.MayNotOpen) -> str:
    """Return who opens cases of a process."""
    department = organisation.departments.get(error.department)
    told = (
        N_(
            "Such cases are opened by people with another post or role. Nothing was changed; "
            "the head of “%(department)s” can help: %(head)s."
        )
        if error.is_by_rules
        else N_(
            "Such cases are opened by the department “%(department)s”. Nothing was changed; "
            "its head can open one for you: %(head)s."
        )
    )
    return words.gettext(
        told,
        department=organisation.title_of(error.department).in_(words.language),
        head="—" if department is None else names(words, organisation, [department.head]),
    )


def chosen_is_no_candidate(words: Words, organisation: Organisation, error: errors.ChosenNotACandidate) -> str:
    """Return to whom the task can be given instead."""
    person = organisation.name_of(error.person_id).in_(words.language)
    if not error.candidates:
        return words.gettext(
            "%(person)s does not work in the department “%(department)s”. "
            "Nothing was changed; choose somebody of the department.",
            person=person,
            department=organisation.title_of(error.department).in_(words.language),
        )
    return words.gettext(
        "%(person)s may not do this. Nothing was changed; it can be given to: %(whom)s.",
        person=person,
        whom=intended(words, organisation, error.department, error.candidates) or "",
    )


def barred(words: Words, error: errors.Barred | errors.ChosenBarred, title: Callable[[str], str], person: str) -> str:
    """Return why four eyes keep somebody from a task; *title* returns the title of a stage, *person* is the name."""
    is_other = isinstance(error, errors.ChosenBarred)
    if error.opened and not error.stages:
        told = (
            N_("%(person)s opened this case, so somebody else has to do this. Nothing was changed; choose another.")
            if is_other
            else N_("You opened this case, so somebody else has to do this. Nothing was changed.")
        )
        return words.gettext(told, person=person)
    told = (
        N_(
            "%(person)s did or has the stage “%(stages)s”, so somebody else has to do this. "
            "Nothing was changed; choose another."
        )
        if is_other
        else N_("You did or have the stage “%(stages)s”, so somebody else has to do this. Nothing was changed.")
    )
    return words.gettext(told, person=person, stages=", ".join(map(title, map(StageId, error.stages))))
