"""The conversation of a case as the side panel shows it."""

from dataclasses import dataclass
from datetime import datetime

from bot.actions import Action, Verb
from bot.conversation.cases import switches
from bot.conversation.cases.case_record import FileLink, LetterLine, Line, facts_of, files_of, letters_of, lines_of
from bot.conversation.cases.open_stages import (
    LinkedCase,
    OpenStage,
    SuspendedStage,
    linked_cases,
    open_stage,
    suspended_stages,
    switched_off,
)
from bot.conversation.client_letters import LetterToSend
from bot.rendering.cards.task_buttons import own_buttons
from bot.rendering.language.filters import Formats
from bot.rendering.words.cases import CaseWords
from bot.web.errors import UNKNOWN_CASE, WebError
from bot.web.site import Site, Viewer
from workflows.domain.case import CaseStatus
from workflows.domain.facts.conditions import Outside
from workflows.domain.ids import CaseId
from workflows.domain.permissions import may_cancel
from workflows.ports.chat import Button
from workflows.usecases.records_of_forms import known_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class StageHere:
    """An open stage, and what the viewer may do with its task."""

    stage: OpenStage
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePanel:
    """Everything the panel shows; `cancel` is the action that cancels the case, None when the viewer may not."""

    id: CaseId
    number: str
    title: str
    client: str | None
    status: CaseStatus
    end: str | None
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    stages: tuple[StageHere, ...]
    suspended: tuple[SuspendedStage, ...]
    facts: tuple[tuple[str, str], ...]
    files: tuple[FileLink, ...]
    letters: tuple[LetterLine, ...]
    unsent: tuple[LetterToSend, ...]
    lines: tuple[Line, ...]
    left_out: str
    linked: tuple[LinkedCase, ...]
    switches: tuple[Button, ...]
    cancel: Action | None


async def read_case(site: Site, viewer: Viewer, case_id: CaseId) -> CasePanel:
    """Read the panel of a case; raises WebError when there is no such case."""
    services, language = site.services, viewer.language
    case = await services.queries.case(case_id)
    if case is None:
        raise WebError(UNKNOWN_CASE)
    definition = services.definitions.of(case.process, case.version)
    named = CaseWords(
        case=case,
        definition=definition,
        organisation=services.organisation.now,
        language=language,
        formats=Formats(language, services.timezone),
    )
    now = services.clock.now()
    can_cancel = case.status is CaseStatus.ACTIVE and may_cancel(case, definition, services.organisation.now, viewer.id)
    records = await known_parts(services.queries, services.definitions.kinds, definition, case.values)
    outside = Outside(today=now.astimezone(services.timezone).date(), records=records)
    letters = await letters_of(services.queries, named, viewer.id)
    return CasePanel(
        id=case.id,
        number=case.number,
        title=definition.title.in_(language),
        client=case.client.name if case.client else None,
        status=case.status,
        end=named.place(case.end) if case.end is not None else None,
        opened_by=named.person(case.opened_by),
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        stages=tuple(
            StageHere(
                stage=open_stage(named, task, now),
                buttons=own_buttons(
                    case,
                    task,
                    definition,
                    services.organisation.now,
                    person=viewer.id,
                    language=language,
                    outside=outside,
                ),
            )
            for task in case.open_tasks()
        ),
        suspended=suspended_stages(named),
        facts=facts_of(named),
        files=files_of(named),
        letters=letters,
        unsent=tuple(each.to_send for each in letters if each.to_send is not None and each.to_send.sent_by is None),
        lines=await lines_of(services.queries, named),
        left_out=switched_off(named),
        linked=linked_cases(named),
        switches=tuple(switches.buttons(named, viewer.id)),
        cancel=Action(verb=Verb.CANCEL, target=str(case.id)) if can_cancel else None,
    )
