"""The headings of a table of places, in Chinese or as keys, and what a row says under them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from youlin.apps.areas.geometry import crs
from youlin.apps.places.services.checking import Words
from youlin.kernel import tables
from youlin.kernel.errors import Invalid
from youlin.kernel.languages import listed
from youlin.kernel.tables import Form, Row, harmless

HEADINGS = {
    "number": "编号",
    "kind": "种类",
    "name": "名称",
    "name_en": "英文名称",
    "lon": "经度",
    "lat": "纬度",
    "address": "地址",
    "phone": "电话",
    "hours": "开放时间",
    "facilities": "设施",
    "wheelchair": "轮椅",
    "capacity": "容量",
    "description": "介绍",
    "description_en": "英文介绍",
    "public": "公开",
    "source": "来源",
    "source_ref": "来源编号",
    "licence": "许可",
}
"""Key → heading, in the order of the exported table."""

ENGLISH = {
    "number": "Number",
    "kind": "Kind",
    "name": "Name",
    "name_en": "English name",
    "lon": "Longitude",
    "lat": "Latitude",
    "address": "Address",
    "phone": "Phone",
    "hours": "Opening hours",
    "facilities": "Facilities",
    "wheelchair": "Wheelchair",
    "capacity": "Capacity",
    "description": "Description",
    "description_en": "English description",
    "public": "Public",
    "source": "Source",
    "source_ref": "Source number",
    "licence": "Licence",
}
"""The same for tables with English headings, and for whoever reads English."""

OTHER_HEADINGS = {
    "点位名称": "name",
    "地点名称": "name",
    "类型": "kind",
    "类别": "kind",
    "联系电话": "phone",
    "营业时间": "hours",
    "服务时间": "hours",
    "lng": "lon",
    "longitude": "lon",
    "latitude": "lat",
    "无障碍": "wheelchair",
}
NEEDED = ("kind", "name", "lon", "lat")
"""Without a number, a row must say at least these."""

LEVELS = {"可用": "yes", "部分可用": "limited", "部分": "limited", "不可用": "no"}
YES, NO = {"是", "yes", "true", "1"}, {"否", "no", "false", "0"}
SYSTEMS = {"wgs84": crs.same, "gcj02": crs.gcj02_to_wgs84, "bd09": crs.bd09_to_wgs84}
"""What the coordinates of a file may be in, and how they become ours."""
WRITTEN = {"wgs84": crs.same, "gcj02": crs.wgs84_to_gcj02, "bd09": crs.wgs84_to_bd09}
"""The way back."""

_BETWEEN = re.compile(r"[、，,;；|/]\s*")


@dataclass(frozen=True)
class Columns:
    """The columns of a file: which one says what, and those that nobody reads."""

    named: Mapping[str, str]
    unread: tuple[str, ...]

    def column(self, key: str | None) -> str:
        """The file's own heading for a key, to be named where something is wrong."""
        told = {"accessibility": "wheelchair"}.get(key or "", key or "")
        return self.named.get(told) or heading(told)


def heading(key: str) -> str:
    """The heading of a key in the language of whoever asks; what is no key stays as it is."""
    words = HEADINGS if (get_language() or "zh").startswith("zh") else ENGLISH
    return words.get(key, key)


def columns(path: Path) -> Columns:
    """Raises `Invalid` where the file cannot be read or lacks what is needed."""
    known = {
        **{word.lower(): key for words in (HEADINGS, ENGLISH) for key, word in words.items()},
        **{key: key for key in HEADINGS},
        **OTHER_HEADINGS,
    }
    named: dict[str, str] = {}
    unread = []
    for written in tables.columns(path, Form()):
        key = known.get(written.strip().lower())
        if key is None or key in named:
            unread.append(written)
        else:
            named[key] = written
    missing = [heading(key) for key in NEEDED if key not in named]
    if missing and "number" not in named:
        raise Invalid(
            _("表里缺少这些列：%(names)s") % {"names": listed(missing)},
            field=path.name,
            remedy=_("第一行应是列名，可写：%(names)s") % {"names": listed(heading(key) for key in HEADINGS)},
        )
    return Columns(named, tuple(name for name in unread if name))


def values(row: Row, found: Columns, known: Words) -> dict[str, Any]:
    """What a row says, as `checking.check_many` takes it; an empty cell says nothing."""
    said: dict[str, Any] = {}
    for key, column in found.named.items():
        text = row.get(column, "").strip()
        if text.startswith("'") and harmless(text[1:]) == text:
            text = text[1:]
        if text:
            said[key] = text
    for key, reader in _READERS.items():
        if key in said:
            said[key] = reader(said[key], known)
    if "wheelchair" in said:
        said["accessibility"] = {"wheelchair": {"level": said.pop("wheelchair"), "note": ""}}
    return said


def _kind(text: str, known: Words) -> str:
    return text if text in known.kinds else known.kind_codes.get(text, text)


def _facilities(text: str, known: Words) -> dict[str, dict[str, Any]]:
    named = [one.strip() for one in _BETWEEN.split(text) if one.strip()]
    return {one if one in known.facilities else known.facility_codes.get(one, one): {} for one in named}


def _flag(text: str, known: Words) -> bool | str:
    return True if text.lower() in YES else False if text.lower() in NO else text


def _whole(text: str, known: Words) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


_READERS = {
    "kind": _kind,
    "facilities": _facilities,
    "wheelchair": lambda text, known: LEVELS.get(text, text),
    "public": _flag,
    "capacity": _whole,
}
