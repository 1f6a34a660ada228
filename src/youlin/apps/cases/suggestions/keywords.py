"""Categories that a text speaks of by the words that programmes declare for them."""

from collections.abc import Iterable
from functools import lru_cache

import rjieba
from rapidfuzz import fuzz

from youlin.apps.cases.selectors.rows import CategoryRow, Suggestion

_LEAST = 30
_KEYWORD, _NAME, _SOUND, _WORD = 40, 50, 25, 12
"""Points for a keyword found, the category's whole name, a keyword nearly found, a shared word."""
_NEARLY = 85


def suggest(rows: Iterable[CategoryRow], text: str, *, limit: int) -> tuple[Suggestion, ...]:
    """The likeliest of these categories first, each with the words that say so.

    A declared keyword weighs most, then the category's name, a keyword with a slip of the pen, a shared word.
    """
    plain = text.strip().lower()[:1000]
    if not plain:
        return ()
    words = _words(plain)
    found = [one for row in rows if row.is_leaf and (one := _judged(row, plain, words)) is not None]
    return tuple(sorted(found, key=lambda one: -one.score)[:limit])


def _judged(row: CategoryRow, text: str, words: frozenset[str]) -> Suggestion | None:
    score, why = 0, []
    for keyword in row.keywords:
        if keyword.lower() in text:
            score += _KEYWORD + min(3 * len(keyword), 15)
            why.append(keyword)
        elif len(keyword) >= 4 and fuzz.partial_ratio(keyword.lower(), text) >= _NEARLY:
            score += _SOUND
            why.append(keyword)
    if row.name.lower() in text:
        score += _NAME
        why.append(row.name)
    shared = (_words(row.name.lower()) | _words(row.description.lower())) & words - _words_of(row.keywords)
    score += min(_WORD * len(shared), 2 * _WORD)
    why += sorted(shared)
    if score < _LEAST:
        return None
    return Suggestion(row.code, row.name, min(score, 100), tuple(dict.fromkeys(why)))


def _words_of(keywords: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for keyword in keywords for word in _words(keyword.lower()))


@lru_cache(maxsize=8192)
def _words(text: str) -> frozenset[str]:
    """The words of a text that mean something: two characters or more."""
    return frozenset(word for word in rjieba.cut(text) if len(word.strip()) >= 2)
