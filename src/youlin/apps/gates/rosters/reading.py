"""What a company's roster says: who works there, and who left. A source gives `Listed`; the table is one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from youlin.kernel import tables
from youlin.kernel.errors import Invalid, Problem
from youlin.kernel.tables import Form

HEADINGS = {"name": "姓名", "phone": "手机号", "state": "状态"}
OTHER_HEADINGS = {
    "手机": "phone",
    "电话": "phone",
    "联系电话": "phone",
    "在职状态": "state",
    "是否在职": "state",
}
LEFT = ("离职", "离岗", "已离职", "注销", "停用", "否", "left", "no")
MOST_ROWS = 20_000
MOST_BYTES = 4 * 1024 * 1024
_PHONE = re.compile(r"(?:\+?86)?1[0-9*]{10}\Z")


@dataclass(frozen=True)
class Row:
    """One person as a company knows them; the phone may be hidden in part, or missing."""

    line: int
    name: str
    phone: str
    left: bool


@dataclass
class Listed:
    """A roster as read. `faults` are lines that were not taken, or not as they stand, with what to do about it."""

    rows: list[Row] = field(default_factory=list)
    faults: list[tuple[int, Problem]] = field(default_factory=list)
    _lines: dict[tuple[str, str], int] = field(default_factory=dict, repr=False)

    def add(self, row: Row) -> None:
        """Take a row, once; with what is odd about it."""
        if not row.name:
            self.fault(row, "name", _("没有姓名，这一行没有用"), _("请补上姓名"))
        elif (first := self._lines.setdefault((row.name, row.phone), row.line)) != row.line:
            self.fault(row, "name", _("与第 %(line)s 行重复，只算一次") % {"line": first}, "")
        else:
            self.rows.append(row)
            if row.phone and not _PHONE.match(re.sub(r"[\s-]", "", row.phone)):
                self.fault(row, "phone", _("看不懂这个手机号，只按姓名认"), _("请写 11 位手机号"))

    def fault(self, row: Row, name: str, message: str, remedy: str) -> None:
        """What is wrong with a line."""
        self.faults.append((row.line, Problem(HEADINGS[name], message, remedy)))


class Source(Protocol):
    """Where rosters come from: a table here, a company's own system where somebody writes one."""

    def listed(self) -> Listed:
        """The whole roster. Raises `Invalid`."""


@dataclass(frozen=True)
class Table:
    """A table that somebody uploaded."""

    name: str
    content: bytes

    def listed(self) -> Listed:
        """Raises `Invalid` where it cannot be read or lacks a column."""
        with tables.uploaded(self.name, self.content, most_bytes=MOST_BYTES) as path:
            found = _read(path)
        return told(found)


def told(found: Listed) -> Listed:
    """The same, unless nobody is on it. Raises `Invalid`."""
    if not found.rows:
        raise Invalid(_("表里没有人"), field="file", remedy=_("空名单不会停用任何人的码"))
    return found


def has_left(state: str) -> bool:
    """Whether what stands in a row's state says that somebody has left."""
    return state.strip().lower() in LEFT


def _read(path: Path) -> Listed:
    known = {heading: key for key, heading in HEADINGS.items()} | {k: k for k in HEADINGS} | OTHER_HEADINGS
    columns = tables.columns(path, Form())
    named = {known[one.strip().lower()]: one for one in columns if one.strip().lower() in known}
    if "name" not in named:
        raise tables.lacks([HEADINGS["name"]], HEADINGS.values())
    found = Listed()
    for line, said in _said(path, named):
        if len(found.rows) >= MOST_ROWS:
            raise tables.too_many(MOST_ROWS)
        name, phone = said.get("name", "")[:64], said.get("phone", "")[:32]
        found.add(Row(line, name, phone, has_left(said.get("state", ""))))
    return found


def _said(path: Path, named: dict[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in tables.rows(path, Form()):
        said = {key: row.get(column, "").replace("\0", "").strip() for key, column in named.items()}
        if any(said.values()):
            yield number + 1, said
