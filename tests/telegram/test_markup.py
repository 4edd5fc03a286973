"""Texts as Telegram accepts them: long ones are split with complete markup in each part."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.markup.dialects import MARKUPS
from bot.telegram.api.markup import parts, plain_text, way_in
from tests.telegram.server.text import from_bot
from workflows.ports.chat import Dialect

MARKUP = MARKUPS[Dialect.INLINE_HTML]
LIMIT = MARKUP.limit
words = st.text(st.sampled_from("ab <&>\n😀"), max_size=60).map(lambda text: text * 150)


@given(st.lists(st.tuples(st.sampled_from(["escape", "bold", "quote"]), words), min_size=1, max_size=5))
def test_every_part_fits_and_is_marked_up_whole_and_no_word_is_lost(pieces: list[tuple[str, str]]) -> None:
    whole = "\n".join(str(getattr(MARKUP, kind)(text)) for kind, text in pieces)

    said = parts(whole)

    for part in said:
        assert MARKUP.visible_length(part) <= LIMIT
        from_bot(part or "-", parse_mode="HTML", entities=None, limit=LIMIT, what="message", may_be_empty=True)
    assert re.sub(r"\s", "", plain_text("".join(said))) == re.sub(r"\s", "", plain_text(whole))


def test_a_text_is_parted_between_lines_and_one_that_fits_stays_whole() -> None:
    line = "слово " * 50
    first, second = parts("\n".join([line] * 15))

    assert first.endswith("слово")
    assert second.startswith("слово")
    assert len(first.split("\n")) + len(second.split("\n")) == 15
    assert parts("коротко") == ["коротко"]


def test_an_invitation_is_typed_where_the_name_of_the_bot_is_not_known() -> None:
    assert way_in("handover_bot", "abc") == "https://t.me/handover_bot?start=abc"
    assert way_in("", "abc") == "/start abc"
