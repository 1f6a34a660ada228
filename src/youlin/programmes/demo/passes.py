"""Codes of the demonstration, made by the services: the rider's visit code and card, a place's and a producer's."""

from datetime import timedelta
from typing import Any

from youlin.apps.parties import selectors as parties
from youlin.apps.parties import services as party_services
from youlin.apps.passes import services
from youlin.apps.places.models import Place
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.programmes.demo.people import Peopled

RIDER, GRID_WORKER = "li_qiang", "wang_jianguo"
COMPANY = "demo_delivery"
TAKEN = timedelta(days=20)
"""How long before the load the rider took the visit code: it was shown at gates since."""


def make(district: str, home_street: str, made: Peopled) -> int:
    """The codes of the named cast and a few of places; how many."""
    body = parties.organisation(district=district, code=COMPANY)
    people = {name: parties.canonical(made.by_username[name]) for name in (RIDER, GRID_WORKER)}
    given: dict[str, Any] = {"actor": SYSTEM, "district": district, "is_demo": True}
    rider, worker = people[RIDER], people[GRID_WORKER]
    assert rider is not None and worker is not None
    with clock.frozen(clock.now() - TAKEN):
        services.issue(kind="visit", holder=rider, **given)
    services.issue(kind="rider_card", holder=rider, body=body, **given)
    services.issue(kind="grid_card", holder=worker, label="一网格", **given)
    stations = Place.objects.filter(
        district=district, kind__code="all_day_station", area_now__startswith=home_street, retired_at=None
    )
    found = list(stations.order_by("name", "number")[:2])
    for place in found:
        services.issue(kind="place", holder=place, label="正门", **given)
    farm = party_services.register_producer(
        actor=SYSTEM,
        district=district,
        code="XC-0001",
        name="屋顶菜园合作社（演示）",
        area=home_street,
        is_demo=True,
    )
    services.issue(kind="subject", holder=farm, **given)
    return 4 + len(found)
