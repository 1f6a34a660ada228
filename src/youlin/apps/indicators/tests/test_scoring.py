"""Scorecards: the steps from values to points, against tables computed by hand."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from youlin.apps.indicators.scorecards import scoring
from youlin.apps.indicators.scorecards.scoring import Item, Value, card, scored, what_if
from youlin.programmes.figure_schema import Scorecard

SOLVED = Item("resolution_rate", weight=60, floor=0.6, target=0.9)
WAIT = Item("handling_days", weight=40, floor=10, target=2)


@pytest.mark.parametrize(
    ("item", "value", "points"),
    [
        (SOLVED, 0.6, 0),
        (SOLVED, 0.75, 30),
        (SOLVED, 0.9, 60),
        (SOLVED, 0.3, 0),
        (SOLVED, 0.99, 60),
        (WAIT, 10, 0),
        (WAIT, 4, 30),
        (WAIT, 2, 40),
        (WAIT, 14, 0),
        (Item("x", weight=10, floor=0, target=10, cap=1.2), 15, 12),
    ],
)
def test_points_by_hand(item: Item, value: float, points: float) -> None:
    assert scored(item, Value(value), None).points == pytest.approx(points)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_better_value_never_gives_fewer_points(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert (scored(SOLVED, Value(low), None).points or 0) <= (scored(SOLVED, Value(high), None).points or 0)


def test_what_has_no_value_or_no_target_takes_its_weight_away_and_says_so() -> None:
    loose = Item("share", weight=10, floor=0.0)
    items = [SOLVED, WAIT, loose]
    found = card("110102001", items, {"resolution_rate": Value(0.75, 40), "share": Value(0.5, 40)}, {})
    assert [row.why for row in found.rows] == ["", "no_value", "no_target"]
    assert (found.points, found.of, found.without) == (30, 60, 50)


def test_a_card_with_nothing_to_score_has_no_points_rather_than_none_reached() -> None:
    assert card("110102001", [SOLVED], {}, {}).points is None


def test_the_target_in_force_counts_where_the_item_names_none() -> None:
    loose = Item("share", weight=10, floor=0.5)
    found = card("a", [loose], {"share": Value(0.6, 40)}, {"share": 0.7})
    assert found.points == pytest.approx(5)


def test_of_fewer_than_five_cases_nothing_is_scored() -> None:
    assert scored(SOLVED, Value(0.0, base=4), None).why == "few"
    assert scored(SOLVED, Value(0.0, base=5), None).points == 0


def test_a_target_in_force_at_the_floor_scores_nothing() -> None:
    assert scored(Item("x", weight=1, floor=0.5), Value(0.6), 0.5).why == "flat"


def test_what_if_changes_a_copy() -> None:
    changed = what_if([SOLVED, WAIT], weights={"handling_days": 20}, targets={"resolution_rate": 0.8})
    assert [(item.weight, item.target) for item in changed] == [(60, 0.8), (20, 2)]
    assert SOLVED.target == 0.9


@pytest.mark.parametrize(
    ("item", "value", "told"),
    [
        (SOLVED, Value(0.82, 50), "(82.0 − 60.0) ÷ (90.0 − 60.0) × 60 = 44.0"),
        (SOLVED, Value(0.5, 50), "(50.0 − 60.0) ÷ (90.0 − 60.0) × 60，低于起点，记 0 分"),
        (SOLVED, Value(0.95, 50), "(95.0 − 60.0) ÷ (90.0 − 60.0) × 60，超过上限，记 60.0 分"),
        (SOLVED, Value(None), "没有数据，不计分"),
        (SOLVED, Value(0.5, 3), "不足 5 件，不计分"),
    ],
)
def test_every_step_is_told(item: Item, value: Value, told: str) -> None:
    with translation.override("zh-hans"):
        assert scoring.in_words(scored(item, value, None), scale=100) == told


def declared(**more: object) -> dict[str, object]:
    """A scorecard as a programme says it."""
    item = {"indicator": "resolution_rate", "weight": 100, "floor": 0.6, "target": 0.9}
    return {"name": "年度考评", "name_en": "Yearly appraisal", "of": "street", "items": [item], **more}


def test_a_scorecard_is_declared_as_data() -> None:
    assert Scorecard.model_validate(declared()).items[0].cap == 1.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"of": "person"},
        {"of": "grid"},
        {"items": []},
        {"items": [{"indicator": "a", "weight": 60, "floor": 0.0}]},
        {"items": [{"indicator": "a", "weight": 50, "floor": 0.0}] * 2},
        {"items": [{"indicator": "a", "weight": 100, "floor": 0.5, "target": 0.5}]},
    ],
    ids=["of a person", "of a grid, which is one person", "nothing", "not 100", "twice", "going nowhere"],
)
def test_what_cannot_be_scored_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Scorecard.model_validate(declared(**wrong))
