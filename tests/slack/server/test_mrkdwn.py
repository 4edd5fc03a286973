"""What a person reads of mrkdwn."""

import pytest

from .mrkdwn import escape, to_plain, typed

NAMES = {"U1": "Анна", "C1": "sales"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*жирный* и _курсив_, ~нет~", "жирный и курсив, нет"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("* список", "* список"),
        ("<@U1> пишет в <#C1>", "@Анна пишет в #sales"),
        ("<@U9|old>", "@old"),
        ("<https://inplat.example|договор> и <https://inplat.example/x>", "договор и https://inplat.example/x"),
        ("<mailto:a@b.ru|a@b.ru>", "a@b.ru"),
        ("<!here> <!date^1767341234^{date_short}|2 марта>", "@here 2 марта"),
        ("&lt;b&gt;Ромашка &amp; Co&lt;/b&gt;", "<b>Ромашка & Co</b>"),
        ("&amp;lt; &quot;", "&lt; &quot;"),
        ("`*как есть*` и ```_и так_```", "*как есть* и _и так_"),
        ("*\u200bзвёздочки\u200b*", "*звёздочки*"),
    ],
)
def test_markup_is_shown_as_slack_shows_it(text: str, shown: str) -> None:
    assert to_plain(text, NAMES.get) == shown


def test_what_people_type_is_stored_escaped_with_mentions_and_links_marked() -> None:
    assert typed("<b> & @Анна, a@b.ru https://x.example/y", {"@Анна": "<@U1>"}) == (
        "&lt;b&gt; &amp; <@U1>, <mailto:a@b.ru|a@b.ru> <https://x.example/y>"
    )


def test_escaped_text_reads_as_it_was() -> None:
    nasty = "<b>Ромашка & Co</b> {{x}} <@U1>"
    assert to_plain(escape(nasty), NAMES.get) == nasty
