"""How often one update reads its case: what it has just read or changed is at hand."""

from bot.actions import Verb
from bot.conversation.incoming import FormFinished, FormPreviewed
from tests.conversation.desk import Desk, form_in
from tests.fakes.memory import Memory
from tests.onboarding import STEPAN
from workflows.domain.case import Case, TaskStatus
from workflows.domain.ids import CaseId, FieldName, OutcomeId


class CountingMemory(Memory):
    """A database that counts how often a case is read outside a transaction."""

    def __init__(self) -> None:
        super().__init__()
        self.readings = 0

    async def case(self, case_id: CaseId) -> Case | None:
        self.readings += 1
        return await super().case(case_id)


async def test_the_form_after_a_claim_is_that_of_the_case_as_the_claim_left_it() -> None:
    memory = CountingMemory()
    desk = Desk(memory=memory)
    task = desk.task(await desk.opens_case(), "intake")
    memory.readings = 0

    form = form_in(await desk.presses(STEPAN, desk.button(task, Verb.CLAIM)))

    assert form.form == f"task:{task.id}"
    assert memory.readings == 0


async def test_a_form_that_is_kept_previewed_and_sent_in_one_press_reads_its_case_twice() -> None:
    memory = CountingMemory()
    desk = Desk(memory=memory)
    task = desk.task(await desk.opens_case(), "intake")
    form = form_in(await desk.presses(STEPAN, desk.button(task, Verb.CLAIM)))
    memory.readings = 0

    filled = FormPreviewed(
        form=form.form,
        outcome=OutcomeId("accepted"),
        values={FieldName("contact"): "Ivan"},
        ticks={item.id: True for item in form.checklist},
    )
    reply = await desk.comes(STEPAN, FormFinished(filled=filled))

    assert desk.now(task).status is TaskStatus.COMPLETED, reply.toast
    # One understands what is typed; when that is kept, the other foresees what it leads to.
    assert memory.readings == 2
