"""A district's areas in memory: names and dates by code, for what every page asks."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import get_language

from youlin.apps.areas import profiles, versions
from youlin.apps.areas.models import Area, spoken

SEPARATOR = " · "


class Entry(NamedTuple):
    """What is kept of an area, living or not."""

    code: str
    level: str
    name: str
    name_en: str
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the area is there on that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def short_name(self) -> str:
        """The name as it is said, in the language of the page."""
        return spoken(self.name, self.name_en)


class Tree:
    """All areas born in one district, and the name paths asked for so far."""

    def __init__(self, district: str) -> None:
        columns = Area.objects.filter(district=district).values_list(*Entry._fields)
        self.entries = {row[0]: Entry(*row) for row in columns}
        self._paths: dict[tuple[str, str, bool], str] = {}

    def path(self, code: str, *, within: bool = False) -> str:
        """Names from the district (`within`: from below it) down; unknown codes are left out, an unknown leaf
        is its code."""
        key = (get_language() or "", code, within)
        if key not in self._paths:
            profile = profiles.active()
            shard = profile.width(profile.shard) + within
            codes = [above for above in reversed(profile.ancestors(code)) if len(above) >= shard]
            shown = [self.entries[above].short_name for above in codes if above in self.entries]
            leaf = self.entries.get(code)
            self._paths[key] = SEPARATOR.join([*shown, leaf.short_name if leaf else code])
        return self._paths[key]


def of(code: str) -> Tree:
    """The tree of the district that `code` belongs to."""
    profile = profiles.active()
    district = profile.district(code)
    version = versions.of(district, profile.width(profile.shard))
    return versions.cached("tree", district, version, lambda: Tree(district))
