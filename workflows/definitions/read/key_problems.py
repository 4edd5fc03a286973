"""Formal mistakes in files, in words: a key that is missing or unknown, a value that does not fit."""

import re
from collections.abc import Callable

from pydantic_core import ErrorDetails

from workflows.definitions.problems import Problem, closest, did_you_mean, listing
from workflows.definitions.read import schema
from workflows.definitions.read.yaml_text import Document, Path
from workflows.domain.definition import FieldType
from workflows.domain.text import Text

_Wording = Callable[[str, ErrorDetails], Text]


def problem_of(document: Document, path: Path, details: ErrorDetails, known: tuple[str, ...]) -> Problem:
    """Return the problem for a mistake that pydantic reports at a path; *known* are the keys that may stand there."""
    location, kind = details["loc"], details["type"]
    # An item of a list is named by its list.
    name = next((part for part in reversed(path) if isinstance(part, str)), document.file)
    if kind == "missing":
        words = _missing(str(location[-1]))
    elif kind == "extra_forbidden":
        words = _unknown_key(name, known, empty=details["input"] is None)
    elif location[-1:] == ("[key]",):
        words = _bad_id(name)
    elif details["input"] is None:
        words = Text(
            ru=f"после «{name}:» ничего нет; напишите значение или удалите ключ",
            en=f'there is nothing after "{name}:"; write a value or remove the key',
        )
    else:
        word: _Wording = _WORDS.get(kind, _other)
        words = word(name, details)
    return document.problem(path, words.ru, words.en)


def _missing(key: str) -> Text:
    return Text(ru=f"нет ключа «{key}»; допишите «{key}: …»", en=f'the key "{key}" is missing; add "{key}: …"')


def _unknown_key(key: str, known: tuple[str, ...], *, empty: bool) -> Text:
    if empty and set(known) == {"ru", "en"}:
        return Text(
            ru=f"«{key}» читается как отдельный ключ; если это часть текста с запятой, возьмите весь текст в кавычки",
            en=f'"{key}" reads as a key of its own; if it is part of a text with a comma, put the whole text in quotes',
        )
    guess = did_you_mean(key, known)
    return Text(
        ru=f"неизвестный ключ «{key}»; {guess.ru}; исправьте или удалите его",
        en=f'unknown key "{key}"; {guess.en}; correct or remove it',
    )


def _bad_reference(key: str, value: str) -> Text:
    return Text(
        ru=f"«{value}» в «{key}» — не имя из файла; напишите строчными латинскими буквами имя, под которым "
        "это описано, а не слова для людей",
        en=f'"{value}" in "{key}" is no name of the file; write the name in small Latin letters under which it is '
        "described, not the words for people",
    )


def _bad_id(name: str) -> Text:
    return Text(
        ru=f"«{name}» не годится как имя; нужны строчные латинские буквы, цифры и _, первой буква, "
        f"не длиннее {schema.MAX_ID} знаков",
        en=f'"{name}" cannot be a name; use small Latin letters, digits and _, a letter first, {schema.MAX_ID} at most',
    )


_OWN_IDS = ("process", "record")
"""The keys whose value is a new name; those of the others are names that are described elsewhere."""


_PATTERNS: dict[str, Callable[[str], Text]] = {
    schema.ID: _bad_id,
    schema.NUMBER: lambda value: Text(
        ru=f"«{value}» не годится для номера дела; нужны заглавные латинские буквы и цифры, например ONB",
        en=f'"{value}" cannot begin the number of a case; use capital Latin letters and digits, such as ONB',
    ),
    schema.DURATION: lambda value: Text(
        ru=f"«{value}» не читается как срок; напишите число и букву s, m, h или d, например 30m, 2h или 3d",
        en=f'"{value}" is no duration; write a number and one of s, m, h, d, such as 30m, 2h or 3d',
    ),
    schema.PART: lambda value: Text(
        ru=f"«{value}» — не поле карточки; напишите поле формы и через точку поле его карточки, например client.phone",
        en=f'"{value}" is no field of a record; write the field of the form, a dot and a field of its record, such as '
        "client.phone",
    ),
    schema.CURRENCY: lambda value: Text(
        ru=f"«{value}» не код валюты; напишите три заглавные буквы, например RUB",
        en=f'"{value}" is no currency code; write three capital letters, such as RUB',
    ),
    schema.NEED: lambda value: Text(
        ru=f"«{value}» не годится для need; напишите all (все), any (первый), begun (те, что начались) или число",
        en=f'"{value}" cannot be the need; write all, any (the first), begun (those that were begun) or a number',
    ),
    schema.ENOUGH: lambda value: Text(
        ru=f"«{value}» не число задач; напишите целое число от 1 до 999",
        en=f'"{value}" is no number of tasks; write a whole number from 1 to 999',
    ),
    schema.APPROVALS: lambda value: Text(
        ru=f"«{value}» не говорит, сколько нужно согласий; напишите all (все), any (любое) или число, например 2",
        en=f'"{value}" does not say how many have to approve; write all, any or a number such as 2',
    ),
    schema.EMAIL: lambda value: Text(
        ru=f"«{value}» не адрес электронной почты; напишите его как name@company.ru",
        en=f'"{value}" is no e-mail address; write it like name@company.com',
    ),
}


def _pattern(name: str, details: ErrorDetails) -> Text:
    if details["ctx"]["pattern"] == schema.ID and name not in _OWN_IDS:
        return _bad_reference(name, str(details["input"]))
    return _PATTERNS[details["ctx"]["pattern"]](str(details["input"]))


def _choose(name: str, details: ErrorDetails) -> Text:
    value = str(details["input"])
    expected = str(details["ctx"]["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
    # The kinds of fields are spread over several models, each of which only knows its own.
    known = [kind.value for kind in FieldType] if "long_text" in expected else expected
    close = closest(value, known)
    ru, en = ("", "") if close is None else (f": возможно, имелось в виду «{close}»", f': did you mean "{close}"')
    return Text(
        ru=f"«{value}» не годится для «{name}»{ru}; допустимо: {listing(known)}",
        en=f'"{value}" cannot be the "{name}"{en}; allowed: {listing(known)}',
    )


def _no_words(name: str, _details: ErrorDetails) -> Text:
    return Text(
        ru=f"в «{name}» нет слов; напишите {name}: {{ru: …, en: …}}",
        en=f'"{name}" has no words; write {name}: {{ru: …, en: …}}',
    )


def _mapping(name: str, details: ErrorDetails) -> Text:
    if details.get("ctx", {}).get("class_name") == schema.TextKeys.__name__:
        words = str(details["input"]) if isinstance(details["input"], str) else "…"
        language = "ru" if re.search("[а-яё]", words, re.IGNORECASE) else "en"
        ru, en = (words, "…") if language == "ru" else ("…", words)
        return Text(
            ru=f"в «{name}» не сказано, на каком языке слова; напишите {name}: {{ru: {ru}, en: {en}}}, "
            "а если компания пишет на одном языке — только его",
            en=f'"{name}" does not say in which language the words are; write {name}: {{ru: {ru}, en: {en}}}, '
            "or only one of them if the company writes in one language",
        )
    return Text(
        ru=f"в «{name}» нужны ключи со значениями; напишите их с отступом под «{name}:» или как {{ключ: значение}}",
        en=f'"{name}" needs keys with values; write them indented under "{name}:" or as {{key: value}}',
    )


def _list(name: str, _details: ErrorDetails) -> Text:
    return Text(
        ru=f"в «{name}» нужен список; напишите его в скобках: {name}: [...]",
        en=f'"{name}" needs a list; write it in brackets: {name}: [...]',
    )


def _text(name: str, _details: ErrorDetails) -> Text:
    return Text(
        ru=f"в «{name}» нужно простое значение, а не список и не ключи; напишите его в одну строку",
        en=f'"{name}" needs a plain value, not a list and not keys; write it on one line',
    )


def _yes_no(name: str, details: ErrorDetails) -> Text:
    return Text(
        ru=f"«{details['input']}» не годится для «{name}»; напишите true или false",
        en=f'"{details["input"]}" cannot be the "{name}"; write true or false',
    )


def _count(name: str, details: ErrorDetails) -> Text:
    return Text(
        ru=f"«{details['input']}» не годится для «{name}»; напишите целое число от 1 до 1000",
        en=f'"{details["input"]}" cannot be the "{name}"; write a whole number from 1 to 1000',
    )


def _empty(name: str, _details: ErrorDetails) -> Text:
    return Text(
        ru=f"в «{name}» пусто; допишите хотя бы одно значение или удалите ключ",
        en=f'"{name}" is empty; add at least one value or remove the key',
    )


def _long(name: str, details: ErrorDetails) -> Text:
    limit = details["ctx"]["max_length"]
    return Text(
        ru=f"в «{name}» больше {limit} знаков; сократите", en=f'"{name}" has more than {limit} characters; shorten it'
    )


def _other(name: str, _details: ErrorDetails) -> Text:
    return Text(
        ru=f"значение «{name}» не годится; сверьтесь с описанием ключей в templates/schema",
        en=f'the value of "{name}" is not right; see the keys described in templates/schema',
    )


_WORDS: dict[str, _Wording] = {
    "string_pattern_mismatch": _pattern,
    "literal_error": _choose,
    "enum": _choose,
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "dict_type": _mapping,
    "list_type": _list,
    "string_type": _text,
    "bool_parsing": _yes_no,
    "bool_type": _yes_no,
    "int_type": _count,
    "int_parsing": _count,
    "int_from_float": _count,
    "greater_than_equal": _count,
    "less_than_equal": _count,
    "string_too_short": _empty,
    "too_short": _empty,
    "string_too_long": _long,
    schema.NO_WORDS: _no_words,
}
