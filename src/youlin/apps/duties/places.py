"""What duties need to know of areas: which districts there are, the line of areas above a code, prefixes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from youlin.apps.areas import selectors as areas

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
    return Q(
        **{f"{column}__gte": prefix, f"{column}__lte": prefix + _LAST, f"{column}__startswith": prefix}
    )


def prefixes(code: str) -> list[str]:
    """Every beginning of a code, longest first, itself included."""
    return [code[:length] for length in range(len(code), 0, -1)]


def reach() -> Reach:
    """The districts of the installation. One query."""
    raise NotImplementedError


def line(code: str, at: datetime) -> list[Place]:
    """The area and those above it, nearest first; a retired area is followed to its successor."""
    raise NotImplementedError


def at_levels(district: str, levels: Iterable[str]) -> list[Place]:
    """The areas of a district that stand now, at the given levels, by code."""
    raise NotImplementedError


__all__ = ["Place", "Reach", "areas", "at_levels", "inside", "line", "prefixes", "reach"]
