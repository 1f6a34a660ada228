"""Categories offered for a text: by the district's model and by declared words, the better of the two first.

Which is better was measured on the district's own later cases when the model was learned.
"""

from youlin.apps.cases.selectors.categories import categories
from youlin.apps.cases.selectors.rows import CategoryRow, Suggestion
from youlin.apps.cases.suggestions import keywords, storage
from youlin.apps.cases.suggestions.model import Model

LEAST_SURE = 0.15
"""Below this probability the model says nothing: declared words speak instead."""


def suggest_categories(
    district: str, text: str, *, limit: int = 4, reportable_only: bool = True
) -> tuple[Suggestion, ...]:
    """The categories that a text speaks of, the likeliest first, each with the words that say so.

    Only categories in force, with `reportable_only` those that residents may choose. One query.
    """
    if not text.strip():
        return ()
    rows = {row.code: row for row in categories(district, reportable_only=reportable_only) if row.is_leaf}
    model = storage.load(district)
    by_model = _by_model(model, text, rows, limit) if model else ()
    by_words = keywords.suggest(rows.values(), text, limit=limit)
    leads = model is not None and bool(model.about.get("leads"))
    found: dict[str, Suggestion] = {}
    for one in (*by_model, *by_words) if leads else (*by_words, *by_model):
        found.setdefault(one.code, one)
    return tuple(found.values())[:limit]


def _by_model(model: Model, text: str, rows: dict[str, CategoryRow], limit: int) -> tuple[Suggestion, ...]:
    guesses = (one for one in model.guess(text, limit=limit) if one.category in rows)
    return tuple(
        Suggestion(one.category, rows[one.category].name, round(100 * one.probability), one.words)
        for one in guesses
        if one.probability >= LEAST_SURE and one.words
    )
