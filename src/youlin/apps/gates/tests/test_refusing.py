"""A gate that refuses a valid code: one case with a clock for the No. 1 position, and a proof for the rider."""

from datetime import timedelta

import pytest

from tests.cast import DISTRICT, make_member, make_resident
from youlin.apps.cases import services as cases
from youlin.apps.cases.models import Case, CaseClock
from youlin.apps.duties import services as duties
from youlin.apps.duties.models import Assignment
from youlin.apps.gates import personal_data, services
from youlin.apps.gates.models import Refusal
from youlin.apps.gates.tests import factories
from youlin.apps.gates.words import HEAD
from youlin.apps.passes import services as passes
from youlin.apps.passes.models import Pass
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, TooMany
from youlin.kernel.reactions import drain_all


def complain(world, member=None, **values):
    return services.complain(
        actor=(member or world.rider).actor, district=DISTRICT, compound_id=world.compound.id, **values
    )


def refuse(world, check_id, **values):
    given = {"actor": world.guard.actor, "reason": "unsure", **values}
    return services.refuse(district=DISTRICT, compound_id=world.compound.id, check_id=check_id, **given)


def the_case() -> Case:
    return Case.objects.get(district=DISTRICT, category="gate.refused")


def test_refused_though_valid_is_a_case_with_a_clock_for_the_no_1_position(world):
    said = complain(world, gate="南门")
    drain_all()
    case = the_case()
    assert (case.number, case.state, case.holder_id) == (said.case, "dispatched", world.head.person.id)
    assert CaseClock.objects.filter(district=DISTRICT, case=case, name="handle").exists()
    assert "李强" not in case.description and "13800138031" not in case.description


def test_the_same_refusal_pressed_ten_times_by_rider_and_guard_is_one(world):
    found = world.look(gate="南门")
    numbers = {complain(world, gate="南门").number for _time in range(5)}
    numbers |= {refuse(world, found.check_id, gate="南门").number for _time in range(5)}
    assert len(numbers) == 1
    assert Case.objects.filter(district=DISTRICT, category="gate.refused").count() == 1
    assert the_case().me_too_count == 0


def test_a_guard_s_refusal_names_the_reason_and_the_rider_has_the_proof(world):
    said = refuse(world, world.look().check_id, reason="order")
    assert (said.by, said.person_id) == ("guard", world.rider.person.id)
    assert said.checked_at is not None
    assert said.proof.kind.code == "gate_proof" and said.proof.label == said.number
    assert passes.token_of(said.proof)
    assert "一律不让进" in the_case().description
    with pytest.raises(Invalid):
        refuse(world, world.look().check_id, reason="")


def test_another_rider_at_the_same_gate_joins_the_open_case_with_a_proof_of_their_own(world):
    other = make_resident("王骑手", "13800138032")
    passes.issue(actor=SYSTEM, district=DISTRICT, kind="visit", holder=other.person)
    first, second = complain(world, gate="南门"), complain(world, other, gate="南门")
    assert first.number != second.number and first.case == second.case
    assert the_case().me_too_count == 1
    elsewhere = complain(world, other, gate="东门")
    assert elsewhere.number == second.number
    with clock.frozen(clock.now() + timedelta(hours=1)):
        later = complain(world, gate="南门")
    assert later.number != first.number and later.case == first.case


def test_a_vacant_no_1_position_climbs_to_the_office(world):
    standing = Assignment.objects.get(district=DISTRICT, kind__code=HEAD)
    duties.end_assignment(actor=SYSTEM, assignment=standing, reason="离岗")
    complain(world)
    drain_all()
    assert the_case().holder_id == world.office.person.id


def test_another_compound_s_no_1_position_is_not_asked(world):
    other = factories.compound("椿树园")
    make_member("qita", "其他")
    other_head = factories.head_of(other, "yihao2")
    complain(world)
    drain_all()
    assert the_case().holder_id not in (None, other_head.person.id)


def test_who_comes_next_as_no_1_replaces_the_one_before(world):
    second = make_member("yihao3", "新一号")
    services.name_head(actor=SYSTEM, compound=world.compound, holder=second.person)
    complain(world)
    drain_all()
    assert the_case().holder_id == second.person.id


def test_without_a_valid_code_nobody_was_wronged(world):
    stranger = factories.stranger()
    with pytest.raises(Conflict):
        complain(world, stranger)
    code = world.code()
    passes.revoke(actor=SYSTEM, district=DISTRICT, pass_id=world.held.id, reason="left")
    with pytest.raises(Conflict):
        complain(world)
    with pytest.raises(Conflict):
        refuse(world, world.look(code).check_id)
    assert not Refusal.objects.filter(district=DISTRICT).exists()


def test_a_rule_that_refuses_is_told_and_makes_no_case(world):
    world.rule("admits", kinds=["grid_card"])
    with pytest.raises(Conflict) as refused:
        complain(world)
    assert "网格员证" in refused.value.message
    with pytest.raises(Conflict):
        refuse(world, world.look().check_id)


def test_only_the_gate_s_own_guard_refuses(world):
    found = world.look()
    other = factories.guard_of(factories.compound("椿树园"), "menwei2")
    with pytest.raises(NotAllowed):
        refuse(world, found.check_id, actor=other.actor)


def test_what_the_proof_says_of_a_look_is_what_was_looked_at(world):
    assert complain(world).checked_at is None
    found = world.look()
    with clock.frozen(clock.now() + timedelta(minutes=40)):
        assert complain(world).checked_at == found.at


def test_whose_code_it_was_is_forgotten_and_erased(world):
    said = complain(world)
    assert personal_data.export(world.rider.person.id)["refusals"][0]["number"] == said.number
    assert personal_data.forget_refused(said.at) == 0
    personal_data.erase(world.rider.person.id, SYSTEM)
    said.refresh_from_db()
    assert (said.person_id, said.ref) == (None, "")
    assert personal_data.forget_refused(clock.now() + timedelta(days=1)) == 0


def test_nobody_presses_without_end(world, monkeypatch):
    monkeypatch.setattr("youlin.apps.gates.services.refusing.PACE", (3, 3600))
    for _time in range(3):
        complain(world)
    with pytest.raises(TooMany):
        complain(world)


def test_the_proof_of_a_refusal_that_was_none_is_void_and_others_stay(world):
    said = complain(world, gate="南门")
    clock.advance(timedelta(hours=1))
    other = complain(world, gate="东门")
    drain_all()
    case = Case.objects.get(district=DISTRICT, number=said.case)
    cases.act(actor=SYSTEM, case_id=case.id, act="void", note="看错了门", idempotency_key="void")
    drain_all()
    codes = {row.id: row.revoked_why for row in Pass.objects.filter(id__in=[said.proof_id, other.proof_id])}
    assert said.case != other.case and codes == {said.proof_id: "corrected", other.proof_id: ""}


def test_where_no_programme_declares_cases_or_proofs_the_refusal_still_has_its_number(world):
    from youlin.apps.cases.models import Category
    from youlin.apps.passes.models import PassKind

    Category.objects.filter(district=DISTRICT, code="gate.refused").update(retired_at=clock.now())
    PassKind.objects.filter(district=DISTRICT, code="gate_proof").update(retired_at=clock.now())
    said = complain(world)
    assert (said.case, said.proof_id) == ("", None) and said.number
    assert not Pass.objects.filter(district=DISTRICT, kind__code="gate_proof").exists()
