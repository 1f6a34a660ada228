"""Names of areas as people say and read them: without the office in them, and in Latin letters."""

import re

import pypinyin

OFFICES = (
    ("社区居民委员会", ""),
    ("社区居委会", ""),
    ("居民委员会", ""),
    ("居委会", ""),
    ("村民委员会", "村"),
    ("村委会", "村"),
    ("社区", ""),
)
"""What an official name ends in, and what remains of it in speech."""

KINDS = (
    ("社区居民委员会", "Community"),
    ("社区居委会", "Community"),
    ("居民委员会", "Community"),
    ("居委会", "Community"),
    ("社区", "Community"),
    ("村民委员会", "Village"),
    ("村委会", "Village"),
    ("村", "Village"),
    ("街道", "Subdistrict"),
    ("地区", "Area"),
    ("镇", "Town"),
    ("乡", "Township"),
    ("区", "District"),
    ("县", "County"),
    ("市", ""),
)

UNSAID = ("街道", "地区", " Subdistrict", " Community", " Area")
"""What a label on a map leaves out of a spoken name."""

SAID = {
    "大栅栏": "da shi lan",
    "什刹海": "shi cha hai",
    "朝阳": "chao yang",
    "长辛店": "chang xin dian",
    "长阳": "chang yang",
    "长沟": "chang gou",
}
"""Names that are not said as their characters are read elsewhere, as their own signs spell them."""

_SAID = re.compile("|".join(SAID))
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def short(name: str) -> str:
    """三里河一区社区居委会 → 三里河一区; 北坞村村委会 → 北坞村. A name of two characters or fewer stays."""
    for ending, kept in OFFICES:
        stem = name.removesuffix(ending)
        if stem != name and stem:
            return stem if kept and stem.endswith(kept) else stem + kept
    return name


def label(name: str) -> str:
    """A spoken name as it stands on a map, where the kind goes without saying: 月坛街道 → 月坛.

    Only where at least two characters remain; towns and villages keep theirs, because people say it.
    """
    for ending in UNSAID:
        stem = name.removesuffix(ending)
        if stem != name and len(stem) > 1:
            return stem
    return name


def romanise(name: str) -> str:
    """The name in Hanyu Pinyin with its kind in English: 月坛街道 → Yuetan Subdistrict. "" if not Chinese."""
    if not _CHINESE.search(name):
        return ""
    stem, kind = next(
        (
            (name.removesuffix(ending), kind)
            for ending, kind in KINDS
            if name.endswith(ending) and len(name) > len(ending) + 1
        ),
        (name, ""),
    )
    if kind == "Village" and len(stem) > 2:
        stem = stem.removesuffix("村")
    word = "".join(_joined(syllable, i) for i, syllable in enumerate(_syllables(stem)))
    return f"{word[:1].upper()}{word[1:]} {kind}".strip()


def _syllables(stem: str) -> list[str]:
    known = _SAID.search(stem)
    if known is None:
        return pypinyin.lazy_pinyin(stem, errors="default")
    before, after = stem[: known.start()], stem[known.end() :]
    return [*_syllables(before), *SAID[known.group()].split(), *_syllables(after)]


def _joined(syllable: str, place: int) -> str:
    """A syllable that begins with a vowel is set off within a word: Xi'an."""
    return f"'{syllable}" if place and syllable[:1] in "aoe" else syllable
