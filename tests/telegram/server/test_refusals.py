"""What the platform refuses because of the state of its chats, seen through the real client library."""

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
)
from aiogram.methods import GetUpdates
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReactionTypeEmoji,
    ReplyParameters,
)

from . import Chat, Person, TelegramServer
from .conftest import HandClock

ONE = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Claim", callback_data="claim:1")]])


@pytest.fixture
def support(server: TelegramServer, anna: Person) -> Chat:
    return server.supergroup("Support", anna, forum=True)


async def test_an_unknown_chat_is_not_found(bot: Bot) -> None:
    for chat_id in (-1, 987, "@nobody_here"):
        with pytest.raises(TelegramBadRequest, match="chat not found"):
            await bot.send_message(chat_id, "hi")


async def test_a_person_of_a_common_group_cannot_be_written_to_first(server: TelegramServer, bot: Bot) -> None:
    boris = server.user("Boris")
    server.group("Support", boris)

    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation with a user"):
        await bot.send_message(boris.id, "hi")


async def test_a_person_who_blocked_the_bot_is_out_of_reach_until_the_next_start(
    server: TelegramServer, bot: Bot, anna: Person
) -> None:
    await anna.block_bot()

    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(anna.id, "hi")

    await anna.start(server.bot)
    await bot.send_message(anna.id, "welcome back")
    assert anna.private.messages[-1].text == "welcome back"


async def test_a_deleted_account_is_out_of_reach(bot: Bot, anna: Person) -> None:
    await anna.deactivate()

    with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
        await bot.send_message(anna.id, "hi")


async def test_a_removed_bot_is_told_the_kind_of_chat(server: TelegramServer, bot: Bot, anna: Person) -> None:
    for chat, kind in ((server.group("A", anna), "group"), (server.supergroup("B", anna), "supergroup")):
        server.kick_bot(chat)

        with pytest.raises(TelegramForbiddenError, match=f"bot was kicked from the {kind} chat"):
            await bot.send_message(chat.id, "hi")


async def test_a_muted_bot_has_not_enough_rights(server: TelegramServer, bot: Bot, anna: Person) -> None:
    for chat in (server.group("A", anna), server.supergroup("B", anna)):
        server.mute_bot(chat)

        with pytest.raises(TelegramBadRequest, match="not enough rights to send text messages to the chat"):
            await bot.send_message(chat.id, "hi")
        with pytest.raises(TelegramBadRequest, match="not enough rights to send documents to the chat"):
            await bot.send_document(chat.id, BufferedInputFile(b"x", "x.txt"))

        server.unmute_bot(chat)
        await bot.send_message(chat.id, "hi")


async def test_an_upgraded_group_names_its_new_id_and_keeps_its_cards_as_they_are(
    server: TelegramServer, bot: Bot, anna: Person
) -> None:
    chat = server.group("Support", anna)
    card = await bot.send_message(chat.id, "card")
    new = server.upgrade_group(chat)

    with pytest.raises(TelegramMigrateToChat) as refusal:
        await bot.send_message(chat.id, "hi")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("changed", chat_id=chat.id, message_id=card.message_id)

    assert refusal.value.migrate_to_chat_id == new.id
    await bot.send_message(new.id, "hi")
    assert new.messages[-1].text == "hi"


async def test_a_file_has_no_text_to_edit(bot: Bot, anna: Person) -> None:
    file = await bot.send_document(anna.id, BufferedInputFile(b"x", "x.txt"), caption="old")

    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("new", chat_id=anna.id, message_id=file.message_id)


async def test_edits_are_refused_for_their_reasons(server: TelegramServer, bot: Bot, anna: Person) -> None:
    hers = anna.private.messages[0]
    card = await bot.send_message(anna.id, "<b>card</b>", parse_mode="HTML", reply_markup=ONE)
    frozen = await bot.send_message(anna.id, "old")
    anna.private.history[frozen.message_id].can_be_edited = False

    async def reason(message_id: int, text: str, markup: InlineKeyboardMarkup | None = None) -> str:
        with pytest.raises(TelegramBadRequest) as refusal:
            await bot.edit_message_text(
                text, chat_id=anna.id, message_id=message_id, reply_markup=markup, parse_mode="HTML"
            )
        return refusal.value.message

    assert await reason(card.message_id, "<strong>card</strong>", ONE) == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
    assert await reason(999, "new") == "Bad Request: message to edit not found"
    assert await reason(hers.id, "new") == "Bad Request: message can't be edited"
    assert await reason(frozen.message_id, "new") == "Bad Request: message can't be edited"
    await bot.delete_message(anna.id, card.message_id)
    assert await reason(card.message_id, "new") == "Bad Request: message to edit not found"
    with pytest.raises(TelegramBadRequest, match="message identifier is not specified"):
        await bot.edit_message_text("new", chat_id=anna.id)


async def test_a_topic_must_exist_and_be_open(server: TelegramServer, bot: Bot, support: Chat) -> None:
    topic = server.topic(support, "ONB-7")
    server.close_topic(support, topic)

    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await bot.send_message(support.id, "hi", message_thread_id=topic.id)
    for missing in (1, 999):
        with pytest.raises(TelegramBadRequest, match="message thread not found"):
            await bot.send_message(support.id, "hi", message_thread_id=missing)

    server.delete_topic(support, topic)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(support.id, "hi", message_thread_id=topic.id)


async def test_topics_need_a_forum_and_the_right(server: TelegramServer, bot: Bot, anna: Person, support: Chat) -> None:
    plain = server.supergroup("Plain", anna)

    with pytest.raises(TelegramBadRequest, match="the chat is not a forum"):
        await bot.create_forum_topic(plain.id, "x")
    with pytest.raises(TelegramBadRequest, match="not enough rights to create a topic"):
        await bot.create_forum_topic(support.id, "x")

    server.promote_bot(support)
    topic = await bot.create_forum_topic(support.id, "ONB-7")
    await bot.close_forum_topic(support.id, topic.message_thread_id)
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(support.id, topic.message_thread_id)
    with pytest.raises(TelegramBadRequest, match="TOPIC_ID_INVALID"):
        await bot.close_forum_topic(support.id, 999)
    with pytest.raises(TelegramBadRequest, match="title must be non-empty"):
        await bot.create_forum_topic(support.id, " ")


async def test_a_reply_needs_its_message_unless_it_may_go_without(bot: Bot, anna: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(anna.id, "hi", reply_parameters=ReplyParameters(message_id=999))

    lenient = ReplyParameters(message_id=999, allow_sending_without_reply=True)
    assert (await bot.send_message(anna.id, "hi", reply_parameters=lenient)).reply_to_message is None


async def test_a_press_is_answered_once_and_soon(
    server: TelegramServer, bot: Bot, anna: Person, clock: HandClock
) -> None:
    await bot.send_message(anna.id, "card", reply_markup=ONE)
    card = anna.private.messages[-1]
    too_old = "query is too old and response timeout expired or query ID is invalid"

    async def last_query() -> str:
        updates = await bot(GetUpdates(offset=-1))
        assert updates[0].callback_query is not None
        return updates[0].callback_query.id

    press = anna.press(card, "Claim")
    query_id = await last_query()
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(query_id, text="x" * 201)
    with pytest.raises(TelegramBadRequest, match="URL_INVALID"):
        await bot.answer_callback_query(query_id, url="https://example.org")
    await bot.answer_callback_query(query_id, text="yours")
    assert (await press).text == "yours"
    with pytest.raises(TelegramBadRequest, match=too_old):
        await bot.answer_callback_query(query_id)

    late = anna.press(card, "Claim")
    clock.advance(16)
    with pytest.raises(TelegramBadRequest, match=too_old):
        await bot.answer_callback_query(await last_query())
    assert late.answer is None
    with pytest.raises(TelegramBadRequest, match=too_old):
        await bot.answer_callback_query("1")


async def test_old_messages_and_those_of_others_are_not_deleted(
    server: TelegramServer, bot: Bot, anna: Person, support: Chat, clock: HandClock
) -> None:
    hers = await anna.send(support, "/status")
    card = await bot.send_message(support.id, "card")

    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await bot.delete_message(support.id, hers.id)
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(support.id, 999)
    clock.advance(49 * 3600)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await bot.delete_message(support.id, card.message_id)

    server.promote_bot(support)
    for message_id in (hers.id, card.message_id):
        await bot.delete_message(support.id, message_id)
    assert support.messages == []


async def test_files_are_refused_for_their_reasons(bot: Bot, anna: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await bot.send_document(anna.id, BufferedInputFile(b"", "a.txt"))
    with pytest.raises(TelegramBadRequest, match="wrong file identifier/HTTP URL specified"):
        await bot.send_document(anna.id, "unknown-id")
    with pytest.raises(TelegramBadRequest, match="invalid file_id"):
        await bot.get_file("unknown-id")
    photo = await anna.send_photo(anna.private, b"picture")
    assert photo.attachment is not None
    with pytest.raises(TelegramBadRequest, match="can't use file of type Photo as Document"):
        await bot.send_document(anna.id, photo.attachment.file_id)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (BotCommand(command="New", description="new case"), "BOT_COMMAND_INVALID"),
        (BotCommand(command="x" * 33, description="new case"), "BOT_COMMAND_INVALID"),
        (BotCommand(command="new", description=" "), "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_a_command_is_refused(bot: Bot, command: BotCommand, reason: str) -> None:
    with pytest.raises(TelegramBadRequest, match=reason):
        await bot.set_my_commands([command])


async def test_commands_need_a_known_chat_and_a_short_language_code(bot: Bot) -> None:
    command = BotCommand(command="new", description="new case")

    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.set_my_commands([command], scope=BotCommandScopeChat(chat_id=-5))
    with pytest.raises(TelegramBadRequest, match="invalid language code specified"):
        await bot.set_my_commands([command], language_code="ru-RU")


async def test_a_webhook_is_refused_for_its_reasons(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="An HTTPS URL must be provided for webhook"):
        await bot.set_webhook("http://example.org/hook")
    with pytest.raises(TelegramBadRequest, match="secret token contains unallowed characters"):
        await bot.set_webhook("https://example.org/hook", secret_token="a b")
    with pytest.raises(TelegramBadRequest, match="invalid webhook URL specified"):
        await bot.set_webhook("example")


async def test_a_wrong_update_kind_is_refused(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="unknown update kind 'callback'"):
        await bot(GetUpdates(allowed_updates=["callback"]))


async def test_a_reaction_is_refused_where_the_message_is_gone_or_the_chat_allows_others(
    server: TelegramServer, bot: Bot, anna: Person
) -> None:
    group = server.supergroup("Sales", anna)
    said = await anna.send(group, "Hi")

    await bot.set_message_reaction(group.id, said.id, [ReactionTypeEmoji(emoji="✍")])
    assert said.reactions == ["✍"]
    with pytest.raises(TelegramBadRequest, match="message to react not found"):
        await bot.set_message_reaction(group.id, 999, [ReactionTypeEmoji(emoji="✍")])
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(group.id, said.id, [ReactionTypeEmoji(emoji="✔")])
    group.reactions = frozenset({"👍"})
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(group.id, said.id, [ReactionTypeEmoji(emoji="✍")])
    assert said.reactions == ["✍"]
