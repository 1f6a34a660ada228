"""Whole districts merge (see `changing` for what all changes have in common)."""

from collections.abc import Mapping, Sequence
from datetime import date

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import permission, profiles, versions
from youlin.apps.areas.models import Area, AreaSuccession
from youlin.apps.areas.services import regrafting
from youlin.apps.areas.services.recoding import Mapped, recode_rows
from youlin.kernel import journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid


def merge_districts(
    *, actor: Actor, old: Sequence[str], new_code: str, new_name: str = "", on: date | None = None
) -> Area:
    """Merge whole districts into `new_code`, which may be one of them, or exist already, or be new.

    Everything below gets codes of the new district; rows keep the `district` they were born in and only
    their `area_now` changes. No transaction crosses districts: each old one is ended and its successors are
    written down, then the new one is filled from these. Broken off in between, the same call goes on.
    Raises `Invalid`, `NotFound`, `NotAllowed`.
    """
    ending = sorted(set(old) - {new_code})
    day = next(filter(None, (_ended_on(code, new_code) for code in ending)), regrafting.day_of_change(on))
    _check_districts(actor, [*ending, new_code], day)
    taken = regrafting.used_codes(new_code)
    mappings = [_end_district(actor, code, new_code, day, taken) for code in ending]
    district = _fill_district(actor, ending, new_code, new_name, mappings, day)
    whole: Mapped = {old: new for mapping in mappings for old, new in mapping.items()}
    recode_rows(district=new_code, mapping=whole, actor=actor)
    return district


def _check_districts(actor: Actor, codes: Sequence[str], day: date) -> None:
    profile = profiles.active()
    if len(codes) < 2:
        raise Invalid(_("没有要并入的区县"), field="old")
    for code in codes:
        if profile.level(code) != profile.shard:
            raise Invalid(_("%(code)s 不是区县代码") % {"code": code}, field="old")
        permission.demand(actor, district=code, area=code)
    closed = Area.objects.filter(district=codes[-1], code=codes[-1], valid_to__lte=day)
    if closed.exists():
        raise Conflict(_("%(code)s 已经撤销，不能并入") % {"code": codes[-1]}, field="new_code")


def _ended_on(code: str, new_code: str) -> date | None:
    """The day on which a district was ended in favour of another, if it was."""
    written = AreaSuccession.objects.filter(district=code, old_code=code, new_code=new_code).first()
    return written.on if written else None


@transaction.atomic
def _end_district(actor: Actor, code: str, new_code: str, day: date, taken: set[str]) -> dict[str, str]:
    """End a district; old code → new code for itself and all below. Ended already: what was written then."""
    versions.bump(code)
    if _ended_on(code, new_code) is not None:
        written = AreaSuccession.objects.filter(district=code, on=day, new_code__startswith=new_code)
        return {row.old_code: row.new_code for row in written}
    root = regrafting.living(code, day)
    below = regrafting.descendants(code, day)
    mapping = {code: new_code, **regrafting.new_codes(code, new_code, below, taken)}
    regrafting.close([root, *below], day)
    regrafting.succeed(mapping, day)
    journal.append_many(regrafting.recoded_entries(actor, [root, *below], mapping))
    versions.bump(code)
    return mapping


@transaction.atomic
def _fill_district(
    actor: Actor,
    ending: Sequence[str],
    new_code: str,
    new_name: str,
    mappings: Sequence[Mapping[str, str]],
    day: date,
) -> Area:
    versions.bump(new_code)
    roots = [Area.objects.get(district=code, code=code) for code in ending]
    there = Area.objects.filter(district=new_code, code=new_code).first()
    shapes = [regrafting.boundaries_of([root], day).get(root.code) for root in roots]
    if there is None:
        there = regrafting.begin(roots[0], new_code, regrafting.checked_name(new_name or roots[0].name), day)
    else:
        shapes.append(regrafting.boundaries_of([there], day).get(new_code))
        there = regrafting.go_on(there, regrafting.checked_name(new_name or there.name))
    have = set(Area.objects.filter(district=new_code).values_list("code", flat=True))
    for code, mapping in zip(ending, mappings, strict=True):
        missing = [o for o, n in mapping.items() if n not in have]
        olds = list(Area.objects.filter(district=code, code__in=missing).order_by("code"))
        regrafting.open_copies(olds, mapping, regrafting.boundaries_of(olds, day), day)
    if all(shape is not None for shape in shapes):
        polygons = [shapely.from_wkb(bytes(shape.wkb)) for shape in shapes if shape is not None]
        regrafting.give_outline(there, regrafting.union(polygons), _("合并"), day)
    journal.append(
        act="areas.district_merged",
        actor=actor,
        subject=there,
        area=new_code,
        before={"codes": list(ending)},
        after={"code": new_code, "name": there.name, "on": day, "areas": sum(len(m) for m in mappings)},
    )
    versions.bump(new_code)
    return there
