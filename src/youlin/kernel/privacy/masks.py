"""What a datum looks like to somebody who may know that it is there but need not read it.

Masks follow the habits of the field (DOMAIN 10): a phone keeps 3 + 4 characters, an identity number 6 + 4,
a name its first character, an address everything down to the street, without house and door.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import partial

_STAR = "*"


def mask_phone(value: str) -> str:
    """`138****5678`; a short number keeps its last two digits."""
    text = unicodedata.normalize("NFKC", value).strip()
    return _keep(text, 3, 4) if len(text) >= 9 else _keep(text, 0, 2)


def mask_id(value: str) -> str:
    """`110102********0034`: an identity number without date of birth; the place of issue stays."""
    text = unicodedata.normalize("NFKC", value).strip()
    return _keep(text, 6, 4) if len(text) >= 15 else _keep(text, 2, 2)


def mask_name(value: str) -> str:
    """`王**`: the first character. As many stars as there are characters, at most three."""
    text = value.strip()
    return text[:1] + _STAR * min(len(text) - 1, 3) if len(text) > 1 else _STAR * len(text)


def mask_email(value: str) -> str:
    """`w***@example.cn`."""
    name, at, host = value.strip().rpartition("@")
    return f"{name[:1]}***@{host}" if at else _keep(value.strip(), 1, 0)


def mask_address(value: str) -> str:
    """An address down to its street: everything from the house number on is hidden.

    An address without a recognisable number keeps its first half, at most twelve characters.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    number = _HOUSE.search(text)
    if number and number.start() == 0 and text.isascii():
        return "***" + text[number.end() :]
    if number:
        return text[: number.start()] + "***"
    streets = list(_STREET.finditer(text))
    end = streets[-1].end() if streets else min(len(text) // 2, 12)
    return text[:end] + ("***" if end < len(text) else "")


def mask_plate(value: str) -> str:
    """`京A***78`: the place of registration and the last two characters."""
    return _keep(value.strip(), 2, 2)


def mask_text(value: str) -> str:
    """Free text with every phone, identity, card and plate number and mail address in it masked.

    Names cannot be told from other words and stay: do not publish what people write without reading it.
    """
    for form, mask in _IN_TEXT:
        value = form.sub(partial(_masked, mask), value)
    return value


def has_personal_numbers(value: str) -> bool:
    """Whether `mask_text` would hide anything."""
    return mask_text(value) != value


def _masked(mask: Callable[[str], str], found: re.Match[str]) -> str:
    return mask(found[0])


def _keep(text: str, first: int, last: int) -> str:
    """Stars for all but the first and last characters; nothing is kept of what is too short to hide."""
    hidden = len(text) - first - last
    if hidden < 2:
        return _STAR * len(text)
    return text[:first] + _STAR * hidden + text[len(text) - last :]


def _mask_digits(text: str, first: int, last: int, of: int = 0) -> str:
    """Like `_keep`, counting digits only (`of`: the last so many); blanks and dashes between them stay."""
    places = [place for place, sign in enumerate(text) if sign.isdigit() or sign in "xXｘＸ"][-of:]
    hidden = set(places[first : len(places) - last])
    return "".join(_STAR if place in hidden else sign for place, sign in enumerate(text))


_NUMERAL = "〇零一二三四五六七八九十百"
_HOUSE = re.compile(
    rf"[甲乙丙丁]?(?:[0-9]+(?:[-之][0-9]+)?|[{_NUMERAL}]+)\s*(?:号|弄|栋|幢|单元)"
    r"|(?:[甲乙丙丁A-Za-z]?[0-9]+|(?<![A-Za-z])[A-Za-z])\s*(?:座|楼|室|门|户|层|#)"
    r"|[0-9]{1,5}(?=[-\s,，]|\Z)"
)
_STREET = re.compile(r"街道|大街|胡同|[路街巷道里村镇乡园苑区]")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE_SIGN = "A-HJ-NP-Za-hj-np-z0-9"
_ID_PLACE = r"(?<!\d)(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])\d{4}"
_IN_TEXT: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(r"[A-Za-z0-9][\w.+-]*@[\w-]+(?:\.[\w-]+)+"), mask_email),
    (
        re.compile(rf"[{_PROVINCES}][A-Za-z][·•.\s-]?[{_PLATE_SIGN}]{{4,5}}[{_PLATE_SIGN}挂学警港澳]"),
        mask_plate,
    ),
    (
        re.compile(_ID_PLACE + r"[ -]?\d{4}[ -]?\d{4}[ -]?\d{3}[\dXxＸｘ](?!\d)"),
        partial(_mask_digits, first=6, last=4),
    ),
    (re.compile(_ID_PLACE + r"\d{9}(?!\d)"), partial(_mask_digits, first=6, last=3)),
    (
        re.compile(r"(?<!\d)(?:62|[3-5]\d)\d{2}(?:[ -]?\d{4}){3}\d{0,3}(?!\d)"),
        partial(_mask_digits, first=4, last=4),
    ),
    (
        re.compile(r"(?<!\d)(?:[+＋]?86[ -]?)?1[3-9]\d(?:[ -]?\d){8}(?!\d)"),
        partial(_mask_digits, first=3, last=4, of=11),
    ),
    (
        re.compile(r"(?<!\d)(?:[(（]0\d{2,3}[)）]|0\d{2,3})[ -]?[2-9]\d{6,7}(?!\d)"),
        partial(_mask_digits, first=4, last=2),
    ),
)
