"""What friendliness came to in an area: person-times, minutes saved, help and thanks. Nobody is named, nothing ranked."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.gates import figures as gates
from youlin.apps.offers import figures as offers
from youlin.apps.responders import figures as responders
from youlin.apps.responders import streets
from youlin.doors import maps
from youlin.doors.cockpit import figures, part
from youlin.doors.cockpit.part import card
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound
from youlin.kernel.languages import in_language


@require_safe
@staff("cockpit")
def friendly(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One area over a period: gates, services, meals, help; the compounds stand by name."""
    place = areas.get(code)
    if place.level not in maps.BELOW:
        raise NotFound(_("这一级没有更细的图"))
    days = part.days_of(request)
    (first, last), _before = figures.two_periods(days)
    found = gates.in_area(actor, code, first, last)
    helped = streets.overview(actor, code, days=days).together
    taken = offers.in_area(actor, code, first, last)
    context = part.frame(actor, place, days, _cards(found, taken, helped)) | {
        "gates": [(in_language(one.row.place.name, one.row.place.name_en), one) for one in found],
        "thanks": responders.thanks(actor, code, days=days),
    }
    return render(request, "cockpit/friendly.html", context)


def _cards(found: Sequence[gates.Gate], taken: offers.Taken, helped: streets.Street) -> list[dict[str, Any]]:
    saved = [one.saved for one in found if one.saved is not None]
    entries = sum(one.entries for one in found)
    return [
        card(_("进门人次"), entries, _("人次"), _("%(n)s 个小区凭码进门") % {"n": len(found)}),
        card(
            _("估算少花"),
            round(sum(saved)) if saved else None,
            _("分钟"),
            _("每趟少的分钟 × 进门人次") if saved else _("样本太少"),
        ),
        card(_("服务人次"), taken.total, _("人次"), _("其中友好套餐 %(n)s 份") % {"n": taken.meals}),
        card(_("志愿服务"), helped.person_times, _("人次"), _("共 %(n)s 分钟") % {"n": helped.minutes}),
        card(_("收到感谢"), helped.thanks, _("句"), _("不排名，不记是谁")),
    ]
