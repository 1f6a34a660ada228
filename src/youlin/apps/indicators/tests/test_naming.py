"""What codes are called: as the district's tables name them, in both languages, each list asked for once."""

import pytest
from django.utils import translation

from tests.cast import DISTRICT, OTHER_DISTRICT, Cast
from youlin.apps.cases.models import Category
from youlin.apps.cases.tests import factories
from youlin.apps.indicators import naming
from youlin.apps.places.models import PlaceKind
from youlin.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds(people: Cast) -> None:
    for district, name in ((DISTRICT, "全天驿站"), (OTHER_DISTRICT, "别的区的驿站")):
        PlaceKind.objects.create(
            district=district, programme="t", code="all_day_station", name=name, name_en="All-day station"
        )


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "全天驿站"), ("en", "All-day station")])
def test_a_kind_is_called_as_its_district_calls_it(kinds: None, language: str, name: str) -> None:
    with translation.override(language):
        for dataset, column in (("places.places", "kind"), ("offers.redemptions", "place_kind")):
            assert naming.names(dataset, column, DISTRICT, ())["all_day_station"] == name


def test_what_was_retired_keeps_its_name(people: Cast) -> None:
    Category.objects.filter(code=factories.NOISE).update(retired_at=clock.now())
    found = naming.names("cases.cases", "category", DISTRICT, ())
    assert found[factories.NOISE] == Category.objects.get(district=DISTRICT, code=factories.NOISE).name


@pytest.mark.parametrize(
    ("language", "name"), [("zh-hans", "住户不同意"), ("en", "The resident did not agree")]
)
def test_words_of_an_app_are_told_in_the_reader_s_language(people: Cast, language: str, name: str) -> None:
    with translation.override(language):
        assert naming.names("gates.refusals", "reason", DISTRICT, ())["resident"] == name


def test_a_list_that_columns_share_is_asked_for_once(kinds: None, django_assert_num_queries) -> None:
    named = naming.Named(DISTRICT)
    with django_assert_num_queries(1):
        for dataset in ("places.loans", "offers.redemptions", "places.things"):
            assert named.of(dataset, "place_kind")["all_day_station"] == ("全天驿站", "All-day station")


@pytest.mark.parametrize(
    ("dataset", "column"),
    [("cases.cases", "state"), ("cases.cases", "nothing"), ("no.such", "kind"), (None, "")],
)
def test_what_nobody_names_has_no_names(people: Cast, dataset: str | None, column: str) -> None:
    assert naming.Named(DISTRICT).of(dataset, column) == {}
