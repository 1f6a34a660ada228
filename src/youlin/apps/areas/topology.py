"""Proof that areas fit together: nothing overlaps, nothing is left out, nothing hangs in the air.

Overlays are made in degrees, where borders are straight, and measured in square metres (`geometry.metric`).
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from youlin.apps.areas import maps, profiles
from youlin.apps.areas.geometry import metric
from youlin.apps.areas.models import Area, holds_on

ERROR, NOTE = "error", "note"
TOLERANCE_M2 = 1.0
SLIVER_M2, SLIVER_SHARE = 100.0, 0.0001
"""A place that is no larger than this, and no larger a share of the area it belongs to, is a sliver: two lines drawn
at different times that do not quite meet. Published boundaries have them; they are told and are no error."""
NAMED = 10
INVALID, OVERLAP, GAP, OUTSIDE = "invalid_ring", "overlap", "gap", "outside_parent"
ORPHAN, DUPLICATE, MISSING = "orphan_code", "duplicate", "no_polygon"
KINDS = {
    INVALID: gettext_lazy("边界线有误"),
    OVERLAP: gettext_lazy("重叠"),
    GAP: gettext_lazy("空隙"),
    OUTSIDE: gettext_lazy("超出上级"),
    ORPHAN: gettext_lazy("没有上级"),
    DUPLICATE: gettext_lazy("重复"),
    MISSING: gettext_lazy("没有边界"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong (`error`) or worth knowing (`note`). `geometry` is the place itself, if any."""

    kind: str
    severity: str
    level: str
    codes: tuple[str, ...]
    message: str
    size_m2: float | None = None
    geometry: Any = field(default=None, repr=False, compare=False)

    @property
    def point(self) -> tuple[float, float] | None:
        """lon, lat of a point in the place."""
        if self.geometry is None or self.geometry.is_empty:
            return None
        point = shapely.point_on_surface(self.geometry)
        return float(point.x), float(point.y)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "level": self.level,
            "codes": list(self.codes),
            "message": self.message,
            "size_m2": None if self.size_m2 is None else round(self.size_m2, 2),
            "point": self.point,
        }


@dataclass
class Report:
    """What was checked and found. `areas` and `polygons` count by level."""

    prefix: str
    day: date
    tolerance_m2: float
    areas: dict[str, int] = field(default_factory=dict)
    polygons: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        """The findings that are wrong."""
        return [finding for finding in self.findings if finding.severity == ERROR]

    @property
    def counts(self) -> Counter[str]:
        """Findings by kind."""
        return Counter(finding.kind for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "prefix": self.prefix,
            "day": self.day.isoformat(),
            "tolerance_m2": self.tolerance_m2,
            "areas": self.areas,
            "polygons": self.polygons,
            "ok": not self.errors,
            "counts": dict(self.counts),
            "findings": [finding.as_dict() for finding in self.findings],
        }


@dataclass(frozen=True)
class Layer:
    """The polygons of one level, made valid so that they can be laid over each other."""

    level: str
    codes: list[str]
    polygons: NDArray[np.object_]

    def of(self, code: str) -> Any:
        """The polygon of a code, or None."""
        place = bisect_left(self.codes, code)
        found = place < len(self.codes) and self.codes[place] == code
        return self.polygons[place] if found else None

    def families(self) -> Iterator[tuple[str, slice]]:
        """Each parent with the places of its children (codes are in order, so they lie together)."""
        parents = [profiles.active().parent(code) for code in self.codes]
        for parent in sorted(set(parents)):
            yield parent, slice(bisect_left(parents, parent), bisect_right(parents, parent))


def check(
    prefix: str,
    day: date,
    tolerance_m2: float = TOLERANCE_M2,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Check all areas at and under `prefix` as they are on a day. See `selectors.check`."""
    report = Report(prefix, day, tolerance_m2)
    areas = list(Area.objects.filter(maps.under(prefix), holds_on(day)).order_by("code"))
    report.areas = dict(Counter(area.level for area in areas))
    report.findings += [*_orphans(areas, prefix), *_same_names(areas), *_wrong_districts(areas)]
    layers: dict[str, Layer] = {}
    levels = list(profiles.LEVEL_NAMES)
    for done, level in enumerate(levels, start=1):
        shapes = maps.shapes(prefix, level, day)
        report.polygons[level] = len(shapes)
        here = [area for area in areas if area.level == level]
        report.findings += _missing(here, {shape.code for shape in shapes})
        if shapes:
            report.findings += [*_invalid(shapes), *_duplicates(shapes)]
            layers[level] = layer = _layer(level, shapes)
            report.findings += _overlaps(layer, tolerance_m2)
            report.findings += _against_parents(layer, layers, here, tolerance_m2)
        progress(done, len(levels))
    report.polygons = {level: count for level, count in report.polygons.items() if count}
    report.findings.sort(key=lambda f: (f.severity != ERROR, list(KINDS).index(f.kind), -(f.size_m2 or 0)))
    return report


def _orphans(areas: Sequence[Area], prefix: str) -> Iterator[Finding]:
    profile = profiles.active()
    codes = {area.code for area in areas}
    above = profile.width(profile.shard)
    for area in areas:
        parent = profile.parent(area.code)
        if len(area.code) > max(above, len(prefix)) and parent not in codes:
            words = {"area": area, "parent": parent}
            message = _("%(area)s 的上级 %(parent)s 不存在或已撤销") % words
            yield Finding(ORPHAN, ERROR, area.level, (area.code,), message)


def _same_names(areas: Sequence[Area]) -> Iterator[Finding]:
    siblings: dict[tuple[str, str], list[str]] = defaultdict(list)
    for area in areas:
        siblings[profiles.active().parent(area.code), area.name].append(area.code)
    for (_parent, name), codes in siblings.items():
        if len(codes) > 1:
            words = {"codes": _listed(codes), "name": name}
            message = _("%(codes)s 同名：%(name)s") % words
            yield Finding(DUPLICATE, NOTE, profiles.active().level(codes[0]), tuple(codes), message)


def _wrong_districts(areas: Sequence[Area]) -> Iterator[Finding]:
    for area in areas:
        if area.district != profiles.active().district(area.code):
            words = {"area": area, "district": area.district}
            message = _("%(area)s 记在 %(district)s 名下") % words
            yield Finding(DUPLICATE, ERROR, area.level, (area.code,), message)


def _missing(areas: Sequence[Area], drawn: set[str]) -> Iterator[Finding]:
    """Areas without a polygon: all of a level in one finding if none has one, else by parent."""
    groups: dict[str, list[str]] = defaultdict(list)
    for area in areas:
        if area.code not in drawn:
            groups[profiles.active().parent(area.code) if drawn else ""].append(area.code)
    for codes in groups.values():
        level = profiles.LEVEL_NAMES[areas[0].level]
        words = {"count": len(codes), "level": level, "codes": _listed(codes)}
        message = _("%(count)d 个%(level)s没有边界：%(codes)s") % words
        yield Finding(MISSING, NOTE, areas[0].level, tuple(codes), message)


def _invalid(shapes: Sequence[maps.Shape]) -> Iterator[Finding]:
    polygons = maps.geometries(list(shapes))
    for i in np.flatnonzero(~shapely.is_valid(polygons)).tolist():
        words = {"area": _called(shapes[i]), "why": shapely.is_valid_reason(polygons[i])}
        message = _("%(area)s 的边界线有误：%(why)s") % words
        place = shapely.make_valid(polygons[i])
        yield Finding(INVALID, ERROR, shapes[i].level, (shapes[i].code,), message, geometry=place)


def _duplicates(shapes: Sequence[maps.Shape]) -> Iterator[Finding]:
    normal = shapely.to_wkb(shapely.normalize(maps.geometries(list(shapes))))
    same: dict[bytes, list[maps.Shape]] = defaultdict(list)
    twice = Counter(shape.code for shape in shapes)
    for shape, wkb in zip(shapes, normal, strict=True):
        same[wkb].append(shape)
        if twice[shape.code] > 1:
            twice[shape.code] = 0
            message = _("%(area)s 有两条同时有效的边界") % {"area": _called(shape)}
            yield Finding(DUPLICATE, ERROR, shape.level, (shape.code,), message)
    for group in same.values():
        if len(group) > 1:
            codes = tuple(shape.code for shape in group)
            message = _("%(codes)s 的边界完全相同") % {"codes": _listed(codes)}
            place = shapely.from_wkb(bytes(group[0].wkb))
            yield Finding(DUPLICATE, ERROR, group[0].level, codes, message, geometry=place)


def _layer(level: str, shapes: Sequence[maps.Shape]) -> Layer:
    polygons = maps.geometries(list(shapes))
    bad = ~shapely.is_valid(polygons)
    polygons[bad] = shapely.make_valid(polygons[bad])
    return Layer(level, [shape.code for shape in shapes], polygons)


def _overlaps(layer: Layer, tolerance_m2: float) -> Iterator[Finding]:
    one, other = shapely.STRtree(layer.polygons).query(layer.polygons, predicate="intersects")
    pairs = one < other
    one, other = one[pairs], other[pairs]
    shared = shapely.intersection(layer.polygons[one], layer.polygons[other])
    for i, size in _sized(shared, tolerance_m2):
        codes = (layer.codes[one[i]], layer.codes[other[i]])
        words = {"one": codes[0], "other": codes[1], "size": size}
        message = _("%(one)s 与 %(other)s 重叠 %(size).0f 平方米") % words
        severity = _severity(size, layer.polygons[one[i]], layer.polygons[other[i]])
        yield Finding(OVERLAP, severity, layer.level, codes, message, size, shared[i])


def _against_parents(
    layer: Layer, layers: Mapping[str, Layer], here: Sequence[Area], tolerance_m2: float
) -> Iterator[Finding]:
    """What children have outside their parent, and what they leave of it."""
    profile = profiles.active()
    drawn = set(layer.codes)
    incomplete = {profile.parent(area.code) for area in here if area.code not in drawn}
    for parent, places in layer.families():
        whole = next((found for upper in layers.values() if (found := upper.of(parent)) is not None), None)
        codes, polygons = layer.codes[places], layer.polygons[places]
        if whole is not None:
            yield from _outside(layer.level, parent, whole, codes, polygons, tolerance_m2)
        if layer.level != profiles.DEDICATED_GRID:
            severity = NOTE if parent in incomplete else ERROR
            yield from _gaps(layer.level, parent, whole, polygons, severity, tolerance_m2)


def _outside(
    level: str,
    parent: str,
    whole: Any,
    codes: Sequence[str],
    polygons: NDArray[np.object_],
    tolerance_m2: float,
) -> Iterator[Finding]:
    beyond = shapely.difference(polygons, whole)
    for i, size in _sized(beyond, tolerance_m2):
        words = {"code": codes[i], "parent": parent, "size": size}
        message = _("%(code)s 超出上级 %(parent)s %(size).0f 平方米") % words
        yield Finding(
            OUTSIDE, _severity(size, polygons[i]), level, (codes[i], parent), message, size, beyond[i]
        )


def _gaps(
    level: str, parent: str, whole: Any, polygons: NDArray[np.object_], severity: str, tolerance_m2: float
) -> Iterator[Finding]:
    """Pieces of the parent that no child covers; without the parent's outline, holes among the children."""
    together = shapely.union_all(polygons)
    left = shapely.get_parts(_holes(together) if whole is None else shapely.difference(whole, together))
    for i, size in _sized(left, tolerance_m2):
        words = {"parent": parent, "level": profiles.LEVEL_NAMES[level], "size": size}
        message = _("%(parent)s 之内有 %(size).0f 平方米不属于任何%(level)s") % words
        found = severity if severity == NOTE else _severity(size, together if whole is None else whole)
        yield Finding(GAP, found, level, (parent,), message, size, left[i])


def _holes(polygon: Any) -> Any:
    rings = [ring for part in shapely.get_parts(polygon) for ring in part.interiors]
    return shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings])


def _sized(places: NDArray[np.object_], tolerance_m2: float) -> Iterable[tuple[int, float]]:
    """Index and square metres of the places over the tolerance."""
    for i in np.flatnonzero(shapely.area(places) > 0).tolist():
        size = float(metric.areas_m2([places[i]])[0])
        if size > tolerance_m2:
            yield i, size


def _severity(size: float, *areas: Any) -> str:
    """A sliver is worth a note; what is larger, or a larger share of one of the areas, is an error."""
    if size > SLIVER_M2:
        return ERROR
    return NOTE if size <= SLIVER_SHARE * float(metric.areas_m2(list(areas)).min()) else ERROR


def _called(shape: maps.Shape) -> str:
    return f"{shape.code} {shape.name}"


def _listed(codes: Sequence[str]) -> str:
    shown = "、".join(codes[:NAMED])
    return shown if len(codes) <= NAMED else _("%(codes)s 等") % {"codes": shown}
