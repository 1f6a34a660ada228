"""Outlines where there are none: communities as parts of their street, compounds as dedicated grids."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import files, outlines, profiles, versions
from youlin.apps.areas.geometry import metric, partition
from youlin.apps.areas.models import Area
from youlin.apps.areas.services import regrafting
from youlin.apps.areas.services.importing import Progress, nothing
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound

LEAST_M2 = 100.0
LEAST_SHARE = 0.2
"""What clipping leaves of a compound is dropped under this size, or under this share of the compound."""


def synthesise_communities(*, actor: Actor, street: str, seed: int = 1) -> int:
    """Give the communities of a street that have no outline one each, marked 演示边界; says how many.

    The street (what other communities leave of it) is divided into as many compact parts of like size,
    without gap or overlap; the codes follow the parts north to south and west to east. The same seed gives
    the same parts. Raises `NotFound` if the street has no outline, `Invalid` if it cannot be divided so.
    """
    district = regrafting.demand(actor, street)
    day = clock.today()
    with transaction.atomic():
        versions.bump(district)
        area = regrafting.living(street, day)
        communities = [a for a in regrafting.descendants(street, day) if a.level == profiles.COMMUNITY]
        known = outlines.of_areas([area, *communities], day)
        whole = known.pop(street, None)
        if whole is None:
            raise NotFound(
                _("%(area)s 没有边界") % {"area": area}, field="street", remedy=_("请先导入街道边界")
            )
        missing = [a for a in communities if a.code not in known]
        if not missing:
            return 0
        room = whole.difference(shapely.union_all(list(known.values()))) if known else whole
        try:
            parts = partition.voronoi(room, len(missing), seed)
        except ValueError as error:
            raise Invalid(_("%(area)s 的边界划不成社区") % {"area": area}, field="street") from error
        source = _("演示边界（种子 %(seed)d）") % {"seed": seed}
        outlines.insert(outlines.rows(missing, parts, source=source, synthesised=True))
        journal.append(
            act="areas.communities_synthesised",
            actor=actor,
            subject=area,
            area=street,
            after={"communities": len(missing), "seed": seed},
        )
        versions.bump(district)
    return len(missing)


@dataclass
class Compounds:
    """The compounds that are dedicated grids now, and how many were left out, by reason."""

    codes: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def import_compounds(
    *,
    actor: Actor,
    path: str | Path,
    prefix: str = "",
    source: str = "",
    system: str = "wgs84",
    name_property: str = "name",
    progress: Progress = nothing,
) -> Compounds:
    """Make residential compounds dedicated grids (专属网格) of the community that holds most of each.

    A compound is clipped to its community and to other dedicated grids (larger before smaller), so doing it
    twice adds nothing. Left out, with the reason counted, are those outside all communities with an outline,
    those of which little remains, and those beyond the last number. Codes: community 12 + sequence from 900.
    One transaction a district.
    Raises `Invalid`, `Conflict`, `NotAllowed`.
    """
    found = files.read_outlines(Path(path), system=system)
    by_district: dict[str, list[files.Outline]] = defaultdict(list)
    for outline in found:
        code = profiles.active().normal(outline.code)
        if code.startswith(prefix):
            by_district[profiles.active().district(code)].append(outline)
    result = Compounds()
    done, total = 0, sum(map(len, by_district.values()))
    for district, outlines_there in sorted(by_district.items()):
        regrafting.demand(actor, district)
        _import_district(actor, district, outlines_there, source or Path(path).name, name_property, result)
        done += len(outlines_there)
        progress(done, total)
    return result


@transaction.atomic
def _import_district(
    actor: Actor,
    district: str,
    found: Sequence[files.Outline],
    source: str,
    name_property: str,
    result: Compounds,
) -> None:
    versions.bump(district)
    day = clock.today()
    there = regrafting.descendants(district, day)
    communities = [area for area in there if area.level == profiles.COMMUNITY]
    shapes = outlines.of_areas(communities, day)
    taken = _taken(there, day)
    by_code = {area.code: area for area in communities}
    placed = _place(found, shapes, result.left_out)
    new: list[Area] = []
    geometries: list[Any] = []
    for community, pieces in sorted(placed.items()):
        kept = _apart(pieces, taken[community], result.left_out)
        first, last = _numbers(community)
        result.left_out[_("编号用完")] += max(0, first + len(kept) - 1 - last)
        for number, (outline, geometry) in zip(range(first, last + 1), kept, strict=False):
            new.append(_grid(by_code[community], number, outline.properties, name_property))
            geometries.append(geometry)
    if not new:
        return
    Area.objects.bulk_create(new, batch_size=regrafting.BATCH)
    outlines.insert(outlines.rows(new, geometries, source=source))
    result.codes += [area.code for area in new]
    subject = Area.objects.filter(district=district, code=district).first() or communities[0]
    after = {"grids": len(new), "first": new[0].code, "last": new[-1].code}
    journal.append(
        act="areas.compounds_imported", actor=actor, subject=subject, area=district, after=after, note=source
    )
    versions.bump(district)


Piece = tuple[files.Outline, Any]


def _place(
    found: Sequence[files.Outline], shapes: Mapping[str, Any], left_out: Counter[str]
) -> dict[str, list[Piece]]:
    """Community → compounds clipped to it, each where most of it lies."""
    codes = sorted(shapes)
    polygons = np.array([shapes[code] for code in codes], dtype=object)
    tree = shapely.STRtree(polygons)
    placed: dict[str, list[Piece]] = defaultdict(list)
    for outline in found:
        whole = outline.geometry if outline.geometry.is_valid else shapely.make_valid(outline.geometry)
        near = np.sort(tree.query(whole, predicate="intersects"))
        shared = shapely.intersection(polygons[near], whole)
        if not len(near) or not shapely.area(shared).any():
            left_out[_("不在有边界的社区内")] += 1
            continue
        best = int(np.argmax(shapely.area(shared)))
        placed[codes[near[best]]].append((outline, shared[best]))
    return placed


def _taken(there: Sequence[Area], day: date) -> dict[str, list[Any]]:
    """Community → outlines of its dedicated grids."""
    found: dict[str, list[Any]] = defaultdict(list)
    dedicated = [area for area in there if area.level == profiles.DEDICATED_GRID]
    for code, geometry in outlines.of_areas(dedicated, day).items():
        found[profiles.active().parent(code)].append(geometry)
    return found


def _apart(pieces: Sequence[Piece], taken: Sequence[Any], left_out: Counter[str]) -> list[Piece]:
    """Compounds of a community that overlap neither each other nor what is taken, in reading order.

    Of one that falls into pieces the largest stays.
    """
    kept: list[Piece] = []
    for outline, geometry in sorted(pieces, key=lambda p: (-p[1].area, p[0].number)):
        for other in [*taken, *(polygon for _outline, polygon in kept)]:
            geometry = geometry.difference(other)
        parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
        largest = max(parts, key=lambda part: part.area, default=None)
        if largest is None or largest.area < LEAST_SHARE * outline.geometry.area:
            left_out[_("与其他区域重叠过多")] += 1
        elif metric.areas_m2([largest])[0] < LEAST_M2:
            left_out[_("面积过小")] += 1
        else:
            kept.append((outline, largest))
    if len(kept) < 2:
        return kept
    order = partition.reading_order(np.array([geometry for _outline, geometry in kept], dtype=object))
    return [kept[i] for i in order]


def _numbers(community: str) -> tuple[int, int]:
    """The first free number for a dedicated grid, and the last there is."""
    taken = regrafting.used_codes(community)
    code = regrafting.free_code(community, profiles.DEDICATED_GRID, taken)
    digits = len(code) - len(community)
    return int(code[-digits:]), 10**digits - 1


def _grid(community: Area, number: int, properties: Mapping[str, Any], name_property: str) -> Area:
    name = str(properties.get(name_property) or "").strip()[:100]
    return Area(
        district=community.district,
        code=profiles.active().code(community.code, number),
        level=profiles.DEDICATED_GRID,
        name=name or f"第{number}专属网格",
        name_en="" if name else f"Dedicated grid {number}",
        valid_from=community.valid_from,
        is_demo=community.is_demo,
    )
