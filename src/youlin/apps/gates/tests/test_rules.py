"""What a form says becomes a condition that refuses exactly what it says, with reasons in two languages."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from youlin.apps.gates import rules
from youlin.apps.gates.models import GateRule
from youlin.apps.gates.rules import Facts
from youlin.kernel.errors import Invalid

HERE = ZoneInfo("Asia/Shanghai")
GATES = ["南门", '东"门\\']
KINDS = {"visit": "到访码", "grid_card": "网格员证"}


def rule(kind: str, **form) -> GateRule:
    said = rules.written(kind, form, gates=GATES, kinds=KINDS)
    return GateRule(kind=kind, **said.__dict__)


def refuses(one: GateRule, clock: str = "12:00", *, visitor="visit", gate="", vehicle="") -> bool:
    hour, minute = map(int, clock.split(":"))
    at = datetime(2026, 11, 23, hour, minute, tzinfo=HERE)
    return rules.refusing([one], Facts(visitor, at, gate, vehicle)) is not None


@pytest.mark.parametrize(
    ("begins", "ends", "let_in", "kept_out"),
    [
        ("06:00", "23:00", ["06:00", "12:00", "22:59"], ["05:59", "23:00", "00:00", "23:59"]),
        ("22:00", "02:00", ["22:00", "23:59", "00:00", "01:59"], ["02:00", "12:00", "21:59"]),
    ],
)
def test_hours_let_in_from_the_first_minute_to_before_the_last(begins, ends, let_in, kept_out):
    one = rule("hours", begins=begins, ends=ends)
    assert not any(refuses(one, at) for at in let_in)
    assert all(refuses(one, at) for at in kept_out)
    assert begins in one.reason and ends in one.reason_en
    assert one.reason != one.reason_en


def test_hours_may_speak_of_one_gate_and_of_some_vehicles():
    one = rule("hours", begins="06:00", ends="20:00", gate=GATES[1], vehicles=["car"])
    assert refuses(one, "21:00", gate=GATES[1], vehicle="car")
    assert not refuses(one, "21:00", gate="南门", vehicle="car")
    assert not refuses(one, "21:00", gate=GATES[1], vehicle="foot")
    assert not refuses(one, "21:00")


def test_a_gate_is_refused_where_another_is_named_and_an_unknown_gate_is_not():
    one = rule("gate", gates=["南门"], vehicles=["ebike"])
    assert refuses(one, gate=GATES[1], vehicle="ebike")
    assert not refuses(one, gate="南门", vehicle="ebike")
    assert not refuses(one, gate="", vehicle="ebike")
    assert not refuses(one, gate=GATES[1], vehicle="foot")


def test_a_vehicle_is_refused_everywhere_or_at_a_gate():
    assert refuses(rule("vehicle", vehicles=["car"]), vehicle="car")
    assert not refuses(rule("vehicle", vehicles=["car"]), vehicle="")
    one = rule("vehicle", vehicles=["ebike"], gate="南门")
    assert refuses(one, gate="南门", vehicle="ebike")
    assert not refuses(one, gate="", vehicle="ebike")


def test_only_the_codes_that_are_named_are_admitted():
    one = rule("admits", kinds=["visit"])
    assert not refuses(one)
    assert refuses(one, visitor="grid_card")


def test_speed_and_parking_remind_those_who_ride_and_refuse_nobody():
    at = datetime(2026, 11, 23, 12, tzinfo=HERE)
    for one in (rule("speed", limit="15"), rule("parking", where="南门左侧", minutes="20")):
        assert one.effect == "tell"
        assert not refuses(one, vehicle="ebike")
        assert rules.holding([one], Facts("visit", at, "", "ebike")) == [one]
        assert rules.holding([one], Facts("visit", at, "", "foot")) == []
    assert "15" in rule("speed", limit="15").reason_en


@pytest.mark.parametrize(
    ("kind", "form", "field"),
    [
        ("toll", {}, "kind"),
        ("admits", {"kinds": []}, "kinds"),
        ("admits", {"kinds": ["x"]}, "kinds"),
        ("hours", {"begins": "6点", "ends": "23:00"}, "begins"),
        ("hours", {"begins": "06:00", "ends": "24:00"}, "ends"),
        ("hours", {"begins": "06:00", "ends": "06:00"}, "ends"),
        ("hours", {"begins": "06:00", "ends": "07:00", "gate": "北门"}, "gate"),
        ("gate", {"gates": []}, "gates"),
        ("gate", {"gates": ["北门"]}, "gates"),
        ("vehicle", {"vehicles": []}, "vehicles"),
        ("speed", {"limit": "60"}, "limit"),
        ("speed", {"limit": "²"}, "limit"),
        ("parking", {"where": " ", "minutes": "20"}, "where"),
        ("parking", {"where": "南门", "minutes": "0"}, "minutes"),
    ],
)
def test_what_is_wrong_in_a_form_is_named(kind, form, field):
    with pytest.raises(Invalid) as refused:
        rules.written(kind, form, gates=GATES, kinds=KINDS)
    assert refused.value.problems[0].field == field


def test_until_when_somebody_may_come_in_is_told_to_the_quarter():
    one = rule("hours", begins="06:00", ends="23:00")
    at = datetime(2026, 11, 23, 22, 7, tzinfo=HERE)
    assert rules.until([one], Facts("visit", at)) == datetime(2026, 11, 23, 23, 0, tzinfo=HERE)
    assert rules.until([], Facts("visit", at)) is None
    night = rule("hours", begins="22:00", ends="02:00")
    assert rules.until([night], Facts("visit", at + timedelta(hours=1))).astimezone(HERE).hour == 2
