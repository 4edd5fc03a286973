"""What is wrong with an answer, and how to correct it."""

from collections.abc import Mapping

from bot.rendering.language.filters import words_of
from bot.rendering.language.i18n import N_, words_in
from workflows.domain.definition import Field
from workflows.domain.errors import FieldProblem
from workflows.domain.text import Language

MOST_ROWS = 10
"""How many rows of a list are named as wrong besides the first."""


def field_problem(problem: FieldProblem, field: Field, language: Language) -> str:
    """Return what is wrong with one answer and how to correct it; of rows with the row, the column and other rows."""
    words = words_in(language)
    sentence = words.gettext(PROBLEMS[problem.code], **_problem_values(problem, field, language))
    if problem.row is None:
        return sentence
    column = next((c.label.in_(language) for c in field.columns if c.name == problem.column), "")
    in_row = words.gettext("Row %(row)s, “%(column)s”: %(problem)s", row=problem.row, column=column, problem=sentence)
    if not problem.more_rows:
        return in_row
    end = "…" if len(problem.more_rows) > MOST_ROWS else "."
    others = ", ".join(str(row) for row in problem.more_rows[:MOST_ROWS]) + end
    more = words.gettext("There are mistakes in further rows: %(rows)s", rows=others)
    return f"{in_row} {more}"


def _problem_values(problem: FieldProblem, field: Field, language: Language) -> Mapping[str, str]:
    """Return the values of a problem's sentence; a limit is one of the answers to the field, so it is in words."""
    if problem.code not in ("too_little", "too_much", "too_early", "too_late"):
        return problem.values
    asked = next((column for column in field.columns if column.name == problem.column), field)
    return {"limit": words_of(asked, problem.values["limit"], language)}


PROBLEMS: Mapping[str, str] = {
    "required": N_("Please fill this in."),
    "unreadable": N_("This answer cannot be read. Enter it again."),
    "too_long": N_("Too long: %(length)s characters, at most %(limit)s fit. Shorten the text."),
    "too_many_rows": N_("Too many rows, at most %(limit)s fit. Remove some."),
    "not_a_number": N_("This is not a number. Write it in digits, for example 1500 or 2.5."),
    "not_money": N_("This is not an amount. Write it in digits, for example 12500 or 12500.50."),
    "thousands_or_fraction": N_(
        "This can be read in two ways: %(thousands)s or %(fraction)s. Write which of them it is, just so."
    ),
    "too_many_decimals": N_("An amount has at most two digits after the comma, for example 12500.50."),
    "negative_money": N_("An amount cannot be less than zero."),
    "not_a_percentage": N_("This is not a percentage. Write it in digits, for example 15 or 12.5."),
    "too_little": N_("This is too little: the least is %(limit)s."),
    "too_much": N_("This is too much: the most is %(limit)s."),
    "too_early": N_("This is too early: the earliest is %(limit)s."),
    "too_late": N_("This is too late: the latest is %(limit)s."),
    "unclear_day": N_("Two days can be meant. Write day, month and year, for example 31.12.2026."),
    "not_a_time": N_("There is no such time. Write hours and minutes, for example 14:30."),
    "unclear_time": N_("Morning or evening? Write hours and minutes, for example 09:00 or 21:00."),
    "not_a_moment": N_("A day and a time are needed, for example 31.12.2026 14:30 or tomorrow at 14:30."),
    "not_a_url": N_("This is not the address of a page. Write it like https://company.com/page."),
    "not_a_person": N_("Nobody in the organisation is meant by this, or several are. Choose a name from the list."),
    "not_a_department": N_("No department is meant by this, or several are. Choose one from the list."),
    "too_many_files": N_("Too many files: %(count)s, at most %(limit)s fit. Remove some."),
    "not_an_ogrn": N_("An OGRN has 13 digits (organisation) or 15 digits (entrepreneur). Check it."),
    "ogrn_check_digit": N_("There is a slip in this OGRN: its check digit does not match. Check every digit."),
    "not_a_kpp": N_("A KPP has 9 characters, for example 770701001. Check it."),
    "not_a_bik": N_("A BIK has 9 digits and begins with 04, for example 044525225. Check it."),
    "not_an_account": N_("A bank account has 20 digits. Check it."),
    "account_of_another_bank": N_(
        "This account is not one of the bank with the BIK %(bik)s: the check digit does not match. Check both."
    ),
    "not_a_snils": N_("A SNILS has 11 digits, for example 112-233-445 95. Check it."),
    "snils_check_digits": N_("There is a slip in this SNILS: its check digits do not match. Check every digit."),
    "not_a_date": N_("There is no such date. Write day, month and year, for example 31.12.2026."),
    "not_an_option": N_("There is no such option. Choose one of those offered."),
    "not_yes_no": N_("Answer yes or no."),
    "not_a_phone": N_(
        "This is not a phone number. Write it with its code, for example +7 495 123-45-67, and an "
        "extension after it: +7 495 123-45-67 ext. 12."
    ),
    "not_an_email": N_("This is not an e-mail address. Write it like name@company.com."),
    "not_an_inn": N_("An INN has 10 digits (organisation) or 12 digits (person). Check it."),
    "inn_of_another_client": N_(
        "The INN %(inn)s is that of “%(name)s”. If it is this client, write that name; otherwise correct the INN."
    ),
    "record_retired": N_("“%(name)s” is not in use any more. Choose another one."),
    "record_unknown": N_("There is no “%(name)s” here, and none may be added. Choose one that is known."),
    "inn_check_digit": N_("There is a slip in this INN: its check digit does not match. Check every digit."),
}
"""The sentence of every problem of `workflows.domain.facts.values`, complete by test."""
