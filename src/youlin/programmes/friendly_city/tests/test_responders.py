"""Responders at their published scale: every figure is counted from rows, and one row less breaks it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from youlin.apps.areas import services as areas
from youlin.apps.cases import services as cases
from youlin.apps.notices.models import Delivery
from youlin.apps.parties import services as parties
from youlin.apps.responders import choosing, figures, mine, stories
from youlin.apps.responders.models import (
    AddressedGroup,
    Badge,
    CallOut,
    Occupation,
    Responder,
    Seat,
    Service,
    Shift,
    Story,
    TaskKind,
)
from youlin.kernel import clock, jobs, journal, reactions
from youlin.kernel.actors import SYSTEM, Actor
from youlin.programmes import loader, reference
from youlin.programmes import services as programmes
from youlin.programmes.demo import files, responders
from youlin.programmes.demo.loading import HISTORY
from youlin.programmes.demo.people import Peopled

pytestmark = [pytest.mark.django_db, pytest.mark.scenario, pytest.mark.slow]

DISTRICT = "110102"
HERE = Path(__file__).resolve().parent.parent


def declared(model: type) -> int:
    return model._default_manager.filter(district=DISTRICT, retired_at=None).count()  # type: ignore[attr-defined]


COUNTS: dict[str, Callable[[], int]] = {
    "responders_addressed": lambda: figures.figures(SYSTEM, DISTRICT).addressed,
    "responder_occupations": lambda: declared(Occupation),
    "responder_scenes": lambda: declared(TaskKind),
}
"""By figure: what is counted."""


def test_the_published_figures_of_responders_hold_and_one_row_less_breaks_each() -> None:
    choosing.forget()
    people = the_district()
    published = reference.read(HERE).figures
    for code, count in COUNTS.items():
        assert published[code].holds(count()), (code, count())
    named = TaskKind.objects.filter(district=DISTRICT, named=True).values_list("code", flat=True)
    assert set(named) == {"safety_watch", "quality_picks", "street_word", "elder_help"}
    the_two_counts_are_apart()
    what_happened(people)
    a_fall_that_was_filed_calls_people()
    AddressedGroup.objects.first().delete()  # type: ignore[union-attr]
    for model in (Occupation, TaskKind):
        row = model._default_manager.filter(district=DISTRICT).order_by("position").last()
        model._default_manager.filter(id=row.id).update(retired_at=clock.now())
    for code, count in COUNTS.items():
        assert not published[code].holds(count()), code
    assert journal.verify() == []


def the_district() -> Peopled:
    """The district with its programmes and the three of the cast whom responders need."""
    areas.import_bundled(actor=SYSTEM, prefix=DISTRICT)
    for code in ("city_management", "friendly_city"):
        programmes.apply(actor=SYSTEM, district=DISTRICT, programme=loader.load(code))
    pack, people = files.read(loader.FOLDER / "demo_xicheng"), Peopled()
    areas.synthesise_communities(actor=SYSTEM, street=pack.people.home_street, seed=1)
    for username in (responders.RIDER, responders.CLERK, responders.OFFICE):
        person = parties.register_person(
            actor=SYSTEM, name=f"{username}某", account_username=username, is_demo=True, district=DISTRICT
        )
        people.by_username[username] = person.id
    with clock.frozen(clock.now() - HISTORY):
        responders.keepers(pack, DISTRICT, people)
    assert responders.make(pack, DISTRICT, people, seed=1) == responders.ENROLLED + 1
    jobs.run_pending()
    assert not Delivery.objects.exists(), "nobody outside is written to"
    return people


def the_two_counts_are_apart() -> None:
    found = figures.figures(SYSTEM, DISTRICT)
    assert (found.addressed, found.enrolled) == (51_000, responders.ENROLLED + 1)
    assert sum(line.addressed for line in found.lines) == 51_000 and len(found.lines) == 10
    assert found.call_outs == 2 and found.first_seconds is not None and found.first_seconds < 120
    assert found.services == 3 and found.per_person is not None


def what_happened(people: Peopled) -> None:
    """One call-out is done and thanked for; the rider is called to the other and has nothing typed to do."""
    assert Badge.objects.filter(district=DISTRICT, retired_at=None).count() == 5
    assert Shift.objects.count() == 4 and Seat.objects.filter(state="waiting").count() == 1
    assert stories.shown(DISTRICT) and Service.objects.filter(kind__code="safety_watch").get().minutes == 120
    for model in (Responder, CallOut, AddressedGroup, Shift, Story):
        assert not model._default_manager.filter(is_demo=False).exists(), model
    assert sorted(CallOut.objects.values_list("state", flat=True)) == ["calling", "over"]
    rider = Actor("person", person_id=people.by_username[responders.RIDER])
    [mine_now] = [one for one in mine.calls(rider) if one.open]
    assert mine_now.answer == "called" and not mine_now.where
    row = mine.record(rider, DISTRICT)
    assert row is not None and row.minutes == 0 and row.since <= clock.now() - timedelta(days=19)


def a_fall_that_was_filed_calls_people() -> None:
    """A case of the declared kind calls two people by the pack's reaction: once, and only when a dispatcher filed it."""
    lon, lat = CallOut.objects.values_list("lon", "lat")[0]
    case = cases.report(
        actor=SYSTEM,
        category="help_now",
        text="老人在楼道里摔倒，起不来",
        lon=lon,
        lat=lat,
        channel="hotline",
        idempotency_key="fall",
    ).case

    def react() -> list[CallOut]:
        reactions.drain_all()
        jobs.run_pending()
        return list(CallOut.objects.filter(case=case).select_related("kind"))

    assert react() == []
    cases.act(actor=SYSTEM, case_id=case.id, act="file", idempotency_key="fall-filed")
    [row] = react()
    assert (row.kind.code, row.wanted, row.emergency, row.lon) == ("elder_help", 2, True, lon)
    assert row.why and row.calls.exists() and react() == [row]
