"""Numbers that the state and the banks give out, with their check digits.

`python-stdnum` knows those of taxpayers and of the register (`reading.py`); it has none of these.
"""

import re

from workflows.domain.reading.contacts_and_amounts import Unread

_APART = re.compile(r"[\s-]")
_KPP = re.compile(r"\d{4}[\dA-Z]{2}\d{3}", re.ASCII)
_BIK = re.compile(r"(?:04|0[0-2])\d{7}", re.ASCII)
_WEIGHTS = (7, 1, 3)
FIRST_SNILS_WITH_DIGITS = 1_001_998
"""Numbers up to 001-001-998 have no check digits (PFR order 192p)."""


def bik_in(words: str) -> str | Unread:
    """Return the identification code of a bank: nine digits that begin with those of Russia (Bank of Russia 732-P)."""
    digits = _APART.sub("", words)
    return digits if _BIK.fullmatch(digits) else Unread("not_a_bik", {})


def kpp_in(words: str) -> str | Unread:
    """Return the code of the reason for registration: nine characters, the fifth and sixth may be letters."""
    code = _APART.sub("", words).upper()
    return code if _KPP.fullmatch(code) else Unread("not_a_kpp", {})


def snils_in(words: str) -> str | Unread:
    """Return the number of a pension account: eleven digits, the last two check the others."""
    digits = _APART.sub("", words)
    if not re.fullmatch(r"\d{11}", digits, re.ASCII):
        return Unread("not_a_snils", {})
    number, check = digits[:9], int(digits[9:])
    total = sum(int(digit) * (9 - at) for at, digit in enumerate(number))
    if int(number) >= FIRST_SNILS_WITH_DIGITS and total % 101 % 100 != check:
        return Unread("snils_check_digits", {})
    return digits


def account_in(words: str) -> str | Unread:
    """Return the number of a bank account: twenty digits. Its check digit belongs to the bank: `belongs_to`."""
    digits = _APART.sub("", words.replace(".", ""))
    return digits if re.fullmatch(r"\d{20}", digits, re.ASCII) else Unread("not_an_account", {})


def belongs_to(account: str, bik: str) -> bool:
    """Whether the check digit of an account fits the bank of a BIK (Bank of Russia 579-P, 515).

    An account with the Bank of Russia itself is checked with the region of the BIK instead of the bank's number.
    """
    is_of_central_bank = bik[6:] in ("000", "001", "002") or account.startswith(("301", "03"))
    bank = f"0{bik[4:6]}" if is_of_central_bank else bik[6:]
    return sum(int(digit) * _WEIGHTS[at % 3] % 10 for at, digit in enumerate(bank + account)) % 10 == 0
