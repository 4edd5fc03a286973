"""What the methods do and what the world shows of it."""

import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
)

from . import Person, TelegramServer


async def test_an_upgrade_is_told_in_both_chats(server: TelegramServer, bot: Bot) -> None:
    anna = server.user("Anna")
    old = server.group("Support", anna)

    new = server.upgrade_group(old)

    joined, leaving, arriving = [(update.kind, update.payload) for update in server.updates]
    assert (joined[0], joined[1]["chat"]["id"]) == ("my_chat_member", new.id)
    assert (leaving[1]["chat"]["id"], leaving[1]["migrate_to_chat_id"]) == (old.id, new.id)
    assert (arriving[1]["chat"]["id"], arriving[1]["migrate_from_chat_id"]) == (new.id, old.id)
    assert str(new.kind) == "supergroup"


async def test_an_edit_without_the_keyboard_drops_it(bot: Bot, anna: Person) -> None:
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Claim", callback_data="claim:1")]])
    sent = await bot.send_message(anna.id, "card", reply_markup=markup)
    card = anna.private.history[sent.message_id]

    await bot.edit_message_text("changed", chat_id=anna.id, message_id=card.id)
    assert card.buttons == []

    await bot.edit_message_reply_markup(chat_id=anna.id, message_id=card.id, reply_markup=markup)
    assert (card.text, card.buttons) == ("changed", ["Claim"])


async def test_a_forum_topic_lives_and_is_closed(server: TelegramServer, bot: Bot) -> None:
    anna = server.user("Anna")
    forum = server.supergroup("Support", anna, forum=True)
    server.promote_bot(forum)

    topic = await bot.create_forum_topic(forum.id, "ONB-7")
    card = await bot.send_message(forum.id, "card", message_thread_id=topic.message_thread_id)
    await bot.close_forum_topic(forum.id, topic.message_thread_id)

    assert (card.message_thread_id, card.is_topic_message) == (topic.message_thread_id, True)
    assert forum.topics[topic.message_thread_id].name == "ONB-7"
    assert forum.topics[topic.message_thread_id].is_closed


async def test_commands_are_set_per_scope_and_language(server: TelegramServer, bot: Bot) -> None:
    scope = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand(command="new", description="Новое дело")], scope, "ru")

    assert server.commands({"type": "all_private_chats"}, "ru") == [{"command": "new", "description": "Новое дело"}]
    assert server.commands() == []


async def test_the_transcript_reads_like_the_chat(bot: Bot, anna: Person) -> None:
    question = anna.private.messages[0]
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Claim", callback_data="claim:1")]])
    reply = ReplyParameters(message_id=question.id)
    await bot.send_message(anna.id, "<b>ONB-7</b>", parse_mode="HTML", reply_markup=markup, reply_parameters=reply)

    assert anna.private.transcript() == "\n".join(
        [
            "== Anna Petrova (private) ==",
            "#1 Anna Petrova:",
            "    /start",
            "#2 (reply to #1) Handover:",
            "    ONB-7",
            "    [Claim]",
        ]
    )


async def test_every_call_is_recorded_with_its_parameters(server: TelegramServer, bot: Bot, anna: Person) -> None:
    await bot.send_message(anna.id, "hi", disable_notification=True)

    call = server.calls_of("sendMessage")[0]
    assert call.params == {"chat_id": anna.id, "text": "hi", "disable_notification": True}
    assert call.error is None


async def test_waiting_in_vain_tells_what_stands_in_the_chats(server: TelegramServer) -> None:
    anna = server.user("Anna")
    await anna.send(anna.private, "hello?")

    with pytest.raises(TimeoutError, match=r"waited 0\.01 s in vain(.|\n)*hello\?"):
        await server.wait_for(lambda: anna.private.find("welcome"), within=0.01)
