"""One published indicator for tests of pages and addresses, without rows and figures behind it."""

from datetime import UTC, date, datetime

from youlin.apps.indicators.openness import formats
from youlin.apps.indicators.openness.describing import Entry, Release, VersionTold, rule_in_words
from youlin.apps.indicators.openness.figures import At, Shown
from youlin.apps.indicators.publishing import shelf

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def release(district: str, name: tuple[str, str] = ("收到的反映", "Reports received")) -> Release:
    """Reports of two months: twelve in September, a withheld number in October, and those of a street."""
    version = VersionTold(
        1,
        date(2024, 1, 1),
        ("反映的数量", "the number of reports"),
        ("登记", "the register"),
        {"measure": "count"},
    )
    entry = Entry(
        code="received",
        name=name,
        about=("收到多少件。", "How many came."),
        unit="cases",
        unit_name=("件", "cases"),
        decimals=0,
        direction="none",
        k=5,
        kind="count",
        dataset=("案件", "Cases"),
        versions=(version,),
        breakdowns=(("category", ("类别", "Category")),),
    )
    figures = (
        Shown(At(district, "2026-09"), 12, 12, None, False),
        Shown(At(district, "2026-10"), None, None, None, True),
        Shown(At(f"{district}001", "2026-09"), 12, 12, None, False),
    )
    return Release(
        entry=entry,
        district=district,
        district_name=("西城区", "Xicheng"),
        as_of=datetime(2026, 11, 1, 2, tzinfo=UTC),
        licence=LICENCE,
        demo=False,
        figures=figures,
        areas={district: ("西城区", "Xicheng"), f"{district}001": ("椿树街道", "Chunshu")},
        keys={},
    )


def put_one(district: str, **changed: tuple[str, str]) -> None:
    """Publish it."""
    made = release(district, **changed)
    words = rule_in_words(5)
    described = formats.described(made) | {
        "figures": 3,
        "withheld": 1,
        "withholding": {"k": 5, "rule": words[0], "rule_en": words[1]},
        "first": "2026-09",
        "last": "2026-10",
        "months": [["2026-09", 12, False], ["2026-10", None, True]],
    }
    shelf.put(
        district,
        entries={"received": (described, formats.files(made))},
        state={},
        day="2026-11-01",
        made_of="test",
    )
