"""Whatever rules stages have and whatever people press: no task waits for nobody, and four eyes are never two."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.offices import BOARD, FINANCE, LEGAL, OFFICES, SALES, Office, but_not, rule
from tests.domain.walk import a_process, a_stage, an_outcome
from workflows.domain import commands, errors, events
from workflows.domain.case import CaseStatus, Task, TaskStatus
from workflows.domain.decision import Decision
from workflows.domain.definition import Closing, Stage, WorkflowDefinition
from workflows.domain.ids import OutcomeId, PersonId, TaskId
from workflows.domain.notices import NoticeKind, PersonalNotice
from workflows.domain.visits.rework import HAND_BACK, returnable
from workflows.domain.who import Offer, WhoRule

STAGES = ["one", "two", "three", "four"]
PEOPLE = sorted(OFFICES.people)
STEPS = 25

RULES = st.one_of(
    st.builds(rule, st.just("department"), st.sampled_from([SALES, LEGAL, FINANCE])),
    st.builds(rule, st.just("head"), st.sampled_from([SALES, LEGAL, BOARD])),
    st.builds(rule, st.sampled_from(["head_of", "did"]), st.sampled_from(["start", *STAGES])),
    st.just(rule("head_of", "opener")),
    st.builds(rule, st.just("post"), st.sampled_from(["lawyer", "financial_director", "nobody"])),
    st.builds(rule, st.just("person"), st.sampled_from(PEOPLE)),
    st.just(rule("opener")),
    st.builds(rule, st.just("role"), st.sampled_from(["committee", "manager"])),
    st.just(rule("skill", "fibre")),
    st.just(rule("owner", "client")),
)
LISTS = st.builds(lambda parts: rule("of", of=tuple(parts)), st.lists(RULES, min_size=1, max_size=3))
SEVERAL = st.one_of(RULES, LISTS)


@st.composite
def a_stage_for_somebody(draw: st.DrawFn, name: str) -> Stage:
    """Return a stage with rules, four eyes and a kind of offer, from which a case goes on, back or to its end."""
    who: list[WhoRule] = draw(st.lists(SEVERAL, max_size=1))
    on = draw(st.lists(st.sampled_from(STAGES), min_size=1, max_size=2, unique=True))
    return a_stage(
        name,
        draw(st.sampled_from([SALES, LEGAL, FINANCE, BOARD])),
        an_outcome("on", *on),
        an_outcome("over", "done"),
        who=tuple(who),
        but_not=but_not(*draw(st.lists(st.sampled_from(["start", *STAGES]), max_size=3)), opener=draw(st.booleans())),
        offer=draw(st.sampled_from(Offer)),
    )


@st.composite
def processes(draw: st.DrawFn) -> WorkflowDefinition:
    """Return a process that anybody may open, all of whose stages say whom they are for."""
    start = a_stage("start", SALES, an_outcome("on", "one", "two"), who=(rule("everybody"),))
    stages = [draw(a_stage_for_somebody(name)) for name in STAGES]
    return a_process(start, *stages, ends={"done": Closing.BRANCH})


class Told:
    """The tasks of which a head has been told that nobody is left."""

    def __init__(self) -> None:
        self.tasks: set[TaskId] = set()

    def learn(self, decision: Decision) -> None:
        """Take in a decision."""
        self.tasks |= {event.task_id for event in decision.events if isinstance(event, events.HeadTold)}
        self.tasks |= {
            notice.task_id
            for notice in decision.notices
            if isinstance(notice, PersonalNotice) and notice.kind is NoticeKind.NOBODY_LEFT and notice.task_id
        }


def check(office: Office, told: Told) -> None:
    """Check what holds of the open tasks, whatever has happened."""
    may = office.candidates
    for task in office.case.unfinished_tasks():
        if task.assignee is not None:
            assert task.assignee not in may.barred(task), f"{task.assignee} is barred from {task.stage} and has it"
        if task.status is TaskStatus.CLAIMED:
            assert task.assignee in office.company.people
        if task.status is TaskStatus.READY:
            takers = [person for person in office.company.people if may.may_have(task, person)]
            assert takers or task.id in told.tasks, f"nobody may have {task.stage}, and no head was told"


def a_press(data: st.DataObject, office: Office, task: Task) -> tuple[commands.TaskCommand, PersonId | None]:
    """Draw what somebody does with a task: mostly whoever has it, sometimes anybody."""
    anybody = st.sampled_from(sorted(office.company.people))
    by = task.assignee if task.assignee is not None and data.draw(st.booleans()) else data.draw(anybody)
    match data.draw(st.sampled_from(["claim", "give", "release", "complete", "over", "return"])):
        case "claim":
            return commands.ClaimTask(task_id=task.id), by
        case "give":
            return commands.ReassignTask(task_id=task.id, to=data.draw(anybody)), by
        case "release":
            return commands.ReleaseTask(task_id=task.id), by
        case "return":
            back = [*returnable(office.case, task), task.stage]
            return commands.ReturnTask(task_id=task.id, to=data.draw(st.sampled_from(back)), reason="again"), by
        case chosen:
            outcome = "over" if chosen == "over" else HAND_BACK if task.returns else "on"
            return commands.CompleteTask(task_id=task.id, outcome=OutcomeId(outcome), values={}), by


@settings(deadline=None)
@given(st.data())
def test_a_task_has_a_candidate_or_a_head_who_was_told_and_nobody_barred_has_it(data: st.DataObject) -> None:
    office, told = Office(definition=data.draw(processes())), Told()
    told.learn(office.open(by=data.draw(st.sampled_from(PEOPLE))))
    check(office, told)
    for _ in range(STEPS):
        open_tasks = list(office.case.unfinished_tasks())
        if office.case.status is not CaseStatus.ACTIVE or not open_tasks:
            break
        if len(office.company.people) > 1 and data.draw(st.integers(0, 9)) == 0:
            _leaves(office, data.draw(st.sampled_from(sorted(office.company.people))), told)
        else:
            command, by = a_press(data, office, data.draw(st.sampled_from(open_tasks)))
            try:
                told.learn(office.do(command, by))
            except errors.Refusal:
                continue
        check(office, told)


def _leaves(office: Office, person: PersonId, told: Told) -> None:
    """Take somebody out of the company, as a new start of the program with a changed organisation does."""
    people = {p: who for p, who in office.company.people.items() if p != person}
    office.company = replace(office.company, people=people)
    for task in list(office.case.open_tasks()):
        try:
            told.learn(office.do(commands.ReviewTask(task_id=task.id), None))
        except errors.NothingChanges:
            continue
