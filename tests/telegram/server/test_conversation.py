"""People and a bot of the real client library meet on the test server."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher, F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)
from aiohttp import ClientResponseError

from tests.telegram.server import Chat, Person, TelegramServer, all_answered, marked_up
from tests.telegram.server.aiogram_client import connected, polling


class OneCardBot:
    """A bot with one card, which records the updates it received."""

    def __init__(self) -> None:
        self.router = Router()
        self.heard: list[str] = []
        self.places: list[tuple[int, str, str]] = []
        self.replies: list[tuple[int, str]] = []
        self.router.message.register(self.start, CommandStart())
        self.router.message.register(self.new, Command("new"))
        self.router.message.register(self.listen)
        self.router.edited_message.register(self.listen)
        self.router.callback_query.register(self.claim, F.data.startswith("claim"))
        self.router.my_chat_member.register(self.placed)

    async def start(self, message: Message, command: CommandObject) -> None:
        await message.answer(f"Welcome, payload {command.args}")

    async def new(self, message: Message) -> None:
        keyboard = [[InlineKeyboardButton(text="Claim", callback_data="claim:1")]]
        markup = InlineKeyboardMarkup(inline_keyboard=keyboard)
        await message.answer("<b>ONB-7</b> for <i>Acme</i>", parse_mode="HTML", reply_markup=markup)

    async def claim(self, query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        if not query.message.reply_markup:
            await query.answer("Somebody was faster", show_alert=True)
            return
        await query.answer("Yours")
        await query.message.edit_text(f"ONB-7 taken by {query.from_user.first_name}")

    async def listen(self, message: Message) -> None:
        self.heard.append(message.text or message.caption or "")
        if message.reply_to_message is not None:
            self.replies.append((message.reply_to_message.message_id, message.text or message.caption or ""))

    async def placed(self, update: ChatMemberUpdated) -> None:
        self.places.append((update.chat.id, update.old_chat_member.status, update.new_chat_member.status))


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as started:
        yield started


@pytest.fixture
async def bot(server: TelegramServer) -> AsyncIterator[Bot]:
    async with connected(server) as client:
        yield client


@pytest.fixture
async def card_bot(server: TelegramServer, bot: Bot) -> AsyncIterator[OneCardBot]:
    card_bot = OneCardBot()
    dispatcher = Dispatcher()
    dispatcher.include_router(card_bot.router)
    async with polling(dispatcher, bot):
        await server.wait_for(lambda: server.platform.updates.is_polled)
        yield card_bot


async def test_a_deep_link_starts_the_private_chat(server: TelegramServer, card_bot: OneCardBot) -> None:
    anna = server.user("Anna", "ru")

    await anna.open_link("https://t.me/handover_test_bot?start=code-1")

    reply = await server.wait_for(lambda: anna.private.find("Welcome"))
    assert reply.text == "Welcome, payload code-1"


async def test_a_button_is_pressed_by_its_label_and_the_card_changes(
    server: TelegramServer, card_bot: OneCardBot
) -> None:
    anna, boris = server.user("Anna"), server.user("Boris")
    support = server.supergroup("Support", anna, boris)
    await anna.send(support, "/new")
    card = await server.wait_for(lambda: support.find("ONB-7"))
    assert marked_up(card) == [("bold", "ONB-7"), ("italic", "Acme")]
    assert card.labels == [["Claim"]]

    answer = await boris.press(card, "Claim")

    assert (answer.text, answer.show_alert) == ("Yours", False)
    await server.wait_for(lambda: card.text == "ONB-7 taken by Boris")
    assert card.labels == []
    with pytest.raises(LookupError, match=r"no button 'Claim': it has the buttons \[\]"):
        await anna.press(card, "Claim")
    assert (await anna.press_stale(card.id, "claim:1", chat=support)).show_alert


async def test_two_who_press_at_once_are_both_answered(server: TelegramServer, card_bot: OneCardBot) -> None:
    anna, boris = server.user("Anna"), server.user("Boris")
    support = server.supergroup("Support", anna, boris)
    await anna.send(support, "/new")
    card = await server.wait_for(lambda: support.find("ONB-7"))
    server.hold_updates()
    presses = [anna.press(card, "Claim"), boris.press(card, "Claim")]

    server.release_updates()

    assert [answer.text for answer in await all_answered(*presses)] == ["Yours", "Yours"]


async def test_a_press_that_nobody_answers_says_so(server: TelegramServer, bot: Bot) -> None:
    anna = server.user("Anna")
    await anna.start(server.bot)
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])
    await bot.send_message(anna.id, "card", reply_markup=markup)

    with pytest.raises(TimeoutError, match="Anna pressed 'Go' and the spinner still turns"):
        await anna.press(anna.private.messages[-1], "Go").answered(within=0.01)


async def test_a_link_button_opens_its_link_and_reaches_nobody(server: TelegramServer, bot: Bot) -> None:
    anna = server.user("Anna")
    await anna.start(server.bot)
    link = "https://t.me/handover_test_bot?start=form-7"
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Fill in", url=link)]])
    await bot.send_message(anna.id, "card", reply_markup=markup)

    answer = await anna.press(anna.private.messages[-1], "Fill in")
    message = await anna.open_link(answer.url)

    assert message.text == "/start form-7"
    assert [update.kind for update in server.updates] == ["message", "message"]


async def test_in_a_group_the_bot_hears_commands_and_replies_to_itself_only(
    server: TelegramServer, card_bot: OneCardBot
) -> None:
    anna = server.user("Anna")
    support = server.supergroup("Support", anna)
    await anna.send(support, "/new")
    card = await server.wait_for(lambda: support.find("ONB-7"))

    await anna.send(support, "just talk")
    await anna.send(support, "/find@another_bot x")
    comment = await anna.reply(card, "the client called")
    await anna.edit(comment, "the client called twice")

    await server.wait_for(lambda: len(card_bot.heard) >= 2)
    assert card_bot.heard == ["the client called", "the client called twice"]
    assert card_bot.replies == [(card.id, "the client called"), (card.id, "the client called twice")]


async def test_an_administrator_bot_hears_everything(server: TelegramServer, card_bot: OneCardBot) -> None:
    anna = server.user("Anna")
    support = server.supergroup("Support", anna)
    server.promote_bot(support)

    await anna.send(support, "just talk")

    await server.wait_for(lambda: card_bot.heard)
    assert card_bot.heard == ["just talk"]
    server.demote_bot(support)
    await server.wait_for(lambda: len(card_bot.places) == 2)
    assert card_bot.places == [(support.id, "member", "administrator"), (support.id, "administrator", "member")]


async def test_a_plain_message_in_a_topic_looks_like_a_reply_to_its_beginning(
    server: TelegramServer, card_bot: OneCardBot
) -> None:
    anna = server.user("Anna")
    support = server.supergroup("Support", anna, forum=True)
    server.promote_bot(support)
    topic = server.topic(support, "ONB-7")

    await anna.send(support, "just talk", thread_id=topic.id)

    await server.wait_for(lambda: card_bot.replies)
    assert card_bot.replies == [(topic.id, "just talk")]
    assert [message.text for message in support.in_topic(topic.id)] == ["", "just talk"]


async def test_the_bot_hears_where_it_is_put_and_thrown_out(server: TelegramServer, card_bot: OneCardBot) -> None:
    anna = server.user("Anna")
    support = server.supergroup("Support", anna, bot=False)

    server.add_bot(support, by=anna)
    server.mute_bot(support)
    server.unmute_bot(support)
    server.kick_bot(support)
    await anna.start(server.bot)
    await anna.block_bot()
    await anna.start(server.bot)

    await server.wait_for(lambda: len(card_bot.places) == 6)
    assert set(card_bot.places) == {
        (support.id, "left", "member"),
        (support.id, "member", "restricted"),
        (support.id, "restricted", "member"),
        (support.id, "member", "kicked"),
        (anna.id, "member", "kicked"),
        (anna.id, "kicked", "member"),
    }


async def test_files_go_both_ways(server: TelegramServer, bot: Bot, card_bot: OneCardBot) -> None:
    anna = server.user("Anna")
    await anna.start(server.bot)
    hers = await anna.send_document(anna.private, b"contract", "contract.pdf", "signed")
    await server.wait_for(lambda: "signed" in card_bot.heard)
    assert hers.attachment is not None

    file = await bot.get_file(hers.attachment.file_id)
    content = await bot.download(file)
    back = await bot.send_document(
        anna.id, BufferedInputFile(b"letter", "letter.txt"), caption="<b>Letter</b>", parse_mode="HTML"
    )

    with pytest.raises(ClientResponseError, match="404"):
        await bot.download_file("documents/nothing.pdf")
    assert content is not None
    assert content.read() == b"contract"
    assert file.file_path is not None
    assert file.file_path.startswith("documents/")
    assert back.document is not None
    shown = anna.private.messages[-1]
    assert (shown.text, marked_up(shown)) == ("Letter", [("bold", "Letter")])
    assert shown.attachment is not None
    assert shown.attachment.content == b"letter"


async def test_fifty_people_press_at_once(server: TelegramServer, card_bot: OneCardBot) -> None:
    people = [server.user(f"Person {number}") for number in range(50)]
    support = server.supergroup("Support", *people)
    await people[0].send(support, "/new")
    card = await server.wait_for(lambda: support.find("ONB-7"))

    presses = [person.press_stale(card.id, "claim:1", chat=support) for person in people]

    answers = await asyncio.wait_for(all_answered(*presses), 10)
    assert len(answers) == 50


async def test_a_person_cannot_do_what_the_client_does_not_offer(server: TelegramServer) -> None:
    anna: Person = server.user("Anna")
    others = server.supergroup("Others", server.user("Boris"))
    hers = await anna.send(anna.private, "mine")
    theirs = await server.people[others_id(others)].send(others, "theirs")

    await anna.delete(hers)

    assert anna.private.messages == []
    for act in (
        anna.send(others, "hi"),
        anna.edit(theirs, "hi"),
        anna.delete(theirs),
        anna.start(server.bot, "no spaces please"),
        anna.open_link("https://t.me/x"),
    ):
        with pytest.raises(ValueError, match=r"Anna is not in|Anna cannot|cannot follow|does not lead"):
            await act


def others_id(chat: Chat) -> int:
    """The id of the first person of a chat."""
    return next(iter(chat.members))
