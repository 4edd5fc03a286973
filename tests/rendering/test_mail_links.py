"""Letters on their way into a mail program: nothing is lost, added or cut within."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from bot.rendering.mail_links import LONGEST_LINK, copied_text, mail_link
from bot.rendering.markup.dialects import MARKUPS, MOST_COPIED
from bot.rendering.markup.text import Marked
from bot.slack.blockkit.rich_text import rich_text
from workflows.ports.chat import Dialect
from workflows.ports.rendering import LetterText

NASTY = LetterText(
    subject="Отказ & «банк» #1 +5%?", body="Здравствуйте!\n\n test_access_1 <b>*жирно*</b> `код`\n> нет\n50 %"
)


@pytest.mark.parametrize("address", ["", "maria+bank@romashka.example", "o'hara&co@romashka.example"])
def test_a_link_carries_address_subject_and_body_as_they_are(address: str) -> None:
    link = mail_link(address, NASTY)

    parts = urlsplit(link.url)
    carried = parse_qs(parts.query, strict_parsing=True)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", address)
    assert carried["subject"] == [NASTY.subject]
    assert carried["body"] == [NASTY.body.replace("\n", "\r\n")]
    assert link.is_whole
    assert link.url.isascii()


def test_a_body_that_makes_the_link_too_long_is_left_out() -> None:
    link = mail_link("a@b.example", LetterText(subject="Отказ", body="Уважаемые коллеги! " * 40))

    assert not link.is_whole
    assert "body" not in link.url
    assert len(link.url) < LONGEST_LINK


def test_subject_and_body_are_copied_together() -> None:
    assert copied_text(NASTY) == f"{NASTY.subject}\n\n{NASTY.body}"


def test_what_is_copied_from_a_preformatted_block_is_what_was_written() -> None:
    markup = MARKUPS[Dialect.MRKDWN]

    block = rich_text(f"{markup.bold('Письмо')}\n{markup.copied(NASTY.body)}\nконец")

    section, preformatted, end = block["elements"]
    assert preformatted == {
        "type": "rich_text_preformatted",
        "elements": [{"type": "text", "text": NASTY.body}],
    }
    assert section["type"] == end["type"] == "rich_text_section"


def test_a_long_preformatted_text_stays_so_in_every_part() -> None:
    markup = MARKUPS[Dialect.MRKDWN]
    text = "\n".join(f"строка {number} test_{number}_x" for number in range(300))

    parts = markup.parts(markup.copied(text), 3_000)  # type: ignore[attr-defined]  # of this dialect alone

    assert len(parts) > 1
    blocks = [rich_text(part)["elements"] for part in parts]
    assert [element["type"] for (element,) in blocks] == ["rich_text_preformatted"] * len(parts)
    assert "\n".join(element["elements"][0]["text"] for (element,) in blocks) == text


def test_a_tap_copies_a_block_that_holds_only_the_text() -> None:
    copied = MARKUPS[Dialect.INLINE_HTML].copied("<b> & test_access")

    assert isinstance(copied, Marked)
    assert copied == "<pre>&lt;b&gt; &amp; test_access</pre>"


def test_only_where_the_platform_can_a_button_copies() -> None:
    assert MOST_COPIED.keys() == set(Dialect)
    assert MOST_COPIED[Dialect.INLINE_HTML] == 256
    assert MOST_COPIED[Dialect.MRKDWN] == 0
