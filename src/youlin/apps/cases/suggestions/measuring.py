"""Declared words as a way of guessing, to measure a model beside them."""

from collections.abc import Iterable

from youlin.apps.cases.selectors.categories import categories
from youlin.apps.cases.selectors.rows import CategoryRow
from youlin.apps.cases.suggestions import keywords
from youlin.apps.cases.suggestions.learning import Guesser


def by_keywords(district: str) -> Guesser:
    """What the declared words of the district say, read once."""
    return by_words_of(categories(district, reportable_only=False))


def by_words_of(rows: Iterable[CategoryRow]) -> Guesser:
    """What the words of these categories say."""
    leaves = [row for row in rows if row.is_leaf]
    return lambda one: [found.code for found in keywords.suggest(leaves, one.text, limit=3)]
