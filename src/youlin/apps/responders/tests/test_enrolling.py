"""Enrolling: asked once, agreed to, verified by whoever may; exported and erased."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import (
    COMMUNITY,
    DISTRICT,
    GRID,
    OTHER_STREET,
    STREET,
    give_duty,
    make_member,
    make_resident,
)
from youlin.apps.areas.services import Heirs
from youlin.apps.notices.models import Notice
from youlin.apps.parties import selectors as people
from youlin.apps.parties import services as parties
from youlin.apps.responders import choosing, personal_data, services
from youlin.apps.responders.models import Call, Responder
from youlin.apps.responders.services import following
from youlin.apps.responders.tests import factories
from youlin.apps.responders.tests.factories import MONDAY, actor_of, call_out, call_to, enrol, on_duty
from youlin.kernel import clock, journal, privacy
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.usefixtures("city")

SAID: dict[str, Any] = {"occupation": "courier", "areas": [GRID, COMMUNITY], "languages": ["zh"]}


def register(actor: Any, **values: Any) -> Responder:
    born_on = values.pop("born_on", date(1992, 3, 1))
    return services.register(actor=actor, district=DISTRICT, values={**SAID, **values}, born_on=born_on)


def test_somebody_enrols_once_and_agrees_to_it() -> None:
    li = make_resident("李小哥", "13800138001")
    row = register(li.actor)
    assert register(li.actor, occupation="guard") == row and Responder.objects.count() == 1
    assert row.area_now == GRID and len(row.stands) == 2 and row.consented_at == clock.now()
    assert people.has_consent(district=DISTRICT, person_id=li.id, purpose="responders")
    known = people.canonical(li.id)
    assert known is not None and known.born_on == date(1992, 3, 1)
    [entry] = journal.entries_for(row)
    assert entry.act == "responders.registered" and str(li.id) not in str(entry.public)


def test_whoever_is_under_age_is_called_once_a_guardian_has_agreed() -> None:
    child = make_resident("小李", "13800138011")
    parent, other = make_resident("大李", "13800138012"), make_resident("邻居", "13800138013")
    row = register(child.actor, born_on=clock.today() - timedelta(days=365 * 16))
    assert row.consented_at is None
    with pytest.raises(Conflict):
        services.verify(actor=SYSTEM, district=DISTRICT, responder_id=row.id)
    parties.set_guardian(
        actor=SYSTEM, district=DISTRICT, guardian=parent.person, ward=child.person, basis="母亲"
    )
    for stranger in (other.actor, child.actor):
        with pytest.raises(NotAllowed):
            services.consent_for(actor=stranger, district=DISTRICT, responder_id=row.id)
    services.consent_for(actor=parent.actor, district=DISTRICT, responder_id=row.id)
    services.verify(actor=SYSTEM, district=DISTRICT, responder_id=row.id)
    assert len(factories.called(call_out(wanted=1))) == 1


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"occupation": "", "areas": []}, {"occupation", "areas"}),
        ({"born_on": None}, {"born_on"}),
        ({"areas": ["110101"]}, {"areas"}),
        ({"areas": ["110102\0"]}, {"areas"}),
        ({"skills": ["flying"], "most_week": 9}, {"skills", "most_week"}),
        ({"reach_m": "far", "rest_hours": -1}, {"reach_m", "rest_hours"}),
        ({"quiet": "never", "languages": ["xx"]}, {"quiet", "languages"}),
        ({"organisation": "nobody"}, {"organisation"}),
        ({"windows": [[0, 3, 2]]}, {"windows"}),
    ],
)
def test_all_that_is_wrong_is_told_at_once(values: dict[str, Any], fields: set[str]) -> None:
    li = make_resident("李小哥", "13800138001")
    with pytest.raises(Invalid) as told:
        register(li.actor, **values)
    assert {problem.field for problem in told.value.problems} == fields


def test_a_birth_date_in_the_future_is_told() -> None:
    with pytest.raises(Invalid):
        register(make_resident("李", "13800138001").actor, born_on=clock.today() + timedelta(days=2))


def test_a_street_verifies_its_own_and_a_company_its_people() -> None:
    parties.register_organisation(actor=SYSTEM, district=DISTRICT, code="sudida", name="速递", kind="company")
    zhao, outside = on_duty(STREET), on_duty(OTHER_STREET, "wai")
    body = people.organisation(district=DISTRICT, code="sudida")
    company = make_member("station", "站长")
    give_duty(company, "responder_clerk", DISTRICT, organisation=body)
    one, theirs = enrol(verified=False), enrol(verified=False, organisation="sudida")
    with pytest.raises(NotAllowed):
        services.verify(actor=outside, district=DISTRICT, responder_id=one.id)
    with pytest.raises(NotAllowed):
        services.verify(actor=company.actor, district=DISTRICT, responder_id=one.id)
    services.verify(actor=company.actor, district=DISTRICT, responder_id=theirs.id)
    services.verify(actor=zhao, district=DISTRICT, responder_id=one.id)
    services.verify(actor=zhao, district=DISTRICT, responder_id=one.id)
    assert Notice.objects.filter(person=one.person_id).count() == 1
    with pytest.raises(Invalid):
        services.withdraw_verification(actor=zhao, district=DISTRICT, responder_id=one.id, reason="")
    services.withdraw_verification(actor=zhao, district=DISTRICT, responder_id=one.id, reason="已离职")
    one.refresh_from_db()
    assert one.verified_at is None


def test_nobody_verifies_themselves() -> None:
    zhao = on_duty()
    row = register(zhao)
    with pytest.raises(NotAllowed, match="自己"):
        services.verify(actor=zhao, district=DISTRICT, responder_id=row.id)


def test_another_occupation_is_verified_anew_and_the_journal_tells_no_times() -> None:
    one = enrol()
    services.change(actor=actor_of(one), district=DISTRICT, values={"windows": [[0, 18, 20]]})
    one.refresh_from_db()
    assert one.verified_at is not None
    services.change(actor=actor_of(one), district=DISTRICT, values={"occupation": "guard"})
    one.refresh_from_db()
    assert one.verified_at is None
    told = [entry.public["after"] for entry in journal.entries_for(one) if entry.act == "responders.changed"]
    assert told == [{"changed": ["slots", "windows"]}, {"changed": ["occupation_id"]}]
    with pytest.raises(NotFound):
        services.change(actor=make_resident("无", "13800138009").actor, district=DISTRICT, values={})


def test_responders_follow_their_street_into_another() -> None:
    one = enrol(areas=[GRID, COMMUNITY])
    row = call_out()
    mapping: dict[str, str | Heirs] = {GRID: "110102002001001"}
    for expected in (2, 0):
        assert following.recode(district=DISTRICT, mapping=mapping, actor=SYSTEM, at=MONDAY) == expected
    one.refresh_from_db()
    row.refresh_from_db()
    assert one.areas == ["110102002001001", COMMUNITY] and one.area_now == row.area_now == "110102002001001"
    assert choosing.columns_of(DISTRICT).lons[0][0] == pytest.approx(one.stands[0][0])


def test_what_is_known_is_exported_and_erased() -> None:
    one = enrol(skills=["first_aid"])
    row = call_out(wanted=1)
    call = call_to(row, one)
    services.accept(actor=actor_of(one), district=DISTRICT, call_id=call.id)
    services.share_position(actor=actor_of(one), district=DISTRICT, call_id=call.id, lon=116.3, lat=39.9)
    found = personal_data.export(one.person_id)
    assert found["enrolments"][0]["skills"] == ["first_aid"] and found["calls"][0]["answer"] == "accepted"
    privacy.erase_person(person_id=one.person_id, actor=SYSTEM, reason="本人要求")
    one.refresh_from_db()
    call.refresh_from_db()
    assert (one.areas, one.skills, one.busy, call.position) == ([], [], False, "")
    assert one.ended_at is not None and not choosing.columns_of(DISTRICT).there.any()


def test_old_calls_are_forgotten() -> None:
    enrol()
    row = call_out(wanted=1)
    services.stand_down(actor=SYSTEM, district=DISTRICT, call_out_id=row.id, reason="完")
    assert personal_data.forget_calls(clock.now()) == 0
    assert personal_data.forget_calls(clock.now() + timedelta(days=1)) == 1 and not Call.objects.exists()


def test_the_addressed_are_figures_and_never_people() -> None:
    given = {"actor": SYSTEM, "district": DISTRICT, "occupation": "courier", "source": "平台企业月报"}
    services.count_addressed(**given, number=12_000)
    row = services.count_addressed(**given, number=12_400, counted_on=clock.today())
    assert row.number == 12_400 and not Responder.objects.exists()
    for wrong in ({"number": -1}, {"number": 1, "source": ""}, {"number": 1, "occupation": "x"}):
        with pytest.raises(Invalid):
            services.count_addressed(**{**given, **wrong})
    with pytest.raises(NotAllowed):
        services.count_addressed(**{**given, "actor": on_duty()}, number=1)
