"""What visitors say of a place becomes a case; who says the same joins it; when it is over the doubt ends."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import DISTRICT
from youlin.apps.cases import services
from youlin.apps.cases.models import Case, Category
from youlin.apps.cases.services import at_places
from youlin.apps.places import services as keeping
from youlin.apps.places.models import Place, PlaceVoice
from youlin.apps.places.tests import factories as places
from youlin.kernel import clock, journal
from youlin.kernel.actors import ANONYMOUS, SYSTEM
from youlin.kernel.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(people) -> Place:
    places.declare_words()
    return places.make_place()


@pytest.fixture
def _offered(place) -> None:
    """A programme that makes cases of two of the four sayings."""
    for saying in ("closed", "broken"):
        Category.objects.create(
            district=DISTRICT,
            programme="t",
            code=f"place.{saying}",
            name=saying,
            case_type="city_event",
            duty="grid_worker",
            limits={"handle": "4 工作时"},
            reportable=False,
        )


def say(place: Place, speaker: str, saying: str = "closed", **changed: Any) -> at_places.Said:
    given = {"actor": ANONYMOUS, "district": DISTRICT, "number": place.number, **changed}
    return services.say_at_place(saying=saying, speaker=speaker, **given)


@pytest.mark.usefixtures("_offered")
class TestOffered:
    def test_a_word_is_a_case_at_the_place_and_heard_once_a_day(self, place):
        said = say(place, "a")
        again = say(place, "a")
        assert said.receipt and again.receipt is None and again.voice.id == said.voice.id
        case = Case.objects.get()
        assert (case.number, case.category, case.channel) == (said.voice.case, "place.closed", "place")
        assert (case.lon, case.lat) == (place.lon, place.lat) and place.number in case.description
        assert "没开门" in case.title and place.name in case.title

    def test_the_same_from_others_joins_the_open_case_and_three_are_a_doubt(self, place):
        first = say(place, "a")
        second = say(place, "b")
        assert second.receipt and second.receipt.number == first.receipt.number
        assert second.receipt.token != first.receipt.token
        say(place, "c", "broken")
        place.refresh_from_db()
        assert place.flagged_at is not None
        assert Case.objects.count() == 2 and Case.objects.get(number=first.voice.case).me_too_count == 1

    def test_said_again_after_the_case_is_over_is_another_case(self, place):
        first = say(place, "a")
        Case.objects.filter(district=DISTRICT, number=first.voice.case).update(is_open=False)
        second = say(place, "b")
        assert second.receipt and second.receipt.number != first.receipt.number

    def test_a_person_who_says_it_again_another_day_is_told_of_their_case(self, place, people):
        first = say(place, "p", actor=people.li.actor)
        with clock.frozen(clock.now() + timedelta(days=2)):
            again = say(place, "p", actor=people.li.actor)
        assert again.voice.id != first.voice.id and again.voice.case

    def test_the_case_is_over_and_the_doubt_ends(self, place):
        said = [say(place, speaker) for speaker in "abc"]
        place.refresh_from_db()
        assert place.flagged_at is not None
        case = Case.objects.get(number=said[0].voice.case)
        entry = journal.entries_for(case)[0]
        at_places.settle_voices([entry], {})
        place.refresh_from_db()
        assert place.flagged_at is not None
        Case.objects.filter(district=DISTRICT, id=case.id).update(closed_at=clock.now(), is_open=False)
        at_places.settle_voices([entry], {})
        at_places.settle_voices([entry], {})
        place.refresh_from_db()
        assert place.flagged_at is None
        assert not PlaceVoice.objects.filter(settled_at=None).exists()


@pytest.mark.parametrize("saying", ["closed", "thanks"])
def test_without_a_category_and_of_thanks_nobody_gets_a_case(place, saying):
    said = say(place, "a", saying)
    assert said.receipt is None and said.voice.case == "" and not Case.objects.exists()
    assert [entry.act for entry in journal.entries_for(place)][-1] == "places.voice_heard"


def test_what_is_no_saying_and_no_public_place_is_refused(place):
    with pytest.raises(Invalid):
        say(place, "a", "sauna")
    keeping.retire_place(actor=SYSTEM, district=DISTRICT, place_id=place.id, reason="撤点")
    with pytest.raises(NotFound):
        say(place, "a")
    assert not PlaceVoice.objects.exists()
