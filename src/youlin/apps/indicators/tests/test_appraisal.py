"""A scorecard as it stands: its values from the figures, its targets from what is in force, a what-if beside it."""

import pytest

from tests.cast import DISTRICT, OTHER_STREET, STREET, Cast
from youlin.apps.cases.tests.factories import do, reported
from youlin.apps.indicators.scorecards import declarations, selectors
from youlin.apps.indicators.targets import services as targets
from youlin.apps.indicators.tests import fresh
from youlin.apps.indicators.tests.aims import give_target_duties
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import NotAllowed, NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

ITEM = {
    "indicator": "valid_report_rate",
    "weight": 100,
    "floor": 0.5,
    "target": None,
    "cap": 1,
    "adjust": "",
    "least": 5,
}
CARD = {"name": "年度考评", "name_en": "Yearly", "of": "street", "period": "year", "items": [ITEM]}


@pytest.fixture
def street_year(people: Cast) -> Cast:
    """Six reports in one street, one of them void; none in the other; a scorecard of one item."""
    made = [reported().case for _ in range(6)]
    do(made[0], "void", people.zhao.actor)
    fresh.refreshed()
    declare(CARD)
    return people


def declare(card: dict) -> None:
    declarations.declare(actor=SYSTEM, district=DISTRICT, programme="t", declared={"street_year": card})


def cards(people: Cast, **more) -> dict:
    """The cards by area."""
    found = selectors.appraisal(people.sun.actor, DISTRICT, "street_year", start=clock.today(), **more)
    return {named.card.code: named.card for named in found.cards}


def test_a_card_holds_values_targets_and_points(street_year: Cast) -> None:
    assert cards(street_year)[STREET].rows[0].why == "no_target"
    give_target_duties(street_year.zhao, STREET, street_year.sun)
    aim = targets.propose(
        actor=street_year.zhao.actor, district=DISTRICT, indicator="valid_report_rate", area=STREET,
        period_kind="year", period_start=clock.today().replace(month=1, day=1), value=1.0, reason="应报尽报",
    )  # fmt: skip
    targets.approve(actor=street_year.sun.actor, district=DISTRICT, target_id=aim.id)
    found = cards(street_year)
    assert found[STREET].points == pytest.approx(100 * (5 / 6 - 0.5) / 0.5)
    assert (found[OTHER_STREET].points, found[OTHER_STREET].rows[0].why) == (None, "no_value")


def test_a_what_if_is_computed_and_not_kept(street_year: Cast) -> None:
    changed = cards(street_year, weights={"valid_report_rate": 60}, aims={"valid_report_rate": 5 / 6})
    assert changed[STREET].points == pytest.approx(60)
    assert cards(street_year)[STREET].points is None


def test_a_mix_made_alike_keeps_the_plain_value_beside_it(street_year: Cast) -> None:
    declare({**CARD, "items": [{**ITEM, "adjust": "category", "target": 1.0}]})
    row = cards(street_year)[STREET].rows[0]
    assert row.value.plain == pytest.approx(5 / 6)
    assert row.value.value == pytest.approx(5 / 6), "alone in the district a street is its own standard"


def test_departments_are_told_apart_by_who_leads(street_year: Cast) -> None:
    declare({**CARD, "of": "department"})
    assert cards(street_year) == {}, "no department answers for any of these cases"


def test_only_who_sees_the_district_sees_all_cards(street_year: Cast) -> None:
    with pytest.raises(NotAllowed):
        selectors.appraisal(street_year.zhao.actor, DISTRICT, "street_year", start=clock.today())
    with pytest.raises(NotFound):
        selectors.appraisal(street_year.sun.actor, DISTRICT, "nothing", start=clock.today())


def test_a_retired_scorecard_is_shown_no_more_and_kept(street_year: Cast) -> None:
    declarations.retire(actor=SYSTEM, district=DISTRICT, codes=["street_year"])
    assert selectors.scorecards(street_year.sun.actor, DISTRICT) == []
    assert declarations.standing(DISTRICT)["street_year"].retired
