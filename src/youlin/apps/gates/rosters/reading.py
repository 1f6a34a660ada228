"""What a company's roster says: who works there, and who left. A source gives `Listed`; the table is one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from django.utils.translation import gettext as _

from youlin.kernel import tables
from youlin.kernel.errors import Invalid
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
KINDS_OF_FILE = (".csv", ".tsv", ".xlsx")


@dataclass(frozen=True)
class Row:
    """One person as a company knows them; the phone may be hidden in part, or missing."""

    line: int
    name: str
    phone: str
    left: bool


@dataclass
class Listed:
    """A roster as read; `refused` are lines without a name."""

    rows: list[Row] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)


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
        suffix = Path(self.name).suffix.lower()
        if suffix not in KINDS_OF_FILE:
            raise Invalid(_("请选择 CSV 或 Excel（.xlsx）文件"), field="file")
        if len(self.content) > MOST_BYTES:
            raise Invalid(_("文件超过 %(most)s MB") % {"most": MOST_BYTES // 1024 // 1024}, field="file")
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"roster{suffix}"
            path.write_bytes(self.content)
            found = _read(path)
        if not found.rows:
            raise Invalid(_("表里没有人"), field="file", remedy=_("空名单不会停用任何人的码"))
        return found


def _read(path: Path) -> Listed:
    known = {heading: key for key, heading in HEADINGS.items()} | {k: k for k in HEADINGS} | OTHER_HEADINGS
    columns = tables.columns(path, Form())
    named = {known[one.strip().lower()]: one for one in columns if one.strip().lower() in known}
    if "name" not in named:
        raise Invalid(
            _("表里缺少这些列：%(names)s") % {"names": HEADINGS["name"]},
            field="file",
            remedy=_("第一行应是列名，可写：%(names)s") % {"names": "、".join(HEADINGS.values())},
        )
    found = Listed()
    for line, said in _said(path, named):
        if len(found.rows) >= MOST_ROWS:
            raise Invalid(_("一次最多导入 %(most)s 行") % {"most": MOST_ROWS}, field="file")
        if not said.get("name"):
            found.refused.append(line)
            continue
        left = said.get("state", "").lower() in LEFT
        found.rows.append(Row(line, said["name"][:64], said.get("phone", "")[:32], left))
    return found


def _said(path: Path, named: dict[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in tables.rows(path, Form()):
        said = {key: row.get(column, "").replace("\0", "").strip() for key, column in named.items()}
        if any(said.values()):
            yield number + 1, said
