"""Who should get a case, and why: category + area → duty → holder, with declared exceptions.

`explain` decides and tells every step; it writes nothing. The `dispatch` act stores its answer on the case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.models import Case, Category
from youlin.apps.duties import selectors as duties
from youlin.apps.parties.models import Person
from youlin.kernel import calendars, clock, expressions
from youlin.kernel.errors import NotFound

VARIABLES = {
    "area": "",
    "category": "",
    "channel": "",
    "address": "",
    "text": "",
    "lon": 0.0,
    "lat": 0.0,
    "at": None,
    "hour": 0,
    "weekday": 1,
    "working_day": True,
    "anonymous": False,
    "me_too": 0,
    "reopened": 0,
}
"""What a routing condition may ask for, with the value of what is unknown. `weekday` is 1 (Monday) to 7."""


@dataclass(frozen=True)
class Decision:
    """Who gets the case (None: nobody was found), under which duty, and the steps that led there."""

    holder: Person | None
    duty: str
    steps: tuple[str, ...]
    rule: int | None = None
    area: str = ""
    climbed: int = 0
    organisation_id: UUID | None = None
    warnings: tuple[str, ...] = field(default=())

    @property
    def why(self) -> str:
        """The steps in one line."""
        return " → ".join(self.steps)

    def stored(self) -> dict[str, Any]:
        """The reason as it is kept with the case."""
        return {
            "duty": self.duty,
            "rule": self.rule,
            "area": self.area,
            "climbed": self.climbed,
            "steps": list(self.steps),
        }


def explain(
    *,
    district: str,
    category: Category | str,
    area: str,
    at: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
    confidential: bool = False,
    answering: duties.Answering | None = None,
) -> Decision:
    """Who would get a case of this category in this area at a moment (now), and why.

    The first exception whose condition holds decides the duty, else the category's own. `facts` are values of
    `VARIABLES` that are known. A confidential case goes only to a duty that is declared for such cases.
    Raises `NotFound` for a category that the district does not have. At most five queries; `answering`, at its
    own moment, answers many without further ones.
    """
    moment = answering.at if answering else at or clock.now()
    known = category if isinstance(category, Category) else category_of(district, category)
    values = {**VARIABLES, **_times(moment), "area": area, "category": known.code, **dict(facts or {})}
    number, rule = _exception(known, values)
    duty = rule["duty"] if rule else known.duty
    steps = [_("类别“%(name)s”") % {"name": known.name}]
    if rule:
        steps.append(
            _("例外 %(n)d：%(why)s") % {"n": (number or 0) + 1, "why": rule.get("reason") or rule["when"]}
        )
    if not duty:
        steps.append(_("这个类别没有主责岗位"))
        return Decision(None, "", tuple(steps), number, area)
    asked = _at_level(area, rule.get("level", "") if rule else "")
    return for_duty(
        district=district,
        duty=duty,
        area=asked,
        category=known.code,
        at=moment,
        answering=answering,
        confidential=confidential,
        steps=tuple(steps),
        rule=number,
    )


def for_duty(
    *,
    district: str,
    duty: str,
    area: str,
    category: str = "",
    at: datetime | None = None,
    not_person: UUID | None = None,
    organisation: UUID | None = None,
    confidential: bool = False,
    steps: tuple[str, ...] = (),
    rule: int | None = None,
    answering: duties.Answering | None = None,
) -> Decision:
    """Who holds `duty` for the area, for an organisation where one is named; when that is `not_person`, the one above
    is asked."""
    known = answering or duties.Answering(district=district, areas=[area], at=at or clock.now())
    for code in (area, *areas.ancestors(area)):
        try:
            answer = known.who(kind=duty, area=code, category=category, organisation=organisation)
        except NotFound as error:
            return Decision(None, duty, (*steps, error.message), rule, area)
        if not_person is None or answer.holder is None or answer.holder.id != not_person:
            break
        steps = (*steps, _("处置人不能自己核查，请上一级"))
    path = (*steps, *answer.path)
    if answer.holder is None or answer.assignment is None or answer.holder.id == not_person:
        return Decision(None, duty, path, rule, area, answer.climbed)
    if confidential and not answer.assignment.kind.confidential:
        return Decision(None, duty, (*path, _("这是保密案件，该岗位不得参与")), rule, area, answer.climbed)
    return Decision(
        answer.holder,
        answer.kind or duty,
        path,
        rule,
        area,
        answer.climbed,
        answer.assignment.organisation_id,
    )


def facts_of(case: Case) -> dict[str, Any]:
    """What the routing conditions may know of a case. No person, no contact."""
    return {
        "channel": case.channel,
        "address": case.address,
        "text": case.description,
        "lon": case.lon or 0.0,
        "lat": case.lat or 0.0,
        "anonymous": case.anonymous,
        "me_too": case.me_too_count,
        "reopened": case.reopened,
    }


def category_of(district: str, code: str) -> Category:
    """The category in force; raises `NotFound` in words."""
    found = Category.objects.filter(district=district, code=code, retired_at__isnull=True).first()
    if found is None:
        raise NotFound(
            _("没有类别“%(code)s”") % {"code": code}, field="category", remedy=_("请从列表中选一个类别")
        )
    return found


def _exception(category: Category, values: Mapping[str, Any]) -> tuple[int | None, dict[str, Any] | None]:
    """The first exception that holds, with its number from 0."""
    for number, rule in enumerate(category.routing):
        place = f"{category.code}.routing[{number}]"
        if expressions.compile(rule["when"], variables=VARIABLES.keys(), place=place).holds(**values):
            return number, rule
    return None, None


def _times(moment: datetime) -> dict[str, Any]:
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return {
        "at": moment,
        "hour": local.hour,
        "weekday": local.isoweekday(),
        "working_day": calendars.is_working_day(local.date()),
    }


def _at_level(area: str, level: str) -> str:
    """The area at the level that an exception names, or the area itself."""
    line = [area, *areas.ancestors(area)]
    return next((code for code in line if level and areas.level(code) == level), area)
