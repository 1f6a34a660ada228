"""One row of a file, read by its mapping: a request with times, place and acts, or what is wrong with it."""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from youlin.apps.cases.imports.files import Row
from youlin.apps.cases.imports.mapping import Mapping, Moment, Status
from youlin.kernel.errors import Problem

NUMBER_MAX = 64


@dataclass(frozen=True, slots=True)
class Request:
    """A row as read. Times are aware; `acts` are workflow acts with the time each was done.

    `key` is number and row hash: real files use a number twice.
    """

    line: int
    key: str
    number: str
    reported_at: datetime
    closed_at: datetime | None
    category: str
    title: str
    description: str
    address: str
    lon: float | None
    lat: float | None
    duplicate: bool
    acts: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken as it is, with every reason; `field` of a problem is the file's column."""

    line: int
    key: str
    problems: list[Problem] = field(default_factory=list)


def key_of(number: str, row: Row) -> str:
    """The row's own key: its number and 24 hexadecimal digits of the hash over all its cells."""
    text = "\x1f".join(f"{name}\x1e{row[name]}" for name in sorted(row))
    return f"{number[:NUMBER_MAX]}:{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def reader(mapping: Mapping) -> Callable[[int, Row], Request | Refused]:
    """The function that reads rows of one mapping."""
    return _Reader(mapping).read


class _Reader:
    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.columns = mapping.columns
        self.zone = mapping.zone
        self.problems: list[Problem] = []

    def read(self, line: int, row: Row) -> Request | Refused:
        self.problems = []
        number = self.cell(row, self.columns.number)
        if not number:
            self.wrong(self.columns.number, _("没有编号。"), _("请补上编号。"))
        elif len(number) > NUMBER_MAX:
            self.wrong(self.columns.number, _("编号超过 64 个字符。"), _("请核对这一列。"))
        reported_at = self.moment(row, self.columns.reported_at, required=True)
        closed_at = self.moment(row, self.columns.closed_at)
        status = self.status(row)
        lon, lat = self.place(row)
        category = self.category(row)
        acts = self.acts(status, reported_at, closed_at)
        if reported_at and closed_at and closed_at < reported_at:
            column = self.columns.named()["closed_at"]
            self.wrong(column, _("办结早于反映。"), _("请核对两个日期。"))
        key = key_of(number, row)
        if self.problems or reported_at is None:
            return Refused(line, key, self.problems)
        return Request(
            line=line,
            key=key,
            number=number,
            reported_at=reported_at,
            closed_at=closed_at,
            category=category,
            title=self.cell(row, self.columns.title)[:120],
            description=self.cell(row, self.columns.description),
            address=self.cell(row, self.columns.address)[:255],
            lon=lon,
            lat=lat,
            duplicate=status.duplicate,
            acts=acts,
        )

    def cell(self, row: Row, column: str | None) -> str:
        return row.get(column, "").strip() if column else ""

    def wrong(self, column: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(column, message, remedy))

    def moment(self, row: Row, form: Moment | None, required: bool = False) -> datetime | None:
        if form is None:
            return None
        text = self.cell(row, form.column)
        if not text:
            if required:
                self.wrong(form.column, _("没有日期。"), _("请补上日期。"))
            return None
        try:
            return _moment(text, form.format, form.time_of_day, self.zone)
        except ValueError:
            message = _("读不懂日期“%(text)s”。") % {"text": text[:40]}
            self.wrong(form.column, message, _("对应文件写的格式是 %(form)s。") % {"form": form.format})
            return None

    def status(self, row: Row) -> Status:
        column = self.columns.status
        if column is None:
            return Status()
        text = self.cell(row, column)
        known = self.mapping.statuses.get(text)
        if known is None:
            message = _("状态“%(text)s”在对应文件里没有。") % {"text": text[:40]}
            self.wrong(column, message, _("请在 statuses 下补上它。"))
        return known or Status()

    def category(self, row: Row) -> str:
        text = self.cell(row, self.columns.category)
        found = self.mapping.categories.get(text) or self.mapping.other_category
        if found is None:
            message = _("类别“%(text)s”在对应文件里没有。") % {"text": text[:40]}
            remedy = _("请在 categories 下补上它，或写 other_category。")
            self.wrong(self.columns.category or "category", message, remedy)
        return found or ""

    def place(self, row: Row) -> tuple[float | None, float | None]:
        lon = self.degrees(row, self.columns.lon, 180)
        lat = self.degrees(row, self.columns.lat, 90)
        return (lon, lat) if lon is not None and lat is not None else (None, None)

    def degrees(self, row: Row, column: str | None, most: int) -> float | None:
        text = self.cell(row, column)
        if not text or column is None:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not abs(value) <= most:
            message = _("坐标“%(text)s”不是经纬度。") % {"text": text[:40]}
            self.wrong(column, message, _("请用十进制度数（WGS84）。"))
            return None
        return value

    def acts(
        self, status: Status, reported_at: datetime | None, closed_at: datetime | None
    ) -> tuple[tuple[str, datetime], ...]:
        done = []
        for step in status.acts:
            at = closed_at if step.at == "closed_at" else reported_at
            if at is None and step.at == "closed_at":
                column = self.columns.named().get("closed_at", "closed_at")
                self.wrong(column, _("状态说已办，但没有办结日期。"), _("请补上办结日期。"))
            elif at is not None:
                done.append((step.act, at))
        return tuple(done)


@lru_cache(maxsize=4096)
def _moment(text: str, form: str, time_of_day: str, zone: ZoneInfo) -> datetime:
    """Raises `ValueError`. A time with its own offset keeps it; a date alone gets `time_of_day`."""
    if form != "iso":
        at = datetime.strptime(text, form)
        dated = not any(mark in form for mark in ("%H", "%I", "%c", "%X", "%s"))
    else:
        dated = len(text) <= 10
        at = datetime.combine(date.fromisoformat(text), time()) if dated else datetime.fromisoformat(text)
    if dated:
        at = datetime.combine(at.date(), time.fromisoformat(time_of_day))
    return at if at.tzinfo else at.replace(tzinfo=zone)
