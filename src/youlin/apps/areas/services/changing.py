"""Areas change: other names, mergers, endings. Codes end, successors are written, open rows follow.

`on` is the first day of the new state (today if left out), never a day to come. Each act locks the district's
areas, ends what ends, begins what begins, and then lets the other apps re-code their open rows (`recoding`).
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import names, outlines, profiles, versions
from youlin.apps.areas.models import Area
from youlin.apps.areas.services import regrafting
from youlin.apps.areas.services.recoding import recode_rows
from youlin.kernel import journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid


@transaction.atomic
def rename(*, actor: Actor, code: str, name: str, name_en: str = "") -> Area:
    """Give an area another name; the journal keeps the old one.

    Raises `Invalid`, `NotFound`, `NotAllowed`.
    """
    district = regrafting.demand(actor, code)
    versions.bump(district)
    area = regrafting.living(code, regrafting.day_of_change(None))
    before = {"name": area.name, "name_en": area.name_en}
    area.name, area.name_en = regrafting.checked_name(name), name_en.strip() or names.romanise(name.strip())
    after = {"name": area.name, "name_en": area.name_en}
    if after != before:
        area.save(update_fields=["name", "name_en"])
        journal.append(act="areas.renamed", actor=actor, subject=area, area=code, before=before, after=after)
    return area


def close_area(
    *, actor: Actor, code: str, successor: str = "", on: date | None = None, note: str = ""
) -> Area:
    """End an area that has no living children. Its open rows go to `successor`, or climb to the area above.

    Raises `Conflict` while it has children, `Invalid`, `NotFound`, `NotAllowed`.
    """
    district = regrafting.demand(actor, code)
    day = regrafting.day_of_change(on)
    heir = successor or profiles.active().parent(code)
    if len(heir) < len(district):
        raise Invalid(
            _("撤销区县须指明并入哪里"), field="successor", remedy=_("请使用区县合并 merge_districts")
        )
    with transaction.atomic():
        versions.bump(district)
        area = regrafting.living(code, day)
        if successor:
            regrafting.living(successor, day)
        if regrafting.descendants(code, day):
            raise Conflict(_("%(area)s 之下还有区域") % {"area": area}, remedy=_("请先撤销或并走下级区域"))
        regrafting.close([area], day)
        if successor:
            regrafting.succeed({code: successor}, day)
        journal.append(
            act="areas.closed",
            actor=actor,
            subject=area,
            area=code,
            after={"on": day, "heir": heir},
            note=note,
        )
        versions.bump(district)
        recode_rows(district=district, mapping={code: heir}, actor=actor)
    return area


def merge_areas(
    *, actor: Actor, codes: Sequence[str], new_code: str = "", new_name: str, on: date | None = None
) -> Area:
    """Merge areas of one level under one parent: streets, communities or grids. The new area is answered.

    `new_code` may be one of `codes`: then that area goes on and takes in the others. Left out it is the next
    free one. What lies below moves along and keeps its number where it can (`regrafting.new_codes`). The
    outline is the union. Raises `Invalid`, `Conflict`, `NotFound`, `NotAllowed`.
    """
    day = regrafting.day_of_change(on)
    parent = _common_parent(codes)
    district = regrafting.demand(actor, parent)
    with transaction.atomic():
        versions.bump(district)
        olds = [regrafting.living(code, day) for code in codes]
        taken = regrafting.used_codes(parent)
        target = regrafting.target_code(new_code, parent, olds[0].level, codes, taken)
        merged, mapping = _merge_into(actor, olds, target, regrafting.checked_name(new_name), day, taken)
        versions.bump(district)
        moved = recode_rows(district=district, mapping=mapping, actor=actor)
        journal.append(
            act="areas.merged",
            actor=actor,
            subject=merged,
            area=target,
            before={"codes": sorted(codes)},
            after={"code": target, "name": merged.name, "on": day, "moved": moved},
            related=[old for old in olds if old.code != target],
        )
    return merged


def _merge_into(
    actor: Actor, olds: Sequence[Area], target: str, name: str, day: date, taken: set[str]
) -> tuple[Area, dict[str, str]]:
    shapes = outlines.of_areas(olds, day)
    survivor = next((old for old in olds if old.code == target), None)
    ending = [old for old in olds if old is not survivor]
    merged = regrafting.go_on(survivor, name) if survivor else regrafting.begin(olds[0], target, name, day)
    mapping = {old.code: target for old in ending}
    moving: list[Area] = []
    for old in ending:
        below = regrafting.descendants(old.code, day)
        mapping |= regrafting.new_codes(old.code, target, below, taken)
        moving += below
    kept = regrafting.boundaries_of(moving, day)
    regrafting.close([*ending, *moving], day)
    regrafting.open_copies(moving, mapping, kept, day)
    regrafting.succeed(mapping, day)
    if len(shapes) == len(olds):
        regrafting.give_outline(merged, regrafting.union(shapes.values()), _("合并"), day)
    journal.append_many(regrafting.recoded_entries(actor, [*ending, *moving], mapping))
    return merged, mapping


def _common_parent(codes: Sequence[str]) -> str:
    profile = profiles.active()
    if len(set(codes)) < 2:
        raise Invalid(_("至少选择两个区域"), field="codes")
    parents = {(profile.parent(code), profile.level(code)) for code in codes}
    parent, level = next(iter(parents))
    if len(parents) > 1:
        raise Invalid(_("只能合并同一上级之下的同级区域"), field="codes")
    if profile.width(level) <= profile.width(profile.shard):
        raise Invalid(_("合并区县请用 merge_districts"), field="codes")
    return parent
