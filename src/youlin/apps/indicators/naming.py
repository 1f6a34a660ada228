"""What the values of a breakdown are called: as the dataset declares them, else as the apps name their codes."""

from collections.abc import Collection

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.words import CHANNELS
from youlin.kernel import datasets
from youlin.kernel.languages import in_language

_CATEGORIES = ("category", "category_class")


def names(dataset: str, column: str, district: str, keys: Collection[str]) -> dict[str, str]:
    """Names by code; a code that nobody names is missing. At most one query."""
    found = datasets.get(dataset)
    declared = {one.name: one for one in found.columns}[column].values if column else {}
    if declared:
        return {code: in_language(*told) for code, told in declared.items()}
    if column in _CATEGORIES:
        return {one.code: one.name for one in cases.categories(district, reportable_only=False)}
    if column == "channel":
        return {code: str(name) for code, name in CHANNELS.items()}
    if column in ("area", "area_at_event"):
        return {code: areas.short_name(code) for code in keys if code}
    return {}
