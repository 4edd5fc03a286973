"""A head looks at the load of the people, and gives the tasks of one of them to others in four presses."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.actions import Action, Verb
from bot.conversation.reply import ReplyKind
from tests.conversation.desk import Desk, buttons_in, menu_in, said_in
from tests.onboarding import IVAN, NIKOLAY, PAVEL, STEPAN, SUPPORT, TATIANA, VERA, an_organisation
from workflows.domain.assignment.redistribution import new_assignees
from workflows.domain.ids import PersonId, TaskId


async def three_with_stepan(desk: Desk) -> None:
    for client in ("Alpha", "Beta", "Gamma"):
        await desk.opens_claimed_case(client)


async def test_a_head_sees_who_has_what_and_since_when(desk: Desk) -> None:
    await three_with_stepan(desk)

    reply = await desk.says(NIKOLAY, "/team")

    assert said_in(reply).splitlines() == [
        "Your people and their tasks",
        "Stepan Fedorov, specialist — 3 tasks, the oldest since 2 March, 09:00",
        "Tatiana Belova, specialist — nothing now",
    ]
    assert [button.label for button in buttons_in(reply)] == ["Stepan Fedorov: 3 tasks"]


async def test_late_tasks_are_told(desk: Desk) -> None:
    await three_with_stepan(desk)
    desk.clock.move(days=30)

    assert "3 tasks, 3 late ones" in said_in(await desk.says(NIKOLAY, "/team"))


async def test_all_tasks_of_somebody_go_to_others_by_turns_in_four_presses(desk: Desk) -> None:
    await three_with_stepan(desk)

    one = await desk.says(NIKOLAY, "переназначить")
    two = await desk.presses(NIKOLAY, buttons_in(one)[0])
    three = await desk.presses(NIKOLAY, buttons_in(two)[0])
    done = await desk.presses(NIKOLAY, menu_in(three).buttons[0])

    assert said_in(two).splitlines()[0] == "Tasks of Stepan Fedorov, the earliest client first"
    assert menu_in(three).text == "Tatiana Belova: 3 tasks"
    assert said_in(done) == "Tatiana Belova: 3 tasks"
    assert len(await desk.memory.my_tasks(TATIANA)) == 3
    assert not await desk.memory.my_tasks(STEPAN)


async def test_with_several_colleagues_all_can_go_to_one_of_them() -> None:
    usual = an_organisation()
    moved = replace(usual.people[IVAN], departments=(SUPPORT,))
    desk = Desk(organisation=replace(usual, people={**usual.people, IVAN: moved}))
    await three_with_stepan(desk)
    menu = menu_in(await desk.presses(NIKOLAY, Action(verb=Verb.REDISTRIBUTE, target=STEPAN).encode()))

    to_ivan = next(button for button in menu.buttons if "Ivan" in button.label)
    await desk.presses(NIKOLAY, to_ivan)

    assert menu.buttons[0].label == "Give them so"
    assert sorted(line.split(": ")[1] for line in menu.text.splitlines()) == ["1 task", "2 tasks"]
    assert len(await desk.memory.my_tasks(IVAN)) == 3


async def test_pressing_twice_does_nothing_twice(desk: Desk) -> None:
    await three_with_stepan(desk)
    giving = Action(verb=Verb.REDISTRIBUTE_NOW, target=STEPAN, argument=TATIANA).encode()
    await desk.presses(NIKOLAY, giving)

    again = await desk.presses(NIKOLAY, giving)

    assert again.kind is ReplyKind.REFUSED
    assert len(await desk.memory.my_tasks(TATIANA)) == 3


async def test_a_head_above_sees_everybody_below(desk: Desk) -> None:
    text = said_in(await desk.says(VERA, "/team"))

    assert all(desk.organisation.name_of(person).en in text for person in (STEPAN, IVAN, PAVEL, NIKOLAY))


async def test_whoever_heads_nobody_has_no_team(desk: Desk) -> None:
    await three_with_stepan(desk)

    assert (await desk.says(TATIANA, "/team")).kind is ReplyKind.REFUSED
    for verb in (Verb.TEAM, Verb.REDISTRIBUTE, Verb.REDISTRIBUTE_NOW):
        for person in (TATIANA, PAVEL):
            pressed = await desk.presses(person, Action(verb=verb, target=STEPAN).encode())
            assert pressed.kind is ReplyKind.REFUSED
    assert len(await desk.memory.my_tasks(STEPAN)) == 3


PEOPLE = [PersonId(name) for name in "abc"]


@given(
    st.lists(st.lists(st.sampled_from(PEOPLE), unique=True), max_size=12),
    st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 3)),
)
def test_tasks_go_to_those_who_may_have_them_and_are_spread_evenly(
    possible: list[list[PersonId]], loads: dict[PersonId, int]
) -> None:
    tasks = [(TaskId(f"1.{number}"), people) for number, people in enumerate(possible)]

    gets = new_assignees(tasks, loads)

    assert gets.keys() == {task for task, people in tasks if people}
    counts = {person: loads.get(person, 0) for person in PEOPLE}
    for task, people in tasks:
        if people:
            assert gets[task] in people
            assert counts[gets[task]] == min(counts[person] for person in people)
            counts[gets[task]] += 1
