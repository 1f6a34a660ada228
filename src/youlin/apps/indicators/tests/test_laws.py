"""Laws of figures: what a plain loop counts, parts and wholes, ready ones and those straight from the rows."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.cast import DISTRICT, Cast
from youlin.apps.indicators import declarations, kept, periods, reading, ready, refreshing
from youlin.apps.indicators.asking import NOTHING, Asked, Numbers, of_nothing
from youlin.apps.indicators.tests import made
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
TODAY = made.AS_OF.astimezone(made.ZONE).date()
ADDITIVE = ("number", "solved", "returns", "mean_returns", "events", "unlike")
STEADY = settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
seeds = st.integers(0, 2**32)
areas = st.sampled_from(["110102", "110102001", "110102001001", "110102002"])
spans = st.tuples(st.integers(0, 70), st.integers(0, 40)).map(
    lambda one: (TODAY - timedelta(days=one[0] + one[1]), TODAY - timedelta(days=one[0]))
)


@pytest.fixture(autouse=True)
def _declared(people: Cast) -> Iterator[None]:
    with clock.frozen(made.AS_OF):
        declarations.declare(
            actor=SYSTEM,
            district=DISTRICT,
            programme="trial",
            declared={
                code: one.indicator.model_dump(mode="json", exclude_none=True) | {"position": place}
                for place, (code, one) in enumerate(made.definitions().items())
            },
        )
        yield


def one(found: Numbers, code: str) -> tuple[float, float | None, float | None]:
    number = found.get(("", None, ""), of_nothing(made.definitions()[code]))
    return number.n, number.d, number.value


@STEADY
@given(seed=seeds, area=areas, period=spans)
def test_every_measure_is_what_a_plain_loop_counts(seed: int, area: str, period: tuple[date, date]) -> None:
    rows = made.rows(seed, 60)
    made.put(rows)
    refreshing.refresh(DISTRICT)
    asked, here = Asked(DISTRICT, area, period), [row for row in rows if row["area"].startswith(area)]
    for code, found in reading.numbers(asked, made.INDICATORS).items():
        expected = made.counted(code, here, *period)
        assert one(found, code) == pytest.approx(expected), code


@STEADY
@given(
    seed=seeds,
    area=areas,
    months=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    shape=st.sampled_from([(None, "whole"), (9, "whole"), (12, "month"), (None, "month"), (9, "month")]),
    by=st.sampled_from(["", "category"]),
)
def test_ready_figures_are_those_straight_from_the_rows(
    seed: int, area: str, months: tuple[int, int], shape: tuple[int | None, periods.Grain], by: str
) -> None:
    made.put(made.rows(seed, 80))
    refreshing.refresh(DISTRICT)
    first = date(2026, 9 + min(months), 1)
    last = min(periods.border_after(date(2026, 9 + max(months), 1), "month") - timedelta(days=1), TODAY)
    asked = Asked(DISTRICT, area, (first, last), shape[0], shape[1], by)
    held = kept.read(DISTRICT)
    assert held is not None
    definitions = made.definitions()
    found = {
        code: numbers
        for name, group in held.groups.items()
        for code, numbers in ready.answers(
            asked, [one for one in definitions.values() if one.group == name], group
        ).items()
    }
    assert found or shape[0] == 12 or by or not held.groups
    straight = reading.straight(asked, list(definitions.values()))
    for code, numbers in found.items():
        mine, theirs = solid(numbers), solid(straight[code])
        assert mine.keys() == theirs.keys(), code
        for key, value in mine.items():
            assert value == pytest.approx(theirs[key]), (code, key)


def solid(found: Numbers) -> dict[object, tuple[float, float | None, float | None]]:
    """Without cells that hold nothing at all."""
    return {
        key: (number.n, number.d, number.value)
        for key, number in found.items()
        if number.n or number.d or number.value
    }


@STEADY
@given(seed=seeds, period=spans)
def test_the_parts_add_up_to_the_whole(seed: int, period: tuple[date, date]) -> None:
    made.put(made.rows(seed, 60))
    refreshing.refresh(DISTRICT)
    whole = reading.numbers(Asked(DISTRICT, DISTRICT, period), ADDITIVE)
    shapes = (Asked(DISTRICT, DISTRICT, period, width=9), Asked(DISTRICT, DISTRICT, period, width=12))
    for asked in (
        *shapes,
        Asked(DISTRICT, DISTRICT, period, grain="day"),
        Asked(DISTRICT, DISTRICT, period, by="category"),
    ):
        parts = reading.numbers(asked, ADDITIVE)
        for code in ADDITIVE:
            together = reading.total(parts[code])
            expected = whole[code].get(("", None, ""), NOTHING)
            assert (together.n, together.d or 0) == (expected.n, expected.d or 0), (code, asked)


@STEADY
@given(seed=seeds)
def test_no_figure_depends_on_the_order_of_rows(seed: int) -> None:
    rows = made.rows(seed, 50)
    asked = Asked(DISTRICT, DISTRICT, (date(2026, 9, 1), TODAY), width=9)
    made.put(rows)
    before = reading.straight(asked, list(made.definitions().values()))
    random.Random(seed).shuffle(rows)
    made.put(rows)
    assert reading.straight(asked, list(made.definitions().values())) == before


@settings(STEADY, max_examples=3)
@given(seed=seeds)
def test_a_late_change_makes_only_its_own_year_anew(seed: int) -> None:
    rows = made.rows(seed, 14, days=900)
    old = [row for row in rows if row["reported_at_day"].year == 2025]
    assume(old)
    made.put(rows)
    refreshing.refresh(DISTRICT)
    before = kept.read(DISTRICT)
    rows.append({**old[0], "area": made.AREAS[0], "solved": True})
    made.put(rows)
    refreshing.refresh(DISTRICT)
    after = kept.read(DISTRICT)
    assert before is not None and after is not None
    asked = Asked(DISTRICT, DISTRICT, (date(2024, 1, 1), TODAY), 9, "month")
    definitions = list(made.definitions().values())
    ready_now, straight = reading.numbers(asked, made.INDICATORS), reading.straight(asked, definitions)
    for one in definitions:
        mine, theirs = solid(ready_now[one.code]), solid(straight[one.code])
        assert mine.keys() == theirs.keys(), one.code
        assert all(value == pytest.approx(theirs[key]) for key, value in mine.items()), one.code
    for name, group in after.groups.items():
        anew = group.bundles.keys() - before.groups[name].bundles.keys()
        assert {key[:-65] for key in anew} == {"2025"}, name


def test_a_refresh_that_breaks_off_leaves_the_figures_of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    made.put(made.rows(1, 40))
    refreshing.refresh(DISTRICT)
    asked = Asked(DISTRICT, DISTRICT, (date(2026, 9, 1), TODAY))
    before, held = reading.numbers(asked, made.INDICATORS), kept.read(DISTRICT)
    made.put(made.rows(2, 90))

    def broken(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("no power")

    with monkeypatch.context() as patched:
        patched.setattr(kept, "write", broken)
        with pytest.raises(RuntimeError):
            refreshing.refresh(DISTRICT)
    assert kept.read(DISTRICT) == held
    assert reading.numbers(asked, ADDITIVE) == {code: before[code] for code in ADDITIVE}
    refreshing.refresh(DISTRICT)
    assert reading.numbers(asked, ["number"]) != {"number": before["number"]}


def test_only_files_that_changed_are_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = made.rows(3, 90)
    made.put(rows)
    refreshing.refresh(DISTRICT)
    computed: list[str] = []
    part = refreshing._part
    monkeypatch.setattr(
        refreshing, "_part", lambda task, one: (computed.append(one.month), part(task, one))[1]
    )
    newest = max(
        rows, key=lambda row: row["reported_at"] if row["reported_at_day"] < date(2026, 11, 1) else 0
    )
    newest["solved"] = not newest["solved"]
    made.put(rows)
    refreshing.refresh(DISTRICT)
    assert set(computed) == {"2026-10", "2026-11"}, "October changed; in November there are moments to come"


def test_what_lies_ahead_counts_when_it_comes() -> None:
    rows = [row for row in made.rows(4, 200) if row["reported_at_day"] >= TODAY]
    tomorrow = [row for row in rows if row["reported_at_day"] == TODAY + timedelta(days=1)]
    assert tomorrow
    asked = Asked(DISTRICT, DISTRICT, (TODAY + timedelta(days=1),) * 2)
    made.put(rows)
    refreshing.refresh(DISTRICT)
    assert one(reading.numbers(asked, ["number"])["number"], "number")[0] == 0
    with clock.frozen(made.AS_OF + timedelta(days=2)):
        made.put(rows, as_of=clock.now())
        refreshing.refresh(DISTRICT)
        assert one(reading.numbers(asked, ["number"])["number"], "number")[0] == len(tomorrow)


def test_nothing_exported_is_no_figure() -> None:
    refreshing.refresh(DISTRICT)
    found = reading.numbers(Asked(DISTRICT, DISTRICT, (TODAY, TODAY)), ["number", "solved"])
    assert found == {"number": {}, "solved": {}}
