"""Telegram's HTML as the platform reads it."""

from typing import Any

import pytest

from .errors import ApiError
from .html import parse_html
from .text import Formatted, from_bot, from_person

TENT = "🏟 🏟&lt;"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (TENT + "<abacaba", "Unclosed start tag at byte offset 13"),
        (TENT + "<abac aba>", 'Unsupported start tag "abac" at byte offset 13'),
        (TENT + "<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        (TENT + "<i    aba>", 'Can\'t find end tag corresponding to start tag "i"'),
        (TENT + "<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        (TENT + "<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        (TENT + '<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        (TENT + "</", "Unexpected end tag at byte offset 13"),
        (TENT + "<b></b></", "Unexpected end tag at byte offset 20"),
        (TENT + "<i>a</i   ", "Unclosed end tag at byte offset 17"),
        (TENT + "<i>a</em   >", 'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"'),
        ("<b><i>test</b></i>", 'Unmatched end tag at byte offset 10, expected "</i>", found "</b>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
        (
            "&#xDFDF",
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units",
        ),
    ],
)
def test_broken_markup_is_refused_in_the_platform_s_words(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(source)

    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("", "", []),
        ("&ge;&lt;&gt;&amp;&quot;&laquo;&#12345678;", '&ge;<>&"&laquo;&#12345678;', []),
        ("🏟 🏟<i>🏟 &lt🏟</i>", "🏟 🏟🏟 <🏟", [("italic", 5, 6)]),
        ("a<b></b>", "a", []),
        ("<i>a</>", "a", [("italic", 0, 1)]),
        ("<B>a</b >", "a", [("bold", 0, 1)]),
        ("<ins>a</ins><del>b</del>", "ab", [("underline", 0, 1), ("strikethrough", 1, 1)]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ("<a>no link </a>", "no link ", []),
        ("<pre><code>a</code></pre>", "a", [("pre", 0, 1), ("code", 0, 1)]),
        ('<code class="language-py">a</code>', "a", [("code", 0, 1)]),
    ],
)
def test_markup_becomes_entities_in_utf_16_units(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    parsed, found = parse_html(source)

    assert parsed == text
    assert sorted((entity["type"], entity["offset"], entity["length"]) for entity in found) == sorted(entities)


def test_a_link_keeps_its_address_and_a_listing_its_language() -> None:
    _, links = parse_html('<a href="https://example.org/?a=1&amp;b=2">case</a>')
    _, listings = parse_html('<pre><code class="language-py">x</code></pre>')

    assert links == [{"type": "text_link", "offset": 0, "length": 4, "url": "https://example.org/?a=1&b=2"}]
    assert listings == [{"type": "pre", "offset": 0, "length": 1, "language": "py"}]


def test_a_link_to_a_host_without_a_dot_is_no_link() -> None:
    assert parse_html('<a href="http://localhost:8080/case/1">case</a>') == ("case", [])


def test_spaces_around_a_text_are_trimmed_and_entities_follow() -> None:
    body = from_bot("\n <b> a</b> \n", parse_mode="HTML", entities=None, limit=10, what="message")

    assert body == Formatted("a", [{"type": "bold", "offset": 0, "length": 1}])


def test_a_command_is_found_in_a_person_s_text() -> None:
    assert from_person("😀 /bind@handover_test_bot support, not a/b").entities == [
        {"type": "bot_command", "offset": 3, "length": 23}
    ]


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        ({"type": "bold", "offset": 6, "length": 1}, "entity begins after the end of the text at UTF-16 offset 6"),
        (
            {"type": "bold", "offset": 0, "length": 9},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 9",
        ),
        ({"type": "bold", "offset": -1, "length": 1}, "receive an entity with incorrect offset -1"),
        ({"type": "text_link", "offset": 0, "length": 1}, "can't parse MessageEntity: Can't find field \"url\""),
    ],
)
def test_an_entity_beside_its_text_is_refused(entity: dict[str, Any], reason: str) -> None:
    with pytest.raises(ApiError, match="Bad Request") as refusal:
        from_bot("hello", parse_mode=None, entities=[entity], limit=10, what="message")

    assert refusal.value.description == f"Bad Request: {reason}"
