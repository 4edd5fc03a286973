"""Block elements: which properties each has, their limits, and in which blocks each is allowed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .objects import ANY_TEXT, PLAIN, check_confirm, check_option, check_option_groups, check_options, check_text
from .problems import Problems

Check = Callable[[Problems, dict[str, Any], str], None]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """The rules of one kind of element."""

    required: str = ""
    optional: str = ""
    blocks: str
    check: Check


def check_element(problems: Problems, value: Any, at: str, *, block: str) -> None:
    """One element inside a block of the kind *block*."""
    if not isinstance(value, dict):
        problems.add("must be an object", at)
        return
    kind = value.get("type")
    rules = ELEMENTS.get(str(kind))
    if rules is None:
        problems.add(f"unsupported type: {kind}" if kind else "missing required field: type", at)
        return
    if block not in rules.blocks.split():
        problems.add(f"unsupported element: {kind}", at)
        return
    if not problems.properties(value, at, required=f"type {rules.required}", optional=f"action_id {rules.optional}"):
        return
    problems.string(value, "action_id", at, longest=255, shortest=1)
    problems.boolean(value, "focus_on_load", at)
    if "placeholder" in value:
        check_text(problems, value["placeholder"], f"{at}/placeholder", longest=150)
    check_confirm(problems, value, at)
    rules.check(problems, value, at)


def _nothing_more(_problems: Problems, _value: dict[str, Any], _at: str) -> None:
    return


def _button(problems: Problems, value: dict[str, Any], at: str) -> None:
    check_text(problems, value["text"], f"{at}/text", longest=75)
    problems.string(value, "value", at, longest=2000)
    problems.string(value, "url", at, longest=3000)
    problems.string(value, "accessibility_label", at, longest=75)
    problems.one_of(value, "style", at, "primary", "danger")


def _overflow(problems: Problems, value: dict[str, Any], at: str) -> None:
    check_options(problems, value, at, most=5, url=True)


def _menu(problems: Problems, value: dict[str, Any], at: str) -> None:
    if ("options" in value) == ("option_groups" in value):
        problems.add("must provide exactly one of `options` or `option_groups`", at)
        return
    check_options(problems, value, at, most=100)
    check_option_groups(problems, value, at)
    problems.integer(value, "max_selected_items", at, low=1, high=10_000)
    groups = value.get("option_groups", [value])
    offered = [option for group in groups if isinstance(group, dict) for option in group.get("options", [])]
    _initial_is_offered(problems, value, at, offered)


def _external_menu(problems: Problems, value: dict[str, Any], at: str) -> None:
    problems.integer(value, "min_query_length", at, low=0, high=3000)
    if "initial_option" in value:
        check_option(problems, value["initial_option"], f"{at}/initial_option", kinds=PLAIN, url=False)


def _initial_is_offered(problems: Problems, value: dict[str, Any], at: str, offered: list[Any]) -> None:
    if "initial_option" in value and value["initial_option"] not in offered:
        problems.add("must match one of the options", f"{at}/initial_option")
    for index, option in enumerate(problems.items(value, "initial_options", at, most=len(offered))):
        if option not in offered:
            problems.add("must match one of the options", f"{at}/initial_options/{index}")


def _ticks(problems: Problems, value: dict[str, Any], at: str) -> None:
    check_options(problems, value, at, most=10, kinds=ANY_TEXT)
    _initial_is_offered(problems, value, at, value["options"] if isinstance(value["options"], list) else [])


def _date(problems: Problems, value: dict[str, Any], at: str) -> None:
    if "initial_date" in value and not _DATE.fullmatch(str(value["initial_date"])):
        problems.add("must be a valid date (YYYY-MM-DD)", f"{at}/initial_date")


def _time(problems: Problems, value: dict[str, Any], at: str) -> None:
    if "initial_time" in value and not _TIME.fullmatch(str(value["initial_time"])):
        problems.add("must be a valid time (HH:mm)", f"{at}/initial_time")


def _plain_text_input(problems: Problems, value: dict[str, Any], at: str) -> None:
    problems.boolean(value, "multiline", at)
    problems.integer(value, "min_length", at, low=0, high=3000)
    problems.integer(value, "max_length", at, low=1, high=3000)
    longest = value.get("max_length", 3000)
    problems.string(value, "initial_value", at, longest=longest if isinstance(longest, int) else 3000)


def _number_input(problems: Problems, value: dict[str, Any], at: str) -> None:
    problems.boolean(value, "is_decimal_allowed", at)
    for name in ("initial_value", "min_value", "max_value"):
        problems.string(value, name, at, longest=50)


def _initial_string(problems: Problems, value: dict[str, Any], at: str) -> None:
    problems.string(value, "initial_value", at, longest=3000)


def _file_input(problems: Problems, value: dict[str, Any], at: str) -> None:
    problems.integer(value, "max_files", at, low=1, high=10)
    problems.items(value, "filetypes", at, most=100)


def _image(problems: Problems, value: dict[str, Any], at: str) -> None:
    problems.string(value, "image_url", at, longest=3000, shortest=1)
    problems.string(value, "alt_text", at, longest=2000, shortest=1)


_TYPED = "placeholder initial_value focus_on_load dispatch_action_config"

ELEMENTS: dict[str, Element] = {
    "button": Element(
        required="text",
        optional="value url style confirm accessibility_label",
        blocks="section actions",
        check=_button,
    ),
    "overflow": Element(required="options", optional="confirm", blocks="section actions", check=_overflow),
    "static_select": Element(
        optional="options option_groups placeholder initial_option confirm focus_on_load",
        blocks="section actions input",
        check=_menu,
    ),
    "external_select": Element(
        optional="placeholder initial_option min_query_length confirm focus_on_load",
        blocks="section actions input",
        check=_external_menu,
    ),
    "multi_static_select": Element(
        optional="options option_groups placeholder initial_options confirm focus_on_load max_selected_items",
        blocks="section input",
        check=_menu,
    ),
    "users_select": Element(
        optional="placeholder initial_user confirm focus_on_load", blocks="section actions input", check=_nothing_more
    ),
    "datepicker": Element(
        optional="placeholder initial_date confirm focus_on_load", blocks="section actions input", check=_date
    ),
    "timepicker": Element(
        optional="placeholder initial_time confirm focus_on_load timezone", blocks="section actions input", check=_time
    ),
    "checkboxes": Element(
        required="options",
        optional="initial_options confirm focus_on_load",
        blocks="section actions input",
        check=_ticks,
    ),
    "radio_buttons": Element(
        required="options",
        optional="initial_option confirm focus_on_load",
        blocks="section actions input",
        check=_ticks,
    ),
    "plain_text_input": Element(
        optional=f"multiline min_length max_length {_TYPED}", blocks="input", check=_plain_text_input
    ),
    "number_input": Element(
        required="is_decimal_allowed", optional=f"min_value max_value {_TYPED}", blocks="input", check=_number_input
    ),
    "email_text_input": Element(optional=_TYPED, blocks="input", check=_initial_string),
    "url_text_input": Element(optional=_TYPED, blocks="input", check=_initial_string),
    "file_input": Element(optional="filetypes max_files", blocks="input", check=_file_input),
    "image": Element(required="image_url alt_text", blocks="section context", check=_image),
}
