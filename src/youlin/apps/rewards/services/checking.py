"""What people may say of a reward: everything that is wrong is told at once."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from youlin.kernel.errors import Invalid, Problem

MOST = 100_000
TEXTS = {"name": 120, "name_en": 160, "what": 500, "what_en": 600}
NUMBERS = ("points", "per_person_day", "per_person_month")
DAYS = ("valid_from", "valid_to")


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the table takes them. Raises `Invalid` with a problem for every field that is wrong."""
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    for name, most in TEXTS.items():
        found[name] = clean(str(values.get(name, "") or ""), most + 1)
        if len(found[name]) > most:
            problems.append(Problem(name, _("最多 %(most)s 字") % {"most": most}))
    if not found["name"]:
        problems.append(Problem("name", _("请填写名称")))
    for name in NUMBERS:
        text = _text(values, name)
        found[name] = whole(text)
        if text and found[name] is None or name == "points" and not text:
            problems.append(Problem(name, _("请填 1 到 %(most)s 之间的整数") % {"most": MOST}))
    for name in DAYS:
        text = _text(values, name)
        found[name] = _day(text)
        if text and found[name] is None:
            problems.append(Problem(name, _("看不懂这个日期"), _("请写成 2026-11-23 的样子")))
    if found["valid_from"] and found["valid_to"] and found["valid_to"] < found["valid_from"]:
        problems.append(Problem("valid_to", _("结束日期早于开始日期")))
    if problems:
        raise Invalid(problems=problems)
    return found


def whole(text: str) -> int | None:
    """A number from 1 to `MOST`; None for anything else."""
    right = text.isascii() and text.isdigit() and len(text) < 7 and 1 <= int(text) <= MOST
    return int(text) if right else None


def clean(text: str, most: int) -> str:
    """A text without what no database takes, at most so long."""
    return text.replace("\0", "").strip()[:most]


def _text(values: Mapping[str, Any], name: str) -> str:
    given = values.get(name)
    return "" if given is None else str(given).strip()


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
