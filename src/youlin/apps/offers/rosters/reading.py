"""The headings of a roster, and what a row says under them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from youlin.apps.offers.models import EntitlementKind
from youlin.apps.offers.services import checking, entitling
from youlin.apps.offers.services.entitling import Holder
from youlin.kernel import tables
from youlin.kernel.errors import Invalid, Problem
from youlin.kernel.tables import Form

HEADINGS = {"name": "姓名", "phone": "手机号", "valid_to": "有效期至"}
OTHER_HEADINGS = {
    "手机": "phone",
    "电话": "phone",
    "联系电话": "phone",
    "到期": "valid_to",
    "截止日期": "valid_to",
}
NEEDED = ("name", "phone")
MOST_ROWS = 5_000
_SLASHES = re.compile(r"^(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?$")


@dataclass
class Listed:
    """A roster as read: those to be entitled, one each; what is wrong, by line and column; columns nobody reads.

    `unclear` are those of refused rows: they are not entitled by them, and have not left either.
    """

    holders: list[Holder] = field(default_factory=list)
    unclear: list[Holder] = field(default_factory=list)
    refused: list[tuple[int, str, Problem]] = field(default_factory=list)
    unread: tuple[str, ...] = ()
    read: int = 0
    twice: int = 0


def listed(path: Path, kind: EntitlementKind) -> Listed:
    """Read a whole file. Raises `Invalid` where it cannot be read or lacks a column."""
    known = {heading: key for key, heading in HEADINGS.items()} | {k: k for k in HEADINGS} | OTHER_HEADINGS
    columns = tables.columns(path, Form())
    named = {known[one.strip().lower()]: one for one in columns if one.strip().lower() in known}
    missing = [HEADINGS[key] for key in NEEDED if key not in named]
    if missing:
        raise tables.lacks(missing, HEADINGS.values())
    found = Listed(unread=tuple(one for one in columns if one and one not in named.values()))
    seen: set[tuple[str, str]] = set()
    for line, said in _said(path, named):
        found.read += 1
        if found.read > MOST_ROWS:
            raise tables.too_many(MOST_ROWS, _("请拆成几个单位或几种资格分别导入"))
        _one(found, line, said, kind, seen)
    return found


def _said(path: Path, named: dict[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, row in tables.rows(path, Form()):
        said = {key: row.get(column, "").replace("\0", "").strip() for key, column in named.items()}
        if any(said.values()):
            yield number + 1, said


def _one(
    found: Listed, line: int, said: dict[str, str], kind: EntitlementKind, seen: set[tuple[str, str]]
) -> None:
    try:
        holder = entitling.checked(kind, Holder(said["name"], said["phone"], _day(said.get("valid_to", ""))))
    except Invalid as error:
        found.unclear.append(Holder(said["name"], said["phone"]))
        found.refused += [(line, HEADINGS.get(one.field or "", ""), one) for one in error.problems]
        return
    key = (holder.name, "".join(char for char in holder.phone if char.isdigit())[-11:])
    if key in seen:
        found.twice += 1
        return
    seen.add(key)
    found.holders.append(holder)


def _day(text: str) -> date | None:
    """A date as tables write it: 2026-11-23, 2026/11/23, 2026年11月23日; of a workbook's date the day."""
    if match := _SLASHES.match(text):
        text = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    return checking.day(text.partition("T")[0].partition(" ")[0], "valid_to")
