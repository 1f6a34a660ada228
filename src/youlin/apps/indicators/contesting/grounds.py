"""Which cases of a figure may be contested, and on what grounds: those on which they may be excluded at all."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from youlin.apps.cases import permission
from youlin.apps.cases.models import Case
from youlin.apps.cases.services.measures import rules
from youlin.kernel import datasets
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, Problem

EXCLUSION = "exclusion"
MOST = 200
"""Cases in one appeal."""


def contestable(dataset: str) -> bool:
    """Whether a figure of these rows changes when a case is left out, so that it can be contested."""
    columns = datasets.get(dataset).columns if dataset.startswith("cases.") else ()
    return any(one.name == "excluded" for one in columns)


def cases_of(actor: Actor, district: str, area: str, numbers: Sequence[str]) -> list[Case]:
    """The cases with these numbers that the actor may know and a figure of the area can rest on, by number.

    Raises `Invalid` naming those that are none.
    """
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise Invalid(_("没有选案件"), field="rows", remedy=_("请勾选不该计入的案件"))
    if len(wanted) > MOST:
        raise Invalid(_("一次最多 %(n)d 件") % {"n": MOST}, field="rows", remedy=_("请分几次提出"))
    access = permission.access(actor)
    rows = Case.objects.filter(
        permission.visible(access), district=district, number__in=wanted, confidential=False
    )
    found = {one.number: one for one in rows.select_related("case_type") if one.area_now.startswith(area)}
    if missing := [number for number in wanted if number not in found]:
        raise Invalid(_("没有这些案件：%(numbers)s") % {"numbers": "、".join(missing[:5])}, field="rows")
    return [found[number] for number in sorted(found)]


def problems(cases: Iterable[Case], choice: str) -> list[Problem]:
    """What keeps these cases from being excluded on this ground."""
    found = []
    known = _allowed(cases)
    for case in cases:
        allowed = known[case.case_type_id, case.category]
        if case.excluded:
            found.append(Problem("rows", _("%(number)s 已经剔除") % {"number": case.number}))
        elif allowed is None:
            found.append(Problem("rows", _("%(number)s 这类案件不能剔除") % {"number": case.number}))
        elif allowed and choice not in allowed:
            return [Problem("choice", _("没有选属于哪种情形"), _("可选：") + "、".join(allowed))]
    return found[:5]


def choices(cases: Iterable[Case]) -> list[str]:
    """The grounds on which all of these cases may be excluded, in the order in which they are declared."""
    lists = [allowed for allowed in _allowed(cases).values() if allowed]
    return [one for one in lists[0] if all(one in other for other in lists)] if lists else []


def _allowed(cases: Iterable[Case]) -> dict[tuple[object, str], tuple[str, ...] | None]:
    """By type and category: the grounds of an exclusion, () for any, None where there is none."""
    found: dict[tuple[object, str], tuple[str, ...] | None] = {}
    for case in cases:
        key = (case.case_type_id, case.category)
        if key not in found:
            declared = rules.allowances(case).get(EXCLUSION)
            found[key] = None if declared is None else tuple(declared.choices)
    return found
