"""From text to tokens, the same way for what is stored and for what is asked.

Chinese has no blanks between words, so its tokens are all pairs of neighbouring characters and, at the end
of a run, the single last one: two characters are found by their pair, one by every token that begins with it.
Other scripts have words. Each token begins with a short mark of its district and kind, so that the index
itself keeps districts apart.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

MAX_LENGTH = 20_000
"""Characters of a document that are indexed."""

_WORD_AT_MOST = 40
_HAN = r"々〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffffぁ-ヿ가-힯"
_MARKS = r"\u0300-\u036f\u064b-\u065f\u0f18\u0f19\u0f35\u0f37\u0f39\u0f71-\u0fbc"
_RUNS = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>(?:(?![{_HAN}])(?:[^\W_]|[{_MARKS}]))+)")
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), " ")
_SCOPE_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Asked(NamedTuple):
    """A token that must be there: itself, or (`begins`) any token that begins with it."""

    text: str
    begins: bool


def normal(text: str) -> str:
    """`text` in the form it is compared in: full and half width, capitals and kinds of blanks made one."""
    plain = text if text.isprintable() else text.translate(_CONTROLS)
    return " ".join(unicodedata.normalize("NFKC", plain).casefold().split())


def of_document(text: str) -> set[str]:
    """The tokens of a text that is in normal form."""
    found: set[str] = set()
    for run in _RUNS.finditer(text[:MAX_LENGTH]):
        signs = run.group()
        if run.lastgroup == "han":
            found.update(map("".join, zip(signs, signs[1:], strict=False)))
            found.add(signs[-1])
        else:
            found.add(signs[:_WORD_AT_MOST])
    return found


def of_term(term: str) -> list[Asked]:
    """The tokens a document must have to contain `term`, a text in normal form without blanks."""
    runs = list(_RUNS.finditer(term))
    return [asked for run in runs for asked in _of_run(run, ends=run.end() == len(term))]


def is_exact(term: str) -> bool:
    """Whether having the tokens of `term` is the same as containing it, so that nothing is left to verify."""
    run = _RUNS.fullmatch(term)
    return bool(run and run["han"] and len(term) <= 2)


def is_chinese(term: str) -> bool:
    """Whether `term` is one run of Chinese: whatever contains it has its tokens."""
    run = _RUNS.fullmatch(term)
    return bool(run and run["han"])


@lru_cache(maxsize=4096)
def scope(district: str, kind: str) -> str:
    """The mark of a district's documents of a kind: three characters. Two may share one; queries check."""
    number = int.from_bytes(hashlib.blake2b(f"{district}|{kind}".encode(), digest_size=4).digest(), "big")
    signs = ""
    for _place in range(3):
        number, rest = divmod(number, 36)
        signs += _SCOPE_SIGNS[rest]
    return signs


def _of_run(run: re.Match[str], *, ends: bool) -> Iterator[Asked]:
    """A word at the end of what was typed may still go on; so may one Chinese character."""
    word, signs = run["word"], run["han"]
    if word:
        yield Asked(word[:_WORD_AT_MOST], begins=ends and len(word) > 1)
    elif len(signs) == 1:
        yield Asked(signs, begins=True)
    else:
        for first, second in zip(signs, signs[1:], strict=False):
            yield Asked(first + second, begins=False)
