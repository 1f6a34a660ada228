"""Small cells are withheld, and those that would tell them: whatever the table looks like."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from youlin.apps.indicators.openness.figures import At, Figure, Key, Series, Told
from youlin.apps.indicators.openness.showing import shown
from youlin.apps.indicators.openness.tests.attacker import Attacker, Cell

K = 5
DISTRICT = "11"
several = settings(max_examples=25, deadline=None, derandomize=True)
few = settings(max_examples=8, deadline=None, derandomize=True)

small = st.integers(0, 4)
sparse = st.one_of(st.just(0), st.just(0), st.just(0), st.integers(1, 9))
mixed = st.one_of(small, st.integers(5, 60))
one_big = st.one_of(st.integers(0, 3), st.just(5_000))
large = st.one_of(st.just(0), st.integers(K, 500))


@st.composite
def interiors(draw: st.DrawFn, of: st.SearchStrategy[int] | None = None) -> np.ndarray:
    """Counts by street, month and category."""
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(2, 4)))
    numbers = of if of is not None else draw(st.sampled_from([small, sparse, mixed, one_big]))
    size = int(np.prod(shape))
    return np.array(draw(st.lists(numbers, min_size=size, max_size=size)), float).reshape(shape)


def counted(interior: np.ndarray, *, year: bool = False, by: str = "category") -> dict[At, float]:
    """Every cell with its wholes: the district, the year, all categories."""
    streets, months, keys = interior.shape
    areas = {DISTRICT: range(streets)} | {f"{DISTRICT}{s + 1:03}": [s] for s in range(streets)}
    periods = {f"2026-{m + 1:02}": [m] for m in range(months)} | ({"2026": range(months)} if year else {})
    values = {("", ""): range(keys)} | {(by, f"c{k}"): [k] for k in range(keys)}
    return {
        At(area, period, *value): float(interior[np.ix_(list(s), list(m), list(k))].sum())
        for (area, s), (period, m), (value, k) in product(areas.items(), periods.items(), values.items())
    }


def sums_of(cells: list[Cell]) -> list[tuple[Cell, list[Cell]]]:
    """Every sum anybody outside would know of: found from the codes, cell by cell."""
    found = []
    for whole in cells:
        what, area, period, key = whole
        below = {len(a) for w, a, p, k in cells if a.startswith(area) and a != area}
        parts = [c for c in cells if c[0] == what and c[2:] == (period, key) and c[1].startswith(area)
                 and below and len(c[1]) == min(below)]  # fmt: skip
        months = [c for c in cells if c[:2] == (what, area) and c[3] == key and c[2].startswith(f"{period}-")]
        found += [(whole, one) for one in (parts, months) if one]
        if key == "":
            for by in sorted({c[3].partition("=")[0] for c in cells if c[3]}):
                found.append(
                    (whole, [c for c in cells if c[:3] == (what, area, period) and c[3].startswith(f"{by}=")])
                )
    return [(whole, parts) for whole, parts in found if parts]


def cell(what: str, at: At) -> Cell:
    return what, at.area, at.period, f"{at.by}={at.key}" if at.by else ""


def of_counts(told: dict[At, float], code: str = "cases") -> Series:
    return Series(code, "count", {at: Figure(n, None, n) for at, n in told.items()}, number=code, k=K)


def attacked(figures: list[Series]) -> Attacker:
    """What is published of counts and shares, in the hands of somebody who wants to know more."""
    published: dict[Cell, float | None] = {}
    found, _kept = shown(figures)
    pairs = set()
    for one in figures:
        for row in found[one.code]:
            published[cell(one.number, row.at)] = row.n
            if one.kind == "share":
                published[cell(one.base, row.at)] = row.d
                pairs.add((one.base, one.number))
    cells = sorted(published)
    sums = sums_of(cells)
    for base, number in sorted(pairs):
        for what, *at in [one for one in cells if one[0] == base]:
            del what
            rest = (f"{base} without {number}", *at)
            n, d = published[number, *at], published[base, *at]
            published[rest] = d - n if n is not None and d is not None else None
            if n is not None and d is not None:
                continue
            true = next(one for one in figures if (one.base, one.number) == (base, number)).figures
            figure = true[next(where for where in true if cell(base, where)[1:] == tuple(at))]
            if figure.d == figure.n:
                published[rest] = 0
            sums.append(((base, *at), [(number, *at), rest]))
    return Attacker(published, sums)


def safe(attacker: Attacker, **how: object) -> None:
    for one, wide in attacker.widths(**how):
        assert wide >= K - 1e-6, (one, wide)


@given(interior=interiors(), year=st.booleans())
@several
def test_every_withheld_cell_may_be_any_of_at_least_k_numbers(interior: np.ndarray, year: bool) -> None:
    told = counted(interior, year=year)
    attacker = attacked([of_counts(told)])
    for at, number in told.items():
        if 0 < number < K:
            assert cell("cases", at) in attacker.withheld
    safe(attacker)
    safe(attacker, whole_numbers=False, least=0)


@given(interior=interiors(large), year=st.booleans())
@several
def test_nothing_is_withheld_where_no_count_is_small(interior: np.ndarray, year: bool) -> None:
    assert attacked([of_counts(counted(interior, year=year))]).withheld == []


@given(interior=interiors(), second=st.lists(mixed, min_size=48, max_size=48))
@few
def test_two_breakdowns_of_the_same_cases_tell_nothing_of_each_other(
    interior: np.ndarray, second: list[int]
) -> None:
    """The same wholes, told apart by category and by channel."""
    streets, months, _keys = interior.shape
    totals = interior.sum(axis=2)
    weights = np.array(second[: streets * months * 3], float).reshape(streets, months, 3) + 0.01
    first, other = (
        np.floor(totals[..., None] * weights[..., :2] / weights.sum(axis=2, keepdims=True)),
        np.zeros((streets, months, 1)),
    )
    other = totals[..., None] - first.sum(axis=2, keepdims=True)
    channels = np.concatenate([first, other], axis=2)
    told = counted(interior) | counted(channels, by="channel")
    safe(attacked([of_counts(told)]))


@given(interior=interiors(), parts=st.lists(st.floats(0, 1), min_size=48, max_size=48), year=st.booleans())
@few
def test_a_share_does_not_tell_its_numerator_or_the_rest(
    interior: np.ndarray, parts: list[float], year: bool
) -> None:
    above = np.floor(interior * np.array(parts[: interior.size]).reshape(interior.shape))
    n, d = counted(above, year=year), counted(interior, year=year)
    figures = {at: Figure(n[at], d[at], n[at] / d[at] if d[at] else None) for at in d}
    series = Series("kept", "share", figures, number="in time", base="all", k=K)
    found, _kept = shown([series])
    for row in found["kept"]:
        true = figures[row.at]
        if any(0 < one < K for one in (true.n, true.d or 0, (true.d or 0) - true.n)):
            assert row.value is None and row.withheld
        if row.value is not None:
            assert (row.n, row.d) == (true.n, true.d)
    safe(attacked([series]))


@given(interior=interiors(), parts=st.lists(st.floats(0, 1), min_size=48, max_size=48))
@few
def test_indicators_with_the_same_cases_are_withheld_together(
    interior: np.ndarray, parts: list[float]
) -> None:
    """A count of all, and a share of the same all: what one withholds the other does not print."""
    above = np.floor(interior * np.array(parts[: interior.size]).reshape(interior.shape))
    n, d = counted(above), counted(interior)
    share = Series(
        "kept", "share", {at: Figure(n[at], d[at], None) for at in d}, number="in time", base="all", k=K
    )
    count = Series("received", "count", {at: Figure(d[at], None, d[at]) for at in d}, number="all", k=K)
    found, _kept = shown([share, count])
    assert [row.d for row in found["kept"]] == [row.n for row in found["received"]]
    safe(attacked([share, count]))


@given(interior=interiors(), order=st.randoms(use_true_random=False))
@several
def test_the_order_of_the_rows_decides_nothing(interior: np.ndarray, order: object) -> None:
    told = counted(interior, year=True)
    rows = list(told.items())
    order.shuffle(rows)  # type: ignore[attr-defined]
    assert shown([of_counts(told)]) == shown([of_counts(dict(rows))])


@given(interior=interiors())
@several
def test_what_was_told_stays_told_and_what_was_withheld_stays_withheld(interior: np.ndarray) -> None:
    """The next release with one more month: of the months before, nothing is told otherwise."""
    told = counted(interior)
    found, kept = shown([of_counts(told)])
    more = np.concatenate([interior, interior[:, :1]], axis=1)
    again, _kept = shown([of_counts(counted(more))], kept)
    before = {row.at: row for row in found["cases"]}
    assert {row.at: row for row in again["cases"] if row.at in before} == before


def test_what_was_withheld_is_not_told_when_a_late_change_makes_its_neighbour_large() -> None:
    """10 = 3 + 7 came out as 10 alone. When the 3 becomes 6, the 7 would tell what the 3 was."""
    streets = np.array([[[3.0, 40.0]], [[7.0, 50.0]]])
    _found, kept = shown([of_counts(counted(streets))])
    assert kept["cases", At("11001", "2026-01", "category", "c0")].withheld
    streets[0, 0, 0] = 6
    found, _kept = shown([of_counts(counted(streets))], kept)
    rows = {row.at: row for row in found["cases"]}
    assert rows[At("11001", "2026-01", "category", "c0")].withheld


def test_cases_without_a_street_are_not_found_by_subtracting() -> None:
    """The district has 23, its streets 20: three cases somewhere, which nobody prints and anybody could subtract."""
    numbers = {DISTRICT: 23.0, "11001": 9.0, "11002": 11.0}
    found, _kept = shown([of_counts({At(area, "2026-01"): n for area, n in numbers.items()})])
    withheld = [row.at.area for row in found["cases"] if row.withheld]
    assert withheld, "the rest would be told"


def test_noughts_are_shown_and_protect_nobody() -> None:
    streets = np.array([[[3.0, 0.0, 60.0]], [[0.0, 80.0, 70.0]]])
    found, _kept = shown([of_counts(counted(streets))])
    rows = {row.at: row for row in found["cases"]}
    assert rows[At("11001", "2026-01", "category", "c1")].n == 0
    assert all(row.n is not None for row in found["cases"] if not counted(streets)[row.at])


def test_of_equal_neighbours_interior_cells_are_withheld_not_totals() -> None:
    streets = np.array([[[3.0, 20.0, 60.0]], [[30.0, 21.0, 70.0]], [[25.0, 40.0, 9.0]]])
    found, _kept = shown([of_counts(counted(streets))])
    assert {row.at.area for row in found["cases"] if row.withheld} <= {"11001", "11002", "11003"}
    assert not [row for row in found["cases"] if row.withheld and not row.at.by]


def test_values_without_sums_are_withheld_with_what_they_rest_on() -> None:
    """A median of three says what one of them is."""
    figures = {At("11001", "2026-01"): Figure(3, None, 41.5), At("11002", "2026-01"): Figure(30, None, 12.0)}
    found, _kept = shown([Series("median", "value", figures, number="measured")])
    assert [(row.value, row.n, row.withheld) for row in found["median"]] == [
        (None, None, True),
        (12.0, 30, False),
    ]


def test_a_mean_is_withheld_with_its_base_and_the_sum_with_it() -> None:
    figures = {At("11001", "2026-01"): Figure(620, 2, 310.0), At("11002", "2026-01"): Figure(900, 30, 30.0)}
    found, _kept = shown([Series("mean", "mean", figures, number="minutes", base="cases")])
    first = found["mean"][0]
    assert (first.value, first.n, first.d) == (None, None, None)


def test_what_is_derived_is_withheld_with_what_it_is_derived_of() -> None:
    """Growth over a year tells the number of the year before by that of this one."""
    numbers = {"2025-03": 3.0, "2026-03": 30.0, "2025-04": 20.0, "2026-04": 30.0}
    base = of_counts({At(DISTRICT, period): n for period, n in numbers.items()})
    growth = {At(DISTRICT, "2026-03"): Figure(0, None, 9.0), At(DISTRICT, "2026-04"): Figure(0, None, 0.5)}
    found, _kept = shown([base, Series("growth", "derived", growth, of=("cases",), back=12)])
    assert [(row.at.period, row.value) for row in found["growth"]] == [("2026-03", None), ("2026-04", 0.5)]


def test_a_table_whose_count_is_negative_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        shown([of_counts({At(DISTRICT, "2026-01"): -1.0})])


def test_what_was_told_is_known_and_protects_nobody_any_more() -> None:
    """The year comes out when its months are out: what hides a month hides behind what was never told."""
    months = np.array([[[3.0, 40.0], [8.0, 50.0]], [[20.0, 30.0], [30.0, 20.0]]])
    _first, kept = shown([of_counts(counted(months))])
    found, _kept = shown([of_counts(counted(months, year=True))], kept)
    before: dict[Key, Told] = kept
    for row in found["cases"]:
        last = before.get(("cases", row.at))
        if last is not None and not last.withheld:
            assert not row.withheld, "it has been printed before"
