"""Certificates: signed for the record as it is, several side by side, void once what they rest on is corrected."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localtime

from tests.cast import DISTRICT, GRID
from youlin.apps.passes import declarations, selectors
from youlin.apps.passes import services as passes
from youlin.apps.passes.models import Pass
from youlin.apps.passes.reasons import Reason
from youlin.apps.passes.services.showing import told_to_anyone
from youlin.apps.passes.tests import factories as codes
from youlin.apps.places import declarations as places
from youlin.apps.responders import certificates, services
from youlin.apps.responders.models import Responder, Service, TaskKind
from youlin.apps.responders.tests.factories import actor_of, enrol, on_duty
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, NotFound

pytestmark = pytest.mark.usefixtures("city")
ANYONE = {"name": "masked", "label": "full"}
KINDS: dict[str, dict[str, Any]] = {
    "certificate": {"name": "服务证明", "inside": ["label"], "shows": ANYONE, "anyone": ANYONE},
    "volunteer_card": {
        "name": "志愿者证",
        "comes_with": "responder",
        "shows": {"name": "masked", "area": "full", "since": "full"},
        "anyone": {"area": "full", "since": "full"},
    },
}


@pytest.fixture(autouse=True)
def kinds(city: Any) -> None:
    declared = {code: {**codes.PLAIN, "days": 3660, **values} for code, values in KINDS.items()}
    places.declare(declarations.KINDS, actor=SYSTEM, district=DISTRICT, programme="t", declared=declared)


def serve(one: Responder, minutes: int = 90) -> Service:
    """So many minutes that an organiser saw, ended just now."""
    clock.advance(timedelta(hours=2))
    return services.record(
        actor=SYSTEM,
        responder=one,
        kind=TaskKind.objects.get(district=DISTRICT, code="elder_help"),
        began_at=clock.now() - timedelta(minutes=minutes),
        minutes=minutes,
        area=GRID,
        evidence="organiser",
    )


def certify(one: Responder, **values: Any) -> Pass:
    return services.certify(actor=actor_of(one), district=DISTRICT, **values)


def test_the_code_itself_says_hours_and_times_and_the_server_no_more_than_its_kind() -> None:
    one = enrol()
    with pytest.raises(Conflict, match="还没有可以证明"):
        certify(one)
    service = serve(one)
    row = certify(one)
    assert certify(one).id == row.id, "asked for again it is the same"
    assert row.label == "1.5小时 1次" and codes.check(codes.printed(row)).valid
    told = told_to_anyone(selectors.open_pass([DISTRICT], row.number[2:]))
    assert told == {"name": f"{one.person.name[0]}{'*' * (len(one.person.name) - 1)}", "label": "1.5小时 1次"}
    alone = certify(one, service_id=service.id)
    assert alone.id != row.id and alone.label == f"{localtime(service.began_at):%Y-%m-%d} 90分钟"
    page = certificates.certificate(actor_of(one), DISTRICT)
    assert page is not None and page.code is not None and page.code.id == row.id


def test_what_was_certified_stays_so_when_more_is_served() -> None:
    one = enrol()
    serve(one)
    first = certify(one)
    serve(one, minutes=30)
    page = certificates.certificate(actor_of(one), DISTRICT)
    assert page is not None and page.code is None, "the page does not show a code that says something else"
    second = certify(one)
    assert second.label == "2.0小时 2次"
    assert codes.check(codes.printed(first)).valid and codes.check(codes.printed(second)).valid


def test_a_corrected_record_voids_what_rests_on_it_and_nothing_else() -> None:
    one, other = enrol(), enrol()
    kept, wrong = serve(one), serve(one, minutes=30)
    resting = [certify(one), certify(one, service_id=wrong.id)]
    untouched = [certify(one, service_id=kept.id)]
    serve(other)
    untouched.append(certify(other))
    printed = [codes.printed(row) for row in resting]
    clock.advance(timedelta(minutes=1))
    services.correct(actor=on_duty(), district=DISTRICT, service_id=wrong.id, minutes=10, reason="提前离开")
    assert [codes.check(code).reason for code in printed] == [Reason.REVOKED] * 2
    assert {row.revoked_why for row in Pass.objects.filter(id__in=[row.id for row in resting])} == {
        "corrected"
    }
    assert all(codes.check(codes.printed(row)).valid for row in untouched)
    assert certify(one).label == "1.6小时 2次"


def test_nobody_certifies_what_somebody_else_served() -> None:
    one, other = enrol(), enrol()
    service = serve(one)
    serve(other)
    with pytest.raises(NotFound):
        certify(other, service_id=service.id)


def test_the_volunteers_card_ends_with_the_enrolment_or_its_verification() -> None:
    for how in ("leave", "withdrawn"):
        one = enrol()
        row = passes.take(actor=actor_of(one), district=DISTRICT, kind="volunteer_card")
        code = codes.printed(row)
        shown = told_to_anyone(selectors.open_pass([DISTRICT], row.number[2:]))
        assert shown["area"] == "椿树街道" and one.person.name not in str(shown)
        clock.advance(timedelta(minutes=1))
        if how == "leave":
            services.leave(actor=actor_of(one), district=DISTRICT)
        else:
            services.withdraw_verification(
                actor=SYSTEM, district=DISTRICT, responder_id=one.id, reason="材料不符"
            )
        row.refresh_from_db()
        assert (row.revoked_why, codes.check(code).reason) == ("left", Reason.REVOKED)
