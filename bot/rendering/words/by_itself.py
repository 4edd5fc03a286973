"""Stages that do their work by themselves, in words: why one of them needs somebody's decision."""

from collections.abc import Iterable, Mapping

from bot.rendering.language.i18n import N_
from bot.rendering.words.cases import CaseWords
from workflows.domain.events import Undecided

_WHY: Mapping[str, str] = {
    Undecided.RULE: N_("The rule of this stage could not decide."),
    Undecided.CASE_NOT_OPENED: N_("The case that does this stage could not be opened: its process does not exist."),
    Undecided.CASE_CANCELLED: N_("The case that does this stage was cancelled."),
    Undecided.NO_WAY: N_("What was decided leads nowhere with what the case says."),
    Undecided.NOBODY_DECIDED: N_("None of its tasks was completed, and none is left."),
    Undecided.CASE_ENDED_OTHERWISE: N_("The case that does this stage has ended, but it does not follow what is next."),
}


def why_needed(on: CaseWords, because: str, missing: Iterable[str]) -> str:
    """Return why somebody has to decide, and what is not filled in; empty for a reason that is not known."""
    if because not in _WHY:
        return ""
    labels = {str(field.name): field.label.in_(on.language) for field in on.definition.fields()}
    lacking = ", ".join(labels.get(name, name) for name in missing)
    parts = [on.words.gettext(_WHY[because])]
    if lacking:
        parts.append(on.words.gettext("Not filled in: %(fields)s.", fields=lacking))
    return " ".join(parts)
