"""What the codes in a column are called: as a table of the district names them, or in words that an app knows."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from youlin.kernel.datasets.declaring import Named, Names
from youlin.kernel.languages import in_both


def by_table(model: type[Model], code: str = "code", name: str = "name", name_en: str = "name_en") -> Named:
    """As the rows of a table are called, Chinese and English, also those that were retired. One query.

    `code`, `name` and `name_en` are paths of fields; of several rows with one code the newest counts.
    """

    def ask(district: str) -> dict[str, Names]:
        rows: Any = model._default_manager.filter(district=district).order_by("pk")
        return {key: (zh, en) for key, zh, en in rows.values_list(code, name, name_en)}

    return ask


def by_words(words: Mapping[str, object]) -> Named:
    """As an app's translated words call them. No query."""

    def ask(district: str) -> dict[str, Names]:
        chinese, english = in_both(lambda: [str(word) for word in words.values()])
        return dict(zip(words, zip(chinese, english, strict=True), strict=True))

    return ask
