"""The screens of what is asked or offered apart from a form: menus, and questions answered in words."""

from functools import partial

from bot.conversation.interview.screens.controls import PAGE, page_of
from bot.conversation.interview.screens.screen import Screens
from bot.conversation.interview.steps.moves import Move, move_button
from bot.conversation.interview.steps.progress import Progress
from bot.conversation.reply import Ask, Menu
from bot.rendering.cards.buttons import Row, in_rows
from workflows.domain.text import folded
from workflows.ports.chat import Message


def menu(screens: Screens, view: Menu) -> Message:
    """Return the screen of a menu; of more than PAGE choices only the first are shown."""
    buttons, prompt = view.buttons, view.text
    if len(buttons) > PAGE:
        first = screens.words.gettext(
            "Only the first %(n)d of %(of)d are shown: type the command with the name after it.",
            n=PAGE,
            of=len(buttons),
        )
        buttons, prompt = buttons[:PAGE], f"{prompt}\n{first}"
    return screens.message("asked", in_rows(buttons, 1), title=view.title, prompt=prompt)


def menu_page(screens: Screens, view: Menu, progress: Progress) -> Message:
    """Return a page of the choices that match the search, or of all choices when none does."""
    words, button, wanted = screens.words, partial(move_button, progress.step), progress.found
    count, rows = len(view.buttons), list[Row]()
    found = tuple(choice for choice in view.buttons if folded(wanted) in folded(choice.label))
    hint = words.gettext("There are %(n)d: turn the pages, or type a part of the name.", n=count)
    if not found:
        hint = words.gettext("Nothing is called “%(words)s”; here are all.", words=wanted) + " " + hint
    elif wanted:
        hint = words.gettext(
            "“%(words)s”: %(n)d of %(of)d. Type another part of the name to look for others.",
            words=wanted,
            n=len(found),
            of=count,
        )
        rows.append((button(words.gettext("Show all: %(n)d", n=count), Move.ALL),))
    if progress.waiting:
        rows.append((button(words.gettext("Back"), Move.BACK),))
    rows = [*page_of(found or view.buttons, progress, 1), *rows]
    return screens.message("asked", rows, title=view.title, prompt=f"{view.text}\n{hint}")


def ask(screens: Screens, view: Ask, progress: Progress) -> Message:
    """Return the screen that asks for words."""
    cancel = move_button(progress.step, screens.words.gettext("Do not"), Move.CANCEL)
    rows = in_rows((*view.options, *view.instead, cancel), 1)
    how = screens.words.gettext("Write the reason in a message.")
    return screens.message("asked", rows, title=view.title, prompt=f"{view.prompt}\n{how}")
