"""The lists of tasks: one's own, the queues, and new cases that were begun."""

from dataclasses import replace

from bot.actions import Action, Verb
from tests.conversation.desk import Desk, buttons_in, form_in, said_in
from tests.onboarding import ANNA, DEVELOPMENT, ROMAN, SALES, STEPAN, VERA, an_organisation


async def test_my_lists_the_claimed_tasks_with_a_button_to_each(desk: Desk) -> None:
    await desk.opens_claimed_case("Alpha")
    await desk.opens_claimed_case("Beta")
    await desk.opens_case("Gamma")

    reply = await desk.says(STEPAN, "/my")
    form = form_in(await desk.presses(STEPAN, buttons_in(reply)[1]))

    assert [button.label for button in buttons_in(reply)] == ["Open ONB-1 · Alpha", "Open ONB-2 · Beta"]
    assert said_in(reply).splitlines()[1:] == [
        "1. ONB-1 · Alpha — Intake, since 2 March, 09:00 — due 3 March, 09:00",
        "2. ONB-2 · Beta — Intake, since 2 March, 09:00 — due 3 March, 09:00",
    ]
    assert form.subtitle.startswith("ONB-2")


async def test_two_tasks_of_one_case_are_told_apart() -> None:
    usual = an_organisation()
    busy = replace(usual.people[ROMAN], departments=(DEVELOPMENT, SALES))
    desk = Desk(organisation=replace(usual, people={**usual.people, ROMAN: busy}))
    case = await desk.hands_over_intake()
    for stage in ("build", "papers"):
        await desk.presses(ROMAN, desk.button(desk.task(case, stage), Verb.CLAIM))

    reply = await desk.says(ROMAN, "/my")

    assert [button.label for button in buttons_in(reply)] == [
        "Open ONB-1 · Build · Romashka",
        "Open ONB-1 · Papers · Romashka",
    ]


async def test_no_tasks_says_where_to_look(desk: Desk) -> None:
    assert said_in(await desk.says(STEPAN, "/my")).startswith("You have no tasks now.")


async def test_the_queue_is_in_order_with_places_and_can_be_claimed_from(desk: Desk) -> None:
    await desk.opens_case("Alpha")
    await desk.opens_case("Beta")

    reply = await desk.says(STEPAN, "/queue")
    claimed = await desk.presses(STEPAN, buttons_in(reply)[0])
    later = await desk.says(STEPAN, "/queue")

    assert said_in(reply).splitlines() == [
        "Tech support",
        "1. ONB-1 · Alpha — Intake, since 2 March, 09:00 — due 3 March, 09:00",
        "2. ONB-2 · Beta — Intake, since 2 March, 09:00 — due 3 March, 09:00",
    ]
    assert [button.label for button in buttons_in(reply)] == ["Claim ONB-1 · Alpha", "Claim ONB-2 · Beta"]
    assert claimed.toast == "ONB-1 is yours: Intake."
    assert said_in(later).splitlines()[1].startswith("1. ONB-2")


async def test_a_button_stands_in_a_row_of_its_own_and_a_long_name_is_cut(desk: Desk) -> None:
    for client in ("Alpha", "B" * 90):
        await desk.opens_case(client)

    message = (await desk.says(STEPAN, "/queue")).message

    assert message is not None
    assert [len(row) for row in message.buttons] == [1, 1]
    assert message.buttons[1][0].label == f"Claim ONB-2 · {'B' * 45}…"


async def test_a_press_in_a_list_shows_the_list_as_it_is_now(desk: Desk) -> None:
    for client in ("Alpha", "Beta"):
        await desk.opens_case(client)
    reply = await desk.says(STEPAN, "/queue")
    first, _ = buttons_in(reply)

    claimed = await desk.presses(STEPAN, first)
    again = await desk.presses(STEPAN, first)

    for refreshed in (claimed.refreshed, again.refreshed):
        assert refreshed is not None
        assert [button.label for row in refreshed.buttons for button in row] == ["Claim ONB-2 · Beta"]
    assert form_in(claimed).subtitle.startswith("ONB-1")


async def test_a_press_in_a_later_page_shows_that_page_and_one_on_a_card_none(desk: Desk) -> None:
    for number in range(11):
        task = await desk.opens_claimed_case(f"Client {number}")
    second = await desk.says(STEPAN, "/my 2")

    opened = await desk.presses(STEPAN, buttons_in(second)[0])
    on_card = await desk.presses(STEPAN, desk.button(task, Verb.WORK))

    assert opened.refreshed is not None
    assert opened.refreshed == second.message
    assert on_card.refreshed is None


async def test_who_heads_several_departments_sees_each_queue(desk: Desk) -> None:
    await desk.hands_over_intake("Alpha")
    await desk.opens_case("Beta")

    words = said_in(await desk.says(VERA, "/queue")).splitlines()

    assert words == [
        "Sales",
        "1. ONB-1 · Alpha — Papers, since 2 March, 09:00",
        "",
        "Tech support",
        "1. ONB-2 · Beta — Intake, since 2 March, 09:00 — due 3 March, 09:00",
    ]


async def test_a_long_queue_is_turned_page_by_page(desk: Desk) -> None:
    for number in range(12):
        await desk.opens_case(f"Client {number}")

    first = await desk.says(STEPAN, "/queue")
    *claims, further = buttons_in(first)
    second = await desk.presses(STEPAN, further)

    assert len(claims) == 10
    assert said_in(first).splitlines()[-1] == "… and 2 more tasks."
    assert said_in(second).splitlines()[1].startswith("11. ONB-11 · Client 10")
    assert [button.label for button in buttons_in(second)] == [
        "Claim ONB-11 · Client 10",
        "Claim ONB-12 · Client 11",
        "‹ Page 1",
    ]
    assert said_in(await desk.says(STEPAN, "/queue 99")) == said_in(second)
    for rubbish in ("/queue 0", f"/queue {'9' * 5_000}"):
        assert said_in(await desk.says(STEPAN, rubbish)) == said_in(first)


async def test_a_long_list_of_ones_own_tasks_is_turned_page_by_page(desk: Desk) -> None:
    for number in range(11):
        await desk.opens_claimed_case(f"Client {number}")

    *_, further = buttons_in(await desk.says(STEPAN, "/my"))
    second = await desk.presses(STEPAN, further)

    assert said_in(second).splitlines()[1].startswith("11. ONB-11 · Client 10")
    assert [button.label for button in buttons_in(second)] == ["Open ONB-11 · Client 10", "‹ Page 1"]


async def test_an_empty_queue_says_so(desk: Desk) -> None:
    assert said_in(await desk.says(STEPAN, "/queue")) == "Nothing waits in your department now."


async def test_my_offers_to_go_on_with_a_new_case_that_was_begun(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))
    await desk.saves(ANNA, form, client="Romashka")

    reply = await desk.says(ANNA, "/my")

    assert "You have no tasks" not in said_in(reply)
    assert "A new case that is not opened yet\nClient onboarding" in said_in(reply)
    (button,) = buttons_in(reply)
    assert button.label == "Go on: Client onboarding"
    again = form_in(await desk.presses(ANNA, button))
    assert again.fields[0].value == "Romashka"
    await desk.sends(ANNA, again, "begin", services=["cards"])
    assert "not opened yet" not in said_in(await desk.says(ANNA, "/my"))


async def test_a_new_case_that_was_begun_stands_below_the_tasks(desk: Desk) -> None:
    await desk.opens_claimed_case()
    complaint = form_in(await desk.presses(STEPAN, Action(verb=Verb.NEW, target="complaint").encode()))
    await desk.saves(STEPAN, complaint, about="A late answer")

    words = said_in(await desk.says(STEPAN, "/my"))

    assert words.index("ONB-1") < words.index("A new case that is not opened yet")


async def test_a_draft_without_any_answer_is_no_case_begun(desk: Desk) -> None:
    await desk.saves(ANNA, form_in(await desk.says(ANNA, "/new")), client="")

    assert "You have no tasks now" in said_in(await desk.says(ANNA, "/my"))
