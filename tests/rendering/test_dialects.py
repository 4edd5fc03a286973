"""What people type shows letter by letter in every dialect, and a cut never breaks markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.markup.cutting import shorten
from bot.rendering.markup.dialects import MARKUPS
from bot.rendering.markup.mrkdwn import SLACK, SlackMrkdwn
from bot.rendering.markup.text import ELLIPSIS, fitting, units
from tests.rendering.stories import HOSTILE, shown
from workflows.ports.chat import Button, Dialect

every_dialect = pytest.mark.parametrize("dialect", list(Dialect))
SIGNS = "<>&\"'*_~`|:@#!{}[]()/\\.;- \nabЯ1😀"
"""What markup is made of, so that the search finds a breach soon."""
words = st.text(alphabet=st.sampled_from(SIGNS), max_size=60) | st.text(
    alphabet=st.characters(exclude_categories=("Cc", "Cs", "Cf"), exclude_characters=SlackMrkdwn.BACK_QUOTE),
    max_size=60,
)


@every_dialect
def test_a_text_kept_before_it_was_cleaned_turns_no_line_round(dialect: Dialect) -> None:
    assert MARKUPS[dialect].escape("ООО \u202eРомашка\u2066") == "ООО Ромашка"
    assert MARKUPS[dialect].escape("חברת רומשקה") == "חברת רומשקה"


@every_dialect
@pytest.mark.parametrize(
    "typed",
    [
        HOSTILE,
        "*bold* _italic_ ~struck~ `code` ```block```",
        "> quoted\n>>> quoted too",
        "<@U1> <!channel> <https://x.example|here>",
        "&lt; &amp;amp; &#60;",
        "test_access_key 2*3*4 a_b",
        ":smile: 10:15:30 @here me@x.example",
        '" onmouseover="x',
        "",
    ],
)
def test_what_people_type_shows_literally(dialect: Dialect, typed: str) -> None:
    assert shown(MARKUPS[dialect].escape(typed), dialect) == typed


@every_dialect
@given(typed=words)
def test_any_text_shows_literally(dialect: Dialect, typed: str) -> None:
    markup = MARKUPS[dialect]

    assert shown(markup.escape(typed), dialect) == typed
    assert shown(markup.bold(typed), dialect) == typed
    assert shown(markup.italic(typed), dialect) == typed


@every_dialect
@given(first=words, second=words)
def test_two_texts_side_by_side_do_not_make_markup_of_each_other(dialect: Dialect, first: str, second: str) -> None:
    markup = MARKUPS[dialect]
    line = f"{markup.bold('ONB-1')} · {markup.escape(first)} — {markup.escape(second)}"

    assert shown(line, dialect) == f"ONB-1 · {first} — {second}"


@every_dialect
@given(typed=words, limit=st.integers(min_value=1, max_value=80))
def test_a_cut_fits_and_breaks_no_markup(dialect: Dialect, typed: str, limit: int) -> None:
    markup = MARKUPS[dialect]
    whole = f"{markup.bold(typed)} {markup.link(typed, 'https://x.example/?a=1&b=2')} {markup.quote(typed)}"

    cut = markup.cut(whole, limit)

    assert markup.visible_length(cut) <= limit
    seen = shown(cut, dialect)
    assert seen == shown(whole, dialect) or seen.endswith(ELLIPSIS)


@given(typed=words, limit=st.integers(min_value=12, max_value=80))
def test_the_parts_of_a_text_fit_and_tell_all_of_it_with_no_markup_broken(typed: str, limit: int) -> None:
    link = SLACK.link(typed, "https://x.example/")
    whole = f"{SLACK.bold(typed)} {link}\n{SLACK.escape(typed)}"

    parts = SLACK.parts(whole, limit)

    assert all(units(part) <= limit for part in parts)
    together = "".join(shown(part, Dialect.MRKDWN) for part in parts)
    assert "".join(together.split()) == "".join(shown(whole, Dialect.MRKDWN).split())


@given(typed=words, limit=st.integers(min_value=12, max_value=80))
def test_the_parts_of_a_quotation_are_quotations(typed: str, limit: int) -> None:
    parts = SLACK.parts(SLACK.quote(typed), limit)

    assert all(units(part) <= limit for part in parts)
    lines = [line for part in parts for line in part.split("\n")]
    assert all(line.startswith(">") for line in lines)
    together = "".join(shown(line.removeprefix(">"), Dialect.MRKDWN) for line in lines)
    assert "".join(together.split()) == "".join(typed.split())


def test_a_text_is_divided_at_the_ends_of_lines_then_between_words_and_stays_quoted() -> None:
    assert SLACK.parts("раз два\nтри четыре\nпять", 20) == ["раз два\nтри четыре", "пять"]
    assert SLACK.parts("раз два три четыре", 12) == ["раз два три", "четыре"]
    assert SLACK.parts("> раз два три четыре\nпять", 13) == ["> раз два три", "> четыре\nпять"]
    assert SLACK.parts("мало", 20) == ["мало"]


@every_dialect
def test_what_fits_is_not_cut(dialect: Dialect) -> None:
    markup = MARKUPS[dialect]
    text = markup.bold("Ромашка & Co")

    assert markup.cut(text, markup.visible_length(text)) == text


@every_dialect
def test_a_cut_falls_between_words(dialect: Dialect) -> None:
    assert MARKUPS[dialect].cut("одно слово, другое слово", 22) == "одно слово, другое…"


def test_the_marks_of_each_dialect() -> None:
    web, telegram, slack = (MARKUPS[dialect] for dialect in Dialect)

    assert web.link("<", "https://x.example/?a=1&b=2") == (
        '<a target="_blank" rel="noopener noreferrer" href="https://x.example/?a=1&amp;b=2">&lt;</a>'
    )
    assert telegram.link("<", "https://x.example/?a=1&b=2") == '<a href="https://x.example/?a=1&amp;b=2">&lt;</a>'
    assert slack.link("a|b", "https://x.example/?a=1&b=2|c") == "<https://x.example/?a=1&amp;b=2%7Cc|a|b>"
    assert slack.bold("Ромашка") == "*Ромашка*"
    assert slack.quote("one\ntwo") == "> one\n> two"
    assert web.finish("one\n<blockquote>two\nthree</blockquote>\nfour\n") == (
        "one<blockquote>two<br>three</blockquote>four"
    )


@every_dialect
def test_a_link_that_could_run_something_is_only_text(dialect: Dialect) -> None:
    assert MARKUPS[dialect].link("press", "javascript:alert(1)") == "press"
    assert MARKUPS[dialect].link("press", "//evil.example") == "press"


def test_a_long_quote_is_folded_in_telegram() -> None:
    quote = MARKUPS[Dialect.INLINE_HTML].quote

    assert quote("short").startswith("<blockquote>")
    assert quote("long " * 100).startswith("<blockquote expandable>")
    assert quote("\n".join("123456789")).startswith("<blockquote expandable>")


def test_slack_does_not_show_our_marks_around_a_text_that_it_would_not_emphasise() -> None:
    assert "*" not in str(MARKUPS[Dialect.MRKDWN].bold(" spaced ")).strip()
    assert shown(MARKUPS[Dialect.MRKDWN].bold("2 * 3"), Dialect.MRKDWN) == "2 * 3"


def test_control_characters_are_left_out() -> None:
    for dialect in Dialect:
        assert MARKUPS[dialect].escape("a\x00b\x1b\ud800c\r\nd") == "abc\nd"


def test_letters_outside_the_first_plane_count_twice() -> None:
    assert units("a😀") == 3
    assert units(shorten("😀" * 10, 8)) <= 8


@given(typed=words, limit=st.integers(min_value=0, max_value=70))
def test_as_many_letters_fit_as_their_units_allow(typed: str, limit: int) -> None:
    most = fitting(typed, limit)

    assert units(typed[:most]) <= limit
    assert most == len(typed) or units(typed[: most + 1]) > limit


@given(typed=words | st.sampled_from(["> a\n  >>> b", ":smile: :+1:", "@here @channel <@U1>", ">"]))
def test_slack_sees_no_quotation_emoji_or_mention_in_what_people_type(typed: str) -> None:
    escaped = str(MARKUPS[Dialect.MRKDWN].escape(typed))

    assert re.search(r"^\s*&gt;", escaped, re.MULTILINE) is None
    assert re.search(r":[\w+'-]+:", escaped) is None
    assert re.search(r"(?<!\w)@\w", escaped) is None


WHOLE = ("🇷🇺", "👨\u200d👩\u200d👧", "👍🏼", "и\u0306", "क्षि", "1\ufe0f\u20e3", "🏴\U000e0067\U000e0062\U000e007f")
"""What people see as one letter or sign, of several code points."""


@pytest.mark.parametrize("whole", WHOLE)
def test_a_text_is_never_cut_within_a_letter_or_a_sign(whole: str) -> None:
    for before in range(30):
        text = "а" * before + whole * 10

        cut = shorten(text, 24).removesuffix(ELLIPSIS)

        assert units(cut) <= 24
        assert text.startswith(cut)
        assert len(cut.lstrip("а")) % len(whole) == 0


@every_dialect
@pytest.mark.parametrize("whole", WHOLE)
def test_marked_up_text_is_never_cut_within_a_letter_or_a_sign(dialect: Dialect, whole: str) -> None:
    markup = MARKUPS[dialect]
    for before in range(12):
        text = markup.escape("а" * before + whole * 10)

        cut = markup.cut(text, 24).removesuffix(ELLIPSIS)

        assert len(cut.lstrip("а")) % len(whole) == 0


@pytest.mark.parametrize("whole", WHOLE)
def test_the_labels_of_buttons_and_choices_are_cut_between_letters(whole: str) -> None:
    from bot.slack.blockkit.blocks import LABEL, option
    from bot.telegram.api.markup import MAX_BUTTON, keyboard

    for before in range(20):
        label = "Ы" * before + whole * 40
        rows = keyboard([[Button(label=label, action="a")]])
        assert rows is not None
        for label_shown, limit in (
            (rows.inline_keyboard[0][0].text, MAX_BUTTON),
            (option(label, "a")["text"]["text"], LABEL),
        ):
            assert units(label_shown) <= limit
            assert len(label_shown.removesuffix(ELLIPSIS).lstrip("Ы")) % len(whole) == 0
