"""Open data of a district: made once a day, of months that are over, without what would tell of a few."""

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import DISTRICT, GRID, STREET, Cast
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.conftest import _seeded, people  # noqa: F401  (fixtures)
from youlin.apps.indicators.openness.figures import At
from youlin.apps.indicators.publishing import gathering, releasing, shelf
from youlin.apps.indicators.tests import fresh
from youlin.apps.indicators.tests.conftest import folder  # noqa: F401  (fixture)
from youlin.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

OTHER_GRID = "110102002001001"
MONTH = f"{factories.MONDAY:%Y-%m}"
LATER = factories.MONDAY + timedelta(days=35)
RECEIVED: dict[str, Any] = {
    "name": "收到的反映", "name_en": "Reports received", "about": "收到多少件。", "about_en": "How many came.",
    "unit": "cases", "breakdowns": ["category"], "public": True,
    "versions": [{"dataset": "cases.cases", "time": "reported_at", "measure": {"count": True}, "source": "登记"}],
}  # fmt: skip
OF_PEOPLE: dict[str, Any] = {
    "name": "内部", "name_en": "Internal", "unit": "cases",
    "versions": [{"dataset": "cases.cases", "time": "reported_at", "measure": {"count": True}, "source": "登记"}],
}  # fmt: skip


@pytest.fixture
def reports(people: Cast) -> Cast:  # noqa: F811
    """Nine reports in one street and three in the other, in one month; one more in the month after."""
    with clock.frozen(factories.MONDAY):
        for number in range(12):
            category = factories.NOISE if number % 2 else factories.GARBAGE
            factories.reported(area=GRID if number < 9 else OTHER_GRID, category=category)
    with clock.frozen(LATER):
        factories.reported()
        fresh.declared(more={"received": RECEIVED, "internal": OF_PEOPLE})
        fresh.refreshed()
    return people


def rows(ending: str = "csv") -> dict[At, dict[str, str]]:
    found = shelf.file(DISTRICT, "received", ending)
    assert found is not None
    import gzip

    text = gzip.decompress(found.packed).decode("utf-8-sig")
    table = csv.DictReader(io.StringIO(text, newline=""))
    return {At(one["area"], one["period"], one["breakdown"], one["key"]): one for one in table}


def test_months_that_are_over_are_published_and_small_cells_are_not(reports: Cast) -> None:
    with clock.frozen(LATER):
        assert releasing.publish_all() == [DISTRICT]
    found = rows()
    assert {at.period for at in found if len(at.period) == 7} == {MONTH}
    assert found[At(DISTRICT, MONTH)]["value"] == "12"
    streets = {at.area: one["status"] for at, one in found.items() if at.area != DISTRICT and not at.by}
    assert set(streets.values()) == {"withheld"} and len(streets) == 2
    assert (found[At(STREET, MONTH)]["numerator"], found[At(STREET, MONTH)]["value"]) == ("", "")


def test_what_lies_in_no_street_is_part_of_the_district(reports: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        factories.many(7, area_now=DISTRICT, reported_at=clock.now())
    with clock.frozen(LATER):
        fresh.refreshed()
        releasing.publish_all()
    assert rows()[At(DISTRICT, MONTH)]["value"] == "19"


def test_only_what_is_declared_public_is_published(reports: Cast) -> None:
    with clock.frozen(LATER):
        known = releasing.publish(DISTRICT)
    assert known is not None
    codes = [one["code"] for one in known.entries]
    assert "received" in codes and "closing_rate" in codes and "internal" not in codes
    assert shelf.file(DISTRICT, "internal", "csv") is None


def test_a_release_is_made_once_a_day_and_when_a_definition_changed(reports: Cast) -> None:
    with clock.frozen(LATER):
        first = releasing.publish(DISTRICT)
        assert first is not None and releasing.publish(DISTRICT) is None
        clock.advance(timedelta(hours=1))
        fresh.declared(more={"received": RECEIVED | {"about": "一共收到多少件。"}, "internal": OF_PEOPLE})
        again = releasing.publish(DISTRICT)
        assert again is not None
        clock.advance(timedelta(days=1))
        assert releasing.publish(DISTRICT) is not None
    before, after = first.entry("closing_rate"), again.entry("closing_rate")
    assert before and after and before["published_at"] == after["published_at"], "its files did not change"


def test_the_description_tells_rule_versions_source_and_licence(reports: Cast) -> None:
    with clock.frozen(LATER):
        known = releasing.publish(DISTRICT)
    assert known is not None
    entry = known.entry("resolution_rate")
    assert entry is not None
    today = [one["version"] for one in entry["versions"]]
    assert today == sorted(today, reverse=True) and entry["version"] == today[0]
    assert "÷" in entry["formula"] and "÷" in entry["formula_en"] and entry["formula"] != entry["formula_en"]
    assert entry["unit"] == "percent" and entry["licence"].startswith("https://")
    assert entry["withholding"]["k"] == 5 and "至少有 5 个" in entry["withholding"]["rule"]
    assert set(entry["files"]) == {"csv", "json", "sdmx.csv", "csv-metadata.json"}


def test_what_was_withheld_is_kept_apart_from_what_is_served(reports: Cast) -> None:
    """The numbers that were withheld are needed the next day; no file that is served holds them."""
    with clock.frozen(LATER):
        known = releasing.publish(DISTRICT)
    told = shelf.told(DISTRICT)
    assert any(one.withheld for one in told.values())
    assert known is not None
    served = {file["name"] for entry in known.entries for file in entry["files"].values()}
    assert shelf.STATE not in served and shelf.INDEX not in served
    assert json.loads((shelf.folder(DISTRICT) / shelf.INDEX).read_text())["entries"]


def test_nothing_is_published_before_figures_were_ever_computed(people: Cast) -> None:  # noqa: F811
    fresh.declared()
    assert releasing.publish(DISTRICT) is None and shelf.index(DISTRICT) is None


def test_the_months_published_begin_two_years_back_and_end_before_this_one() -> None:
    found = gathering.months_over(date(2026, 11, 23))
    assert found[0] == (date(2024, 1, 1), date(2024, 1, 31)) and found[-1] == (
        date(2026, 10, 1),
        date(2026, 10, 31),
    )
