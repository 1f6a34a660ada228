"""At the gate: allowed or not and why, in and out once, from phones without a network too, and forgotten in time."""

from datetime import timedelta

import pytest

from tests.cast import DISTRICT
from youlin.apps.gates import figures, personal_data, services
from youlin.apps.gates.models import GateRule, Passage, Refusal
from youlin.apps.gates.services.passing import reference
from youlin.apps.gates.tests import factories
from youlin.apps.passes import services as passes
from youlin.apps.passes.models import Check
from youlin.apps.passes.reasons import Reason
from youlin.apps.places import services as places
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.privacy import registry


def test_a_good_code_may_come_in_and_the_guard_learns_no_name(world):
    found = world.look(gate="南门")
    assert (found.valid, found.allowed, found.why) == (True, True, Reason.VALID)
    assert found.gates == factories.GATES
    assert found.until == world.held.valid_to
    assert not {"李强", "13800138031", str(world.rider.person.id)} & {
        str(one) for one in vars(found).values()
    }


def test_a_rule_refuses_with_its_reason_and_says_which_gate_is_open(world):
    world.rule("gate", gates=["东门"])
    found = world.look(gate="南门")
    assert (found.valid, found.allowed) == (True, False)
    assert "东门" in found.rule.reason and "东门" in found.rule.reason_en
    assert found.gates == ("东门",)
    again = services.again(
        actor=world.guard.actor,
        district=DISTRICT,
        compound_id=world.compound.id,
        check_id=found.check_id,
        gate="东门",
    )
    assert again.allowed


def test_who_rides_is_reminded_and_who_walks_is_not(world):
    world.rule("speed", limit="15")
    assert [one.kind for one in world.look(vehicle="ebike").tells] == ["speed"]
    assert world.look(vehicle="foot").tells == ()


def test_a_code_that_is_revoked_opens_no_gate(world):
    code = world.code()
    passes.revoke(actor=SYSTEM, district=DISTRICT, pass_id=world.held.id, reason="left")
    found = world.look(code)
    assert (found.valid, found.allowed, found.why) == (False, False, Reason.REVOKED)
    with pytest.raises(Conflict):
        world.record(check_id=found.check_id)


def test_another_compound_s_guard_and_a_stranger_check_nothing_here(world):
    other = factories.compound("椿树园")
    guard = factories.guard_of(other, "menwei2")
    for actor in (guard.actor, factories.stranger().actor):
        with pytest.raises(NotAllowed):
            world.look(actor=actor)
    with pytest.raises(NotFound):
        services.again(
            actor=guard.actor, district=DISTRICT, compound_id=other.id, check_id=world.look().check_id
        )


def test_one_registration_serves_every_compound(world):
    other = factories.compound("椿树园")
    guard = factories.guard_of(other, "menwei2")
    found = services.look(
        actor=guard.actor, district=DISTRICT, compound_id=other.id, code=world.code(), gate="南门"
    )
    assert found.allowed


def test_in_and_out_are_logged_once_with_the_least(world):
    found = world.look(gate="南门")
    for _time in range(3):
        world.record("in", check_id=found.check_id, gate="南门", idempotency_key="in-1")
    world.record("in", check_id=found.check_id, gate="南门", idempotency_key="in-2")
    world.record("out", check_id=found.check_id, gate="南门", idempotency_key="out-1")
    rows = Passage.objects.filter(district=DISTRICT)
    assert sorted(rows.values_list("direction", "gate")) == [("in", "南门"), ("out", "南门")]
    told = [entry for row in rows for entry in journal.entries_for(row)]
    assert [entry.act for entry in told] == ["gates.passed"] * 2
    kept = str([entry.public for entry in told]) + str([vars(row) for row in rows])
    assert world.held.number not in kept and str(world.held.id) not in kept
    assert str(world.rider.person.id) not in kept


def test_a_code_at_two_compounds_cannot_be_joined(world):
    day = clock.today()
    other = factories.compound("椿树园")
    here, there = (reference(one.id, world.held.id, day) for one in (world.compound, other))
    tomorrow = reference(world.compound.id, world.held.id, day + timedelta(days=1))
    assert len({here, there, tomorrow}) == 3


def test_what_was_checked_without_a_network_comes_later_with_its_own_time_and_counts_once(world):
    code, then = world.code(), clock.now()
    with clock.frozen(then + timedelta(hours=5)):
        for _time in range(3):
            made = world.record("in", code=code, at=then, told="valid", gate="东门", idempotency_key="late-1")
        world.record("in", code=code, at=then, told="valid", gate="东门", idempotency_key="late-2")
    assert (made.at, made.late, made.valid) == (then, True, True)
    assert Passage.objects.filter(district=DISTRICT).count() == 1


@pytest.mark.parametrize("look_first", [True, False])
def test_a_look_and_in_or_out_that_come_apart_are_one_look(world, look_first):
    code, then = world.code(), clock.now()
    known = then - timedelta(hours=3)
    said = {"code": code, "at": then, "told": "valid", "known_at": known}
    look = {"district": DISTRICT, "place_id": world.compound.place_id, "idempotency_key": "look-1", **said}
    with clock.frozen(then + timedelta(hours=5)):
        if look_first:
            passes.check(actor=world.guard.actor, **look)
        made = world.record("in", look_key="look-1", gate="南门", **said)
        if not look_first:
            passes.check(actor=world.guard.actor, **look)
        world.record("out", look_key="look-1", gate="南门", **said)
        told = figures.late(world.compound)
    check = Check.objects.get(district=DISTRICT)
    assert (check.known_at, made.known_at, made.at, made.late) == (known, known, then, True)
    assert Passage.objects.filter(district=DISTRICT).count() == 2
    assert told == (2, 0, 3)


def test_a_phone_that_says_it_knows_what_is_to_come_is_not_believed(world):
    later = clock.now() + timedelta(hours=1)
    assert world.record("in", code=world.code(), known_at=later).known_at is None


def test_a_late_report_of_a_bad_code_is_kept_and_marked(world):
    then = clock.now()
    passes.revoke(actor=SYSTEM, district=DISTRICT, pass_id=world.held.id, reason="left")
    with clock.frozen(then + timedelta(hours=1)):
        made = world.record("in", code=world.code(), at=clock.now() - timedelta(minutes=30), told="valid")
    assert (made.valid, made.ref) == (False, "")


def test_a_look_lasts_two_hours(world):
    found = world.look()
    with clock.frozen(clock.now() + timedelta(hours=2, minutes=1)), pytest.raises(Conflict):
        world.record(check_id=found.check_id)


@pytest.mark.parametrize(
    "wrong", [{"gate": "北门"}, {"vehicle": "tank"}, {"direction": "up"}, {"code": " ", "at": None}]
)
def test_what_is_not_there_is_refused_in_words(world, wrong):
    given = {"direction": "in", "code": "x", **wrong}
    with pytest.raises(Invalid):
        world.record(given.pop("direction"), **given)


def test_gate_and_time_are_forgotten_on_schedule_and_the_figure_stays(world):
    found = world.look(gate="南门")
    world.record("in", check_id=found.check_id, gate="南门", vehicle="ebike")
    row = Passage.objects.get(district=DISTRICT)
    assert personal_data.forget_passed(row.at) == 0
    assert personal_data.forget_passed(row.at + timedelta(seconds=1)) == 1
    row.refresh_from_db()
    assert (row.ref, row.gate, row.vehicle, row.at) == ("", "", "", None)
    assert (row.direction, row.day) == ("in", clock.today())
    assert personal_data.forget_figures(clock.now()) == 0
    assert personal_data.forget_figures(clock.now() + timedelta(days=2)) == 1


def test_the_nightly_round_forgets_who_went_in_and_then_who_was_refused(world):
    found = world.look(gate="南门")
    world.record("in", check_id=found.check_id, gate="南门")
    given = {"actor": world.guard.actor, "district": DISTRICT, "compound_id": world.compound.id}
    services.refuse(**given, check_id=found.check_id, reason="order", gate="南门")
    for days, refused in ((29, True), (31, True), (181, False)):
        for rule in registry.retention_rules():
            if rule.name.startswith(("gates_", "passes_")):
                rule.expire(clock.now() + timedelta(days=days - rule.days))
        row = Passage.objects.get(district=DISTRICT)
        check = Check.objects.get(district=DISTRICT)
        known = days < 30
        assert bool(row.ref and row.gate and row.at) is known
        assert bool(check.held_id and check.checker_id) is known
        refusal = Refusal.objects.get(district=DISTRICT)
        assert (bool(refusal.person_id), bool(refusal.ref)) == (refused, refused)


def test_a_person_gets_their_passages_and_may_have_them_forgotten(world):
    found = world.look(gate="南门")
    world.record("in", check_id=found.check_id, gate="南门")
    told = personal_data.export(world.rider.person.id)["passages"]
    assert [(one["compound"], one["gate"], one["direction"]) for one in told] == [
        ("四川营小区", "南门", "in")
    ]
    assert personal_data.export(world.guard.person.id)["passages"] == []
    personal_data.erase(world.rider.person.id, SYSTEM)
    assert Passage.objects.get(district=DISTRICT).ref == ""
    assert personal_data.export(world.rider.person.id)["passages"] == []


def test_a_rider_vehicle_is_lent_on_a_good_code_without_a_name(world):
    given = {"actor": world.guard.actor, "district": DISTRICT, "compound_id": world.compound.id}
    found = world.look()
    with pytest.raises(NotFound):
        services.lend_vehicle(**given, check_id=found.check_id, idempotency_key="v0")
    places.set_lendable(
        actor=world.head.actor,
        district=DISTRICT,
        place_id=world.compound.place_id,
        name="小哥专车",
        total=1,
        hours_allowed=2,
    )
    loan = services.lend_vehicle(**given, check_id=found.check_id, idempotency_key="v1")
    assert services.lend_vehicle(**given, check_id=found.check_id, idempotency_key="v1").id == loan.id
    assert loan.borrower_id == world.rider.person.id
    with pytest.raises(Conflict):
        services.lend_vehicle(**given, check_id=found.check_id, idempotency_key="v2")


def test_only_who_keeps_the_compound_writes_rules_and_the_same_is_one(world):
    for actor in (world.guard.actor, factories.stranger().actor):
        with pytest.raises(NotAllowed):
            services.set_rule(
                actor=actor,
                district=DISTRICT,
                compound_id=world.compound.id,
                kind="speed",
                form={"limit": "15"},
            )
    first = world.rule("hours", begins="06:00", ends="23:00")
    assert world.rule("hours", begins="06:00", ends="23:00").id == first.id
    world.rule("speed", limit="15")
    world.rule("speed", limit="10")
    standing = GateRule.objects.filter(district=DISTRICT, retired_at=None)
    assert sorted(standing.values_list("kind", flat=True)) == ["hours", "speed"]
    given = {"actor": world.head.actor, "district": DISTRICT, "compound_id": world.compound.id}
    for _time in range(2):
        services.retire_rule(**given, rule_id=first.id)
    assert [entry.act for entry in journal.entries_for(world.compound)].count("gates.rule_retired") == 1
