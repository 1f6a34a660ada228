"""What a programme declares of figures: a version that held is kept, its words are complete in both languages."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.cast import DISTRICT, Cast
from youlin.apps.indicators import declarations, kept
from youlin.apps.indicators.definitions import Definition
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict
from youlin.programmes import loader

RULE = {"dataset": "cases.cases", "time": "reported_at", "measure": {"count": True}, "source": "登记"}


def declare(**changed: Any) -> None:
    told: Mapping[str, Any] = {
        "name": "反映", "name_en": "Reports", "unit": "cases", "versions": [{**RULE, **changed}],
    }  # fmt: skip
    declarations.declare(actor=SYSTEM, district=DISTRICT, programme="t", declared={"received": told})


def held() -> Definition:
    return declarations.in_force(DISTRICT)["received"]


@pytest.mark.parametrize(
    "changed", [{"source": "热线"}, {"where": {"excluded": False}}, {"measure": {"count": True}, "scale": 2}]
)
def test_a_version_that_held_is_never_told_otherwise(people: Cast, changed: dict[str, Any]) -> None:
    declare()
    with pytest.raises(Conflict, match="received"):
        declare(**changed)
    assert held().rule.source == "登记"


def test_its_source_may_be_translated_later_and_no_figure_is_computed_anew(people: Cast) -> None:
    declare()
    before = kept.digest_of([held()])
    declare(source_en="The register")
    assert held().rule.origin == ("登记", "The register") and kept.digest_of([held()]) == before


def test_where_nobody_translated_it_the_source_is_told_as_it_is(people: Cast) -> None:
    declare()
    assert held().rule.origin == ("登记", "登记")


@pytest.mark.parametrize("code", ["city_management", "friendly_city"])
def test_every_figure_and_scorecard_of_ours_has_english_words(code: str) -> None:
    declared = loader.load(code).declarations
    for name, one in declared.indicators.items():
        assert one.name_en and one.about_en, name
        assert all(rule.source_en for rule in one.versions), name
    assert declared.indicators and all(card.source_en for card in declared.scorecards.values() if card.source)
