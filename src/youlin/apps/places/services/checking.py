"""What may be said of a place: each value checked, all that is wrong told at once, with the remedy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.areas.geometry import crs
from youlin.apps.places import hours
from youlin.apps.places.models import Facility, Place, PlaceKind
from youlin.apps.places.models.place import LEVELS, PROFILES
from youlin.kernel.errors import Invalid, Problem
from youlin.kernel.languages import coded, listed

TEXTS = {
    "name": 120,
    "name_en": 160,
    "address": 255,
    "phone": 64,
    "description": 4000,
    "description_en": 4000,
    "source": 64,
    "source_ref": 128,
    "licence": 64,
}
"""Plain texts with the number of characters they may have."""

MOST_PEOPLE = 100_000
MOST_ENTRANCES = 40
FARTHEST_ENTRANCE = 3_000.0
"""Metres from the place's point: the gate of a large park, not one in another part of the town."""


@dataclass(frozen=True)
class Words:
    """The words of a district's map that a new value may use."""

    kinds: Mapping[str, PlaceKind]
    facilities: Mapping[str, Facility]

    @cached_property
    def kind_codes(self) -> dict[str, str]:
        """The code of each kind by its name, in either language."""
        return _codes(self.kinds)

    @cached_property
    def facility_codes(self) -> dict[str, str]:
        """The code of each facility by its name, in either language."""
        return _codes(self.facilities)


@dataclass
class Checked:
    """Values fit to be stored: `columns` of the place, its facilities and entrances where they were given."""

    columns: dict[str, Any] = field(default_factory=dict)
    facilities: dict[str, dict[str, Any]] | None = None
    entrances: list[dict[str, Any]] | None = None
    problems: list[Problem] = field(default_factory=list)


def _codes(rows: Mapping[str, PlaceKind | Facility]) -> dict[str, str]:
    return {row.name_en: code for code, row in rows.items()} | {row.name: code for code, row in rows.items()}


def words(district: str) -> Words:
    """The kinds and facilities in force."""
    kinds = PlaceKind.objects.filter(district=district, retired_at=None)
    facilities = Facility.objects.filter(district=district, retired_at=None)
    return Words({row.code: row for row in kinds}, {row.code: row for row in facilities})


def check(district: str, values: Mapping[str, Any], known: Words, before: Place | None = None) -> Checked:
    """Check the values of one place; see `check_many`. Raises `Invalid` with everything that is wrong."""
    [found] = check_many(district, [values], known, [before])
    if found.problems:
        raise Invalid(problems=found.problems)
    return found


def check_many(
    district: str,
    rows: Sequence[Mapping[str, Any]],
    known: Words,
    before: Sequence[Place | None] | None = None,
) -> list[Checked]:
    """Check the values of many places at once; each answer carries its own problems.

    A new place (`before` None) must have kind, name and a point in the district; of an existing one only what is
    given is checked. Keys: those of `TEXTS`, `kind`, `lon`, `lat`, `hours`, `makeup_days`, `capacity`,
    `accessibility`, `public`, `facilities` (code → {working, count, note}), `entrances`.
    """
    standing = before or [None] * len(rows)
    found = [_check(row, known, old) for row, old in zip(rows, standing, strict=True)]
    _locate(district, rows, found)
    return found


def _check(row: Mapping[str, Any], known: Words, before: Place | None) -> Checked:
    found = Checked()
    for name, longest in TEXTS.items():
        if name in row:
            _text(found, name, row[name], longest)
    for name, reader in _READERS.items():
        if name in row:
            try:
                found.columns[name] = reader(row[name])
            except Invalid as error:
                found.problems += error.problems
    if "kind" in row or before is None:
        _kind(found, row.get("kind", ""), known, before)
    if ("name" in row or before is None) and not found.columns.get("name") and not _told(found, "name"):
        found.problems.append(Problem("name", _("请填写名称")))
    if "lon" in row or "lat" in row or before is None:
        _point(found, row)
    _attached(found, row, known, before)
    return found


def _attached(found: Checked, row: Mapping[str, Any], known: Words, before: Place | None) -> None:
    if "facilities" in row:
        _facilities(found, row["facilities"], known)
    if "entrances" in row:
        _entrances(found, row["entrances"], _around(found, before))


def _text(found: Checked, name: str, value: Any, longest: int) -> None:
    text = str(value if value is not None else "").strip()
    if "\0" in text:
        found.problems.append(Problem(name, _("文字里有不能保存的字符"), _("请删去后再试")))
    elif len(text) > longest:
        message = _("文字太长，最多 %(count)s 个字") % {"count": longest}
        found.problems.append(Problem(name, message, _("请缩短后再试")))
    else:
        found.columns[name] = text


def _kind(found: Checked, code: Any, known: Words, before: Place | None) -> None:
    kind = known.kinds.get(str(code))
    if kind is None and not (before is not None and before.kind.code == code):
        named = listed(coded(one.name, one.name_en, one.code) for one in known.kinds.values())
        found.problems.append(
            Problem(
                "kind", _("没有“%(code)s”这种地点") % {"code": code}, _("可选：%(kinds)s") % {"kinds": named}
            )
        )
    elif kind is not None:
        found.columns["kind"] = kind
        found.columns.setdefault("makeup_days", before.makeup_days if before else kind.makeup_days)


def _hours(value: Any) -> str:
    return _read_hours(str(value or ""))


_read_hours = lru_cache(maxsize=4096)(hours.read)
"""Many places keep the same hours."""


def _flag(name: str) -> Any:
    def read(value: Any) -> bool:
        if not isinstance(value, bool):
            raise Invalid(_("这里只能填是或否"), field=name)
        return value

    return read


def _capacity(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MOST_PEOPLE:
        raise Invalid(_("容量应是 1 到 %(most)s 的整数") % {"most": MOST_PEOPLE}, field="capacity")
    return value


def _accessibility(value: Any) -> dict[str, dict[str, str]]:
    if not isinstance(value, Mapping):
        raise Invalid(_("无障碍应按人群分别说明"), field="accessibility")
    found = {}
    for profile, said in value.items():
        level = said.get("level", "") if isinstance(said, Mapping) else ""
        if profile not in PROFILES or level not in (*LEVELS, ""):
            raise Invalid(
                _("无障碍只能对轮椅、低视力、婴儿车填写可用、部分可用、不可用"), field="accessibility"
            )
        if level:
            found[profile] = {"level": level, "note": str(said.get("note", "")).strip()[:200]}
    return found


_READERS = {
    "hours": _hours,
    "makeup_days": _flag("makeup_days"),
    "public": _flag("public"),
    "capacity": _capacity,
    "accessibility": _accessibility,
    "within_id": lambda value: UUID(str(value)) if value else None,
    "keeper_id": lambda value: UUID(str(value)) if value else None,
}


def _facilities(found: Checked, value: Any, known: Words) -> None:
    if not isinstance(value, Mapping):
        found.problems.append(Problem("facilities", _("设施应逐项填写")))
        return
    unknown = [code for code in value if code not in known.facilities]
    if unknown:
        named = listed(coded(one.name, one.name_en, one.code) for one in known.facilities.values())
        message = _("没有这些设施：%(codes)s") % {"codes": listed(unknown)}
        found.problems.append(Problem("facilities", message, _("可选：%(names)s") % {"names": named}))
        return
    found.facilities = {code: _facility(said) for code, said in value.items()}


def _facility(said: Any) -> dict[str, Any]:
    told = said if isinstance(said, Mapping) else {}
    count = told.get("count")
    whole = isinstance(count, int) and not isinstance(count, bool) and count >= 0
    return {
        "working": bool(told.get("working", True)),
        "count": count if whole else None,
        "note": str(told.get("note", "")).strip()[:120],
    }


def _around(found: Checked, before: Place | None) -> tuple[float, float] | None:
    """The place's point, where it is known by now."""
    if "lon" in found.columns:
        return found.columns["lon"], found.columns["lat"]
    return (before.lon, before.lat) if before is not None else None


def _metres(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    """Straight metres within a city."""
    across = (to_lon - lon) * np.cos(np.radians((lat + to_lat) / 2))
    return float(np.hypot(across, to_lat - lat)) * METRES_PER_DEGREE


METRES_PER_DEGREE = 111_195.0
"""Of latitude, on a sphere of the Earth's mean radius."""


def _entrances(found: Checked, value: Any, place: tuple[float, float] | None) -> None:
    if not isinstance(value, list) or len(value) > MOST_ENTRANCES:
        message = _("出入口最多 %(count)s 个") % {"count": MOST_ENTRANCES}
        found.problems.append(Problem("entrances", message))
        return
    entrances = []
    for number, one in enumerate(value):
        lon, lat = _number(one.get("lon")), _number(one.get("lat"))
        if lon is None or lat is None or not str(one.get("name", "")).strip():
            message = _("第 %(number)s 个出入口缺名称或坐标") % {"number": number + 1}
            remedy = _("名称如“南门”，经度、纬度如 116.3661 和 39.9151")
            found.problems.append(Problem("entrances", message, remedy))
            continue
        if place is not None and _metres(*place, lon, lat) > FARTHEST_ENTRANCE:
            message = _("第 %(number)s 个出入口离地点太远") % {"number": number + 1}
            remedy = _("请核对坐标：经度在前，纬度在后，用 WGS84")
            found.problems.append(Problem("entrances", message, remedy))
            continue
        entrances.append(
            {
                "name": str(one["name"]).strip()[:64],
                "lon": lon,
                "lat": lat,
                "step_free": one.get("step_free") if isinstance(one.get("step_free"), bool) else None,
                "note": str(one.get("note", "")).strip()[:120],
                "position": number,
            }
        )
    found.entrances = entrances


def _point(found: Checked, row: Mapping[str, Any]) -> None:
    lon, lat = _number(row.get("lon")), _number(row.get("lat"))
    if lon is None or lat is None:
        found.problems.append(
            Problem("lon", _("缺少坐标，或坐标不是数字"), _("请填经度和纬度，例如 116.3661 和 39.9151"))
        )
    elif abs(lon) > 180 or abs(lat) > 90:
        swapped = abs(lat) <= 180 and abs(lon) <= 90
        remedy = (
            _("经度和纬度好像写反了，请对调")
            if swapped
            else _("经度在 -180 到 180 之间，纬度在 -90 到 90 之间")
        )
        found.problems.append(Problem("lon", _("坐标超出范围"), remedy))
    else:
        found.columns["lon"], found.columns["lat"] = lon, lat


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def _told(found: Checked, name: str) -> bool:
    return any(problem.field == name for problem in found.problems)


def _locate(district: str, rows: Sequence[Mapping[str, Any]], found: Sequence[Checked]) -> None:
    """Find the area of every point in one go; say of those outside what is probably wrong with them."""
    places = [number for number, one in enumerate(found) if "lon" in one.columns]
    if not places:
        return
    lons = np.array([found[number].columns["lon"] for number in places])
    lats = np.array([found[number].columns["lat"] for number in places])
    codes = areas.locate_many(lons, lats, prefix=district)
    outside = [place for place, code in enumerate(codes) if not code]
    guesses = _guesses(district, lons[outside], lats[outside])
    for place, code in enumerate(codes):
        one = found[places[place]]
        if code:
            one.columns["area_now"] = str(code)
        else:
            one.problems.append(Problem("lon", _("这个点不在本区内"), guesses[outside.index(place)]))


def _guesses(district: str, lons: Any, lats: Any) -> list[str]:
    """For points outside: what would bring each of them into the district."""
    guesses = [_("请核对坐标；本系统使用 WGS84（CGCS2000）经纬度")] * len(lons)
    if not len(lons):
        return guesses
    bounds = np.abs(lons) <= 90
    ways = (
        (_("坐标像是百度坐标（BD-09），请在导入时选择该坐标系"), crs.bd09_to_wgs84(lons, lats)),
        (_("坐标像是高德、腾讯坐标（GCJ-02），请在导入时选择该坐标系"), crs.gcj02_to_wgs84(lons, lats)),
    )
    for words_, (x, y) in ways:
        inside = areas.locate_many(np.asarray(x, float), np.asarray(y, float), prefix=district)
        guesses = [words_ if code else guess for code, guess in zip(inside, guesses, strict=True)]
    x, y = np.where(bounds, lats, 0.0), np.where(bounds, lons, 0.0)
    inside = areas.locate_many(x, y, prefix=district)
    swapped = _("经度和纬度好像写反了，请对调")
    return [swapped if code else guess for code, guess in zip(inside, guesses, strict=True)]
