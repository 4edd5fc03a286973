"""What was understood of a day, a time or a moment told in words, in full, for people to see before it counts."""

from datetime import date

from babel.dates import format_date

from bot.rendering.language.filters import LOCALES, words_of
from bot.rendering.phrases.answer_problems import field_problem
from workflows.domain.definition import Field, FieldType
from workflows.domain.facts.values import canonical, problem_of
from workflows.domain.ids import FieldName
from workflows.domain.text import Language, Text

TOLD = frozenset({FieldType.DATE, FieldType.TIME, FieldType.MOMENT})


def told_in_full(kind: str, words: str, today: date, language: Language) -> str:
    """Return what words tell, a day with its weekday, or what is wrong with them; empty for other kinds of fields."""
    if kind not in TOLD:
        return ""
    asked = Field(name=FieldName(""), type=FieldType(kind), label=Text.same(""))
    value = canonical(asked, words, today)
    problem = problem_of(asked, value)
    if problem is not None:
        return field_problem(problem, asked, language)
    said = words_of(asked, value, language)
    if asked.type is FieldType.TIME:
        return said
    weekday = format_date(date.fromisoformat(str(value)[:10]), "EEEE", locale=LOCALES[language])
    return f"{weekday}, {said}"
