"""Reading lists of areas (CSV) and outlines (GeoJSON), plain or gzipped, with what is wrong in words."""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.utils.translation import gettext as _

from youlin.apps.areas import profiles
from youlin.apps.areas.geometry import crs
from youlin.kernel.errors import Invalid, Problem, YoulinError

SHOWN = 20
"""So many faults are named one by one."""
_WIDE = re.compile(r"(?P<kind>\w+)_code\d*$")
CODE_NAMES = ("code", "code6", "code9", "code12", "adcode", "area_code", "区划代码", "代码")
PLAIN_CRS = ("CRS84", "4326", "4490", "4979")


class AreaRow(NamedTuple):
    """One area as a list gives it. `line` is where it first stands."""

    code: str
    name: str
    name_en: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    line: int = 0


class Outline(NamedTuple):
    """One outline as a file gives it."""

    code: str
    geometry: Any
    properties: Mapping[str, Any]
    number: int


def text_of(path: Path) -> str:
    """The file's text; UTF-8 or, as spreadsheets write it, GB 18030. Raises `Invalid`."""
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError) as error:
        raise Invalid(
            _("读不了文件 %(path)s：%(error)s") % {"path": path, "error": error}, field="path"
        ) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(
        _("%(path)s 不是文本文件") % {"path": path},
        field="path",
        remedy=_("请另存为 UTF-8 编码的 CSV 或 GeoJSON"),
    )


def read_areas(path: Path) -> list[AreaRow]:
    """All areas of a CSV file, each once, by code. See `areas_of` for the columns."""
    return areas_of(csv.DictReader(io.StringIO(text_of(path))))


def areas_of(rows: Iterable[Mapping[str, Any]]) -> list[AreaRow]:
    """Areas from rows with `code` and `name` (`name_en`, `valid_from`, `valid_to` if there are any), or from
    wide rows that give each level as `<level>_code<width>` and `<level>`. Raises `Invalid` naming the lines.
    """
    found: dict[str, AreaRow] = {}
    faults: list[Problem] = []
    for line, row in enumerate(rows, start=2):
        try:
            for area in _of_row(row, line):
                known = found.setdefault(area.code, area)
                if known.name != area.name:
                    words = {"code": area.code, "one": known.name, "other": area.name}
                    raise Invalid(_("%(code)s 有两个名称：“%(one)s”和“%(other)s”") % words, field="name")
        except YoulinError as error:
            faults += [_at_line(problem, line) for problem in error.problems]
    refuse(faults)
    if not found:
        raise Invalid(_("文件中没有区域"), field="path", remedy=_("第一行应为列名，至少有 code 和 name"))
    return [found[code] for code in sorted(found)]


def _of_row(row: Mapping[str, Any], line: int) -> Iterator[AreaRow]:
    if "code" in row:
        yield _area(row["code"], row.get("name"), line, row)
        return
    pairs = [
        (key, match["kind"]) for key in row if key and (match := _WIDE.match(key)) and match["kind"] in row
    ]
    if not pairs:
        raise Invalid(_("没有 code 列"), field="code", remedy=_("第一行应为列名，至少有 code 和 name"))
    for column, kind in pairs:
        yield _area(row[column], row[kind], line, {})


def _area(code: Any, name: Any, line: int, more: Mapping[str, Any]) -> AreaRow:
    normal = profiles.active().normal(str(code or ""))
    profiles.active().level(normal)
    name = str(name or "").strip()
    if not name:
        raise Invalid(_("%(code)s 没有名称") % {"code": normal}, field="name")
    if len(name) > 100:
        raise Invalid(_("%(code)s 的名称超过 100 个字") % {"code": normal}, field="name")
    name_en = str(more.get("name_en") or "").strip()
    return AreaRow(normal, name, name_en, _day(more, "valid_from"), _day(more, "valid_to"), line)


def _day(row: Mapping[str, Any], column: str) -> date | None:
    value = row.get(column)
    if isinstance(value, date) or not value:
        return value or None
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise Invalid(
            _("“%(value)s”不是日期") % {"value": value}, field=column, remedy=_("请写成 2026-01-31 的样子")
        ) from error


def read_outlines(path: Path, *, code_property: str = "", system: str = "wgs84") -> list[Outline]:
    """All outlines of a GeoJSON file in WGS84. `system` is the system the file is in: wgs84, gcj02 or bd09.

    `code_property` names the property with the code; "" looks for the usual names. Raises `Invalid`.
    """
    try:
        content = json.loads(text_of(path))
        features = content["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(
            _("%(path)s 不是 GeoJSON") % {"path": path.name},
            field="path",
            remedy=_("应为一个 FeatureCollection"),
        ) from error
    _check_crs(content)
    found, faults = [], []
    for number, feature in enumerate(features, start=1):
        try:
            found.append(_outline(feature, number, code_property, system))
        except YoulinError as error:
            faults += [_at_feature(problem, number) for problem in error.problems]
    refuse(faults)
    return found


def _check_crs(content: Mapping[str, Any]) -> None:
    name = str(((content.get("crs") or {}).get("properties") or {}).get("name") or "")
    if name and not name.endswith(PLAIN_CRS):
        raise Invalid(
            _("坐标系 %(name)s 不是经纬度") % {"name": name},
            field="crs",
            remedy=_("请先转换为 WGS84 或 CGCS2000 经纬度"),
        )


def _outline(feature: Mapping[str, Any], number: int, code_property: str, system: str) -> Outline:
    properties = feature.get("properties") or {}
    names = (code_property,) if code_property else CODE_NAMES
    code = next((str(properties[name]) for name in names if properties.get(name)), "")
    if not code:
        raise Invalid(
            _("没有区划代码"),
            field=code_property or "code",
            remedy=_("请用 --code-property 指明代码所在的属性"),
        )
    geometry = polygon_of(feature.get("geometry"), system)
    return Outline(code, geometry, properties, number)


def polygon_of(value: Any, system: str = "wgs84") -> Any:
    """The polygon, in WGS84, that a GeoJSON geometry or a shapely one is. Raises `Invalid`."""
    try:
        geometry = shapely.force_2d(shapely.geometry.shape(value))
    except (ValueError, TypeError, AttributeError, KeyError, shapely.errors.ShapelyError) as error:
        raise Invalid(_("几何读不出来"), field="geometry") from error
    if geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        raise Invalid(
            _("几何是 %(kind)s，不是面") % {"kind": geometry.geom_type},
            field="geometry",
            remedy=_("只收 Polygon 和 MultiPolygon"),
        )
    return _in_wgs84(geometry, system)


def _in_wgs84(geometry: Any, system: str) -> Any:
    """The geometry moved from its coordinate system to WGS84. Raises `Invalid` for what is not degrees."""
    if system not in crs.TO_WGS84:
        raise Invalid(_("不认识坐标系 %(name)s") % {"name": system}, field="crs")
    west, south, east, north = shapely.bounds(geometry)
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise Invalid(
            _("坐标不是经纬度"),
            field="geometry",
            remedy=_("经度应在 -180 到 180 之间，纬度应在 -90 到 90 之间"),
        )
    convert = crs.TO_WGS84[system]
    return shapely.transform(geometry, lambda c: np.stack(convert(c[:, 0], c[:, 1]), axis=1))


def refuse(faults: list[Problem]) -> None:
    """Raise `Invalid` with the faults, if there are any; beyond the first few only their number."""
    if len(faults) > SHOWN:
        faults = [*faults[:SHOWN], Problem(None, _("另有 %(count)d 处错误") % {"count": len(faults) - SHOWN})]
    if faults:
        raise Invalid(problems=faults)


def _at_line(problem: Problem, line: int) -> Problem:
    words = {"line": line, "message": problem.message}
    return problem._replace(message=_("第 %(line)d 行：%(message)s") % words)


def _at_feature(problem: Problem, number: int) -> Problem:
    words = {"number": number, "message": problem.message}
    return problem._replace(message=_("第 %(number)d 个要素：%(message)s") % words)
