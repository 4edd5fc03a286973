"""Messages of the core to Block Kit: one primary button, everything else in the menu beside it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from bot.conversation.list_places import place_of
from bot.rendering.cards.buttons import of_use
from bot.rendering.language.i18n import N_, Words
from bot.rendering.markup.mrkdwn import SLACK
from bot.rendering.markup.text import units
from bot.slack.blockkit.blocks import (
    JSON,
    LABEL,
    MOST_BLOCKS,
    MOST_OVERFLOW,
    actions,
    option,
    paragraphs,
    plain,
    told_apart,
)
from workflows.domain.ids import PersonId
from workflows.ports.chat import Button, ButtonStyle, Message

PRESS = "press"
"""How the action ids of our buttons begin; the value of a button is its action."""
LINK = "link"
"""How the action ids of buttons begin that only open an address."""
LIST = "list:"
"""How the ids of the blocks with the buttons of a list begin; its place follows."""
SHOWN_IN_PART = N_("Shown in part: all of it is in the case, under “Letters” or “History”.")
NOTIFICATION = 300
"""How much of a message a notification contains."""


def content(message: Message, reader: PersonId | None = None) -> JSON:
    """Return the blocks of a message with the text of its notification.

    Only the buttons that *reader* can use are shown; None shows all, as in a channel.
    """
    return {"text": notification(message.text), "blocks": message_blocks(message, reader)}


def message_blocks(message: Message, reader: PersonId | None = None) -> list[JSON]:
    """Return the blocks of a message."""
    rows = of_use(message.buttons, reader)
    buttons = tuple(chain.from_iterable(rows))
    is_list = len(message.buttons) > 1 and all(len(row) == 1 for row in message.buttons)
    below = _lines(buttons) if is_list else button_blocks(buttons)
    if place := place_of(message):
        below = [{**block, "block_id": f"{LIST}{place}:{number}"} for number, block in enumerate(below)]
    return [*paragraphs(message.text), *below][:MOST_BLOCKS]


def _lines(buttons: Sequence[Button]) -> list[JSON]:
    """Return buttons below each other."""
    return [block for element in button_elements(buttons) for block in actions([element])]


def with_way_to_whole(message: Message, words: Words) -> Message:
    """Return a message whose text, where it was cut, ends with the words where all of it is."""
    if not message.is_cut:
        return message
    way = SLACK.italic(words.gettext(SHOWN_IN_PART))
    return replace(message, text=f"{SLACK.cut(message.text, SLACK.limit - units(way) - 1)}\n{way}")


def notification(text: str) -> str:
    """Return the beginning of a marked-up text."""
    return str(SLACK.cut(text.replace(f"\n{SLACK.FIXED}", "\n"), NOTIFICATION)) or "—"


def button_blocks(buttons: tuple[Button, ...]) -> list[JSON]:
    """Return the buttons; beside one primary button the others are in a menu."""
    primary = [button for button in buttons if button.style is ButtonStyle.PRIMARY]
    others = [button for button in buttons if button.style is not ButtonStyle.PRIMARY]
    if len(primary) != 1 or not 2 <= len(others) <= MOST_OVERFLOW:
        return actions(button_elements(buttons))
    menu = {
        "type": "overflow",
        "action_id": f"{PRESS}:more",
        "options": [
            _menu_option(replace(button, label=label), number)
            for number, (button, label) in enumerate(zip(others, told_apart([b.label for b in others]), strict=True))
        ],
    }
    return actions([button_element(primary[0], "0"), menu])


def button_elements(buttons: Sequence[Button]) -> list[JSON]:
    """Return buttons beside each other, whose labels can be told apart."""
    labels = told_apart([button.label for button in buttons])
    return [
        button_element(replace(button, label=label), str(number))
        for number, (button, label) in enumerate(zip(buttons, labels, strict=True))
    ]


def button_element(button: Button, name: str) -> JSON:
    """Return a button; *name* makes its action id unique beside the others."""
    element: JSON = {"type": "button", "text": plain(button.label, LABEL)}
    if button.url is not None:
        return {**element, "action_id": f"{LINK}:{name}", "url": button.url}
    element |= {"action_id": f"{PRESS}:{name}", "value": button.action}
    if button.style is not ButtonStyle.PLAIN:
        element["style"] = str(button.style)
    return element


def _menu_option(button: Button, number: int) -> JSON:
    if button.url is not None:
        return {**option(button.label, f"{LINK}:{number}"), "url": button.url}
    return option(button.label, button.action or "")
