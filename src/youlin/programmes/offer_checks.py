"""What the types cannot see of offers: words that are declared nowhere, hours and conditions that cannot be read."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from youlin.apps.offers import conditions
from youlin.apps.places import hours
from youlin.kernel.errors import Invalid
from youlin.programmes.faults import Fault
from youlin.programmes.findings import condition, unknown
from youlin.programmes.loader import Programme
from youlin.programmes.marks import Path_


def check(programme: Programme) -> Iterator[Fault]:
    """A fault for each reference of an offer that leads nowhere."""
    kinds = programme.all_declared("offer_kinds")
    categories = programme.all_declared("offer_categories")
    entitlements = programme.all_declared("entitlement_kinds")
    for code, offer in programme.declarations.offers.items():
        at: Path_ = ("offers", code)
        yield from unknown(programme, (*at, "kind"), _("供给种类"), offer.kind, kinds)
        if offer.category is not None:
            yield from unknown(programme, (*at, "category"), _("服务类别"), offer.category, categories)
        for number, one in enumerate(offer.audience):
            yield from unknown(programme, (*at, "audience", number), _("资格种类"), one, entitlements)
        if offer.condition:
            yield from condition(programme, (*at, "condition"), offer.condition, conditions.VARIABLES)
        yield from _hours(programme, at, offer.hours)
        counted = kinds[offer.kind].counted if offer.kind in kinds else ""
        if counted == "person" and not offer.audience:
            message = _("“%(code)s”按人核销，却没有说明给谁。") % {"code": code}
            yield Fault(programme.source.key_place(at), message, _("请写 audience: […]。"))


def _hours(programme: Programme, at: Path_, text: str) -> Iterator[Fault]:
    if not text:
        return
    place = programme.source.place((*at, "hours"))
    try:
        written = hours.read(text)
    except Invalid as error:
        yield Fault(place, error.message, _("请按 OSM opening_hours 改正。"))
        return
    if written != text:
        message = _("供应时间应写成“%(hours)s”。") % {"hours": written}
        yield Fault(place, message, _("请照此改正，应用两次才不会变化。"))
