"""From a figure to its rows: as many as it says, and of these only what the reader's duties open."""

import csv
import io
from datetime import date, timedelta

import pytest

from tests.cast import DISTRICT, OTHER_DISTRICT, STREET, make_resident
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.conftest import _seeded, people  # noqa: F401  (fixtures)
from youlin.apps.indicators import selectors
from youlin.apps.indicators.selectors import lineage
from youlin.apps.indicators.tests import fresh
from youlin.kernel import clock
from youlin.kernel.errors import NotAllowed, NotFound
from youlin.kernel.tests import queries

pytestmark = pytest.mark.django_db
OTHER_STREET_GRID = "110102002001001"
RATE = "resolution_rate"
COUNTED = {
    "reported": {
        "name": "反映", "name_en": "Reported", "unit": "cases", "breakdowns": ["channel"],
        "versions": [{"version": 1, "dataset": "cases.cases", "time": "reported_at", "measure": "count", "source": "t"}],
    },
    "there": {
        "name": "在办", "name_en": "Open", "unit": "cases",
        "versions": [
            {"version": 1, "dataset": "cases.cases", "stock": {"since": "reported_at", "until": "closed_at"},
             "measure": "count", "source": "t"}
        ],
    },
    "twice": {
        "name": "比", "name_en": "Ratio", "unit": "ratio",
        "versions": [{"version": 1, "measure": {"ratio_of": ["reported", "there"]}, "source": "t"}],
    },
}  # fmt: skip


@pytest.fixture
def answered(people, folder):  # noqa: F811
    """Six cases with an answer, four of them solved, and two without."""
    made = factories.many(8)
    now = clock.now()
    for place, case in enumerate(made[:6]):
        Case.objects.filter(id=case.id).update(answered_at=now, solved=place < 4)
    fresh.declared(more=COUNTED)
    fresh.refreshed()
    return made


def span() -> tuple[date, date]:
    return clock.today() - timedelta(days=29), clock.today()


def behind(people, which="all", area=DISTRICT, code=RATE, who="leader", **more):  # noqa: F811
    actor = getattr(people, who).actor
    return lineage.rows_behind(actor, area=area, code=code, period=span(), which=which, **more)


@pytest.mark.parametrize(("which", "number"), [("all", 6), ("numerator", 4), ("rest", 2)])
def test_there_are_as_many_rows_as_the_figure_says(people, answered, which, number):  # noqa: F811
    found = behind(people, which)
    assert (found.total, found.counted, found.seen, found.hidden) == (number, number, number, 0)
    assert found.agrees and len(found.rows) == number
    assert all(row.above is (which != "rest") for row in found.rows) or which == "all"
    assert {row.case.number for row in found.rows} <= {case.number for case in answered}


def test_rows_say_what_the_rule_looked_at(people, answered):  # noqa: F811
    found = behind(people, "numerator")
    solved = found.columns.index("诉求人称已解决")
    assert {row.cells[solved] for row in found.rows} == {"是"}


def test_what_became_confidential_since_is_counted_and_not_shown(people, answered):  # noqa: F811
    Case.objects.filter(id=answered[0].id).update(confidential=True)
    found = behind(people, "numerator")
    assert (found.total, found.counted, found.seen, found.hidden) == (4, 4, 3, 1)
    hidden = [row for row in found.rows if row.hidden]
    assert len(hidden) == 1 and hidden[0].case is None and hidden[0].cells == () and hidden[0].area == ""


def test_confidential_cases_are_in_no_figure_and_in_no_rows(people, answered):  # noqa: F811
    Case.objects.filter(id=answered[0].id).update(confidential=True)
    fresh.refreshed()
    assert behind(people, "numerator").total == 3


def test_a_street_has_its_own_rows_alone(people, answered):  # noqa: F811
    Case.objects.filter(id=answered[0].id).update(area_now=OTHER_STREET_GRID)
    fresh.refreshed()
    assert behind(people, "numerator", area=STREET).total == 3
    assert behind(people, "numerator", area="110102002").total == 1


def test_a_rider_who_asks_is_refused_and_so_is_another_district(people, answered):  # noqa: F811
    rider = make_resident("李强", "13800138031")
    actor = rider.actor
    with pytest.raises(NotAllowed):
        lineage.rows_behind(actor, area=DISTRICT, code=RATE, period=span())
    for who, area in (("wang", DISTRICT), ("other", DISTRICT), ("leader", OTHER_DISTRICT)):
        with pytest.raises((NotAllowed, NotFound)):
            behind(people, area=area, who=who)
    with pytest.raises(NotFound):
        behind(people, code="nothing")


def test_rows_come_by_pages(people, answered):  # noqa: F811
    numbers = [
        row.case.number for page in (1, 2, 3) for row in behind(people, page=page, size=2).rows if row.case
    ]
    assert len(set(numbers)) == 6


def test_a_value_of_a_breakdown_has_its_own_rows(people, answered):  # noqa: F811
    slices = selectors.breakdown(
        people.leader.actor, area=DISTRICT, code="reported", period=span(), by="channel"
    )
    assert sum(one.n for one in slices) == 8
    for one in slices:
        found = behind(people, code="reported", by="channel", key=one.key)
        assert (found.total, found.counted) == (one.n, one.n)
    assert behind(people, code="reported", by="channel", key="nothing").total == 0


def test_a_row_is_told_in_names_and_not_in_codes(people, answered):  # noqa: F811
    found = behind(people, code="valid_report_rate")
    place = list(found.columns).index("案件类型")
    kind = answered[0].case_type
    assert {row.cells[place] for row in found.rows} == {kind.name} != {kind.code}


def test_a_value_of_which_there_is_nothing_is_no_part_of_a_figure(people, answered):  # noqa: F811
    """Figures of the same rows are computed together: what only another of them counts is no part of this one."""
    Case.objects.filter(id=answered[7].id).update(channel="hotline")
    called = {**COUNTED["reported"]["versions"][0], "where": {"channel": "hotline"}}
    fresh.declared(more=COUNTED | {"called": {**COUNTED["reported"], "versions": [called]}})
    fresh.refreshed(codes=("reported", "called"))
    for code, parts in (("called", {"hotline"}), ("reported", {"hotline", answered[0].channel})):
        found = selectors.breakdown(
            people.leader.actor, area=DISTRICT, code=code, period=span(), by="channel"
        )
        assert {one.key for one in found} == parts


def test_rows_of_a_stock_are_those_that_are_there(people, answered):  # noqa: F811
    assert behind(people, code="there").total == 8
    now = clock.now()
    Case.objects.filter(id=answered[0].id).update(closed_at=now, is_open=False)
    fresh.refreshed()
    found = behind(people, code="there")
    assert (found.total, found.counted) == (7, 7)


def test_a_derived_figure_leads_to_those_it_is_made_of(people, answered):  # noqa: F811
    found = behind(people, code="twice")
    assert (found.total, found.made_of) == (0, [("reported", "反映"), ("there", "在办")])


def test_clocks_lead_to_their_cases(people, folder):  # noqa: F811
    factories.closed(people.wang.actor, people.sun.actor)
    fresh.refreshed()
    found = behind(people, code="on_time_handling_rate")
    assert found.of_cases and found.total == found.counted >= 1
    assert all(row.case for row in found.rows)


def test_it_costs_the_same_for_any_number_of_rows(people, answered):  # noqa: F811
    few = queries.least(lambda: behind(people, code="reported"))
    factories.many(30)
    fresh.refreshed()
    assert behind(people, code="reported").total == 38
    assert queries.least(lambda: behind(people, code="reported")) == few


def test_the_table_has_what_may_be_opened_and_no_words_of_people(people, answered):  # noqa: F811
    Case.objects.filter(id=answered[0].id).update(title='=HYPERLINK("http://evil.example")')
    Case.objects.filter(id=answered[1].id).update(confidential=True)
    lines = lineage.table(people.leader.actor, area=DISTRICT, code=RATE, period=span(), which="numerator")
    rows = list(csv.reader(io.StringIO("".join(lines).lstrip("\ufeff"), newline="")))
    assert len(rows) == 1 + 3
    assert rows[0][:2] == ["编号", "类别"]
    assert not [cell for row in rows for cell in row if "HYPERLINK" in cell]
