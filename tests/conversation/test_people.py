"""The organisation is changed from the chat: who joins, moves, heads, leaves and comes back."""

import pytest

from bot.actions import Action, Verb
from bot.conversation.reply import Reply, ReplyKind
from tests.conversation.desk import Desk, ask_in, buttons_in, menu_in, said_in
from tests.onboarding import ANNA, IVAN, NIKOLAY, PAVEL, SALES, STEPAN, SUPPORT, TATIANA, VERA
from workflows.domain.case import TaskStatus
from workflows.domain.ids import PersonId
from workflows.ports.chat import ChatAddress
from workflows.ports.platforms import Account


async def page(desk: Desk, by: PersonId, of: PersonId) -> Reply:
    return await desk.presses(by, Action(verb=Verb.PERSON, target=of).encode())


async def press(desk: Desk, by: PersonId, of: PersonId, label: str) -> Reply:
    buttons = buttons_in(await page(desk, by, of))
    return await desk.presses(by, next(button for button in buttons if button.label == label))


async def leaves(desk: Desk, person: PersonId, by: PersonId) -> Reply:
    return await desk.presses(by, Action(verb=Verb.SET_PERSON, target=person, argument="leave").encode())


async def test_a_head_sees_the_people_below_and_a_manager_of_nobody_none(desk: Desk) -> None:
    listed = said_in(await desk.says(NIKOLAY, "/people"))

    assert "Stepan Fedorov, specialist — Tech support · no account linked" in listed
    assert "Nikolay" in listed
    assert "(head)" in listed
    assert desk.organisation.name_of(ANNA).en not in listed
    assert (await desk.says(STEPAN, "/people")).kind is ReplyKind.REFUSED


async def test_people_are_found_by_a_part_of_the_name(desk: Desk) -> None:
    assert "Stepan Fedorov" in said_in(await desk.says(VERA, "сотрудники степ"))
    assert "There is nobody “zzz”" in said_in(await desk.says(VERA, "/people zzz"))


async def test_a_name_is_changed_at_once_and_it_is_kept_who_did_it(desk: Desk) -> None:
    ask = ask_in(await press(desk, NIKOLAY, TATIANA, "Name"))

    done = await desk.answers(NIKOLAY, ask, "Татьяна  Орлова")

    assert desk.organisation.name_of(TATIANA).ru == "Татьяна Орлова"
    assert said_in(done).splitlines()[:4] == [
        "Татьяна Орлова, specialist",
        "Tech support",
        "tatiana@x.example",
        "No account is linked. No tasks now.",
    ]
    assert "Nikolay Popov: name: Татьяна Орлова" in said_in(done)


async def test_somebody_joins_and_claims_the_tasks_of_the_department(desk: Desk) -> None:
    ask = ask_in(await desk.presses(NIKOLAY, Action(verb=Verb.JOIN).encode()))

    joined = await desk.answers(NIKOLAY, ask, "Олег Зимин, инженер, oleg@x.example")

    oleg = next(person for person in desk.organisation.people.values() if person.name.ru == "Олег Зимин")
    assert (oleg.departments, oleg.post.ru, oleg.email) == ((SUPPORT,), "инженер", "oleg@x.example")
    assert joined.toast == "1 person has joined: Tech support."
    case = await desk.opens_case("Alpha")
    claimed = await desk.presses(oleg.id, desk.button(desk.task(case, "intake"), Verb.CLAIM))
    assert claimed.toast == "ONB-1 is yours: Intake."


async def test_the_rows_of_a_table_are_people_all_of_them_or_none(desk: Desk) -> None:
    joining = Action(verb=Verb.JOIN, target=SUPPORT).encode()
    ask = ask_in(await desk.presses(NIKOLAY, joining))
    before = len(desk.organisation.people)

    wrong = await desk.answers(NIKOLAY, ask, "Олег Зимин\tинженер\nБез должности\nИнна Котова\tинженер")
    right = await desk.answers(NIKOLAY, ask, "Олег Зимин\tинженер\t\nИнна Котова\tинженер\tinna@x.example")

    assert wrong.toast is not None
    assert "These lines have no name and post: 2." in wrong.toast
    assert right.toast == "2 people have joined: Tech support."
    assert len(desk.organisation.people) == before + 2


async def test_two_people_with_one_address_are_refused_together(desk: Desk) -> None:
    ask = ask_in(await desk.presses(NIKOLAY, Action(verb=Verb.JOIN, target=SUPPORT).encode()))
    before = len(desk.organisation.people)

    refused = await desk.answers(NIKOLAY, ask, "Олег Зимин, инженер, o@x.example\nИнна Котова, инженер, O@x.example")

    assert refused.toast is not None
    assert "already has the address" in refused.toast
    assert len(desk.organisation.people) == before


async def test_somebody_moves_to_another_department(desk: Desk) -> None:
    menu = menu_in(await press(desk, VERA, IVAN, "Department…"))

    await desk.presses(VERA, next(button for button in menu.buttons if button.label == "Tech support"))

    assert desk.organisation.people[IVAN].departments == (SUPPORT,)


async def test_a_new_head_is_named_by_whoever_stands_above(desk: Desk) -> None:
    menu = menu_in(await press(desk, VERA, TATIANA, "Make head…"))
    support = next(button for button in menu.buttons if button.label == "Tech support")

    refused = await desk.presses(NIKOLAY, support)
    await desk.presses(VERA, support)

    assert refused.kind is ReplyKind.REFUSED
    assert desk.organisation.departments[SUPPORT].head == TATIANA
    assert "Make head…" not in [button.label for button in buttons_in(await page(desk, NIKOLAY, STEPAN))]


async def test_whoever_leaves_has_nothing_any_more_but_the_name(desk: Desk) -> None:
    task = await desk.opens_claimed_case("Alpha")
    chat = ChatAddress("telegram:11")
    account = Account(platform="telegram", account="11", person=STEPAN, chat=chat, linked_at=desk.clock.now())
    await desk.chats.link(account)
    menu = menu_in(await press(desk, NIKOLAY, STEPAN, "Leaves…"))

    left = await desk.presses(NIKOLAY, menu.buttons[-1])

    assert "1 task goes back to the queue" in menu.text
    assert left.toast == "Stepan Fedorov has left. 1 task is offered anew."
    assert desk.now(task).status is TaskStatus.READY
    assert STEPAN not in desk.organisation.people
    assert desk.organisation.name_of(STEPAN).en == "Stepan Fedorov"
    assert desk.chats.directory.accounts_of(STEPAN) == ()
    assert desk.signed_out == [STEPAN]
    assert said_in(left).splitlines()[0] == "Stepan Fedorov — has left"


async def test_the_tasks_of_whoever_leaves_can_be_given_to_others_first(desk: Desk) -> None:
    await desk.opens_claimed_case("Alpha")
    menu = menu_in(await press(desk, NIKOLAY, STEPAN, "Leaves…"))

    tasks = await desk.presses(NIKOLAY, menu.buttons[0])

    assert said_in(tasks).startswith("Tasks of Stepan Fedorov")


async def test_whoever_has_left_can_come_back(desk: Desk) -> None:
    await leaves(desk, STEPAN, NIKOLAY)

    await press(desk, NIKOLAY, STEPAN, "Has come back")

    assert desk.organisation.people[STEPAN].departments == (SUPPORT,)


async def test_a_head_does_not_leave_before_there_is_another(desk: Desk) -> None:
    refused = await leaves(desk, PAVEL, VERA)

    assert refused.toast is not None
    assert "name another head of the department first" in refused.toast
    assert PAVEL in desk.organisation.people


@pytest.mark.parametrize("argument", ["leave", f"departments={SUPPORT}", "return", f"head={SALES}"])
async def test_nobody_changes_the_people_of_others(desk: Desk, argument: str) -> None:
    before = desk.organisation

    refused = await desk.presses(NIKOLAY, Action(verb=Verb.SET_PERSON, target=ANNA, argument=argument).encode())

    assert refused.kind is ReplyKind.REFUSED
    assert desk.organisation == before


async def test_a_head_takes_nobody_into_a_department_of_others(desk: Desk) -> None:
    moving = Action(verb=Verb.SET_PERSON, target=STEPAN, argument=f"departments={SALES}").encode()

    assert (await desk.presses(NIKOLAY, moving)).kind is ReplyKind.REFUSED
    assert desk.organisation.people[STEPAN].departments == (SUPPORT,)
