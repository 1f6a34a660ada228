"""The pages people use: a guard lets in and refuses, a rider gets a proof, the No. 1 position writes rules by form."""

import re

import pytest
from django.test import Client

from tests.cast import DISTRICT, make_resident
from youlin.apps.cases.models import Case
from youlin.apps.gates.models import Compound, GateRule, Passage, Refusal, Walk
from youlin.apps.gates.tests import factories
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.passes.models import Check
from youlin.apps.places import services as places
from youlin.apps.places.models import Place
from youlin.kernel import clock, ids
from youlin.kernel.actors import SYSTEM
from youlin.kernel.tests.queries import least


def signed_in(member) -> Client:
    client = Client()
    client.force_login(member.account, backend=BACKEND)
    return client


def url(world, rest: str = "") -> str:
    return f"/gates/{world.compound.place.number}/{rest}"


def test_a_guard_looks_lets_in_once_and_sees_no_name(world):
    guard = signed_in(world.guard)
    assert guard.get("/gates/mine/").headers["Location"] == url(world, "check/")
    page = guard.post(url(world, "check/"), {"code": world.code(), "gate": "南门"}).content.decode()
    assert "可以进" in page and "李强" not in page and world.held.number not in page
    check = re.search(r'name="check" value="([^"]+)"', page)[1]
    sent = {"check": check, "direction": "in", "gate": "南门", "idempotency_key": "k1"}
    for _time in range(2):
        assert guard.post(url(world, "check/record/"), sent).status_code == 302
    assert Passage.objects.get(district=DISTRICT).gate == "南门"
    assert check not in guard.get(url(world, "check/")).content.decode()


def test_a_guard_whose_compound_has_not_joined_is_told_so_and_a_stranger_is_refused(world):
    Place.objects.filter(id=world.compound.place_id).update(retired_at=clock.now())
    page = signed_in(world.guard).get("/gates/mine/")
    assert page.status_code == 200 and "还没有归您的门岗" in page.content.decode()
    assert signed_in(make_resident("钱生", "13900000009")).get("/gates/mine/").status_code == 403


def test_a_code_that_does_not_hold_is_told_why_and_nobody_is_let_in_on_it(world):
    page = signed_in(world.guard).post(url(world, "check/"), {"code": "x"})
    assert page.status_code == 200
    assert "不是友邻的码" in page.content.decode()
    assert 'name="check"' not in page.content.decode()


def test_a_code_looked_at_on_the_checker_s_page_waits_here_for_in_or_out(world):
    guard = signed_in(world.guard)
    looked = guard.post(
        "/check/", {"district": DISTRICT, "code": world.code(), "place": str(world.compound.place_id)}
    )
    assert looked.status_code == 200
    assert "可以进" in guard.get(url(world, "check/"), {"gate": "南门"}).content.decode()


def test_what_was_seen_without_a_network_comes_by_the_outbox_and_counts_once(world):
    guard, then = signed_in(world.guard), clock.now().replace(microsecond=0)
    sent = {
        "code": world.code(),
        "direction": "out",
        "gate": "东门",
        "told": "valid",
        "at": str(int(then.timestamp() * 1000)),
        "idempotency_key": "late-1",
    }
    for _time in range(2):
        answer = guard.post(url(world, "check/record/"), sent, headers={"accept": "application/json"})
        assert answer.status_code == 201
    row = Passage.objects.get(district=DISTRICT)
    assert (row.direction, row.valid, row.at) == ("out", True, then)


def test_the_checker_s_page_knows_the_gate_and_its_rules_and_what_they_make_of_a_code(world):
    guard = signed_in(world.guard)
    world.rule("gate", gates=["东门"])
    place = str(world.compound.place_id)
    known = guard.get("/passes/known.json").json()["gates"][place]
    assert known["gates"] == ["南门", "东门"] and "东门" in known["rules"][0]["text"]
    assert known["rules"][0]["lang"] == "en" and "东门" in known["rules"][0]["other"]
    assert known["record"] == url(world, "check/record/")
    sent = {"code": world.code(), "place": place, "gate": "南门", "idempotency_key": "look"}
    told = guard.post("/check/", sent, headers={"accept": "application/json"}).json()
    assert (told["reason"], told["gate"]["allowed"], told["gate"]["gates"]) == ("valid", False, ["东门"])
    assert set(told) == {
        "reason",
        "state",
        "told",
        "advice",
        "kind",
        "until",
        "shows",
        "seen",
        "elsewhere",
        "gate",
    }
    assert set(told["gate"]) == {"allowed", "told", "gates", "until", "tells", "page"}
    assert told["shows"] == [] and "李强" not in str(told) and world.held.number not in str(told)
    page = guard.post("/check/", sent | {"gate": "东门", "idempotency_key": "look-2"}).content.decode()
    assert url(world, "check/") in page
    at = str(int(clock.now().timestamp() * 1000))
    late = {
        "code": sent["code"],
        "look": "look",
        "direction": "in",
        "idempotency_key": "look-in",
        "known": at,
    }
    for _time in range(2):
        answer = guard.post(url(world, "check/record/"), late, headers={"accept": "application/json"})
        assert answer.status_code == 201
    assert Passage.objects.filter(district=DISTRICT).count() == 1
    assert Check.objects.filter(district=DISTRICT).count() == 2


def test_refused_though_valid_by_the_guard_and_the_rider_is_one_and_the_rider_has_a_proof(world):
    guard, rider = signed_in(world.guard), signed_in(world.rider)
    page = guard.post(url(world, "check/"), {"code": world.code()}).content.decode()
    check = re.search(r'name="check" value="([^"]+)"', page)[1]
    guard.post(url(world, "check/refuse/"), {"check": check, "reason": "unsure"})
    assert "四川营小区" in rider.get("/me/gates/").content.decode()
    answer = rider.post(url(world, "refused/"))
    row = Refusal.objects.get(district=DISTRICT)
    assert answer.headers["Location"] == f"/gates/proof/{row.number}/"
    shown = Client().get(answer.headers["Location"])
    told = shown.content.decode()
    assert shown.headers["X-Robots-Tag"] == "noindex"
    assert row.number in told and "<svg" in told and "李强" not in told
    assert Case.objects.filter(district=DISTRICT, category="gate.refused").count() == 1
    assert row.number in rider.get("/me/gates/").content.decode()


def test_a_refusal_without_a_code_or_against_a_rule_is_told_in_words(world):
    stranger = signed_in(make_resident("钱路人", "13800138040"))
    assert stranger.post(url(world, "refused/")).status_code == 409
    world.rule("admits", kinds=["grid_card"])
    assert "网格员证" in signed_in(world.rider).post(url(world, "refused/")).content.decode()


def test_two_taps_become_seconds_of_nobody_once(world):
    rider, start = signed_in(world.rider), int(clock.now().timestamp() * 1000) - 300_000
    sent = {"walk": str(ids.uuid7()), "started": str(start), "stopped": str(start + 240_000)}
    for _time in range(2):
        assert rider.post(url(world, "walked/"), sent).status_code == 302
    assert Walk.objects.get(district=DISTRICT).seconds == 240
    for wrong in ({"walk": "x"}, {"started": ""}, {"stopped": "-1"}, {"stopped": str(start - 1)}):
        assert rider.post(url(world, "walked/"), sent | wrong).status_code in (400, 422)


FORMS = [
    {"kind": "admits", "kinds": ["visit", "grid_card"]},
    {"kind": "hours", "begins": "06:00", "ends": "23:00", "vehicles": ["car"]},
    {"kind": "gate", "gates": ["南门"], "vehicles": ["ebike"]},
    {"kind": "vehicle", "gate": "东门", "vehicles": ["ebike"]},
    {"kind": "speed", "limit": "15"},
    {"kind": "parking", "where": "南门左侧", "minutes": "20"},
]


def test_the_no_1_position_writes_every_rule_by_form_and_retires_it(world):
    head = signed_in(world.head)
    for form in FORMS:
        assert head.get(url(world, "keep/"), {"rule": form["kind"]}).status_code == 200
        assert head.post(url(world, "keep/rule/"), form).status_code == 302
    rows = GateRule.objects.filter(district=DISTRICT, retired_at=None)
    assert rows.count() == len(FORMS)
    public = Client().get(url(world)).content.decode()
    assert all(row.reason in public.replace("&quot;", '"') for row in rows)
    for row in rows:
        head.post(url(world, "keep/retire/"), {"rule": str(row.id)})
    assert not rows.filter(retired_at=None).exists()


def test_what_is_wrong_in_a_rule_keeps_what_was_typed(world):
    page = signed_in(world.head).post(
        url(world, "keep/rule/"), {"kind": "parking", "where": "南门左侧", "minutes": "900"}
    )
    assert page.status_code == 422
    assert "南门左侧" in page.content.decode()


def test_the_no_1_position_keeps_vehicles_and_what_stands_in_writing(world):
    head = signed_in(world.head)
    assert head.post(url(world, "keep/vehicles/"), {"total": "3", "hours": "2"}).status_code == 302
    assert head.post(url(world, "keep/text/"), {"duties": "见码放行", "phone": "010-1234"}).status_code == 302
    page = Client().get(url(world)).content.decode()
    assert "见码放行" in page and "易浩" in page and "安居物业公司" in page and "010-1234" in page
    assert head.post(url(world, "keep/vehicles/"), {"total": "x", "hours": "2"}).status_code == 422
    assert head.post(url(world, "keep/head/"), {"account": "nobody"}).status_code == 422


def test_a_guard_lends_a_vehicle_and_its_rest_is_shown(world):
    places.set_lendable(
        actor=SYSTEM, district=DISTRICT, place_id=world.compound.place_id, name="小哥专车", total=2
    )
    guard = signed_in(world.guard)
    page = guard.post(url(world, "check/"), {"code": world.code()}).content.decode()
    assert "还有 2 辆" in page
    check = re.search(r'name="check" value="([^"]+)"', page)[1]
    sent = {"check": check, "idempotency_key": "v1"}
    assert guard.post(url(world, "check/lend/"), sent).status_code == 302
    assert "借出 1 辆" in Client().get(url(world)).content.decode()


def test_the_office_takes_a_compound_in_and_the_desk_shows_figures_without_people(world):
    office = signed_in(world.office)
    place = places.register_place(
        actor=SYSTEM,
        district=DISTRICT,
        values={
            "kind": "compound",
            "name": "椿树园",
            "lon": world.compound.place.lon,
            "lat": world.compound.place.lat,
        },
        idempotency_key="p2",
    )
    sent = {"place": place.number, "firm": factories.FIRM, "bureau": factories.BUREAU}
    assert office.post("/gates/join/", sent | {"place": "X"}).status_code == 422
    assert office.post("/gates/join/", sent | {"joined_on": "昨天"}).status_code == 422
    assert office.post("/gates/join/", sent).status_code == 302
    assert Compound.objects.filter(district=DISTRICT, place=place).exists()
    signed_in(world.rider).post(url(world, "refused/"))
    page = office.get("/gates/desk/").content.decode()
    assert "椿树园" in page and "四川营小区" in page and "李强" not in page


def test_lists_cost_the_same_however_long(world):
    office = signed_in(world.office)
    counts = []
    for name in ("甲园", "乙园", "丙园", "丁园"):
        factories.compound(name)
        if name in ("甲园", "丁园"):
            counts.append(least(lambda: office.get("/gates/desk/")))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("rest", ["", "check/", "keep/"])
def test_an_address_that_is_none_is_not_there(world, rest):
    for number in ("%00", "P-XXXXXXXXX"):
        assert signed_in(world.head).get(f"/gates/{number}/{rest}").status_code == 404
    assert Client().get("/gates/proof/%00/").status_code == 404


def test_who_does_not_stand_there_is_told_that_there_is_no_such_thing(world):
    rider, guard = signed_in(world.rider), signed_in(world.guard)
    assert rider.get(url(world, "check/")).status_code == 403
    assert guard.get(url(world, "keep/")).status_code == 404
    assert guard.get("/gates/join/").status_code == 403
    assert Client().post(url(world, "refused/")).status_code == 302
    assert guard.post(url(world, "check/fly/")).status_code == 404
    assert Client().get("/gates/", {"q": "四川\0营"}).status_code == 200


def test_a_rider_s_own_page_keeps_the_rules_of_the_compounds_in_words_and_in_both_languages(world):
    world.rule("hours", begins="06:00", ends="22:00")
    page = signed_in(world.rider).get("/me/passes/").content.decode()
    rules = page[page.index('data-part="rules"') :]
    assert "来访只在 06:00–22:00 可进" in rules and 'lang="en"' in rules and "06:00–22:00" in rules
    assert "以联网查验为准" in rules
    english = Client(headers={"accept-language": "en"})
    english.force_login(world.rider.account, backend=BACKEND)
    told = english.get("/me/passes/", headers={"accept-language": "en"}).content.decode()
    assert 'lang="zh-Hans">来访只在' in told
    nobody = signed_in(make_resident("钱路人", "13800138099"))
    assert 'data-part="rules"' not in nobody.get("/me/passes/").content.decode()
