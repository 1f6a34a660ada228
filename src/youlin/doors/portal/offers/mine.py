"""My meals: the number I tell at a counter, what is left today, what I took; a new number when I want one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.offers import holders, services
from youlin.doors import offer_words, pace
from youlin.doors.entrance import person
from youlin.doors.portal.offers.services import item_link
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound


@never_cache
@require_safe
@person("portal")
def my_meals(request: HttpRequest, actor: Actor) -> HttpResponse:
    """My entitlements and my last meals."""
    held = [
        {
            "held": one,
            "kind": offer_words.name_of(one.kind),
            "district": areas.short_name(one.district),
            "offers": [(offer_words.card(row, item_link(row)), left) for row, left in one.offers],
        }
        for one in holders.mine(actor)
    ]
    taken = [
        {"name": offer_words.name_of(one), "one": one, "price": offer_words.price(one.price)}
        for one in holders.my_meals(actor)
    ]
    return render(request, "portal/offers/my_meals.html", {"held": held, "taken": taken})


@require_POST
@person("portal")
def draw(request: HttpRequest, actor: Actor, entitlement: UUID) -> HttpResponse:
    """Another number; the old one is nobody's from now on."""
    pace.demand(request, actor)
    found = next((one for one in holders.mine(actor) if one.id == entitlement), None)
    if found is None:
        raise NotFound(_("没有这项资格"))
    services.draw_number(actor=actor, district=found.district, entitlement_id=entitlement)
    messages.success(request, _("取餐号已换，旧号不能再用"))
    return HttpResponseRedirect(reverse("portal:my-meals"))
