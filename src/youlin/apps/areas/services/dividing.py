"""Unit grids: an area is divided into equal parts without gap or overlap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from youlin.apps.areas import outlines, profiles, versions
from youlin.apps.areas.geometry import partition
from youlin.apps.areas.models import Area, AreaSuccession
from youlin.apps.areas.services import regrafting
from youlin.apps.areas.services.importing import Progress, nothing
from youlin.apps.areas.services.recoding import Heirs, recode_rows
from youlin.kernel import journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound

SMALLEST_M = 20.0
EIGHT = Decimal("0.00000001")
NAMES = {
    profiles.GRID: ("第{:03d}网格", "Grid {:03d}"),
    profiles.COMMUNITY: ("第{:03d}片区", "Zone {:03d}"),
    profiles.STREET: ("第{:03d}片区", "Zone {:03d}"),
}


@dataclass
class Divided:
    """What a division made, and the areas it left alone because they have no outline."""

    codes: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def make_grids(
    *,
    actor: Actor,
    code: str,
    size_m: float | None = None,
    count: int | None = None,
    level: str = profiles.GRID,
    seed: int = 1,
    replace: bool = False,
    on: date | None = None,
    progress: Progress = nothing,
) -> Divided:
    """Divide an area, or every area under it, into unit grids: squares of about `size_m` metres, or `count`
    compact parts of like size for each area.

    Grids have neither gap nor overlap and are numbered in rows north to south, west to east in a row, anew
    in each area: community 12 + sequence 3 digits. With `level` one divides into streets or communities
    instead. First grids hold as long as their area; with `replace` older ones end on `on` (today), numbers go
    on after theirs and open rows move to the grid they lie in (those without a place to the area above).
    Raises `Invalid`, `Conflict` when there are grids already, `NotFound`, `NotAllowed`.
    """
    if (size_m is None) == (count is None):
        raise Invalid(_("请给出网格边长或网格个数之一"), field="size_m")
    if size_m is not None and not size_m >= SMALLEST_M:
        raise Invalid(_("网格边长至少 %(least)d 米") % {"least": SMALLEST_M}, field="size_m")
    if count is not None and count < 1:
        raise Invalid(_("至少划成一个网格"), field="count")
    district = regrafting.demand(actor, code)
    day = regrafting.day_of_change(on)
    parents = _parents(code, level, day)
    shapes = outlines.of_areas(parents, day)
    result = Divided(skipped=[parent.code for parent in parents if parent.code not in shapes])
    if not shapes:
        raise NotFound(_("没有可以划分的边界"), field="code", remedy=_("请先导入边界，或生成社区的演示边界"))
    for done, parent in enumerate(parents, start=1):
        if parent.code in shapes:
            cells = _cells(parent, shapes[parent.code], level, size_m, count, seed)
            result.codes += _divide(actor, district, parent, level, cells, replace, day)
        progress(done, len(parents))
    return result


def _parents(code: str, level: str, day: date) -> list[Area]:
    """The areas at or under `code` that are directly above `level`."""
    profile = profiles.active()
    if level not in profile.levels[1:]:
        raise Invalid(_("不能划分成“%(level)s”") % {"level": level}, field="level")
    above = profile.levels[profile.levels.index(level) - 1]
    with transaction.atomic():
        root = regrafting.living(code, day)
        found = [area for area in (root, *regrafting.descendants(code, day)) if area.level == above]
    if not found:
        raise Invalid(_("%(area)s 之下没有可以划分的区域") % {"area": root}, field="code")
    return found


def _cells(
    parent: Area, shape: Any, level: str, size_m: float | None, count: int | None, seed: int
) -> NDArray[np.object_]:
    if count is None:
        cells = partition.lattice(shape, float(size_m or 0))
        _check_count(parent, level, len(cells))
        return cells
    _check_count(parent, level, count)
    try:
        return partition.voronoi(shape, count, seed)
    except ValueError as error:
        words = {"area": parent, "count": count}
        raise Invalid(_("%(area)s 划不成 %(count)d 个网格") % words, field="count") from error


def _check_count(parent: Area, level: str, count: int) -> None:
    profile = profiles.active()
    digits = profile.width(level) - len(parent.code)
    most = (profile.dedicated_from or 10**digits) - 1 if level == profiles.GRID else 10**digits - 1
    if count > most:
        words = {"area": parent, "count": count, "most": most}
        raise Invalid(
            _("%(area)s 将划成 %(count)d 个网格，编号只够 %(most)d 个") % words,
            field="size_m",
            remedy=_("请加大网格边长"),
        )


@transaction.atomic
def _divide(
    actor: Actor,
    district: str,
    parent: Area,
    level: str,
    cells: NDArray[np.object_],
    replace: bool,
    day: date,
) -> list[str]:
    versions.bump(district)
    olds = [area for area in regrafting.descendants(parent.code, day) if area.level == level]
    if olds and not replace:
        raise Conflict(
            _("%(area)s 已有 %(count)d 个网格") % {"area": parent, "count": len(olds)},
            field="code",
            remedy=_("要重新划分，请用 replace（命令行 --replace）"),
        )
    ending = outlines.of_areas(olds, day)
    regrafting.close(olds, day)
    new = _number(parent, level, len(cells), day if olds else parent.valid_from)
    Area.objects.bulk_create(new, batch_size=regrafting.BATCH)
    outlines.insert(outlines.rows(new, cells, source=_("由上级边界划分"), synthesised=_is_made_up(parent)))
    codes = [area.code for area in new]
    after = {"level": level, "count": len(codes), "first": codes[0], "last": codes[-1], "ended": len(olds)}
    journal.append(act="areas.divided", actor=actor, subject=parent, area=parent.code, after=after)
    versions.bump(district)
    if olds:
        _succeed_by_surface(district, ending, codes, cells, day)
        heirs = Heirs(codes, cells, parent.code)
        recode_rows(district=district, mapping=dict.fromkeys((a.code for a in olds), heirs), actor=actor)
    return codes


def _succeed_by_surface(
    district: str, ending: Mapping[str, Any], codes: Sequence[str], cells: NDArray[np.object_], day: date
) -> None:
    """Old grids go to the new ones in the shares of the surface; under a millionth is nothing."""
    rows = []
    for old, polygon in ending.items():
        share = shapely.area(shapely.intersection(cells, polygon)) / polygon.area
        heirs = {code: Decimal(float(part)) for code, part in zip(codes, share, strict=True) if part > 1e-6}
        rounded = {
            code: (part / sum(heirs.values())).quantize(EIGHT, rounding=ROUND_DOWN)
            for code, part in heirs.items()
        }
        largest = max(rounded, key=lambda code: rounded[code])
        rounded[largest] += 1 - sum(rounded.values())
        rows += [
            AreaSuccession(district=district, old_code=old, new_code=code, share=part, on=day)
            for code, part in rounded.items()
        ]
    AreaSuccession.objects.bulk_create(rows, batch_size=regrafting.BATCH)


def _is_made_up(parent: Area) -> bool:
    return bool(parent.boundaries.filter(synthesised=True, valid_to=None).exists())


def _number(parent: Area, level: str, count: int, valid_from: date) -> list[Area]:
    taken = regrafting.used_codes(parent.code)
    first = int(regrafting.free_code(parent.code, level, taken)[len(parent.code) :]) if taken else 1
    name, name_en = NAMES[level]
    return [
        Area(
            district=profiles.active().district(code),
            code=code,
            level=level,
            name=name.format(number),
            name_en=name_en.format(number),
            valid_from=valid_from,
            is_demo=parent.is_demo,
        )
        for number in range(first, first + count)
        for code in [profiles.active().code(parent.code, number)]
    ]
