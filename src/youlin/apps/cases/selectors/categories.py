"""Categories to choose from, and those that a text speaks of."""

from functools import lru_cache

import rjieba
from rapidfuzz import fuzz

from youlin.apps.cases import attributes
from youlin.apps.cases.models import Category
from youlin.apps.cases.selectors.rows import CategoryRow, Suggestion
from youlin.apps.cases.workflow.table import in_language

_LEAST = 30
_KEYWORD, _NAME, _SOUND, _WORD = 40, 50, 25, 12
"""Points for a keyword found, the category's whole name, a keyword nearly found, a shared word."""
_NEARLY = 85


def categories(district: str, *, reportable_only: bool = True) -> tuple[CategoryRow, ...]:
    """The categories in force in a district, in their declared order; classes and leaves alike. One query."""
    rows = list(_in_force(district))
    codes = {row.code for row in rows}
    parent = {code: _parent(code, codes) for code in codes}
    parents = set(parent.values())
    return tuple(
        CategoryRow(
            code=row.code,
            name=in_language(row.name, row.name_en),
            description=in_language(row.description, row.description_en),
            parent=parent[row.code],
            official_code=row.official_code,
            case_type=row.case_type,
            reportable=row.reportable,
            is_leaf=row.code not in parents,
            keywords=tuple(row.keywords),
            attributes=attributes.questions(row),
        )
        for row in rows
        if row.reportable or not reportable_only
    )


def suggest_categories(district: str, text: str, *, limit: int = 4) -> tuple[Suggestion, ...]:
    """The categories that a text speaks of, the likeliest first, each with the words that say so.

    A declared keyword weighs most, then the category's name, a keyword with a slip of the pen, a shared word.
    """
    plain = text.strip().lower()[:1000]
    if not plain:
        return ()
    words = _words(plain)
    rows = [row for row in categories(district) if row.is_leaf]
    found = [one for row in rows if (one := _judged(row, plain, words)) is not None]
    return tuple(sorted(found, key=lambda one: -one.score)[:limit])


def _parent(code: str, codes: set[str]) -> str:
    """The nearest class above that is declared; "" at the top."""
    above = code.rpartition(".")[0]
    while above and above not in codes:
        above = above.rpartition(".")[0]
    return above


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


def _in_force(district: str) -> list[Category]:
    rows = Category.objects.filter(district=district, retired_at__isnull=True)
    return list(rows.order_by("position", "code"))
