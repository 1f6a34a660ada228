"""One area becomes several (see `changing` for what all changes have in common)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import files, outlines, profiles, versions
from youlin.apps.areas.geometry import metric
from youlin.apps.areas.models import Area, AreaSuccession
from youlin.apps.areas.services import regrafting
from youlin.apps.areas.services.recoding import Heirs, recode_rows
from youlin.kernel import journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid

TOLERANCE_M2 = 1.0
SHARE_DIGITS = Decimal("0.00000001")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a split area. Without `code` it gets the next free one; the old code may go on as a part.

    `geometry` is a shapely Polygon or MultiPolygon, or GeoJSON. `share` (of people, households, budget) is by
    default that of the surface. `children` are codes of direct children that belong here; those named in no
    part go where they lie.
    """

    name: str
    code: str = ""
    name_en: str = ""
    geometry: Any = None
    share: Decimal | None = None
    children: Sequence[str] = ()


def split_area(*, actor: Actor, code: str, parts: Sequence[Part], on: date | None = None) -> list[Area]:
    """Split an area into two or more; answered in the order of `parts`.

    With geometries the parts must make up the old outline without gap or overlap (1 m²), and open rows go to
    the part they lie in; a row without a place, or any row if there are no geometries, goes to the part with
    the largest share. Raises `Invalid`, `Conflict`, `NotFound`, `NotAllowed`.
    """
    district = regrafting.demand(actor, code)
    day = regrafting.day_of_change(on)
    with transaction.atomic():
        versions.bump(district)
        old = regrafting.living(code, day)
        whole = outlines.of_areas([old], day).get(code)
        shapes = _part_shapes(parts, whole)
        codes = _part_codes(parts, old)
        shares = _shares(parts, shapes)
        below = regrafting.descendants(code, day)
        mapping = _split_descendants(parts, codes, shapes, old, below, day)
        made = _make_parts(old, parts, codes, shapes, day)
        _succeed_parts(old, codes, shares, day)
        default = codes[max(range(len(parts)), key=lambda i: (shares[i], -i))]
        _move_descendants(actor, below, mapping, day)
        journal.append(
            act="areas.split",
            actor=actor,
            subject=old,
            area=code,
            before={"code": code},
            after={"codes": codes, "shares": [str(share) for share in shares], "on": day},
            related=[area for area in made if area.code != code],
        )
        versions.bump(district)
        everything: dict[str, str | Heirs] = {**mapping, code: Heirs(codes, shapes, default)}
        recode_rows(district=district, mapping=everything, actor=actor)
    return made


def _part_shapes(parts: Sequence[Part], whole: Any) -> list[Any]:
    """The geometries of the parts, none if none is given. Raises `Invalid` unless they make up the whole."""
    if len(parts) < 2:
        raise Invalid(_("至少拆成两个区域"), field="parts")
    given = [part.geometry for part in parts if part.geometry is not None]
    if not given:
        return []
    if len(given) < len(parts):
        raise Invalid(_("有的部分没有边界"), field="geometry", remedy=_("请给每个部分都画出边界"))
    shapes = [files.polygon_of(geometry) for geometry in given]
    if not shapely.is_valid(shapes).all():
        raise Invalid(_("边界不是有效的面"), field="geometry", remedy=_("边界线不能自己相交"))
    overlap = [shapely.intersection(a, b) for i, a in enumerate(shapes) for b in shapes[:i]]
    wrong = overlap if whole is None else [*overlap, whole.symmetric_difference(shapely.union_all(shapes))]
    size = float(metric.areas_m2(np.array(wrong, dtype=object)).sum())
    if size > TOLERANCE_M2:
        raise Invalid(
            _("各部分与原边界相差 %(size).0f 平方米（空隙或重叠）") % {"size": size}, field="geometry"
        )
    return shapes


def _part_codes(parts: Sequence[Part], old: Area) -> list[str]:
    parent = profiles.active().parent(old.code)
    taken = regrafting.used_codes(parent)
    codes = []
    for part in parts:
        target = regrafting.target_code(part.code, parent, old.level, [old.code], taken)
        taken.add(target)
        codes.append(target)
    if len(set(codes)) < len(codes):
        raise Invalid(_("两个部分用了同一个代码"), field="code")
    return codes


def _shares(parts: Sequence[Part], shapes: Sequence[Any]) -> list[Decimal]:
    """Shares that sum to exactly 1: as given, else by surface, else equal."""
    given = [part.share for part in parts if part.share is not None]
    if given and (len(given) < len(parts) or sum(given) != 1 or min(given) <= 0):
        raise Invalid(_("各部分的占比之和须为 1"), field="share")
    if given:
        return given
    size = metric.areas_m2(np.array(shapes, dtype=object)) if shapes else np.ones(len(parts))
    shares = [
        Decimal(float(value / size.sum())).quantize(SHARE_DIGITS, rounding=ROUND_DOWN) for value in size
    ]
    largest = max(range(len(shares)), key=lambda i: shares[i])
    shares[largest] += 1 - sum(shares)
    return shares


def _split_descendants(
    parts: Sequence[Part],
    codes: Sequence[str],
    shapes: Sequence[Any],
    old: Area,
    below: Sequence[Area],
    day: date,
) -> dict[str, str]:
    """Old code → new code of all that moves to another parent."""
    profile = profiles.active()
    named = {child: target for part, target in zip(parts, codes, strict=True) for child in part.children}
    direct = [area for area in below if profile.parent(area.code) == old.code]
    lying = outlines.of_areas([area for area in direct if area.code not in named], day)
    for child, polygon in lying.items():
        if shapes:
            shared = shapely.area(shapely.intersection(np.array(shapes, dtype=object), polygon))
            named[child] = codes[int(np.argmax(shared))]
    homeless = [area.code for area in direct if area.code not in named]
    if homeless:
        raise Invalid(
            _("不知道 %(codes)s 归哪个部分") % {"codes": "、".join(homeless[:10])},
            field="children",
            remedy=_("请在各部分的 children 中列出下级区域"),
        )
    mapping: dict[str, str] = {}
    for target in codes:
        moving = [area for area in below if _belongs(area.code, old.code, named, target)]
        if target != old.code and moving:
            mapping |= regrafting.new_codes(old.code, target, moving, regrafting.used_codes(target))
    return mapping


def _belongs(code: str, root: str, named: Mapping[str, str], target: str) -> bool:
    chain = [code, *profiles.active().ancestors(code)]
    return named[chain[chain.index(root) - 1]] == target


def _make_parts(
    old: Area, parts: Sequence[Part], codes: Sequence[str], shapes: Sequence[Any], day: date
) -> list[Area]:
    if old.code not in codes:
        regrafting.close([old], day)
    made = []
    for i, (part, code) in enumerate(zip(parts, codes, strict=True)):
        name = regrafting.checked_name(part.name)
        area = (
            regrafting.go_on(old, name)
            if code == old.code
            else regrafting.begin(old, code, name, day, part.name_en)
        )
        if shapes:
            regrafting.give_outline(area, shapes[i], _("拆分"), day)
        made.append(area)
    return made


def _succeed_parts(old: Area, codes: Sequence[str], shares: Sequence[Decimal], day: date) -> None:
    for code, share in zip(codes, shares, strict=True):
        if code != old.code:
            AreaSuccession.objects.create(
                district=old.district, old_code=old.code, new_code=code, share=share, on=day
            )


def _move_descendants(actor: Actor, below: Sequence[Area], mapping: Mapping[str, str], day: date) -> None:
    moving = [area for area in below if area.code in mapping]
    kept = regrafting.boundaries_of(moving, day)
    regrafting.close(moving, day)
    regrafting.open_copies(moving, mapping, kept, day)
    regrafting.succeed(mapping, day)
    journal.append_many(regrafting.recoded_entries(actor, moving, mapping))
