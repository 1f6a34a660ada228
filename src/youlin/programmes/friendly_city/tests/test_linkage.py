"""Linkage at its published scale: every figure is counted from rows, and one row less breaks it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.models import QuerySet

from youlin.apps.areas import services as areas
from youlin.apps.cases import services as cases
from youlin.apps.cases.models import Case
from youlin.apps.linkage import selectors, words
from youlin.apps.linkage.services import bodies
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Organisation
from youlin.kernel import clock, journal, reactions
from youlin.kernel.actors import SYSTEM, Actor
from youlin.programmes import loader, reference
from youlin.programmes import services as programmes
from youlin.programmes.demo import files, linkage
from youlin.programmes.demo.loading import HISTORY
from youlin.programmes.demo.people import Peopled

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.scenario, pytest.mark.slow]

DISTRICT = "110102"
HERE = Path(__file__).resolve().parent.parent


def kept(kind: str) -> QuerySet[Organisation]:
    return Organisation.objects.filter(district=DISTRICT, kind=kind, closed_on=None)


def of(category: str) -> QuerySet[Case]:
    found = Case.objects.filter(district=DISTRICT, category__startswith=category)
    return found.exclude(outcome="void")


COUNTS: dict[str, Callable[[], QuerySet[Organisation] | QuerySet[Case]]] = {
    "platform_companies": lambda: kept(words.COMPANY),
    "outlets": lambda: kept(words.OUTLET).filter(area__regex=rf"^{DISTRICT}\d\d\d"),
    "consultations": lambda: of("consultation."),
    "warm_measures": lambda: of(words.LISTED),
}
"""By figure: the rows that are counted."""


def the_district() -> Peopled:
    """The district with its programmes and the few people of the demonstration that linkage stands on."""
    areas.import_bundled(actor=SYSTEM, prefix=DISTRICT)
    for code in ("city_management", "friendly_city"):
        programmes.apply(actor=SYSTEM, district=DISTRICT, programme=loader.load(code))
    pack, people = files.read(loader.FOLDER / "demo_xicheng"), Peopled()
    for code, body in pack.people.organisations.items():
        parties.register_organisation(
            actor=SYSTEM, district=DISTRICT, code=code, name=body.name, is_demo=True
        )
    for username in (linkage.OFFICE, linkage.STEWARD, linkage.CLERK):
        person = parties.register_person(
            actor=SYSTEM, name=f"{username}某", account_username=username, is_demo=True, district=DISTRICT
        )
        people.by_username[username] = person.id
    with clock.frozen(clock.now() - HISTORY):
        linkage.keepers(pack, DISTRICT, people)
    linkage.make(pack, DISTRICT, people, seed=1)
    return people


def test_the_published_figures_of_linkage_hold_and_one_row_less_breaks_each() -> None:
    people = the_district()
    published = reference.read(HERE).figures
    for code, rows in COUNTS.items():
        assert published[code].holds(rows().count()), (code, rows().count())
        assert not published[code].holds(rows().count() - 1), code
    assert kept(words.OUTLET).values("area").distinct().count() == 15, "every street has outlets"
    reactions.drain_all()
    assert not reactions.failing().exists()
    one_less_is_seen_in_rows(people)
    the_office_sees_what_is_missing(Actor("person", person_id=people.by_username[linkage.OFFICE]))
    assert not Case.objects.filter(is_demo=False).exists()
    assert not Organisation.objects.filter(is_demo=False).exists()
    assert all("（演示）" in name for name in Organisation.objects.values_list("name", flat=True))
    assert journal.verify() == []


def one_less_is_seen_in_rows(people: Peopled) -> None:
    """An outlet that closes, a company that leaves and a consultation or task that is cancelled are not counted."""
    published = reference.read(HERE).figures
    office = Actor("person", person_id=people.by_username[linkage.OFFICE])
    for kind, code in ((words.OUTLET, "outlets"), (words.COMPANY, "platform_companies")):
        body = kept(kind).order_by("code")[0]
        bodies.close(actor=office, body=body)
        assert not published[code].holds(COUNTS[code]().count()), code
        Organisation.objects.filter(id=body.id).update(closed_on=None)
    for code, state in (("consultations", "planned"), ("warm_measures", "accepted")):
        case = COUNTS[code]().filter(state=state)[0]
        cases.act(actor=office, case_id=case.id, act="void", note="试取消", idempotency_key=code)
        assert not published[code].holds(COUNTS[code]().count()), code


def the_office_sees_what_is_missing(office: Actor) -> None:
    seen = selectors.overview(office, DISTRICT)
    assert (seen.companies, seen.outlets, seen.no_contact) == (9, 65, 4 + kept(words.PARTNER).count())
    assert seen.no_owner > 0, "two streets have no owner, and companies are the office's"
    assert any(case.light == "late" for _unit, rows in selectors.task_list(office, DISTRICT) for case in rows)
    [first, *_rest] = [row for row in selectors.consultations(office, DISTRICT) if row.state == "decided"]
    assert 1 <= len(selectors.decisions(office, first.number)) <= 2
