"""Words about cases: personal data taken out of free text, titles, number prefixes. Pure."""

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from youlin.kernel import privacy

_SENTENCE = re.compile(r"[。！？!?\n；;]")
_OFFICE = re.compile(r"(?:自治)?(?:区|县|市|州|旗|新区)$")

TITLE_LENGTH = 40


def without_personal(text: str) -> str:
    """`text` with phone, identity, card and plate numbers and mail addresses masked."""
    return privacy.mask_text(text)


def title_of(text: str, category_name: str) -> str:
    """A title from the first sentence of what was written, without personal data; else the category's name."""
    first = next((part.strip() for part in _SENTENCE.split(text) if part.strip()), "")
    first = without_personal(first)
    if not first:
        return category_name
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


@lru_cache(maxsize=1024)
def number_prefix(district_name: str) -> str:
    """The letters before a number: the initials of the district (西城区 → XC), two to four of them."""
    name = _OFFICE.sub("", district_name) if len(district_name) > 2 else district_name
    if name.isascii():
        letters = "".join(letter for letter in name.upper() if "A" <= letter <= "Z")[:3]
    else:
        letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore")).upper()[:4]
    return letters if len(letters) >= 2 and letters.isalpha() and letters.isascii() else "YL"
