"""What people type: commands, with and without a slash, and the lists in reply."""

import pytest

from bot.actions import Action, Verb, unbinding
from bot.conversation.commands.vocabulary import Typed, Word, read
from bot.conversation.incoming import Said
from tests.conversation.desk import Desk, form_in, menu_in, said_in
from tests.onboarding import ANNA, NIKOLAY, ROMAN, SALES, STEPAN, SUPPORT, VERA
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


@pytest.mark.parametrize("line", ["/queue продажи", "/my Gleb", "/new Romashka", "/queue -1", "/unbind sales"])
async def test_words_that_a_command_does_not_take_are_said_to_be_so(desk: Desk, line: str) -> None:
    command, _, words = line.partition(" ")

    reply = await desk.says(NIKOLAY, line)

    assert reply.is_refusal
    assert said_in(reply) == (
        f"{command} takes no words after it, so nothing was done with “{words}”. Type {command} alone; cases and "
        "clients are found with /find."
    )


async def test_people_and_departments_are_named_in_any_letters(desk: Desk) -> None:
    reply = await desk.says(NIKOLAY, "/invite @nobody")

    assert "There is nobody “@nobody” whom you may invite." in menu_in(reply).text
    assert "Глеб" not in menu_in(reply).text
