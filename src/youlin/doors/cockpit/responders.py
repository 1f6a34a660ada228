"""City responders for leaders: addressed and enrolled apart, how calls went, what was served, street by street. Streets
stand in their own order; no person stands here at all."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.responders import streets
from youlin.doors.cockpit import part
from youlin.doors.cockpit.part import card
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

LEVELS = ("district", "street")


@require_safe
@staff("cockpit")
def responders(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One district or street over a period."""
    place = areas.get(code)
    if place.level not in LEVELS:
        raise NotFound(_("响应人的数字到街道为止"))
    days = part.days_of(request)
    found = streets.overview(actor, code, days=days)
    context = part.frame(actor, place, days, _cards(found)) | {"streets": found.streets}
    return render(request, "cockpit/responders.html", context)


def _cards(found: streets.Overview) -> list[dict[str, Any]]:
    every = found.together
    cards = [
        card(_("已登记"), every.enrolled, _("人"), _("其中已核实 %(n)s 人") % {"n": every.verified}),
        card(_("召集"), every.call_outs, _("次"), _("叫了 %(n)s 人次") % {"n": every.called}),
        card(
            _("首次接受"),
            every.first_seconds,
            _("秒"),
            _("中位数") if every.first_seconds is not None else "",
        ),
        card(
            _("满足率"),
            every.coverage,
            "%",
            _("需要 %(wanted)s 人，接受 %(accepted)s 人")
            % {"wanted": every.wanted, "accepted": every.accepted},
        ),
        card(_("每人被叫"), every.per_person, _("次"), _("被叫过的 %(n)s 人") % {"n": every.people}),
        card(_("服务"), every.person_times, _("人次"), _("共 %(n)s 小时") % {"n": every.hours}),
        card(_("收到感谢"), every.thanks, _("句"), ""),
    ]
    if found.addressed is not None:
        told = _("名单上的人数，不与登记的相加")
        cards.insert(0, card(_("面向人数"), found.addressed, _("人"), told))
    return cards
