"""Composition objects: text, option, option group, confirmation."""

from typing import Any

from .problems import Problems

PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")


def check_text(problems: Problems, value: Any, at: str, *, longest: int, kinds: tuple[str, ...] = PLAIN) -> None:
    """A text object of one of *kinds* with 1 to *longest* characters."""
    found = Problems()
    if found.properties(value, at, required="type text", optional="emoji verbatim"):
        if value["type"] not in kinds:
            found.add(f"unsupported type: {value['type']}", f"{at}/type")
        if value["type"] == "mrkdwn" and "emoji" in value:
            found.add("invalid additional property: emoji", at)
        if value["type"] == "plain_text" and "verbatim" in value:
            found.add("invalid additional property: verbatim", at)
        found.string(value, "text", at, longest=longest, shortest=1)
        found.boolean(value, "emoji", at)
        found.boolean(value, "verbatim", at)
    if found.lines and len(kinds) > 1:
        problems.add("failed to match all allowed schemas", at)
    problems.lines.extend(found.lines)


def check_option(problems: Problems, value: Any, at: str, *, kinds: tuple[str, ...], url: bool) -> None:
    """An option of a menu, of check boxes or of radio buttons; *url* where the menu allows links."""
    allowed = "description url" if url else "description"
    if not problems.properties(value, at, required="text value", optional=allowed):
        return
    check_text(problems, value["text"], f"{at}/text", longest=75, kinds=kinds)
    problems.string(value, "value", at, longest=150, shortest=1)
    problems.string(value, "url", at, longest=3000)
    if "description" in value:
        check_text(problems, value["description"], f"{at}/description", longest=75, kinds=kinds)


def check_options(
    problems: Problems,
    element: dict[str, Any],
    at: str,
    *,
    most: int,
    kinds: tuple[str, ...] = PLAIN,
    url: bool = False,
) -> None:
    """The list of options of an element, 1 to *most* of them."""
    for index, option in enumerate(problems.items(element, "options", at, most=most)):
        check_option(problems, option, f"{at}/options/{index}", kinds=kinds, url=url)


def check_option_groups(problems: Problems, element: dict[str, Any], at: str) -> None:
    """The groups of a menu: up to 100, each with a label and up to 100 options."""
    for index, group in enumerate(problems.items(element, "option_groups", at, most=100)):
        place = f"{at}/option_groups/{index}"
        if problems.properties(group, place, required="label options"):
            check_text(problems, group["label"], f"{place}/label", longest=75)
            check_options(problems, group, place, most=100)


def check_confirm(problems: Problems, element: dict[str, Any], at: str) -> None:
    """The optional question that is asked before an action."""
    if "confirm" not in element:
        return
    value, place = element["confirm"], f"{at}/confirm"
    if not problems.properties(value, place, required="title text confirm deny", optional="style"):
        return
    check_text(problems, value["title"], f"{place}/title", longest=100)
    check_text(problems, value["text"], f"{place}/text", longest=300, kinds=ANY_TEXT)
    check_text(problems, value["confirm"], f"{place}/confirm", longest=30)
    check_text(problems, value["deny"], f"{place}/deny", longest=30)
    problems.one_of(value, "style", place, "primary", "danger")
