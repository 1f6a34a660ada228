"""The classes of a map: few, round, and the legend says what the colours mean."""

from bisect import bisect_right

from django.template import Context, Template
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from youlin.ui import drawing

VALUES = st.lists(
    st.one_of(st.none(), st.integers(0, 10**6).map(float), st.floats(0, 100).map(lambda one: round(one, 1))),
    min_size=1,
    max_size=40,
)


@given(VALUES)
def test_more_is_never_lighter_and_there_are_five_classes_at_most(values: list[float | None]) -> None:
    cut = drawing.classes(values)
    assert len(cut.edges) < drawing.BUCKETS and list(cut.edges) == sorted(set(cut.edges))
    known = sorted(value for value in values if value is not None)
    heats = [cut.heat(value) for value in known]
    assert heats == sorted(heats, key=lambda one: one or 0)
    assert cut.heat(None) is None


@given(VALUES)
def test_every_value_stands_within_what_the_legend_says_of_its_class(values: list[float | None]) -> None:
    cut = drawing.classes(values)
    for value in (one for one in values if one is not None):
        low, high = cut.spans()[bisect_right(cut.edges, value)]
        assert low <= value <= high


@given(VALUES)
def test_the_least_and_the_greatest_differ_where_the_values_do(values: list[float | None]) -> None:
    known = [value for value in values if value is not None]
    cut = drawing.classes(values)
    if known and min(known) < max(known):
        assert cut.heat(min(known)) == 0 and cut.heat(max(known)) == drawing.BUCKETS - 1


def test_one_that_towers_over_all_does_not_make_the_others_one_colour() -> None:
    cut = drawing.classes([1, 2, 3, 4, 5, 120])
    assert cut.step is None and len({cut.heat(value) for value in (1, 2, 3, 4)}) == 4


def test_rates_are_cut_at_round_numbers() -> None:
    assert drawing.classes([84.1, 88, 93, 97.2, 100]).edges == (85.0, 90.0, 95.0)


def _legend(values: dict[str, float | None], unit: str) -> str:
    with override("zh-hans"):
        page = Template("{% load youlin_ui %}{% map_steps values unit=unit %}")
        return " ".join(page.render(Context({"values": values, "unit": unit})).split())


def test_the_legend_tells_borders_width_and_gaps() -> None:
    html = _legend({"a": 84.1, "b": 100.0, "c": None}, "%")
    assert "95–100%" in html and "每级 5%" in html and "没有数据" in html
    towering = _legend({str(n): float(value) for n, value in enumerate([1, 2, 3, 4, 5, 120])}, "件")
    assert "5–120件" in towering and "每级的区域数大致一样多" in towering and "没有数据" not in towering
    assert "<li>" not in _legend({"a": None}, "件")


def test_an_area_without_a_value_is_hatched_and_the_hatch_is_named_once() -> None:
    areas = [("1", "北", "M0 0h10v10z", 5, 5), ("2", "南", "M0 10h10v10z", 5, 15)]
    drawn = '{% load youlin_ui %}{% map_svg areas "0 0 10 20" label=label values=values %}'
    page = [
        Template(drawn).render(Context({"areas": areas, "label": label, "values": {"1": 9, "2": None}}))
        for label in ("图", "另一图")
    ]
    named = [one.split('pattern id="')[1].split('"')[0] for one in page]
    assert len(set(named)) == 2 and all(
        f'fill="url(#{name})"' in one for name, one in zip(named, page, strict=True)
    )
    whole = Template(drawn).render(Context({"areas": areas, "label": "图", "values": {"1": 9, "2": 8}}))
    assert "pattern" not in whole
