"""What a start does with the company: its processes are published, and tasks that nobody has are brought in."""

import structlog

from workflows.definitions import load
from workflows.definitions.problems import CompanyProblems
from workflows.domain import errors
from workflows.domain.definition import WorkflowDefinition
from workflows.domain.people import Organisation
from workflows.ports.clock import Clock
from workflows.ports.queries import Queries
from workflows.ports.unit_of_work import Storage
from workflows.usecases import stranded_tasks
from workflows.usecases.directory import Directory
from workflows.usecases.handle_command import CommandHandler
from workflows.usecases.organising import Organising
from workflows.usecases.review_tasks import review_tasks
from workflows.usecases.running_processes import Definitions, publish

log = structlog.get_logger(__name__)


async def bring_in_stranded(
    organisation: Organisation, storage: Storage, queries: Queries, directory: Directory, clock: Clock
) -> None:
    """Post the open tasks of departments that no longer exist where they are looked after; log all stranded tasks."""
    stranded = await stranded_tasks.bring_in_stranded(
        storage=storage, queries=queries, organisation=organisation, directory=directory, clock=clock
    )
    if stranded:
        log.warning(
            "Open tasks are with people or departments that organisation.yaml no longer has; heads can reassign them.",
            action="tasks_stranded",
            tasks=[line.task_id for line in stranded],
        )


async def take_in_file(organising: Organising) -> None:
    """Take over what was changed in organisation.yaml, and log what people have changed otherwise."""
    try:
        changes, clashes = await organising.take_in_file()
    except errors.Refusal as refused:
        log.error(
            "What organisation.yaml has changed cannot be taken over, since people have changed the organisation, too; "
            "it counts as it was. Compare them with `handover people diff`.",
            action="organisation_file_refused",
            code=refused.code,
        )
        return
    if clashes:
        log.warning(
            "organisation.yaml says otherwise than people have changed; what people have changed counts. "
            "Compare them with `handover people diff`.",
            action="organisation_file_clashes",
            clashes=[f"{clash.subject}:{clash.id}:{clash.attribute}" for clash in clashes],
        )
    if changes:
        log.info("organisation.yaml was taken over.", action="organisation_file_taken_over", changes=len(changes))


async def publish_definitions(
    company: load.Company, organisation: Organisation, storage: Storage, queries: Queries, clock: Clock
) -> Definitions:
    """Store the current version of every process and return it with every older one that was ever stored."""
    await publish(
        storage, ((source.id, source.version, source.text) for source in company.sources.values()), clock.now()
    )
    current = company.definitions.values()
    known = {(definition.id, definition.version) for definition in current}
    older: list[WorkflowDefinition] = []
    for process, version, text in await queries.definitions():
        if (process, version) in known:
            continue
        try:
            older.append(load.parse_process(text, f"{process}@{version}"))
        except CompanyProblems as problems:
            log.error(
                "An older version of a process cannot be read; cases of it, if there are any, cannot continue.",
                action="definition_unreadable",
                process=process,
                version=version,
                problems=len(problems.problems),
            )
    definitions = Definitions(current, older, company.kinds)
    definitions.staff(organisation)
    return definitions


async def offer_anew(handler: CommandHandler, queries: Queries) -> None:
    """Offer the tasks anew whose people organisation.yaml no longer has; log which."""
    if changed := await review_tasks(handler, queries):
        log.warning(
            "Open tasks were for people whom organisation.yaml no longer has, or has otherwise; others have them now.",
            action="tasks_reviewed",
            tasks=changed,
        )
