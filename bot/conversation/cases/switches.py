"""Optional stages of a case: the buttons that switch one off, or on again, and what a press does."""

from collections.abc import Iterator
from contextlib import suppress

from bot.actions import Action, Unreadable, Verb
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.turn import Turn
from bot.rendering.words.cases import CaseWords
from workflows.domain import commands, errors
from workflows.domain.case import Case
from workflows.domain.ids import PersonId, StageId
from workflows.domain.routes.left_out import switchable
from workflows.ports.chat import Button

OFF, ON = "-", "+"
"""Follows a stage in an action: the wanted state, so that a double press does no harm."""


def buttons(named: CaseWords, person: PersonId) -> Iterator[Button]:
    """Yield a button for each optional stage that the person may switch off, or on again, now."""
    case, gettext = named.case, named.words.gettext
    for stage in switchable(case, named.definition, named.organisation, person):
        title = stage.title.in_(named.language)
        is_off = stage.id in case.switched_off
        label = gettext("With: %(stage)s", stage=title) if is_off else gettext("Without: %(stage)s", stage=title)
        with suppress(ValueError):  # an id too long for a button
            action = Action(verb=Verb.SWITCH, target=str(case.id), argument=stage.id + (ON if is_off else OFF)).encode()
            yield Button(label=label, action=action, people=frozenset({person}))


async def switch(turn: Turn, action: Action) -> Reply:
    """Switch the stage of a button off, or on again, and return what the case is like now."""
    wanted = action.argument[-1:]
    if wanted not in (OFF, ON):
        raise Unreadable("no state of a stage is wanted")
    stage, off = StageId(action.argument[:-1]), wanted == OFF
    # After a double press the stage is already in the wanted state: not a refusal.
    with suppress(errors.NothingChanges):
        await turn.do(commands.SwitchStage(case_id=action.case_id, stage=stage, off=off))
    case = await turn.case(action.case_id)
    return Reply(toast=_said(turn, case, stage, off=off), kind=ReplyKind.DONE, case_id=case.id)


def _said(turn: Turn, case: Case, stage: StageId, *, off: bool) -> str:
    title, gettext = turn.case_words(case).stage(stage), turn.words.gettext
    if off:
        return gettext("%(number)s goes without the stage “%(stage)s”.", number=case.number, stage=title)
    return gettext("%(number)s goes through the stage “%(stage)s” again.", number=case.number, stage=title)
