"""The status of a case, and lists of cases: found by number, client or INN, typed alone or after a command."""

import pytest

from bot.actions import Action, Verb
from bot.conversation.incoming import Said
from bot.conversation.reply import CaseView
from tests.conversation.desk import Desk, ask_in, buttons_in, labels_in, said_in
from tests.onboarding import ANNA, NIKOLAY, ROMAN, STEPAN, TATIANA
from workflows.domain.ids import PersonId
from workflows.ports.chat import Dialect


async def test_status_tells_stage_holder_since_next_and_what_is_late(desk: Desk) -> None:
    await desk.opens_claimed_case()
    desk.clock.move(days=1, hours=2)

    words = said_in(await desk.says(ANNA, "/status romash"))

    assert words.splitlines() == [
        "ONB-1 · Romashka",
        "Client onboarding · opened by Anna Sokolova, yesterday at 09:00",
        "",
        "Intake — Tech support",
        "Assignee: Stepan Fedorov, since 2 March, 09:00 (for 1 day)",
        "Late by 2 hrs — due 3 March, 09:00",
        "Next: Build and Papers, the end of the case: Refused or Papers",
    ]


async def test_status_counts_no_seconds(desk: Desk) -> None:
    await desk.opens_case()
    desk.clock.move(seconds=59)

    words = said_in(await desk.says(ANNA, "/status ONB-1"))
    desk.clock.move(seconds=1)
    later = said_in(await desk.says(ANNA, "/status ONB-1"))

    assert "Waiting to be claimed since 2 March, 09:00\nDue: 3 March, 09:00" in words
    assert "Waiting to be claimed since 2 March, 09:00 (for 1 min)\nDue: 3 March, 09:00" in later


async def test_status_tells_of_a_task_that_nobody_claims(desk: Desk) -> None:
    await desk.opens_case()
    desk.clock.move(minutes=29)
    early = said_in(await desk.says(ANNA, "/status ONB-1"))
    desk.clock.move(minutes=1)

    late = said_in(await desk.says(ANNA, "/status onb-1"))

    assert "Waiting to be claimed since 2 March, 09:00 (for 29 mins)" in early
    assert "Nobody has claimed it within the reaction time." not in early
    assert "Nobody has claimed it within the reaction time." in late


async def test_status_shows_every_branch(desk: Desk) -> None:
    await desk.hands_over_intake()

    words = said_in(await desk.says(ANNA, "/status ONB-1"))

    assert "Build — Development" in words
    assert "Papers — Sales" in words
    assert words.count("Next: Launch") == 2


async def test_status_in_russian(russian_desk: Desk) -> None:
    await russian_desk.opens_case("Ромашка")

    words = said_in(await russian_desk.says(ANNA, "/status ромашка"))

    assert "Дальше: Разработка и Документы, завершение дела (Отказано) или Документы" in words


async def test_several_matches_are_listed_with_a_button_to_each(desk: Desk) -> None:
    await desk.opens_case("Romashka North")
    await desk.opens_case("Romashka South")

    reply = await desk.says(ANNA, "/status romashka")
    opened = await desk.presses(ANNA, buttons_in(reply)[1])

    assert [button.label for button in buttons_in(reply)] == ["ONB-2", "ONB-1"]
    assert said_in(reply).splitlines() == [
        "Cases for “romashka”:",
        "ONB-2 · Romashka South — Intake (Tech support)",
        "ONB-1 · Romashka North — Intake (Tech support)",
    ]
    assert opened.case_id == 1


async def test_no_match_says_what_to_try(desk: Desk) -> None:
    reply = await desk.says(ANNA, "/status <b>nobody</b>")

    assert reply.is_refusal
    assert reply.message is not None
    assert "“&lt;b&gt;nobody&lt;/b&gt;”" in reply.message.text
    assert "ONB-1" in reply.message.text


async def test_status_alone_lists_all_active_cases(desk: Desk) -> None:
    await desk.opens_claimed_case("Alpha")
    await desk.opens_case("Beta")
    cancelled = await desk.opens_case("Gamma")
    action = Action(verb=Verb.CANCEL, target=str(cancelled.id)).encode()
    await desk.answers(ANNA, ask_in(await desk.presses(ANNA, action)), "a mistake")

    words = said_in(await desk.says(NIKOLAY, "/status"))

    assert words.splitlines() == [
        "Active cases, what is late first",
        "1. ONB-1 · Alpha — Intake (Stepan Fedorov)",
        "2. ONB-2 · Beta — Intake (Tech support)",
    ]


async def test_all_active_cases_are_turned_page_by_page_and_every_line_has_its_button(desk: Desk) -> None:
    for number in range(12):
        await desk.opens_case(f"Client {number}")

    first = await desk.says(NIKOLAY, "/status")
    assert said_in(first).splitlines()[-1].startswith("10. ONB-10")
    assert labels_in(first) == [*(f"ONB-{number}" for number in range(1, 11)), "Page 2 ›"]
    second = await desk.presses(NIKOLAY, buttons_in(first)[-1])

    assert [line.partition(" ")[0] for line in said_in(second).splitlines()[1:]] == ["11.", "12."]
    assert labels_in(second) == ["ONB-11", "ONB-12", "‹ Page 1"]
    shown = (await desk.presses(NIKOLAY, buttons_in(second)[1])).dialog
    assert isinstance(shown, CaseView)
    assert "Client 11" in shown.status.text


async def test_what_is_late_stands_first_in_the_list_of_all_cases(desk: Desk) -> None:
    await desk.hands_over_intake("On time")
    desk.clock.move(hours=1)
    await desk.opens_claimed_case("Forgotten")
    await desk.opens_case("Waits")
    desk.clock.move(hours=24, minutes=5)
    await desk.opens_case("New")

    lines = said_in(await desk.says(NIKOLAY, "/status")).splitlines()[1:]

    assert [line.split()[1] for line in lines] == ["ONB-2", "ONB-3", "ONB-1", "ONB-4"]
    assert ["Late by" in line for line in lines] == [True, True, False, False]


@pytest.mark.parametrize(
    ("person", "is_claimed", "labels"),
    [
        (STEPAN, False, ["Claim"]),
        (STEPAN, True, ["Open", "Release", "Return"]),
        (TATIANA, True, []),
        (NIKOLAY, False, ["Claim", "Reassign", "Cancel the case"]),
        (NIKOLAY, True, ["Release", "Reassign", "Cancel the case"]),
        (ANNA, False, ["Cancel the case"]),
        (ROMAN, True, ["Cancel the case"]),
    ],
)
async def test_the_status_offers_what_the_reader_may_do_and_ends_with_what_ends_the_case(
    desk: Desk, person: PersonId, is_claimed: bool, labels: list[str]
) -> None:
    await (desk.opens_claimed_case() if is_claimed else desk.opens_case())

    assert labels_in(await desk.says(person, "/status ONB-1")) == labels


async def test_no_active_case_says_so(desk: Desk) -> None:
    assert said_in(await desk.says(ANNA, "/status")) == "There are no active cases. /new opens one."


async def test_find_shows_closed_cases_too(desk: Desk) -> None:
    task = await desk.opens_claimed_case("Romashka")
    await desk.sends(STEPAN, await desk.form_of(task, STEPAN), "refused", refusal_reason="no")

    words = said_in(await desk.says(ANNA, "/find roma"))

    assert words.splitlines()[1] == "ONB-1 · Romashka — completed today at 09:00"


@pytest.mark.parametrize(
    ("cases", "said"), [(50, "… and 40 more; a longer"), (51, "… and more than 40 others; a longer")]
)
async def test_find_says_how_many_more_there_are_or_that_it_has_not_counted_them(
    desk: Desk, cases: int, said: str
) -> None:
    for number in range(cases):
        await desk.opens_case(f"Romashka {number}")

    assert said in said_in(await desk.says(ANNA, "/find romashka"))


async def test_find_looks_for_an_inn(desk: Desk) -> None:
    await desk.opens_case("Romashka", inn="7707083893")

    assert "ONB-1 · Romashka" in said_in(await desk.says(ANNA, "/find 7707083893"))


async def test_find_alone_asks_for_whom(desk: Desk) -> None:
    reply = await desk.says(ANNA, "/find")

    assert reply.is_refusal
    assert said_in(reply).startswith("Whom to look for?")


@pytest.mark.parametrize(
    "line", ["1", "ONB 1", "onb1", "№ 1", "дело 1", "ромашка", "«Ромашка»", "где Ромашка?", "7707 083 893", "7083"]
)
async def test_a_number_a_name_or_an_inn_alone_shows_the_case(desk: Desk, line: str) -> None:
    case = await desk.opens_case("ООО «Ромашка»", inn="7707083893")
    await desk.opens_case("Лютик", inn="500100732259")

    reply = await desk.says(ANNA, line)

    assert reply.case_id == case.id
    assert said_in(reply).startswith("ONB-1 · ООО «Ромашка»")


async def test_a_name_alone_that_several_clients_have_lists_their_cases(desk: Desk) -> None:
    await desk.opens_case("Ромашка юг")
    await desk.opens_case("Ромашка север")

    words = said_in(await desk.says(ANNA, "ромашка"))

    assert "ONB-1 · Ромашка юг" in words
    assert "ONB-2 · Ромашка север" in words


@pytest.mark.parametrize("line", ["hello there", "ок", "/romashka", "\u2800", "romashka " * 20])
async def test_what_means_no_case_is_answered_with_the_commands(desk: Desk, line: str) -> None:
    await desk.opens_case("Romashka, окна")

    words = said_in(await desk.comes(ANNA, Said(text=line), dialect=Dialect.INLINE_HTML))

    assert "/status" in words
    assert "ONB-1" not in words


async def test_the_number_of_no_case_is_said_to_be_none(desk: Desk) -> None:
    assert "There is no case for “17”" in said_in(await desk.says(ANNA, "17"))


async def test_status_reads_a_number_as_it_is_typed(desk: Desk) -> None:
    case = await desk.opens_case()

    for typed in ("ONB 1", "onb1", "1", "ONB\u20111", "\u200bONB-1"):
        assert (await desk.says(ANNA, f"/status {typed}")).case_id == case.id
