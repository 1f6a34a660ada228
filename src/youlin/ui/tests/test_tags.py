"""The tags and filters that doors build pages with."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from youlin.kernel import clock
from youlin.ui import drawing, icons
from youlin.ui.examples import forms
from youlin.ui.templatetags import youlin_ui

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # 12:00 in Beijing


def rendered(source: str, **context: Any) -> str:
    return Template("{% load youlin_ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(38 * 60, "剩 38 分"), (37 * 60 + 1, "剩 38 分"), (5, "剩 1 分"), (5 * 3600, "剩 5 时"),
     (3 * 3600 + 40 * 60, "剩 3 时 40 分"), (51 * 3600, "剩 2 天 3 时"), (5 * 86400, "剩 5 天"),
     (-80 * 60, "超 1 时 20 分"), (-20, "超 1 分"), (0, "超 1 分")],
)  # fmt: skip
def test_a_deadline_is_said_in_plain_durations(seconds: int, words: str) -> None:
    with clock.frozen(NOON):
        assert rendered("{{ at|until }}", at=NOON + timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "刚刚"), (400, "6 分钟前"), (9000, "2 小时前"), (100000, "昨天 08:13"), (86400 * 40, "10-13 12:00"),
     (86400 * 400, "2025-10-18")],
)  # fmt: skip
def test_the_past_is_said_as_people_say_it(seconds: int, words: str) -> None:
    with clock.frozen(NOON):
        assert rendered("{{ at|ago }}", at=NOON - timedelta(seconds=seconds)) == words


def test_without_a_moment_nothing_is_said() -> None:
    assert rendered("{{ at|until }}{{ at|ago }}", at=None) == ""
    assert rendered("{% when at %}", at=None) == "—"


def test_when_carries_the_exact_moment() -> None:
    with clock.frozen(NOON):
        html = rendered("{% when at 'clock' %}", at=NOON)
    assert 'datetime="2026-11-22T12:00:00+08:00"' in html
    assert ">12:00<" in html


@pytest.mark.parametrize("state", ["ok", "soon", "late", "none"])
def test_each_light_has_a_shape_and_words_of_its_own(state: str) -> None:
    html = rendered("{% light state %}", state=state)
    others = {rendered("{% light s %}", s=s) for s in ("ok", "soon", "late", "none") if s != state}
    assert f"light-{state}" in html
    assert "aria-label=" in html
    assert html.split("<svg")[1].split(">", 1)[1] not in {o.split("<svg")[1].split(">", 1)[1] for o in others}


def test_an_unknown_state_is_a_light_without_a_limit() -> None:
    assert "light-none" in rendered("{% light state %}", state="nonsense")


def test_a_surname_or_a_vacancy() -> None:
    assert ">王</span>" in rendered("{{ name|avatar }}", name="王建国")
    assert 'aria-label="空缺"' in rendered("{{ name|avatar }}", name="")
    assert "<b>" not in rendered("{{ name|avatar }}", name="<b>")


def test_an_icon_is_silent_unless_it_is_given_words() -> None:
    assert 'aria-hidden="true"' in rendered('{% icon "camera" %}')
    assert 'aria-label="拍照"' in rendered('{% icon "camera" "拍照" %}')
    with pytest.raises(KeyError):
        icons.icon("no-such-icon")


def test_a_trend_needs_two_values_and_bridges_gaps() -> None:
    assert drawing.spark([1.0]) is None
    assert drawing.spark([None, None, 3.0]) is None
    spark = drawing.spark([1.0, None, 3.0], target=2.0)
    assert spark is not None
    assert spark.line == "M0.0 27.0L100.0 3.0"
    assert spark.target == 15.0


def test_equal_values_draw_a_level_line() -> None:
    spark = drawing.spark([5.0, 5.0])
    assert spark is not None
    assert spark.line == "M0.0 15.0L100.0 15.0"


def test_values_fall_into_five_steps() -> None:
    heats = drawing.buckets({"a": 0, "b": 2, "c": 5, "d": 10, "e": None})
    assert heats == {"a": "heat-0", "b": "heat-1", "c": "heat-2", "d": "heat-4", "e": "heat-none"}
    assert drawing.buckets({"a": 7, "b": 7}) == {"a": "heat-2", "b": "heat-2"}
    assert drawing.buckets({"a": None}) == {"a": "heat-none"}


AREAS = [("1", "北", "M0 0h10v10z", 5, 5), ("2", "南", "M0 10h10v10z", 5, 15)]


def test_a_map_links_each_area_and_speaks_its_value() -> None:
    html = rendered(
        '{% map_svg areas "0 0 10 20" label="图" href="?area={code}" values=values unit="%" on="2" %}',
        areas=AREAS, values={"1": 90.0, "2": None},
    )  # fmt: skip
    assert 'href="?area=1"' in html
    assert 'aria-label="北 90%"' in html
    assert 'aria-current="true"' in html
    assert "heat-none" in html


def test_names_that_would_collide_move_or_stay_out_but_the_chosen_one_stays() -> None:
    areas = [(str(n), "很长的名字", "M0 0z", 5 + n * 0.1, 5) for n in range(7)]
    kept = drawing.labels(drawing.shapes(areas, on="6"), 2)
    assert kept[0].code == "6"
    assert (kept[0].y, kept[1].y, kept[2].y) == (5, 8, 2)
    assert len(kept) == 3


def test_a_name_does_not_cover_a_mark() -> None:
    kept = drawing.labels(drawing.shapes([("1", "名", "M0 0z", 5, 5)]), 2, [(4, 4, 6, 6)])
    assert kept[0].y == 8


def test_points_differ_by_shape() -> None:
    points = [{"x": 1, "y": 1, "state": s, "number": 1} for s in ("ok", "soon", "late")]
    html = rendered('{% map_svg areas "0 0 10 20" points=points %}', areas=AREAS, points=points)
    assert html.count("<circle") == 1
    assert html.count('class="map-point map-point-') == 3


def test_a_field_ties_help_and_error_to_its_control() -> None:
    form = forms.with_mistakes()
    html = rendered("{% field form.what %}", form=form)
    assert 'aria-describedby="wrong_what-help wrong_what-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="wrong_what-help"' in html
    assert 'id="wrong_what-error"' in html


def test_a_group_of_choices_is_a_fieldset() -> None:
    html = rendered("{% field form.contact %}", form=forms.empty())
    assert "<fieldset" in html
    assert "<legend" in html
    assert html.count('class="choice"') == 2


def test_the_query_changes_only_what_is_named() -> None:
    request = RequestFactory().get("/", {"q": "路灯", "page": "3"})
    template = Template("{% load youlin_ui %}{% qs page=2 %}|{% qs page=None %}")
    assert (
        template.render(Context({"request": request}))
        == "?q=%E8%B7%AF%E7%81%AF&amp;page=2|?q=%E8%B7%AF%E7%81%AF"
    )


def test_a_pager_keeps_the_filters() -> None:
    request = RequestFactory().get("/", {"q": "x", "page": "2"})
    page = Paginator(range(100), 10).get_page(2)
    template = Template('{% include "ui/pager.html" %}')
    html = template.render(Context({"request": request, "page": page}))
    assert "?q=x&amp;page=3" in html
    assert 'rel="prev"' in html


def test_durations_speak_english() -> None:
    with clock.frozen(NOON), override("en"):
        words = rendered("{{ at|until }}", at=NOON + timedelta(minutes=38))
    assert "38" in words


def test_a_number_is_counted_as_its_reader_counts() -> None:
    with override("zh-hans"):
        said = [youlin_ui.counted(one) for one in (9_999, 12_345, 4.5, 100.0, None, "", "很多")]
    assert said == ["9999", "1.23万", "4.5", "100.0", "—", "—", "很多"]
