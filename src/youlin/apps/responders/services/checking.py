"""What somebody says of themselves when enrolling, checked all at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from youlin.apps.areas import selectors as areas
from youlin.apps.parties import selectors as parties
from youlin.apps.parties.models import Organisation
from youlin.apps.responders import words
from youlin.apps.responders.choosing import times
from youlin.apps.responders.models import Occupation, Skill, TaskKind
from youlin.apps.responders.models.responder import KEPT_CALLS, MOST_AREAS
from youlin.kernel.errors import Invalid, NotFound, Problem

LEAST_REACH, MOST_REACH = 300, 20_000
"""Metres: somebody who is called at all is called within walking distance; nobody across the city."""
MOST_WINDOWS = 28
FIELDS = (
    "occupation",
    "organisation",
    "areas",
    "skills",
    "languages",
    "kinds",
    "windows",
    "quiet",
    "most_week",
    "rest_hours",
    "reach_m",
    "emergencies",
)
"""What one says; codes for occupation, organisation, areas, skills and scenes."""


@dataclass
class Known:
    """The words of a district, read once for any number of people."""

    district: str
    occupations: dict[str, Occupation]
    skills: Collection[str]
    kinds: Collection[str]
    bodies: dict[str, Organisation]
    middles: dict[str, list[float] | None]


def known(district: str) -> Known:
    """What can be said in a district."""
    used = {"district": district, "retired_at": None}
    return Known(
        district,
        {row.code: row for row in Occupation.objects.filter(**used)},
        set(Skill.objects.filter(**used).values_list("code", flat=True)),
        set(TaskKind.objects.filter(**used).values_list("code", flat=True)),
        {row.code: row for row in parties.organisations(district=district)},
        {},
    )


def check(said: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """The columns of a responder for what is said of some of `FIELDS`. Raises `Invalid` with all that is wrong."""
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    for name, value in said.items():
        try:
            found.update(_CHECKS[name](value, known))
        except Invalid as error:
            problems += error.problems
    if problems:
        raise Invalid(problems=problems)
    return found


def middle(code: str, known: Known) -> list[float]:
    """The middle of an area (lon, lat). Raises `Invalid` for one that is not of the district or has no outline."""
    if code not in known.middles:
        known.middles[code] = _middle(code, known.district)
    found = known.middles[code]
    if found is None:
        raise Invalid(_("没有这个区域：%(code)s") % {"code": code}, field="areas", remedy=_("请从列表中选择"))
    return found


def _middle(code: str, district: str) -> list[float] | None:
    if not code.startswith(district) or not areas.live(code):
        return None
    try:
        outline = areas.boundary(code)
    except NotFound:
        return None
    return [round(outline.label_lon, 6), round(outline.label_lat, 6)] if outline else None


def _occupation(value: str, known: Known) -> dict[str, Any]:
    if value not in known.occupations:
        raise Invalid(_("请选择职业"), field="occupation")
    return {"occupation": known.occupations[value]}


def _organisation(value: str, known: Known) -> dict[str, Any]:
    if value and value not in known.bodies:
        raise Invalid(_("没有这个单位"), field="organisation", remedy=_("请从列表中选择，或者留空"))
    return {"organisation": known.bodies.get(value)}


def _areas(value: Sequence[str], known: Known) -> dict[str, Any]:
    codes = list(dict.fromkeys(value))
    if not 1 <= len(codes) <= MOST_AREAS:
        raise Invalid(_("请选一到三个常在的区域"), field="areas")
    return {"areas": codes, "area_now": codes[0], "stands": [middle(code, known) for code in codes]}


def _among(name: str, allowed: Collection[str], value: Sequence[str]) -> dict[str, Any]:
    codes = list(dict.fromkeys(value))
    unknown = [code for code in codes if code not in allowed]
    if unknown:
        raise Invalid(
            _("没有这一项：%(codes)s") % {"codes": "、".join(unknown)[:80]},
            field=name,
            remedy=_("请从列表中选择"),
        )
    return {name: codes}


def _windows(value: Sequence[Sequence[int]], known: Known) -> dict[str, Any]:
    if len(value) > MOST_WINDOWS:
        raise Invalid(_("时段太多"), field="windows", remedy=_("请合并相邻的时段"))
    return {"windows": times.checked_windows(value)}


def _whole(name: str, least: int, most: int, message: str, value: Any) -> dict[str, Any]:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = least - 1
    if not least <= number <= most:
        raise Invalid(message % {"least": least, "most": most}, field=name)
    return {name: number}


def _number(value: Any, name: str) -> dict[str, Any]:
    least, most, message = _LIMITS[name]
    return _whole(name, least, most, str(message), value)


_LIMITS = {
    "most_week": (1, KEPT_CALLS - 1, gettext_lazy("每周最多应在 %(least)s 到 %(most)s 次之间")),
    "rest_hours": (0, 168, gettext_lazy("间隔应在 %(least)s 到 %(most)s 小时之间")),
    "reach_m": (LEAST_REACH, MOST_REACH, gettext_lazy("距离应在 %(least)s 到 %(most)s 米之间")),
}
_CHECKS: dict[str, Callable[[Any, Known], dict[str, Any]]] = {
    "occupation": _occupation,
    "organisation": _organisation,
    "areas": _areas,
    "skills": lambda value, known: _among("skills", known.skills, value),
    "languages": lambda value, known: _among("languages", words.LANGUAGES, value),
    "kinds": lambda value, known: _among("kinds", known.kinds, value),
    "windows": _windows,
    "quiet": lambda value, known: {"quiet": times.checked_quiet(value)},
    "most_week": lambda value, known: _number(value, "most_week"),
    "rest_hours": lambda value, known: _number(value, "rest_hours"),
    "reach_m": lambda value, known: _number(value, "reach_m"),
    "emergencies": lambda value, known: {"emergencies": bool(value)},
}
