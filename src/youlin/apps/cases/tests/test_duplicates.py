"""The scorecard for duplicates: rules without a database, and what it knows about a real file."""

import dataclasses
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youlin.apps.cases.duplicates import scorer, training
from youlin.apps.cases.duplicates.history import History
from youlin.apps.cases.duplicates.scorer import Filing

DAY = date(2013, 5, 6).toordinal()
NEW = Filing("new", "00200", DAY, None, "a.x", scorer.plain_address("12 Main St."), "", -87.6, 41.8)


def _old(**changes: object) -> Filing:
    return dataclasses.replace(NEW, key="old", sequence="00100", **changes)


filings = st.builds(
    Filing,
    key=st.uuids().map(str),
    sequence=st.integers(0, 99).map("{:05}".format),
    day=st.integers(DAY - 200, DAY),
    closed_day=st.none() | st.integers(DAY - 200, DAY + 50),
    category=st.sampled_from(["", "a.x", "a.y", "b.x"]),
    address=st.sampled_from(["", "12MAINST", "14MAINST"]),
    lon=st.floats(-87.602, -87.598),
    lat=st.floats(41.799, 41.801),
)


def test_the_same_matter_reported_again_is_recognised_and_explained():
    found = scorer.facts(NEW, _old(day=DAY - 1))
    card = scorer.weights()
    assert card.probability(found) > 0.8 > card.threshold
    assert scorer.reasons(found, 0.0, 1) == ["同一地址", "1 天前反映", "尚未办结", "类别相同"]


@pytest.mark.parametrize(
    "changes",
    [
        {"day": DAY - 40},
        {"address": "99OTHERST", "lat": 41.8003},
        {"day": DAY - 1, "closed_day": DAY - 1},
        {"category": "b.x", "day": DAY - 3},
    ],
)
def test_another_matter_is_not_called_a_duplicate(changes):
    card = scorer.weights()
    assert card.probability(scorer.facts(NEW, _old(**changes))) < card.threshold


def test_two_pins_on_one_spot_are_one_place_without_an_address():
    new = dataclasses.replace(NEW, address="")
    assert scorer.facts(new, _old(address=""))["place"] == "same_point"
    assert scorer.weights().probability(scorer.facts(new, _old(address=""))) > scorer.weights().threshold


def test_addresses_are_alike_when_only_the_writing_differs():
    plain = scorer.plain_address
    assert scorer.same_address(plain("西长安街 10 号"), plain("西长安街10号院"))
    assert not scorer.same_address(plain("西长安街 10 号"), plain("西长安街 12 号"))
    assert not scorer.same_address("", "")


@given(filings, st.lists(filings, max_size=8), st.lists(filings, max_size=4))
def test_nothing_that_happens_later_changes_the_candidates(new, others, later):
    """What comes after the filing – rows, closings, the new one's own – leaves every fact as it was."""
    others = [old for old in others if scorer.is_earlier(old, new)]
    after = [dataclasses.replace(f, day=new.day + 1 + i) for i, f in enumerate(later)]
    closed_later = [
        dataclasses.replace(old, closed_day=None) if scorer.is_open(old, new) else old for old in others
    ]

    def seen(filing: Filing, history: list[Filing]) -> list[str]:
        return sorted(str(scorer.facts(filing, old)) for old in History(history).candidates(filing))

    before = seen(new, [*others, new])
    assert before == seen(dataclasses.replace(new, closed_day=new.day), [*closed_later, new, *after])


@given(filings, st.lists(filings, max_size=12))
def test_the_index_finds_what_looking_at_everything_finds(new, others):
    def near(old: Filing) -> bool:
        if not scorer.is_earlier(old, new):
            return False
        if new.day - old.day > scorer.REACH_DAYS and not scorer.is_open(old, new):
            return False
        distance = scorer.metres(new, old)
        return (new.address != "" and new.address == old.address) or (
            distance is not None and distance <= scorer.REACH_METRES
        )

    found = sorted(old.key for old in History(others).candidates(new))
    assert found == sorted(old.key for old in others if near(old))


def test_a_number_that_occurs_twice_is_not_its_own_duplicate():
    twin = dataclasses.replace(NEW, key="twin", closed_day=DAY + 3)
    assert History([NEW, twin]).candidates(NEW) == []


def test_the_card_learns_what_separates():
    good = {"place": "same_address", "days": "0", "state": "open", "category": "same"}
    bad = {"place": "within_50_m", "days": "up_to_84", "state": "closed", "category": "same"}
    material = [training.Case(2012, [good], True)] * 50 + [training.Case(2012, [bad, bad], False)] * 50
    learned = training.fit([*material, training.Case(2012, [], True)])
    assert learned.probability(good) > learned.threshold > learned.probability(bad)


def test_the_shipped_card_was_good_enough_when_it_was_made():
    report = json.loads(scorer.WEIGHTS_FILE.read_text())["report"]
    assert report["reported"]["f1"] >= 0.58
    assert report["days_only"]["f1"] >= 0.58
    assert report["reported"]["f1"] > report["same_address_open"]["f1"]
