"""What the values of a column are called in a district, as the app says whose rows they are."""

from collections.abc import Callable, Collection, Mapping

from youlin.apps.areas import selectors as areas
from youlin.kernel import datasets
from youlin.kernel.datasets import Names
from youlin.kernel.languages import in_language

_AREAS = ("area", "area_at_event")


def names(dataset: str, column: str, district: str, keys: Collection[str]) -> dict[str, str]:
    """Names by code in the reader's language; a code that nobody names is missing. At most one query."""
    if column in _AREAS:
        return {code: areas.short_name(code) for code in keys if code}
    return {code: in_language(*told) for code, told in Named(district).of(dataset, column).items()}


class Named:
    """The names of a district's codes; what several columns share is asked for once."""

    def __init__(self, district: str) -> None:
        self._district = district
        self._known: dict[Callable[[str], Mapping[str, Names]], Mapping[str, Names]] = {}

    def of(self, dataset: str | None, column: str) -> Mapping[str, Names]:
        """What the codes of a column are called, Chinese and English; empty where nobody names them."""
        found = next((one for one in _columns(dataset) if one.name == column), None)
        if found is None or found.named is None or found.values:
            return found.values if found else {}
        if found.named not in self._known:
            self._known[found.named] = found.names(self._district)
        return self._known[found.named]


def _columns(dataset: str | None) -> tuple[datasets.Column, ...]:
    try:
        return datasets.get(dataset).columns if dataset else ()
    except KeyError:
        return ()
