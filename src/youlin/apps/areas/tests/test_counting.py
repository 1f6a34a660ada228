"""How many people live in an area is said with its source, journalled, and part of the exported areas."""

import pytest

from youlin.apps.areas import selectors, services
from youlin.apps.areas.tests.factories import AreaFactory
from youlin.kernel import journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Invalid, NotAllowed
from youlin.kernel.tests import exported

pytestmark = pytest.mark.django_db
D = "990101"
STREET = f"{D}001"


@pytest.fixture(autouse=True)
def _town():
    AreaFactory(code=D, level="district")
    AreaFactory(code=STREET, level="street")
    with exported.own_folder():
        yield


def tell(**more):
    given = {"actor": SYSTEM, "code": STREET, "population": 36000, "source": "普查公报"}
    return services.tell_people(**given | more)


def test_what_is_said_replaces_what_was_and_the_journal_keeps_it():
    tell()
    tell(population=37000, households=15000)
    told = selectors.get(STREET).extra
    assert (told["population"], told["households"], told["population_source"]) == (37000, 15000, "普查公报")
    last = journal.JournalEntry.objects.filter(act="areas.people_told").order_by("seq").last()
    assert (last.before["population"], last.after["population"]) == (36000, 37000)


def test_the_same_said_again_is_no_second_entry():
    tell(), tell()
    assert journal.JournalEntry.objects.filter(act="areas.people_told").count() == 1


def test_the_exported_areas_follow():
    exported.same_as_whole(D, "areas.areas")
    tell()
    rows = exported.same_as_whole(D, "areas.areas")["areas.areas"].values()
    assert {row["area"]: row["population"] for row in rows} == {D: None, STREET: 36000.0}


@pytest.mark.parametrize(
    "wrong", [{"population": 0}, {"households": -1}, {"source": " "}, {"source": "x" * 121}]
)
def test_numbers_without_sense_or_source_are_refused(wrong):
    with pytest.raises(Invalid):
        tell(**wrong)


def test_nobody_without_the_duty_says_it():
    with pytest.raises(NotAllowed):
        tell(actor=Actor("anonymous"))
