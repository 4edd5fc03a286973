"""Whether everything that people read is written in each language of the company.

The name of the organisation says which languages these are: a company may have one.
"""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from workflows.definitions.problems import Problem
from workflows.definitions.read.parse import Model, Parsed
from workflows.definitions.read.schema import OrganisationKeys, TextKeys
from workflows.definitions.read.yaml_text import Path
from workflows.domain.text import Language

_MISSING: Mapping[Language, tuple[str, str]] = {
    Language.RU: ("нет текста на русском; допишите «ru: …»", 'the text in Russian is missing; add "ru: …"'),
    Language.EN: ("нет текста на английском; допишите «en: …»", 'the text in English is missing; add "en: …"'),
}


def languages_of(organisation: OrganisationKeys) -> Sequence[Language]:
    """Return the languages in which the company writes."""
    return [language for language in Language if _has(organisation.organisation, language)]


def check_languages(parsed: Parsed[Model], languages: Sequence[Language]) -> Iterator[Problem]:
    """Iterate over the texts that lack one of the languages."""
    for path, text in _texts(parsed.keys, ()):
        for language in languages:
            if not _has(text, language):
                yield parsed.problem(path, *_MISSING[language])


def _has(text: TextKeys, language: Language) -> bool:
    return (text.ru if language is Language.RU else text.en) is not None


def _texts(value: object, at: Path) -> Iterator[tuple[Path, TextKeys]]:
    match value:
        case TextKeys():
            yield at, value
        case BaseModel():
            for name, field in type(value).model_fields.items():
                yield from _texts(getattr(value, name), (*at, field.alias or name))
        case dict():
            for key, each in value.items():
                yield from _texts(each, (*at, str(key)))
        case list():
            for index, each in enumerate(value):
                yield from _texts(each, (*at, index))
