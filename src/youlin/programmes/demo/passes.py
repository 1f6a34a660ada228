"""Codes of the demonstration, made by the services: a visit code, cards, codes of places; the register of subjects."""

from datetime import timedelta
from typing import Any

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import services as duties
from youlin.apps.parties import selectors as parties
from youlin.apps.parties import services as party_services
from youlin.apps.passes import services
from youlin.apps.passes.subjects import keeping
from youlin.apps.places.models import Place
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.programmes.demo.people import Peopled

RIDER, GRID_WORKER, CLERK = "li_qiang", "wang_jianguo", "zhao_min"
COMPANY = "demo_delivery"
TAKEN = timedelta(days=20)
"""How long before the load the rider took the visit code: it was shown at gates since."""

SUBJECTS = (
    ("shop", "前街面馆（演示）", "前街 3 号", "吴店长"),
    ("household", "郑淑兰", "2 号楼 1 单元 301", "郑淑兰"),
    ("producer", "屋顶菜园合作社（演示）", "社区中心楼顶", "何社长"),
    ("shop", "拐角便利店（演示）", "后街 18 号", "罗店长"),
    ("shop", "小巷理发店（演示）", "后街 22 号", ""),
    ("household", "孟庆山", "5 号楼 3 单元 102", "孟庆山"),
    ("household", "柳文秀", "6 号楼 2 单元 501", ""),
    ("producer", "槐树院香草园（演示）", "槐树院 4 号", "秦师傅"),
    ("shop", "歇业的书店（演示）", "前街 9 号", ""),
)
"""Subjects of the register: kind, name, address, contact. Everybody is made up."""
LACKING = 2
"""How many of the first have no code yet."""


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
    return 3 + len(found) + _subjects(district, home_street, made)


def _subjects(district: str, home_street: str, made: Peopled) -> int:
    """The register of the home street: those in it, most of them with a code; one is over. Who keeps it is on duty."""
    clerk = parties.canonical(made.by_username[CLERK])
    assert clerk is not None
    duties.assign(
        actor=SYSTEM,
        district=district,
        kind="subject_clerk",
        holder=clerk,
        areas=[home_street],
        is_demo=True,
    )
    communities = [one.code for one in areas.children(home_street)]
    for number, (kind, name, address, contact) in enumerate(SUBJECTS):
        phone = f"138000091{number:02}" if contact else ""
        if contact:
            party_services.register_person(
                actor=SYSTEM, name=contact, phone=phone, district=district, is_demo=True
            )
        given = {
            "code": f"XC-{number + 1:04}",
            "kind": kind,
            "name": name,
            "area": communities[number % len(communities)],
            "address": address,
            "contact": contact,
            "phone": phone,
            "duty": "community_clerk",
        }
        row = keeping.register(actor=SYSTEM, district=district, given=given, is_demo=True)
        if number >= LACKING:
            services.issue(actor=SYSTEM, district=district, kind="subject", holder=row, is_demo=True)
    keeping.end(actor=SYSTEM, subject=row)
    return len(SUBJECTS) - LACKING
