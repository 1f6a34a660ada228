"""Numbers that registers give out, and their check digits. A wrong digit warns; real numbers do fail."""

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: digits and capitals without I, O, S, V, Z; the value of a character is its place."""

_CREDIT_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_RESIDENT_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_ID_CHECKS = "10X98765432"
_CREDIT_CODE = re.compile(rf"[{CREDIT_CODE_ALPHABET}]{{18}}\Z")
_RESIDENT_ID = re.compile(r"\d{17}[\dX]\Z")
_SEPARATORS = re.compile(r"[\s\-‐–—]+")


class Checked(NamedTuple):
    """A number in its normal form, and what looks wrong with it (empty when nothing does)."""

    value: str
    warnings: list[str]

    @property
    def ok(self) -> bool:
        """Whether nothing looks wrong."""
        return not self.warnings


def normalise(text: str) -> str:
    """Capitals, ASCII digits, no blanks or hyphens: the form in which a number is stored and compared."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def credit_code_check(first_17: str) -> str:
    """The 18th character of a unified social credit code: (31 − Σ value·weight mod 31) mod 31.

    `first_17` must be of the alphabet; other characters raise `ValueError`.
    """
    total = sum(
        CREDIT_CODE_ALPHABET.index(character) * weight
        for character, weight in zip(first_17, _CREDIT_CODE_WEIGHTS, strict=True)
    )
    return CREDIT_CODE_ALPHABET[-total % 31]


def check_credit_code(text: str) -> Checked:
    """A unified social credit code (统一社会信用代码) with warnings, never refused."""
    value = normalise(text)
    if len(value) != 18:
        return Checked(value, [_("统一社会信用代码应为 18 位，这里是 %(n)d 位") % {"n": len(value)}])
    if not _CREDIT_CODE.match(value):
        return Checked(value, [_("统一社会信用代码只含数字和大写字母，不含 I、O、S、V、Z")])
    if credit_code_check(value[:17]) != value[17]:
        return Checked(value, [_("统一社会信用代码的校验位不符，请核对；如证照如此，可照录")])
    return Checked(value, [])


def resident_id_check(first_17: str) -> str:
    """The last character of a resident id (GB 11643): the weighted sum modulo 11 in `10X98765432`."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _RESIDENT_ID_WEIGHTS, strict=True))
    return _RESIDENT_ID_CHECKS[total % 11]


def check_resident_id(text: str) -> Checked:
    """A resident identity number (居民身份证号) with warnings, never refused."""
    value = normalise(text)
    if len(value) != 18:
        return Checked(value, [_("身份证号应为 18 位，这里是 %(n)d 位") % {"n": len(value)}])
    if not _RESIDENT_ID.match(value):
        return Checked(value, [_("身份证号应为 17 位数字加一位数字或 X")])
    warnings = []
    if birth_date(value) is None:
        warnings.append(_("身份证号中的出生日期不存在，请核对"))
    if resident_id_check(value[:17]) != value[17]:
        warnings.append(_("身份证号的校验位不符，请核对；如证件如此，可照录"))
    return Checked(value, warnings)


def birth_date(resident_id: str) -> date | None:
    """The birth date in places 7 to 14 of a normalised resident id, or None when there is no such day."""
    try:
        return date(int(resident_id[6:10]), int(resident_id[10:12]), int(resident_id[12:14]))
    except ValueError:
        return None


def check(kind: str, text: str) -> Checked:
    """A number of any kind: the kinds with a known check digit are checked, all are normalised."""
    if kind == "resident_id":
        return check_resident_id(text)
    if kind == "credit_code":
        return check_credit_code(text)
    return Checked(normalise(text), [])
