"""What a call may look like: parameters, texts and keyboards, refused with the platform's error texts."""

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendMessage, SetChatTitle
from aiogram.types import (
    BufferedInputFile,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    SuggestedPostParameters,
    WebAppInfo,
)
from aiohttp import ClientSession

from . import Person, TelegramServer
from .aiogram_client import connected


def below(**button: object) -> InlineKeyboardMarkup:
    """A keyboard of one button."""
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton.model_validate(button)]])


async def test_a_wrong_token_is_unauthorized(server: TelegramServer) -> None:
    async with connected(server, token="123456:other") as stranger:
        with pytest.raises(TelegramUnauthorizedError, match="Unauthorized"):
            await stranger.get_me()


async def test_a_method_outside_the_table_is_not_found(bot: Bot) -> None:
    with pytest.raises(TelegramNotFound, match="Not Found"):
        await bot(SetChatTitle(chat_id=1, title="x"))


async def test_a_dropped_parameter_is_refused_by_name(bot: Bot, anna: Person) -> None:
    with pytest.raises(TelegramBadRequest, match='unknown parameter "reply_to_message_id" of sendMessage'):
        await bot(SendMessage(chat_id=anna.id, text="hi", reply_to_message_id=1))


async def test_an_unknown_field_of_a_button_is_refused_by_name(bot: Bot, anna: Person) -> None:
    with pytest.raises(TelegramBadRequest, match='unknown field "colour" of InlineKeyboardButton'):
        await bot.send_message(anna.id, "card", reply_markup=below(text="a", callback_data="x", colour="red"))


async def test_what_only_the_platform_speaks_is_refused_by_name(bot: Bot, anna: Person) -> None:
    with pytest.raises(
        TelegramBadRequest, match='"suggested_post_parameters" is known to the platform and not to this'
    ):
        await bot.send_message(anna.id, "hi", suggested_post_parameters=SuggestedPostParameters())


async def test_a_lenient_server_ignores_what_it_does_not_know() -> None:
    async with TelegramServer(strict_parameters=False) as lenient, connected(lenient) as bot:
        anna = lenient.user("Anna")
        await anna.start(lenient.bot)

        await bot(SendMessage(chat_id=anna.id, text="hi", reply_to_message_id=1))

        assert lenient.calls_of("sendMessage")[0].params == {"chat_id": anna.id, "text": "hi"}


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"text": "hi"}, "chat_id is empty"),
        ({"chat_id": 0, "text": "hi"}, "chat not found"),
        ({"chat_id": 1}, "message text is empty"),
        ({"chat_id": 1, "text": 5}, 'field "text" must be of type String'),
        (
            {"chat_id": 1, "text": "hi", "disable_notification": "yes"},
            'field "disable_notification" must be of type Boolean',
        ),
        ({"chat_id": 1, "text": "hi", "parse_mode": "Wiki"}, "unsupported parse_mode"),
        ({"chat_id": 1, "text": "hi", "reply_markup": "[]"}, "object expected as reply markup"),
        ({"chat_id": 1, "text": "hi", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        (
            {"chat_id": 1, "text": "hi", "reply_markup": {"inline_keyboard": [[{"callback_data": "x"}]]}},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"chat_id": 1, "text": "hi", "reply_markup": {"inline_keyboard": "x"}},
            'field "inline_keyboard" must be of type Array',
        ),
        (
            {"chat_id": 1, "text": "hi", "link_preview_options": {"is_disabled": "no"}},
            'field "is_disabled" must be of type Boolean',
        ),
    ],
)
async def test_a_parameter_is_refused_in_the_platform_s_words(
    server: TelegramServer, parameters: dict[str, object], reason: str
) -> None:
    address = f"{server.url}/bot{server.token}/sendMessage"
    async with ClientSession() as session, session.post(address, json=parameters) as response:
        body = await response.json()

    assert (response.status, body) == (400, {"ok": False, "error_code": 400, "description": f"Bad Request: {reason}"})


async def test_what_this_bot_has_not_is_refused(bot: Bot, anna: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="business connection not found"):
        await bot.send_message(anna.id, "hi", business_connection_id="b")
    with pytest.raises(TelegramBadRequest, match="FLOODSKIP_NOT_ALLOWED"):
        await bot.send_message(anna.id, "hi", allow_paid_broadcast=True)
    with pytest.raises(TelegramBadRequest, match="EFFECT_ID_INVALID"):
        await bot.send_message(anna.id, "hi", message_effect_id="1")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "message text is empty"),
        ("   ", "text must be non-empty"),
        ("<b></b>", "text must be non-empty"),
        ("x" * 4097, "message is too long"),
        ("a <b>b", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ],
)
async def test_a_text_is_refused(bot: Bot, anna: Person, text: str, reason: str) -> None:
    with pytest.raises(TelegramBadRequest) as refusal:
        await bot.send_message(anna.id, text, parse_mode="HTML")

    assert refusal.value.message == f"Bad Request: {reason}"
    assert anna.private.messages[1:] == []


async def test_the_limit_of_a_text_is_counted_after_its_markup_is_read(bot: Bot, anna: Person) -> None:
    message = await bot.send_message(anna.id, "<b>" + "x" * 4096 + "</b>", parse_mode="HTML")

    assert len(message.text or "") == 4096


async def test_a_caption_is_refused_over_1024_characters(bot: Bot, anna: Person) -> None:
    file = BufferedInputFile(b"report", "report.pdf")

    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_document(anna.id, file, caption="x" * 1025)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (below(text="a", callback_data="я" * 33), "BUTTON_DATA_INVALID"),
        (
            below(text="a", callback_data=""),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (below(text="a"), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            below(text="a", callback_data="x", url="https://example.org"),
            "can't parse inline keyboard button: exactly one action must be used",
        ),
        (below(text="", callback_data="x"), "REPLY_MARKUP_INVALID"),
        (
            below(text="a", url="ftp://example.org"),
            "inline keyboard button URL 'ftp://example.org' is invalid: Unsupported URL protocol",
        ),
        (
            below(text="a", url="http://localhost:8080/c/1"),
            "inline keyboard button URL 'http://localhost:8080/c/1' is invalid: Wrong HTTP URL",
        ),
        (below(text="a", copy_text=CopyTextButton(text="")), "BUTTON_COPY_TEXT_INVALID"),
        (
            below(text="a", web_app=WebAppInfo(url="http://example.org")),
            "inline keyboard button Web App URL 'http://example.org' is invalid: Only HTTPS links are allowed",
        ),
        (below(text="a", pay=True), "BUTTON_TYPE_INVALID"),
        (
            InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="x")] * 9]),
            "reply markup is too long",
        ),
    ],
)
async def test_a_keyboard_is_refused(bot: Bot, anna: Person, markup: InlineKeyboardMarkup, reason: str) -> None:
    with pytest.raises(TelegramBadRequest) as refusal:
        await bot.send_message(anna.id, "card", reply_markup=markup)

    assert refusal.value.message == f"Bad Request: {reason}"


async def test_callback_data_of_64_bytes_is_taken(bot: Bot, anna: Person) -> None:
    await bot.send_message(anna.id, "card", reply_markup=below(text="a", callback_data="я" * 32))

    assert anna.private.messages[-1].buttons == ["a"]
