"""What duties need to know of areas: which districts there are, the line of areas above a code, prefixes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from youlin.apps.areas import profiles, versions
from youlin.apps.areas import selectors as areas
from youlin.kernel.errors import NotFound

_LAST = "zzzz"
"""Sorts behind every continuation of a code, in every collation, because codes are digits and letters."""


@dataclass(frozen=True)
class Place:
    """One area on the way up."""

    code: str
    name: str
    level: str


@dataclass(frozen=True)
class Reach:
    """All districts of the installation, and which of them share ground since a merger."""

    districts: tuple[str, ...]
    merged: dict[str, frozenset[str]]

    def of(self, district: str) -> frozenset[str]:
        """The shards in which rows of this district's ground lie."""
        return self.merged.get(district, frozenset({district}))


def inside(column: str, prefix: str) -> Q:
    """Rows whose code begins with the prefix: a range, which an index answers, and the exact test."""
    return Q(**{f"{column}__gte": prefix, f"{column}__lte": prefix + _LAST, f"{column}__startswith": prefix})


def prefixes(code: str) -> list[str]:
    """Every beginning of a code, longest first, itself included."""
    return [code[:length] for length in range(len(code), 0, -1)]


def reach() -> Reach:
    """The districts of the installation; kept in memory until areas change, as `areas` keeps its names."""
    width = profiles.active().width(profiles.active().shard)
    return versions.cached("duties.reach", "", versions.of("", width), _reach)


def _reach() -> Reach:
    merged: dict[str, frozenset[str]] = {}
    for district in areas.districts():
        shards = frozenset(areas.shards(district.code))
        for shard in shards:
            merged[shard] = merged.get(shard, frozenset()) | shards
    return Reach(tuple(sorted(merged)), merged)


def district_of(code: str) -> str:
    """The district a code lies in now, by the code alone."""
    return profiles.active().district(code)


def line(code: str, at: datetime) -> list[Place]:
    """The area and those above up to the district, nearest first; its main heir if it is retired."""
    if not areas.live(code, at) and (heirs := areas.resolve_now(code)):
        code = heirs[0][0]
    district = district_of(code)
    codes = [code, *(above for above in areas.ancestors(code) if len(above) >= len(district))]
    return [Place(one, areas.short_name(one), areas.level(one)) for one in codes]


def at_levels(district: str, level: str, at: datetime) -> list[Place]:
    """The areas of one level in a district at a moment, by code."""
    return [Place(one.code, one.short_name, one.level) for one in areas.subtree(district, level=level, at=at)]


def above_districts(code: str) -> bool:
    """Whether the code stands for more than a district: a city, a province."""
    return len(code) < profiles.active().width(profiles.active().shard)


def districts_under(code: str) -> list[str]:
    """The districts of the installation at or under a code."""
    return [district for district in reach().districts if district.startswith(code)]


def unknown(district: str, codes: Iterable[str]) -> list[str]:
    """Those of `codes` that are no areas of the district, living or not."""
    shards = reach().of(district)
    return [code for code in codes if district_of(code) not in shards or not _exists(code)]


def _exists(code: str) -> bool:
    try:
        areas.get(code)
    except NotFound:
        return False
    return True
