"""What a decision announces, and in which chats."""

from tests.fakes.memory import Memory
from tests.fakes.silent_chat import silent_chats
from tests.onboarding import ANNA
from tests.storage.office import an_office
from workflows.domain.commands import CancelCase, ClaimTask
from workflows.domain.ids import CaseId, DepartmentId, PersonId, TaskId
from workflows.ports.chat import ChatAddress
from workflows.ports.unit_of_work import Announcement, OutboxKind
from workflows.usecases.announce import announcements


class WebAndForum:
    """Departments that have a forum besides their channel of the web chat."""

    def of_department(self, department: DepartmentId) -> tuple[ChatAddress, ...]:
        return ChatAddress(f"web:#{department}"), ChatAddress(f"telegram:{department}")

    def of_person(self, person: PersonId) -> tuple[ChatAddress, ...]:
        return (ChatAddress(f"telegram:@{person}"),)


async def test_chats_that_were_told_of_a_case_hear_at_last_that_it_is_over() -> None:
    memory = Memory()
    office = an_office(memory, memory)
    before = (await office.open()).case
    decision = await office.do(CancelCase(case_id=CaseId(1), reason="no more"), ANNA)

    said = list(announcements(before, decision, WebAndForum(), silent_chats()))

    over = [announcement for announcement in said if announcement.kind is OutboxKind.CASE_OVER]
    assert said[-len(over) :] == over
    chats = {announcement.chat for announcement in over}
    assert {"telegram:sales", "telegram:support"} <= chats
    assert not [chat for chat in chats if chat.startswith("web:")]
    assert Announcement(chat=ChatAddress("telegram:support"), kind=OutboxKind.CASE_OVER, case_id=CaseId(1)) in over
    assert len(over) == len(chats)


async def test_nobody_hears_that_a_case_is_over_as_long_as_it_goes_on() -> None:
    memory = Memory()
    office = an_office(memory, memory)
    before = (await office.open()).case
    decision = await office.do(ClaimTask(task_id=TaskId("1.2")), PersonId("stepan"))

    assert {said.kind for said in announcements(before, decision, WebAndForum(), silent_chats())} == {OutboxKind.CARD}
