"""The friendly map at its published scale: every figure is counted from rows, and one row less breaks it."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import QuerySet

from youlin.apps.areas import services as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.duties import services as duty_services
from youlin.apps.parties import services as parties
from youlin.apps.places import selectors as places
from youlin.apps.places import services
from youlin.apps.places.finding import Asked
from youlin.apps.places.models import Place
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.programmes import loader, reference
from youlin.programmes import services as programmes
from youlin.programmes.demo import files, friendly

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.scenario, pytest.mark.slow]

DISTRICT = "110102"
HERE = Path(__file__).resolve().parent.parent


def there() -> QuerySet[Place]:
    return Place.objects.filter(district=DISTRICT, retired_at=None)


def points() -> QuerySet[Place]:
    return there().filter(kind__role="point", source="")


COUNTS: dict[str, tuple[Callable[[], int], Callable[[], QuerySet[Place]]]] = {
    "points": (lambda: points().count(), points),
    "scenes": (
        lambda: there().filter(kind__role="scene").count(),
        lambda: there().filter(kind__role="scene"),
    ),
    "scene_kinds": (
        lambda: there().filter(kind__role="scene").values("kind").distinct().count(),
        lambda: there().filter(kind__code="hospital"),
    ),
    "all_day_stations": (
        lambda: there().filter(kind__code="all_day_station").count(),
        lambda: there().filter(kind__code="all_day_station"),
    ),
    "rest_spots": (
        lambda: there().filter(kind__role="spot").count(),
        lambda: there().filter(kind__role="spot"),
    ),
    "dispute_stations": (
        lambda: there().filter(kind__code="dispute_station").count(),
        lambda: there().filter(kind__code="dispute_station"),
    ),
    "streets": (
        lambda: len(
            {
                area[:9]
                for area in there().filter(kind__code="dispute_station").values_list("area_now", flat=True)
            }
        ),
        lambda: there().filter(kind__code="dispute_station"),
    ),
}
"""By figure: how it is counted, and the rows it is counted from."""


def the_map() -> Actor:
    """The district, its programmes, its map, and a steward of one street."""
    areas.import_bundled(actor=SYSTEM, prefix=DISTRICT)
    for code in ("city_management", "friendly_city"):
        programmes.apply(actor=SYSTEM, district=DISTRICT, programme=loader.load(code))
    pack = files.read(loader.FOLDER / "demo_xicheng")
    made = friendly.make(pack, loader.load("demo_xicheng"), DISTRICT, seed=1)
    assert made == there().count() == 355 + 89 + 1500 + there().exclude(source="").count()
    person = parties.register_person(actor=SYSTEM, name="蔡红", account_username="cai")
    duty_services.assign(
        actor=SYSTEM, district=DISTRICT, kind="place_steward", holder=person, areas=["110102013"]
    )
    return Actor("person", person_id=person.id, via="field")


def test_the_published_figures_hold_and_one_place_less_breaks_each() -> None:
    steward = the_map()
    published = reference.read(HERE).figures
    assert set(COUNTS) <= set(published)
    for code, (count, rows) in COUNTS.items():
        assert published[code].holds(count()), (code, count())
        taken = list(rows() if code == "scene_kinds" else rows().order_by("id")[:1])
        for one in taken:
            services.retire_place(actor=SYSTEM, district=DISTRICT, place_id=one.id, reason="试撤销")
        assert not published[code].holds(count()), code
        for one in taken:
            services.restore_place(actor=SYSTEM, district=DISTRICT, place_id=one.id)
        assert published[code].holds(count()), code
    everything_is_what_it_says()
    a_rider_finds_water_and_a_microwave()
    who_takes_no_steps_finds_places_with_a_gate_for_it()
    the_steward_is_asked_and_confirms(steward)
    assert journal.verify() == []


def everything_is_what_it_says() -> None:
    drawn, real = there().filter(is_demo=True), there().filter(is_demo=False)
    assert not drawn.exclude(source="").exists() and not drawn.filter(confirmed_at=None).exists()
    assert real.count() > 100 and not real.filter(source="").exists()
    assert set(real.values_list("source", "licence")) == {
        ("OpenStreetMap", "ODbL 1.0"),
        ("awesome-cn-cafe", "CC BY"),
    }
    assert not real.exclude(confirmed_at=None).exists(), "nobody has looked at open data"
    assert not there().filter(name_en="", is_demo=True).exists()
    assert there().filter(kind__code="party_service_centre", area_now__startswith="110102013").exists()


def a_rider_finds_water_and_a_microwave() -> None:
    found = places.find(
        Asked(DISTRICT, lon=116.39, lat=39.89, needs=("water", "microwave"), open_at=clock.now())
    )
    assert found
    for row in found:
        assert row.open_now and {"water", "microwave"} <= {one.code for one in row.facilities}


def who_takes_no_steps_finds_places_with_a_gate_for_it() -> None:
    gated = {row.id for row in there().filter(entrances__isnull=False, is_demo=True)}
    asked = Asked(DISTRICT, lon=116.36, lat=39.9, roles=("scene",), wheelchair=True)
    found = {row.id for row in places.find(asked)} & gated
    ways = places.entrances_of(DISTRICT, list(found))
    assert found and all(any(way.step_free for way in ways[one]) for one in found)


def the_steward_is_asked_and_confirms(steward: Actor) -> None:
    mine = places.kept(steward)
    assert mine and all(row.area.startswith("110102013") for row in mine)
    with clock.frozen(clock.now() + timedelta(days=40)):
        services.ask_for_confirmation()
        [first, *others] = places.kept(steward, due=True)
        services.confirm_place(actor=steward, district=DISTRICT, place_id=first.id)
        assert {row.id for row in places.kept(steward, due=True)} == {row.id for row in others}
    climbed = duties.who(kind="place_steward", area="110102001", district=DISTRICT)
    assert climbed.holder is None


def test_every_published_figure_is_counted_by_a_scenario() -> None:
    """A figure that nothing counts would be a claim."""
    scenarios = "".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob("tests/test_*.py")))
    assert not [code for code in reference.read(HERE).figures if f'"{code}": ' not in scenarios]


def test_no_figure_is_read_into_rows() -> None:
    """Whoever makes the places does not look at the published figures."""
    for path in (loader.FOLDER / "demo").glob("*.py"):
        assert not re.search(r"reference", path.read_text(encoding="utf-8")), path


def test_every_name_is_in_both_languages() -> None:
    declared = loader.load("friendly_city").declarations
    named = [*declared.place_kinds.values(), *declared.facilities.values(), *declared.duty_kinds.values()]
    named += [*declared.categories.values(), *reference.read(HERE).figures.values()]
    assert all(
        re.fullmatch(r"[\x20-\x7eéà]+", one.name_en) and re.search(r"[\u4e00-\u9fff]", one.name)
        for one in named
    )
