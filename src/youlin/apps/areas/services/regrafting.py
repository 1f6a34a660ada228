"""The machinery of change: which codes descendants get under a new parent, and closing and opening areas."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import shapely
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from youlin.apps.areas import names, outlines, permission, profiles
from youlin.apps.areas.models import Area, AreaSuccession, Boundary, holds_on
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound

BATCH = 1000


def living(code: str, day: date) -> Area:
    """The area, locked. Raises `NotFound`, or `Conflict` if it is no longer there."""
    found = (
        Area.objects.select_for_update().filter(district=profiles.active().district(code), code=code).first()
    )
    if found is None:
        raise NotFound(_("没有代码为 %(code)s 的区域") % {"code": code}, field="code")
    if found.valid_to is not None and found.valid_to <= day:
        raise Conflict(_("%(area)s 已于 %(day)s 撤销") % {"area": found, "day": found.valid_to}, field="code")
    return found


def day_of_change(on: date | None) -> date:
    """The day a change takes effect: today, or earlier. Raises `Invalid` for a day to come."""
    today = clock.today()
    if on is not None and on > today:
        raise Invalid(
            _("生效日期 %(day)s 还没有到") % {"day": on}, field="on", remedy=_("请在生效当日或之后办理")
        )
    return on or today


def descendants(code: str, day: date) -> list[Area]:
    """All living areas under `code`, locked, by code."""
    district = profiles.active().district(code)
    under = Area.objects.select_for_update().filter(holds_on(day), district=district, code__startswith=code)
    return list(under.exclude(code=code).order_by("code"))


def used_codes(prefix: str) -> set[str]:
    """Every code under `prefix` that was ever given."""
    district = profiles.active().district(prefix)
    given = set(
        Area.objects.filter(district=district, code__startswith=prefix).values_list("code", flat=True)
    )
    promised = AreaSuccession.objects.filter(new_code__startswith=prefix).values_list("new_code", flat=True)
    return given | set(promised)


def new_codes(old_parent: str, new_parent: str, below: Sequence[Area], taken: set[str]) -> dict[str, str]:
    """Old code → new code for all descendants of `old_parent`; `taken` grows by what is given.

    A direct child keeps its number if that is free under the new parent, else it gets the next free one (from
    601 on for communities); what is further down keeps its number within its parent.
    """
    mapping: dict[str, str] = {}
    for area in below:
        parent = profiles.active().parent(area.code)
        if parent in mapping:
            mapping[area.code] = mapping[parent] + area.code[len(parent) :]
        elif parent == old_parent:
            wanted = new_parent + area.code[len(old_parent) :]
            mapping[area.code] = free_code(new_parent, area.level, taken) if wanted in taken else wanted
        else:
            raise Conflict(
                _("%(area)s 的上级区域不存在") % {"area": area}, remedy=_("请先运行 youlin areas check")
            )
        taken.add(mapping[area.code])
    return mapping


def free_code(parent: str, level: str, taken: Iterable[str]) -> str:
    """The next code under `parent` that was never given. Raises `Invalid` when the digits do not suffice."""
    profile = profiles.active()
    width = profile.width(level)
    numbers = [
        int(code[len(parent) :])
        for code in taken
        if code.startswith(parent) and len(code) == width and code[len(parent) :].isdigit()
    ]
    if level == profiles.DEDICATED_GRID:
        first = profile.dedicated_from
    else:
        numbers = [n for n in numbers if level != profiles.GRID or n < (profile.dedicated_from or n + 1)]
        first = profile.renumber_from.get(level, 1)
    code = profile.code(parent, max([first - 1, *numbers]) + 1)
    if profile.level(code) != level:
        raise Invalid(_("%(parent)s 之下的网格编号已用完") % {"parent": parent})
    return code


def close(areas: Sequence[Area], on: date) -> None:
    """End areas of one district and their outlines."""
    if areas:
        district, ids = areas[0].district, [area.pk for area in areas]
        for area in areas:
            area.valid_to = max(on, area.valid_from)
        Area.objects.bulk_update(areas, ["valid_to"], batch_size=BATCH)
        close_boundaries(district, ids, on)


def close_boundaries(district: str, area_ids: Sequence[Any], on: date) -> None:
    """End the open outlines of areas; one that began on that very day never held."""
    open_ones = Boundary.objects.filter(district=district, area_id__in=area_ids, valid_to=None)
    open_ones.update(valid_to=Greatest(Value(on, output_field=models.DateField()), F("valid_from")))


def copy(old: Area, code: str, on: date) -> Area:
    """An unsaved area like `old` under another code."""
    return Area(
        district=profiles.active().district(code),
        code=code,
        level=profiles.active().level(code),
        name=old.name,
        name_en=old.name_en,
        valid_from=on,
        is_demo=old.is_demo,
        extra=old.extra,
    )


def open_copies(
    olds: Sequence[Area], mapping: Mapping[str, str], shapes: Mapping[str, Boundary], on: date
) -> list[Area]:
    """Save a copy of each area under its new code, with its outline (`shapes` by old code)."""
    copies = {old.code: copy(old, mapping[old.code], on) for old in olds}
    Area.objects.bulk_create(copies.values(), batch_size=BATCH)
    boundaries = []
    for old in olds:
        shape = shapes.get(old.code)
        if shape is not None:
            geometry = shapely.from_wkb(bytes(shape.wkb))
            boundaries += outlines.rows(
                [copies[old.code]], [geometry], source=shape.source, synthesised=shape.synthesised
            )
    outlines.insert(boundaries)
    return list(copies.values())


def boundaries_of(areas: Sequence[Area], day: date) -> dict[str, Boundary]:
    """The outlines of areas (of one district) that hold just before or on a day, by code; the later wins."""
    if not areas:
        return {}
    codes = {area.pk: area.code for area in areas}
    holding = holds_on(day) | Q(valid_to=day)
    found = Boundary.objects.filter(holding, district=areas[0].district, area_id__in=list(codes))
    return {codes[row.area_id]: row for row in found.order_by("valid_from")}


def succeed(mapping: Mapping[str, str], on: date, share: Decimal = Decimal(1)) -> None:
    """Write what became of codes."""
    AreaSuccession.objects.bulk_create(
        [
            AreaSuccession(
                district=profiles.active().district(old), old_code=old, new_code=new, share=share, on=on
            )
            for old, new in mapping.items()
        ],
        batch_size=BATCH,
    )


def recoded_entries(actor: Actor, olds: Sequence[Area], mapping: Mapping[str, str]) -> list[journal.Item]:
    """A journal entry on each area that goes on under another code."""
    return [
        journal.Item(
            act="areas.recoded",
            actor=actor,
            subject=old,
            area=old.code,
            before={"code": old.code},
            after={"code": mapping[old.code]},
        )
        for old in olds
    ]


def demand(actor: Actor, code: str) -> str:
    """The district of a code. Raises `NotAllowed` unless the actor may change the area."""
    district = profiles.active().district(code)
    permission.demand(actor, district=district, area=code)
    return district


def target_code(wanted: str, parent: str, level: str, olds: Sequence[str], taken: set[str]) -> str:
    """The code of a new area. Raises `Invalid` for another level or place, `Conflict` for a used code."""
    profile = profiles.active()
    if not wanted:
        return free_code(parent, level, taken)
    if profile.level(wanted) != level or profile.parent(wanted) != parent:
        raise Invalid(_("%(code)s 不在同一上级之下") % {"code": wanted}, field="new_code")
    if wanted in taken and wanted not in olds:
        raise Conflict(
            _("代码 %(code)s 已经用过，不能再用") % {"code": wanted},
            field="new_code",
            remedy=_("请换一个代码"),
        )
    return wanted


def checked_name(name: str) -> str:
    """The name without blanks around it. Raises `Invalid`."""
    name = name.strip()
    if not name or len(name) > 100:
        raise Invalid(_("请填写名称，不超过 100 个字"), field="name")
    return name


def begin(like: Area, code: str, name: str, day: date, name_en: str = "") -> Area:
    """A new area of the level of `like`, saved, without outline."""
    area = copy(like, code, day)
    area.name, area.name_en = name, name_en or names.romanise(name)
    area.extra = {}
    area.save(force_insert=True)
    return area


def go_on(area: Area, name: str) -> Area:
    """An area that lives on through a change, maybe under another name."""
    if area.name != name:
        area.name, area.name_en = name, names.romanise(name)
        area.save(update_fields=["name", "name_en"])
    return area


def give_outline(area: Area, shape: Any, source: str, day: date) -> None:
    """Another outline from `day` on."""
    close_boundaries(area.district, [area.pk], day)
    outlines.insert(outlines.rows([area], [shape], source=source, valid_from=max(day, area.valid_from)))


def union(polygons: Iterable[Any]) -> Any:
    """The union of neighbours, with common borders taken out."""
    array = np.array(list(polygons), dtype=object)
    if shapely.coverage_is_valid(array):
        return shapely.coverage_union_all(array)
    return shapely.union_all(array)
