"""What Slack's own client does with a form: it turns what is typed into state and refuses what the field refuses."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from .messages import all_options
from .mrkdwn import plain_of_text_object
from .values import JSON, CannotDo
from .views import View

_TEXT_INPUTS = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})


def _nobody(_some_id: str) -> None:
    return None


def _label(option: JSON) -> str:
    return plain_of_text_object(option["text"], _nobody)


def _option(element: JSON, label: str) -> JSON:
    for option in all_options(element):
        if _label(option) == label:
            return {"text": option["text"], "value": option["value"]}
    raise CannotDo(f"there is no choice {label!r}; there are {[_label(option) for option in all_options(element)]}")


def _typed_text(element: JSON, value: Any) -> JSON:
    text = str(value)
    if element["type"] == "plain_text_input" and len(text) > element.get("max_length", 3000):
        raise CannotDo(f"the field takes no more than {element.get('max_length', 3000)} characters")
    if not element.get("multiline") and "\n" in text:
        raise CannotDo("the field takes one line only")
    return {"type": element["type"], "value": text or None}


def _one(element: JSON, value: Any) -> JSON:
    return {"type": element["type"], "selected_option": None if value is None else _option(element, value)}


def _several(element: JSON, value: Iterable[str]) -> JSON:
    chosen = [_option(element, label) for label in value]
    if len(chosen) > element.get("max_selected_items", len(chosen)):
        raise CannotDo(f"no more than {element['max_selected_items']} may be chosen")
    return {"type": element["type"], "selected_options": chosen}


def _date(element: JSON, value: Any) -> JSON:
    return {"type": element["type"], "selected_date": None if value is None else str(value)}


def _time(element: JSON, value: Any) -> JSON:
    return {"type": element["type"], "selected_time": None if value is None else str(value)}


def _person(element: JSON, value: Any) -> JSON:
    return {"type": element["type"], "selected_user": value}


_FILLERS: dict[str, Callable[[JSON, Any], JSON]] = {
    **dict.fromkeys(_TEXT_INPUTS, _typed_text),
    "static_select": _one,
    "external_select": _one,
    "radio_buttons": _one,
    "multi_static_select": _several,
    "checkboxes": _several,
    "datepicker": _date,
    "timepicker": _time,
    "users_select": _person,
}


def filled(element: JSON, value: Any) -> JSON:
    """The state entry after the person has put *value* in; raises CannotDo when the client would not let them."""
    return _FILLERS[element["type"]](element, value)


def picked(element: JSON, options: list[JSON], words: str) -> JSON:
    """The state entry after the person has picked what is called *words* from a menu that the app has just filled.

    Where nothing is called so, it is the first choice that has the words in it.
    """
    named = [option for option in options if _label(option) == words]
    found = named or [option for option in options if words in _label(option)]
    if not found:
        raise CannotDo(f"there is no choice {words!r}; there are {[_label(option) for option in options]}")
    return {"type": element["type"], "selected_option": {"text": found[0]["text"], "value": found[0]["value"]}}


def tells_at_once(element: JSON) -> bool:
    """Whether the app is notified of an answer at once: of text only where it asks for every keystroke."""
    telling = element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    return element["type"] not in _TEXT_INPUTS or "on_character_entered" in telling


def checked_files(element: JSON, names: list[str]) -> None:
    """Raise CannotDo for files that the field does not accept."""
    if len(names) > element.get("max_files", 10):
        raise CannotDo(f"the field takes no more than {element.get('max_files', 10)} files")
    allowed = element.get("filetypes")
    for name in names:
        if allowed and name.rpartition(".")[2].lower() not in allowed:
            raise CannotDo(f"the field takes only {allowed}, not {name}")


def client_errors(view: View) -> dict[str, str]:
    """The client's own errors under the fields, by label, before anything is sent."""
    found: dict[str, str] = {}
    for label, block in view.inputs.items():
        value = view.typed[(block["block_id"], block["element"]["action_id"])]
        if problem := _client_error(block, value):
            found[label] = problem
    return found


def _client_error(block: JSON, value: JSON) -> str | None:
    element = block["element"]
    given = next(value[name] for name in value if name != "type")
    if not given:
        return None if block.get("optional") else "Please complete this required field."
    if element["type"] == "plain_text_input" and len(given) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if element["type"] == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", given):
        return "Please enter a valid email address."
    if element["type"] == "url_text_input" and not re.fullmatch(r"https?://\S+", given):
        return "Please enter a valid URL."
    return _number_error(element, given) if element["type"] == "number_input" else None


def _number_error(element: JSON, given: str) -> str | None:
    try:
        number = Decimal(given)
    except InvalidOperation:
        return "Please enter a valid number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None
