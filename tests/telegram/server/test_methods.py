"""What the methods do and what the world shows of it."""

import struct

import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    MenuButtonCommands,
    ReplyParameters,
)

from . import Person, TelegramServer

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\0" * 16


async def test_an_upgrade_is_told_in_both_chats(server: TelegramServer, bot: Bot) -> None:
    anna = server.user("Anna")
    old = server.group("Support", anna)

    new = server.upgrade_group(old)

    joined, leaving, arriving = [(update.kind, update.payload) for update in server.updates]
    assert (joined[0], joined[1]["chat"]["id"]) == ("my_chat_member", new.id)
    assert (leaving[1]["chat"]["id"], leaving[1]["migrate_to_chat_id"]) == (old.id, new.id)
    assert (arriving[1]["chat"]["id"], arriving[1]["migrate_from_chat_id"]) == (new.id, old.id)
    assert (await bot.get_chat(new.id)).type == "supergroup"


async def test_a_message_is_copied_and_its_picture_changed(bot: Bot, anna: Person) -> None:
    photo = await anna.send_photo(anna.private, PICTURE, caption="before")

    copy = await bot.copy_message(anna.id, anna.id, photo.id)
    await bot.edit_message_media(
        InputMediaPhoto(media=BufferedInputFile(PICTURE, "after.png"), caption="after"),
        chat_id=anna.id,
        message_id=copy.message_id,
    )

    changed = anna.private.history[copy.message_id]
    assert changed.text == "after"
    assert changed.attachment is not None
    assert changed.attachment.name == "after.png"


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
    await bot.edit_forum_topic(forum.id, topic.message_thread_id, name="ONB-7 Acme")
    card = await bot.send_message(forum.id, "card", message_thread_id=topic.message_thread_id)
    await bot.close_forum_topic(forum.id, topic.message_thread_id)

    assert (card.message_thread_id, card.is_topic_message) == (topic.message_thread_id, True)
    assert forum.topics[topic.message_thread_id].name == "ONB-7 Acme"
    assert forum.topics[topic.message_thread_id].is_closed
    await bot.reopen_forum_topic(forum.id, topic.message_thread_id)
    await bot.delete_forum_topic(forum.id, topic.message_thread_id)
    assert forum.topics == {}


async def test_members_and_rights_are_told(server: TelegramServer, bot: Bot) -> None:
    anna, boris = server.user("Anna"), server.user("Boris")
    support = server.supergroup("Support", anna)
    server.join(support, boris, administrator=True)
    server.promote_bot(support, "can_pin_messages")

    members = [await bot.get_chat_member(support.id, who) for who in (anna.id, boris.id, bot.id)]
    administrators = await bot.get_chat_administrators(support.id)

    assert [str(member.status) for member in members] == ["creator", "administrator", "administrator"]
    assert {member.user.id for member in administrators} == {anna.id, boris.id, bot.id}
    assert await bot.get_chat_member_count(support.id) == 3
    server.kick_bot(support)
    server.add_bot(support)
    server.mute_bot(support)
    assert str((await bot.get_chat_member(support.id, bot.id)).status) == "restricted"


async def test_commands_and_the_menu_are_set_per_scope_and_language(server: TelegramServer, bot: Bot) -> None:
    scope = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand(command="new", description="Новое дело")], scope, "ru")
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())

    assert server.commands({"type": "all_private_chats"}, "ru") == [{"command": "new", "description": "Новое дело"}]
    assert await bot.get_my_commands() == []
    await bot.delete_my_commands(scope, "ru")
    assert await bot.get_my_commands(scope, "ru") == []
    assert server.platform.menu_button == {"type": "commands"}


async def test_a_pin_and_an_action_are_seen(bot: Bot, anna: Person) -> None:
    card = await bot.send_message(anna.id, "card")

    await bot.pin_chat_message(anna.id, card.message_id)
    await bot.send_chat_action(anna.id, "typing")

    assert anna.private.pinned == [card.message_id]
    assert anna.private.actions == ["typing"]
    chat = await bot.get_chat(anna.id)
    assert chat.pinned_message is not None
    assert chat.pinned_message.message_id == card.message_id


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
