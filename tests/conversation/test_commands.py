"""What people type: commands, with and without a slash, and the lists in reply."""

from dataclasses import replace

import pytest

from bot.actions import Action, Verb, unbinding
from bot.conversation.commands.vocabulary import Typed, Word, read
from bot.conversation.incoming import Said
from bot.conversation.reply import CaseView
from tests.conversation.desk import Desk, ask_in, buttons_in, form_in, labels_in, menu_in, said_in
from tests.onboarding import ANNA, DEVELOPMENT, NIKOLAY, ROMAN, SALES, STEPAN, SUPPORT, TATIANA, VERA, an_organisation
from workflows.domain.ids import DepartmentId, PersonId
from workflows.ports.chat import ChatAddress, Dialect


@pytest.mark.parametrize(
    ("line", "word", "rest"),
    [
        ("/status Romashka", Word.STATUS, "Romashka"),
        ("/STATUS@handover_bot  Рога   и копыта ", Word.STATUS, "Рога и копыта"),
        ("status ONB-1", Word.STATUS, "ONB-1"),
        ("  My ", Word.MY, ""),
        ("/new please", Word.NEW, "please"),
        ("Find 7707083893", Word.FIND, "7707083893"),
        ("/start", Word.HELP, ""),
        ("/link c0de", Word.LINK, "c0de"),
        ("статус Ромашка", Word.STATUS, "Ромашка"),
        ("/Помощь", Word.HELP, ""),
        ("очередь", Word.QUEUE, ""),
        ("Мои", Word.MY, ""),
        ("найти 7707083893", Word.FIND, "7707083893"),
        ("язык en", Word.LANG, "en"),
        ("новое", Word.NEW, ""),
        ("/дела", Word.STATUS, ""),
        ("дело ONB-1", Word.STATUS, "ONB-1"),
        ("/пригласить Борис Лебедев", Word.INVITE, "Борис Лебедев"),
        ("/привязать support", Word.BIND, "support"),
        ("/отвязать", Word.UNBIND, ""),
    ],
)
def test_a_command_is_recognised(line: str, word: Word, rest: str) -> None:
    assert read(line) == Typed(word=word, rest=rest)


@pytest.mark.parametrize(
    "line", ["", "/", "hello", "/status2 x", "my dear colleague", "help me", "@status", "стоп", "мои коллеги"]
)
def test_other_words_are_no_command(line: str) -> None:
    assert read(line) is None


async def test_words_that_are_no_command_are_answered_with_those_that_are(desk: Desk) -> None:
    reply = await desk.comes(ANNA, Said(text="make me a coffee"), dialect=Dialect.INLINE_HTML)

    assert reply.is_refusal
    assert said_in(reply).startswith("I did not understand that.")
    assert "/queue" in said_in(reply)


async def test_a_chat_that_suggests_commands_answers_other_words_in_one_line(desk: Desk) -> None:
    reply = await desk.says(ANNA, "make me a coffee")

    assert reply.is_refusal
    assert said_in(reply) == "There is neither a command nor a case like this. Commands: /help."


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


async def test_find_looks_for_an_inn(desk: Desk) -> None:
    await desk.opens_case("Romashka", inn="7707083893")

    assert "ONB-1 · Romashka" in said_in(await desk.says(ANNA, "/find 7707083893"))


async def test_find_alone_asks_for_whom(desk: Desk) -> None:
    reply = await desk.says(ANNA, "/find")

    assert reply.is_refusal
    assert said_in(reply).startswith("Whom to look for?")


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
    assert [button.label for button in buttons_in(second)] == ["Claim ONB-11 · Client 10", "Claim ONB-12 · Client 11"]
    assert said_in(await desk.says(STEPAN, "/queue 99")) == said_in(second)
    for rubbish in ("/queue 0", f"/queue {'9' * 5_000}"):
        assert said_in(await desk.says(STEPAN, rubbish)) == said_in(first)


async def test_a_long_list_of_ones_own_tasks_is_turned_page_by_page(desk: Desk) -> None:
    for number in range(11):
        await desk.opens_claimed_case(f"Client {number}")

    *_, further = buttons_in(await desk.says(STEPAN, "/my"))
    second = await desk.presses(STEPAN, further)

    assert said_in(second).splitlines()[1].startswith("11. ONB-11 · Client 10")
    assert [button.label for button in buttons_in(second)] == ["Open ONB-11 · Client 10"]


async def test_an_empty_queue_says_so(desk: Desk) -> None:
    assert said_in(await desk.says(STEPAN, "/queue")) == "Nothing waits in your department now."


async def test_new_opens_the_only_form_there_is_for_the_person(desk: Desk) -> None:
    form = form_in(await desk.says(ANNA, "/new"))

    assert form.form == "new:onboarding"
    assert form.title == "Client onboarding"
    assert [outcome.title for outcome in form.outcomes] == ["Begin"]


async def test_new_lets_choose_among_several_processes(desk: Desk) -> None:
    menu = menu_in(await desk.says(VERA, "/new"))

    form = form_in(await desk.presses(VERA, menu.buttons[1]))

    assert [button.label for button in menu.buttons] == ["Client onboarding", "Complaint"]
    assert form.form == "new:complaint"


async def test_who_opens_no_cases_is_told_who_does(desk: Desk) -> None:
    reply = await desk.says(ROMAN, "/new")

    assert reply.is_refusal
    assert "“Client onboarding” — Sales" in said_in(reply)


async def test_a_forged_new_case_is_refused(desk: Desk) -> None:
    action = Action(verb=Verb.NEW, target="onboarding").encode()

    reply = await desk.presses(ROMAN, action)

    assert reply.is_refusal
    assert "Sales" in (reply.toast or "")


async def test_the_language_is_chosen_from_a_menu_and_kept_over_a_restart(desk: Desk) -> None:
    menu = menu_in(await desk.says(ANNA, "/lang"))
    chosen = await desk.presses(ANNA, menu.buttons[0])
    at_once = said_in(await desk.says(ANNA, "/queue"))
    desk.conversation = desk.new_conversation()

    later = said_in(await desk.says(ANNA, "/queue"))

    assert [button.label for button in menu.buttons] == ["Русский", "English"]
    assert chosen.toast == "Теперь я говорю с вами по-русски."
    assert at_once == later == "В вашем отделе сейчас ничего не ждёт."


async def test_a_language_can_be_named(desk: Desk) -> None:
    assert said_in(await desk.says(ANNA, "/lang русский")) == "Теперь я говорю с вами по-русски."
    assert said_in(await desk.says(ANNA, "/lang en")) == "From now on I speak English with you."


async def test_a_language_that_nobody_taught_us_is_refused(desk: Desk) -> None:
    assert (await desk.says(ANNA, "/lang tlhIngan")).is_refusal


async def test_help_lists_the_commands(desk: Desk) -> None:
    words = said_in(await desk.says(ANNA, "/help"))

    assert words.startswith("I know you as Anna Sokolova.")
    for word in ("/new", "/my", "/queue", "/status", "/find", "/lang", "/link", "/help"):
        assert word in words
    for word in ("/invite", "/bind", "/unbind"):
        assert word not in words


@pytest.mark.parametrize(
    ("group", "words", "others"),
    [("Cards", ("/bind", "/unbind"), ("/invite", "/link")), (None, ("/invite", "/unbind", "/link"), ("/bind",))],
)
async def test_help_tells_heads_what_works_where_they_ask(
    desk: Desk, group: str | None, words: tuple[str, ...], others: tuple[str, ...]
) -> None:
    shown = await desk.comes(NIKOLAY, Said(text="/help"), dialect=Dialect.INLINE_HTML, group_title=group)

    offered = {line.partition(" ")[0] for line in said_in(shown).splitlines()}
    assert offered >= set(words)
    assert not offered & set(others)


async def bound(desk: Desk, person: PersonId, department: DepartmentId, chat: str, title: str) -> ChatAddress:
    address = ChatAddress(chat)
    await desk.chats.bind(department, address, title, by=person)
    return address


async def test_a_chat_is_unbound_from_anywhere_by_who_may(desk: Desk) -> None:
    gone = await bound(desk, NIKOLAY, SUPPORT, "telegram:-100/45", "Deleted topic")
    await bound(desk, VERA, SALES, "slack:C1", "sales")
    await desk.chats.close(gone, "topic_not_found")

    menu = menu_in(await desk.says(NIKOLAY, "/unbind"))
    done = await desk.presses(NIKOLAY, menu.buttons[0])

    assert [button.label for button in menu.buttons] == ["⚠️ Tech support · Deleted topic (Telegram): takes no messages"]
    assert said_in(done) == "The cards of “Tech support” no longer appear in “Deleted topic”."
    assert [binding.chat for binding in desk.chats.directory.bindings()] == ["slack:C1"]
    assert (await desk.presses(NIKOLAY, menu.buttons[0])).is_refusal


async def test_a_chat_is_not_unbound_by_who_may_not_whatever_the_button(desk: Desk) -> None:
    chat = await bound(desk, NIKOLAY, SUPPORT, "telegram:-100", "Support")

    assert (await desk.says(ANNA, "/unbind")).is_refusal
    assert (await desk.presses(ANNA, unbinding(chat))).is_refusal
    assert desk.chats.directory.is_bound(chat)


async def test_heads_choose_among_their_own_departments_when_they_bind_a_chat(desk: Desk) -> None:
    offered = {
        person: [b.label for b in menu_in(await desk.comes(person, Said(text="/bind"), group_title="Cards")).buttons]
        for person in (NIKOLAY, VERA)
    }

    assert offered == {NIKOLAY: ["Tech support"], VERA: ["Board", "Sales", "Tech support", "Development"]}


async def test_whoever_may_bind_no_chat_is_told_who_may(desk: Desk) -> None:
    reply = await desk.comes(ANNA, Said(text="/bind"), group_title="Cards")

    assert (reply.is_refusal, reply.dialog) == (True, None)
    assert said_in(reply) == "Chats are bound by the head of the department or by an administrator."


async def test_a_button_may_stand_for_a_command(desk: Desk) -> None:
    reply = await desk.presses(STEPAN, Action(verb=Verb.COMMAND, target="queue").encode())

    assert said_in(reply) == "Nothing waits in your department now."


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("command", ["/status", "/status roma", "/find x", "/queue", "/my", "/help", "?"])
async def test_every_answer_is_said_in_every_dialect(desk: Desk, command: str, dialect: Dialect) -> None:
    await desk.opens_case("<b>Romashka & Co</b> *_x_*")
    await desk.opens_claimed_case("Alpha", by=NIKOLAY) if command == "/my" else None

    reply = await desk.comes(NIKOLAY, Said(text=command), dialect=dialect)

    assert reply.message is not None
    assert reply.message.text.strip()
    assert "<b>Romashka" not in reply.message.text


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


@pytest.mark.parametrize("line", ["/queue продажи", "/my Gleb", "/new Romashka", "/queue -1", "/unbind sales"])
async def test_words_that_a_command_does_not_take_are_said_to_be_so(desk: Desk, line: str) -> None:
    command, _, words = line.partition(" ")

    reply = await desk.says(NIKOLAY, line)

    assert reply.is_refusal
    assert said_in(reply) == (
        f"{command} takes no words after it, so nothing was done with “{words}”. Type {command} alone; cases and "
        "clients are found with /find."
    )


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


async def test_people_and_departments_are_named_in_any_letters(desk: Desk) -> None:
    reply = await desk.says(NIKOLAY, "/invite @nobody")

    assert "There is nobody “@nobody” whom you may invite." in menu_in(reply).text
    assert "Глеб" not in menu_in(reply).text
