"""What is said of files and captions that are no part of an answer: nothing is dropped in silence."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.incoming import Attached
from bot.conversation.interview.screens.screen import Screens
from bot.conversation.reply import FieldView, Reply
from bot.conversation.turn import put_above
from bot.rendering.markup.cutting import shorten

LONGEST_QUOTATION = 200


def beside_a_file(screens: Screens, attached: Attached) -> Sequence[str]:
    """Return what was sent beside the file that a question takes."""
    words, left = screens.words, list[str]()
    if attached.others:
        left.append(
            words.gettext(
                "One file answers the question. Kept: %(name)s; not kept: %(others)s.",
                name=attached.name,
                others=", ".join(attached.others),
            )
        )
    if attached.caption:
        caption = shorten(attached.caption, LONGEST_QUOTATION)
        left.append(words.gettext("The words below the file are not kept: “%(words)s”.", words=caption))
    return left


def beside_words(screens: Screens, attached: Attached) -> Sequence[str]:
    """Return what was sent above words that a question takes."""
    names = ", ".join((attached.name, *attached.others))
    return [
        screens.words.gettext(
            "Not kept: %(names)s. This question is answered in words; to add a file to a case, reply to its card.",
            names=names,
        )
    ]


def rows_left_out(screens: Screens, numbers: Sequence[int]) -> Sequence[str]:
    """Return which rows of a table were not taken."""
    if not numbers:
        return ()
    rows = ", ".join(map(str, numbers))
    return [screens.words.gettext("Not added, since something is wrong in them: rows %(rows)s.", rows=rows)]


def rows_taken(screens: Screens, field: FieldView, count: int) -> Sequence[str]:
    """Return how many rows of a table were taken."""
    return [screens.words.gettext("%(label)s: rows taken: %(n)d.", label=field.label, n=count)]


def with_remarks(screens: Screens, reply: Reply, remarks: Sequence[str]) -> Reply:
    """Return a reply with remarks above it."""
    if not remarks:
        return reply
    said = screens.sentence("\n".join(remarks))
    if reply.message is not None:
        return replace(reply, message=put_above(said, reply.message))
    shown = said if reply.toast is None else put_above(said, screens.sentence(reply.toast))
    return replace(reply, toast=None, message=shown)
