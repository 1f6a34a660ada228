"""Official codes and outlines from files."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import bundled, files, names, outlines, permission, profiles, versions
from youlin.apps.areas.files import AreaRow, Outline
from youlin.apps.areas.models import UNKNOWN_START, Area, Boundary
from youlin.apps.areas.services import regrafting
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, Problem, YoulinError

Progress = Callable[[int, int], None]
BATCH = 1000


@dataclass
class Imported:
    """What an import did. `unknown` are codes of outlines for which there is no area."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    unknown: list[str] = field(default_factory=list)

    def add(self, other: "Imported") -> None:
        """Add the counts of another."""
        self.created += other.created
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.unknown += other.unknown


def nothing(done: int, total: int) -> None:
    """The progress of those who do not watch."""


def import_areas(
    *,
    actor: Actor,
    rows: Iterable[Mapping[str, Any]] | None = None,
    path: str | Path | None = None,
    prefix: str = "",
    is_demo: bool = False,
    progress: Progress = nothing,
) -> Imported:
    """Take in official codes from `rows` or a CSV file: new ones are added, other names are taken over.

    Columns: see `files.areas_of`. Nothing is written if any line is wrong. Done twice it changes nothing.
    `prefix` takes only codes at or under it. One transaction a district; `progress(done, total)` in areas.
    Raises `Invalid` naming the lines, `NotAllowed`.
    """
    listed = files.read_areas(Path(path)) if path is not None else files.areas_of(rows or [])
    listed = [row for row in listed if row.code.startswith(prefix)]
    _refuse_bad_dates(listed)
    total, result = len(listed), Imported()
    for district, group in groupby(listed, key=lambda row: profiles.active().district(row.code)):
        permission.demand(actor, district=district, area=district)
        result.add(_import_district(actor, district, list(group), is_demo))
        progress(result.created + result.changed + result.unchanged, total)
    return result


@transaction.atomic
def _import_district(actor: Actor, district: str, rows: list[AreaRow], is_demo: bool) -> Imported:
    versions.bump(district)
    known = {area.code: area for area in Area.objects.filter(district=district)}
    new = [_new_area(row, district, is_demo) for row in rows if row.code not in known]
    changes = [(known[row.code], row) for row in rows if row.code in known]
    changes = [(area, row) for area, row in changes if _differs(area, row)]
    Area.objects.bulk_create(new, batch_size=BATCH)
    entries = [_take_over(actor, area, row) for area, row in changes]
    fields = ["name", "name_en", "valid_from", "valid_to"]
    Area.objects.bulk_update([area for area, _row in changes], fields, batch_size=BATCH)
    result = Imported(len(new), len(changes), len(rows) - len(new) - len(changes))
    if new:
        subject = known.get(district) or new[0]
        after = {"created": len(new), "first": new[0].code, "last": new[-1].code}
        entries.append(
            journal.Item(act="areas.imported", actor=actor, subject=subject, area=district, after=after)
        )
    if entries:
        journal.append_many(entries)
        versions.bump(district)
    return result


def _new_area(row: AreaRow, district: str, is_demo: bool) -> Area:
    return Area(
        district=district,
        code=row.code,
        level=profiles.active().level(row.code),
        name=row.name,
        name_en=row.name_en or names.romanise(row.name),
        valid_from=row.valid_from or UNKNOWN_START,
        valid_to=row.valid_to,
        is_demo=is_demo,
    )


def _differs(area: Area, row: AreaRow) -> bool:
    return (
        area.name != row.name
        or bool(row.name_en and area.name_en != row.name_en)
        or bool(row.valid_from and area.valid_from != row.valid_from)
        or bool(row.valid_to and area.valid_to != row.valid_to)
    )


def _take_over(actor: Actor, area: Area, row: AreaRow) -> journal.Item:
    before = {"name": area.name, "valid_from": area.valid_from, "valid_to": area.valid_to}
    if area.name != row.name or row.name_en:
        area.name, area.name_en = row.name, row.name_en or names.romanise(row.name)
    area.valid_from, area.valid_to = row.valid_from or area.valid_from, row.valid_to or area.valid_to
    after = {"name": area.name, "valid_from": area.valid_from, "valid_to": area.valid_to}
    return journal.Item(
        act="areas.renamed", actor=actor, subject=area, area=area.code, before=before, after=after
    )


def _refuse_bad_dates(rows: Sequence[AreaRow]) -> None:
    bad = [row for row in rows if row.valid_to and row.valid_to < (row.valid_from or UNKNOWN_START)]
    files.refuse(
        [
            Problem("valid_to", _("第 %(line)d 行：失效日期早于生效日期") % {"line": row.line}, "")
            for row in bad
        ]
    )


def import_boundaries(
    *,
    actor: Actor,
    path: str | Path,
    code_property: str = "",
    level: str = "",
    source: str = "",
    synthesised: bool = False,
    system: str = "wgs84",
    prefix: str = "",
    on: date | None = None,
    progress: Progress = nothing,
) -> Imported:
    """Take in the outlines of areas from a GeoJSON file, plain or gzipped.

    `code_property` names the property that holds the code, `level` refuses codes of any other level. A first
    outline holds as long as its area; another one replaces it from `on` (today) and leaves the old one dated.
    Outlines of areas that are not there are left out and named. Rings are taken as they are: `check` judges.
    One transaction a district. Raises `Invalid` naming the features, `NotAllowed`.
    """
    found = files.read_outlines(Path(path), code_property=code_property, system=system)
    wanted = _by_code(found, level, prefix)
    total, result, done = len(wanted), Imported(), 0
    for district, group in groupby(sorted(wanted.items()), key=lambda i: profiles.active().district(i[0])):
        permission.demand(actor, district=district, area=district)
        geometries = {code: outline.geometry for code, outline in group}
        result.add(put_boundaries(actor, district, geometries, source or Path(path).name, synthesised, on))
        done += len(geometries)
        progress(done, total)
    return result


def _by_code(found: list[Outline], level: str, prefix: str) -> dict[str, Outline]:
    wanted: dict[str, Outline] = {}
    faults: list[Problem] = []
    for outline in found:
        code = profiles.active().normal(outline.code)
        try:
            actual = profiles.active().level(code)
        except YoulinError as error:
            faults += error.problems
            continue
        words = {"number": outline.number, "code": code}
        if level and actual != level:
            faults.append(Problem("code", _("第 %(number)d 个要素：%(code)s 不是这一级的代码") % words))
        elif code in wanted:
            faults.append(Problem("code", _("第 %(number)d 个要素：%(code)s 重复") % words))
        elif code.startswith(prefix):
            wanted[code] = outline
    files.refuse(faults)
    return wanted


@transaction.atomic
def put_boundaries(
    actor: Actor,
    district: str,
    geometries: Mapping[str, Any],
    source: str,
    synthesised: bool,
    on: date | None,
) -> Imported:
    """Give areas of one district these outlines. The caller has asked for permission."""
    versions.bump(district)
    areas = {a.code: a for a in Area.objects.filter(district=district, code__in=list(geometries))}
    open_ones = {
        row.area_id: row
        for row in Boundary.objects.filter(district=district, valid_to=None, area__code__in=list(geometries))
    }
    result = Imported(unknown=[code for code in geometries if code not in areas])
    fresh: dict[bool, list[Area]] = defaultdict(list)
    for code, area in sorted(areas.items()):
        old = open_ones.get(area.pk)
        if old is None:
            fresh[False].append(area)
        elif bytes(old.wkb) == shapely.to_wkb(geometries[code]):
            result.unchanged += 1
        else:
            fresh[True].append(area)
    for replaces, group in fresh.items():
        begin = (on or clock.today()) if replaces else None
        if begin:
            regrafting.close_boundaries(district, [area.pk for area in group], begin)
        shapes = [geometries[area.code] for area in group]
        outlines.insert(
            outlines.rows(group, shapes, source=source, synthesised=synthesised, valid_from=begin)
        )
    result.created, result.changed = len(fresh[False]), len(fresh[True])
    if result.created or result.changed:
        _journal_boundaries(actor, district, fresh, source, result)
        versions.bump(district)
    return result


def _journal_boundaries(
    actor: Actor, district: str, fresh: Mapping[bool, list[Area]], source: str, result: Imported
) -> None:
    codes = sorted(area.code for group in fresh.values() for area in group)
    subject = (
        Area.objects.filter(district=district, code=district).first() or (fresh[False] or fresh[True])[0]
    )
    journal.append(
        act="areas.boundaries_imported",
        actor=actor,
        subject=subject,
        area=district,
        after={"created": result.created, "changed": result.changed, "first": codes[0], "last": codes[-1]},
        note=source,
    )


def import_bundled(*, actor: Actor, prefix: str = "11", progress: Progress = nothing) -> Imported:
    """Take in Beijing as it comes with the platform: codes, and outlines of districts and streets.

    `prefix` narrows it, `110102` to Xicheng alone. Raises `Invalid` if nothing of it is under `prefix`.
    """
    result = import_areas(actor=actor, path=bundled.AREAS, prefix=prefix, progress=progress)
    if not result.created + result.changed + result.unchanged:
        raise Invalid(_("随附数据中没有 %(prefix)s") % {"prefix": prefix}, field="prefix")
    for path in (bundled.DISTRICTS, bundled.STREETS):
        outlines_found = import_boundaries(
            actor=actor, path=path, source=bundled.SOURCE, prefix=prefix, progress=progress
        )
        result.add(outlines_found)
    return result
