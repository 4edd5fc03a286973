"""Questions asked one by one: pages of many choices, and forms that cannot be continued."""

import json
from dataclasses import replace

import pytest

from bot.actions import Action, Verb
from bot.conversation.incoming import Answered, Incoming, Intent, Press, Said
from bot.conversation.interview.read_answers import read_options
from bot.conversation.interview.screens.controls import PAGE, TICK
from bot.conversation.interview.steps.progress import Progress, Screen, read_progress
from bot.conversation.reply import FieldView, OptionView, Reply, ReplyKind
from tests.conversation.desk import Desk, buttons_in, said_in
from tests.onboarding import ANNA, PAVEL, ROMAN, STEPAN, VERA, an_organisation, complaint
from workflows.domain.definition import FieldType
from workflows.domain.ids import FieldName, PersonId, ProcessId
from workflows.domain.people import Organisation, Person
from workflows.domain.text import Language, Text
from workflows.ports.chat import ChatAddress, Dialect
from workflows.ports.unit_of_work import StorageUnavailable
from workflows.usecases.form_drafts import new_case_draft
from workflows.usecases.running_processes import Definitions


def a_big_organisation() -> Organisation:
    """The organisation with 120 people more."""
    organisation = an_organisation()
    one = next(iter(organisation.people.values()))
    more: dict[PersonId, Person] = {}
    for at in range(120):
        person = PersonId(f"clerk_{at}")
        more[person] = replace(one, id=person, name=Text(ru=f"Служащий {at}", en=f"Clerk {at}"), roles=frozenset())
    return replace(organisation, people={**organisation.people, **more})


class Chat:
    """Somebody's private chat with the assistant; `last` is the newest answer."""

    def __init__(self, desk: Desk, person: PersonId) -> None:
        self.desk = desk
        self.person = person
        self.updates = 0
        self.last = Reply()
        self.interview = desk.new_interview()

    async def does(self, intent: Intent) -> Reply:
        """Do something."""
        self.updates += 1
        incoming = Incoming(
            update_id=f"telegram:{self.updates}",
            person=self.person,
            language=Language.EN,
            chat=ChatAddress("telegram:1"),
            dialect=Dialect.INLINE_HTML,
            intent=intent,
        )
        self.last = await self.interview.handle(incoming)
        return self.last

    async def says(self, text: str) -> Reply:
        """Type something."""
        return await self.does(Said(text=text))

    async def begins(self, process: str) -> Reply:
        """Begin a new case of one of several processes."""
        return await self.presses(await self.says("/new"), process)

    async def presses(self, reply: Reply, label: str) -> Reply:
        """Press the button of that label."""
        button = next(button for button in buttons_in(reply) if button.label == label)
        assert button.action is not None
        return await self.does(Press(action=button.action))


@pytest.fixture
def chat() -> Chat:
    return Chat(Desk(organisation=a_big_organisation()), VERA)


async def test_more_choices_than_a_chat_takes_are_shown_page_by_page(chat: Chat) -> None:
    page = await chat.does(Said(text="/invite"))
    seen = [button.label for button in buttons_in(page)]
    number = 2
    while (further := f"{number} ›") in seen:
        page, number = await chat.presses(page, further), number + 1
        assert len(buttons_in(page)) <= PAGE + 2
        seen += [button.label for button in buttons_in(page)]

    assert {f"Clerk {at}" for at in range(120)} <= set(seen)
    back = await chat.presses(page, f"‹ {number - 2}")
    assert f"{number - 1} ›" in [button.label for button in buttons_in(back)]


async def test_a_page_of_a_menu_that_is_turned_twice_is_the_same_page(chat: Chat) -> None:
    first = await chat.says("/invite")

    once = await chat.presses(first, "2 ›")
    twice = await chat.presses(first, "2 ›")

    assert not twice.is_refusal
    assert twice.message == once.message


async def test_many_choices_are_narrowed_down_by_typing_a_part_of_the_name(chat: Chat) -> None:
    await chat.does(Said(text="/invite"))

    found = await chat.does(Said(text="clerk 11"))
    people = ["Clerk 11", *(f"Clerk 11{at}" for at in range(10))]
    assert [button.label for button in buttons_in(found)] == [*people, "Show all: 128"]
    assert "“clerk 11”: 11 of 128" in said_in(found)
    all_again = await chat.presses(found, "Show all: 128")
    assert "There are 128" in said_in(all_again)
    assert "2 ›" in [button.label for button in buttons_in(all_again)]
    missed = await chat.does(Said(text="Nobody"))
    assert "Nothing is called “Nobody”" in said_in(missed)
    chosen = await chat.presses(await chat.does(Said(text="clerk 117")), "Clerk 117")
    assert "Clerk 117" in said_in(chosen)
    assert (await chat.does(Said(text="clerk 11"))).is_refusal


async def test_a_long_menu_leaves_the_form_open_that_it_was_opened_in(chat: Chat) -> None:
    await chat.begins("Client onboarding")

    await chat.says("/invite")
    await chat.says("clerk 11")
    invited = await chat.presses(await chat.says("clerk 117"), "Clerk 117")

    assert "Clerk 117" in said_in(invited)
    assert "Question 1 of 2" in said_in(invited)
    assert "Question 2 of 2" in said_in(await chat.says("Romashka"))
    kept = chat.desk.memory.rows.drafts[new_case_draft(ProcessId("onboarding"), VERA)]
    assert kept.answers[FieldName("client")] == "Romashka"


def test_what_waits_underneath_is_read_back_as_it_was_written() -> None:
    form = Progress(
        form="task:1.1", screen=Screen.CELL, at=2, column=1, cells={"name": "Tea"}, step=4, seen=("telegram:1",)
    )

    read = read_progress(json.loads(json.dumps(form.with_aside(menu="/invite").to_note())))

    assert read is not None
    assert (read.screen, read.form, read.menu) == (Screen.MENU, "", "/invite")
    assert read.with_aside(ask="cancel:1:").without_aside() == form


async def test_who_leaves_a_long_menu_is_back_at_the_question(chat: Chat) -> None:
    await chat.begins("Client onboarding")
    page = await chat.presses(await chat.says("/invite"), "2 ›")

    back = await chat.presses(page, "Back")

    assert "Question 1 of 2" in said_in(back)
    assert "Question 2 of 2" in said_in(await chat.says("Romashka"))


async def test_a_menu_with_no_form_underneath_leads_back_to_none(chat: Chat) -> None:
    page = await chat.says("/invite")

    assert "Back" not in [button.label for button in buttons_in(page)]
    assert "Question" not in said_in(await chat.says("/help"))


async def test_another_command_leaves_the_menu_and_not_the_form(chat: Chat) -> None:
    await chat.begins("Client onboarding")
    await chat.says("/invite")

    helped = await chat.says("/help")

    assert "/queue" in said_in(helped)
    assert "Question 1 of 2" in said_in(helped)
    assert "Question 2 of 2" in said_in(await chat.says("Romashka"))


async def test_a_form_that_is_gone_when_the_menu_is_left_is_told_of(chat: Chat) -> None:
    await chat.begins("Client onboarding")
    page = await chat.says("/invite")
    chat.desk.handler = replace(chat.desk.handler, definitions=Definitions([complaint()]))
    chat.desk.conversation = chat.desk.new_conversation()
    chat.interview = chat.desk.new_interview()

    back = await chat.presses(page, "Back")

    assert back.is_refusal
    assert back.toast
    assert (await chat.says("Romashka")).is_refusal


async def test_a_question_answered_in_words_leaves_the_form_open_that_it_came_in_between() -> None:
    desk = Desk()
    case = await desk.opens_case()
    chat = Chat(desk, PAVEL)
    await chat.says("/new")

    asked = await chat.does(Press(action=Action(verb=Verb.CANCEL, target=str(case.id)).encode()))
    assert "Why is the case cancelled?" in said_in(asked)
    told = await chat.says("Asked twice")

    assert "ONB-1 is cancelled." in said_in(told)
    assert "Question 1 of 2" in said_in(told)
    assert "Question 2 of 2" in said_in(await chat.says("Romashka"))


async def test_a_question_that_cannot_be_answered_any_more_is_over() -> None:
    desk = Desk()
    case = await desk.opens_case()
    chat = Chat(desk, PAVEL)
    await chat.says("/new")
    cancelling = Action(verb=Verb.CANCEL, target=str(case.id)).encode()
    await chat.does(Press(action=cancelling))
    await desk.comes(ANNA, Answered(action=cancelling, text="Asked twice"))

    late = await chat.says("No answer any more")

    assert "ONB-1 is closed" in said_in(late)
    assert "Question 1 of 2" in said_in(late)
    assert "Question 2 of 2" in said_in(await chat.says("Romashka"))


async def test_a_question_stays_open_while_the_database_is_away() -> None:
    desk = Desk()
    case = await desk.opens_case()
    chat = Chat(desk, PAVEL)
    await chat.does(Press(action=Action(verb=Verb.CANCEL, target=str(case.id)).encode()))

    desk.memory.is_reachable = False
    assert (await chat.says("Asked twice")).is_refusal
    desk.memory.is_reachable = True

    assert "ONB-1 is cancelled." in said_in(await chat.says("Asked twice"))


async def test_who_does_not_answer_a_question_is_back_in_the_form() -> None:
    desk = Desk()
    case = await desk.opens_case()
    chat = Chat(desk, PAVEL)
    await chat.says("/new")
    asked = await chat.does(Press(action=Action(verb=Verb.CANCEL, target=str(case.id)).encode()))

    left = await chat.presses(asked, "Do not")

    assert "Nothing was changed." in said_in(left)
    assert "Question 1 of 2" in said_in(left)


async def test_an_old_button_that_begins_anew_drops_nothing() -> None:
    chat = Chat(Desk(), ANNA)
    await chat.says("/new")
    await chat.says("Romashka")
    offered = await chat.says("/new")
    await chat.presses(offered, "Begin anew")
    await chat.says("Vasilyok")

    late = await chat.presses(offered, "Begin anew")

    assert late.kind is ReplyKind.PAST
    assert "Question 2 of 2" in said_in(late)
    kept = chat.desk.memory.rows.drafts[new_case_draft(ProcessId("onboarding"), ANNA)]
    assert kept.answers[FieldName("client")] == "Vasilyok"


async def test_what_fails_unexpectedly_is_answered_and_does_not_stand_in_the_way_again(chat: Chat) -> None:
    await chat.does(Said(text="/invite"))
    handle = chat.desk.conversation.handle

    async def broken(_incoming: Incoming) -> Reply:
        raise IndexError("a form with fewer columns")

    chat.desk.conversation.handle = broken  # type: ignore[method-assign,assignment]
    failed = await chat.does(Said(text="clerk 11"))
    chat.desk.conversation.handle = handle  # type: ignore[method-assign]

    assert failed.is_refusal
    assert failed.toast is not None
    assert "Something went wrong" in failed.toast
    assert (await chat.does(Said(text="clerk 11"))).is_refusal


async def test_a_database_that_is_away_keeps_no_reply_from_being_drawn() -> None:
    chat = Chat(Desk(), ANNA)

    async def away(_person: PersonId) -> Language | None:
        raise StorageUnavailable("away")

    chat.desk.memory.language = away  # type: ignore[method-assign,assignment]
    incoming = Incoming(
        update_id="telegram:9",
        person=ROMAN,
        language=Language.EN,
        chat=ChatAddress("telegram:9"),
        dialect=Dialect.INLINE_HTML,
        intent=Said(text="/my"),
    )

    assert (await chat.interview.screens_for(incoming)).language is Language.EN


async def test_what_only_another_decision_needs_may_be_left_out() -> None:
    desk = Desk(Language.EN)
    task = await desk.opens_claimed_case()
    chat = Chat(desk, STEPAN)
    await chat.does(Press(action=Action(verb=Verb.WORK, target=task.id).encode()))

    asked = await chat.presses(chat.last, "Refuse")
    summary = await chat.says("The bank has no licence")
    contact = await chat.presses(summary, "Answer too: Contact")

    assert "Reason of the refusal *" in said_in(asked)
    labels = [button.label for button in buttons_in(summary)]
    assert labels[0] == "Send"
    assert "Answer too: Goods" in labels
    assert "*" not in said_in(contact)
    again = await chat.says("Ivan")
    assert "Contact: Ivan" in said_in(again)
    assert "Answer too: Contact" not in [button.label for button in buttons_in(again)]


async def test_an_answer_that_may_be_left_out_can_be_emptied_again() -> None:
    desk = Desk(Language.EN)
    task = await desk.opens_claimed_case()
    chat = Chat(desk, STEPAN)
    await chat.does(Press(action=Action(verb=Verb.WORK, target=task.id).encode()))
    await chat.presses(chat.last, "Refuse")
    await chat.says("The bank has no licence")
    await chat.presses(chat.last, "Answer too: Contact")
    await chat.says("Ivan Petrov")
    await chat.presses(chat.last, "Change")
    again = await chat.presses(chat.last, "Contact")
    assert "Now: Ivan Petrov" in said_in(again)

    emptied = await chat.presses(again, "Clear")

    assert "Contact: —" in said_in(emptied)
    asked = await chat.presses(emptied, "Answer too: Contact")
    labels = [button.label for button in buttons_in(asked)]
    assert "Now:" not in said_in(asked)
    assert "Skip" in labels
    assert "Clear" not in labels


async def test_whoever_ends_a_case_is_told_to_send_the_letter_to_the_client(desk: Desk) -> None:
    task = await desk.opens_claimed_case()
    chat = Chat(desk, STEPAN)
    await chat.does(Press(action=Action(verb=Verb.WORK, target=task.id).encode()))
    await chat.presses(chat.last, "Refuse")

    summary = await chat.says("The bank has no licence")

    assert "send it to the client yourself" in said_in(summary)


async def test_another_decision_asks_for_what_it_needs_and_loses_no_answer() -> None:
    desk = Desk(Language.EN)
    task = await desk.opens_claimed_case()
    chat = Chat(desk, STEPAN)
    await chat.does(Press(action=Action(verb=Verb.WORK, target=task.id).encode()))
    await chat.presses(chat.last, "Refuse")
    await chat.says("The bank has no licence")
    await chat.presses(chat.last, "Another decision")

    asked = await chat.presses(chat.last, "Accept")

    assert "Contact *" in said_in(asked)
    assert "Skip" not in [button.label for button in buttons_in(asked)]
    assert "The bank has no licence" in said_in(await chat.says("Ivan"))


@pytest.mark.parametrize("word", ["завтра", "Tomorrow", "3 марта", "03.03.2026"])
async def test_a_day_is_answered_with_the_word_of_its_button(chat: Chat, word: str) -> None:
    await chat.begins("Client onboarding")
    await chat.says("Romashka")
    await chat.presses(await chat.says("cards"), "Answer too: Start date")

    await chat.says(word)

    kept = chat.desk.memory.rows.drafts[new_case_draft(ProcessId("onboarding"), VERA)]
    assert kept.answers[FieldName("starts_on")] == "2026-03-03"
    assert kept.answers[FieldName("services")] == ["cards"]


async def test_a_form_goes_on_below_the_answer_to_a_command(desk: Desk) -> None:
    chat = Chat(desk, VERA)
    await desk.opens_case()
    first = await chat.begins("Client onboarding")

    answer = await chat.says("/status")

    assert "ONB-1" in said_in(answer)
    assert answer.below is not None
    assert "Question 1 of" in answer.below.text
    assert said_in(await chat.says("Romashka")) != said_in(first)
    assert "Now: " not in said_in(chat.last)


async def test_a_command_that_opens_something_of_its_own_has_no_form_below_it(desk: Desk) -> None:
    chat = Chat(desk, STEPAN)
    await chat.says("/new")

    assert (await chat.says("/new")).below is None


async def test_a_check_list_is_ticked_with_one_press(desk: Desk) -> None:
    chat = Chat(desk, STEPAN)
    task = desk.task(await desk.opens_case(), "intake")
    await chat.does(Press(action=Action(verb=Verb.CLAIM, target=task.id).encode()))
    await chat.does(Press(action=Action(verb=Verb.WORK, target=task.id).encode()))
    await chat.presses(chat.last, "Accept")
    shown = await chat.says("Ivan")
    while onwards := {"Done", "Skip", "Keep"} & {button.label for button in buttons_in(shown)}:
        shown = await chat.presses(shown, onwards.pop())
    assert {"▫️ The site was seen", "▫️ The client was called"} <= {button.label for button in buttons_in(shown)}

    ticked = await chat.presses(shown, "All of it is done")

    labels = {button.label for button in buttons_in(ticked)}
    assert {f"{TICK}The site was seen", f"{TICK}The client was called"} <= labels
    assert "All of it is done" not in labels
    assert len(desk.now(task).ticks) == 2


async def test_a_name_of_a_client_ends_where_other_texts_do(desk: Desk) -> None:
    chat = Chat(desk, ANNA)
    asked = await chat.says("/new")
    assert "Client" in said_in(asked)

    refused = await chat.says("Ромашка " * 100)

    assert "500" in said_in(refused)
    assert said_in(await chat.says("Ромашка")) != said_in(asked)


async def test_the_last_answer_leads_to_what_will_be_sent_and_one_press_sends_it() -> None:
    desk = Desk(Language.EN)
    case = await desk.hands_over_intake()
    build = desk.task(case, "build")
    chat = Chat(desk, ROMAN)
    await chat.does(Press(action=Action(verb=Verb.CLAIM, target=build.id).encode()))

    last = await chat.says("1.0")

    assert [button.label for button in buttons_in(last)] == ["Send", "Change", "Later"]
    assert "Outcome: Done" in said_in(last)
    assert "→ Launch (Tech support), when these are completed too: Papers" in said_in(last)
    assert "to_launch" in said_in(last)
    sent = await chat.presses(last, "Send")
    assert "ONB-1 is handed over." in said_in(sent)
    assert desk.now(build).outcome == "done"


async def test_where_nothing_is_sent_the_button_says_that_it_completes(chat: Chat) -> None:
    await chat.begins("Complaint")

    last = await chat.says("The invoice is wrong")

    assert "Complete" in [button.label for button in buttons_in(last)]
    assert "Send" not in [button.label for button in buttons_in(last)]


async def test_what_changed_since_the_summary_was_shown_is_shown_again_before_it_is_sent() -> None:
    desk = Desk(Language.EN)
    case = await desk.hands_over_intake()
    build = desk.task(case, "build")
    chat = Chat(desk, ROMAN)
    await chat.does(Press(action=Action(verb=Verb.CLAIM, target=build.id).encode()))
    last = await chat.says("1.0")
    await desk.saves(ROMAN, await desk.form_of(build, ROMAN), version="2.0")

    shown = await chat.presses(last, "Send")

    assert desk.now(build).outcome is None
    await chat.presses(shown, "Send")
    assert desk.now(build).outcome == "done"
    assert desk.case(case.id).values[FieldName("version")] == "2.0"


SERVICES = FieldView(
    name=FieldName("services"),
    type=FieldType.CHOICES,
    label="Услуги",
    required=True,
    options=tuple(
        OptionView(id=id, label=label)
        for id, label in (("cards", "Банковские карты"), ("wires", "Банковские переводы"), ("sbp", "Система «СБП», QR"))
    ),
)


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("Банковские карты", ["cards"]),
        ("карт, перев", ["cards", "wires"]),
        ("банк кар; qr", ["cards", "sbp"]),
        ("Система «СБП», QR", ["sbp"]),
        ("сбп\nкарты", ["sbp", "cards"]),
        ("банк, qr", ["банк", "sbp"]),
        ("наличные", ["наличные"]),
        (" , ", []),
    ],
)
def test_options_are_typed_by_beginnings_of_words_that_only_one_has(typed: str, chosen: list[str]) -> None:
    assert read_options(SERVICES, typed) == chosen
    one = replace(SERVICES, type=FieldType.CHOICE)
    assert read_options(one, typed) == (chosen[0] if len(chosen) == 1 else typed)


async def test_back_leads_past_the_questions_that_were_not_asked(chat: Chat) -> None:
    await chat.begins("Client onboarding")
    services = await chat.says("Romashka")

    before = await chat.presses(services, "Back")

    assert "Now: Romashka" in said_in(before)
    assert "Back" not in [button.label for button in buttons_in(before)]
