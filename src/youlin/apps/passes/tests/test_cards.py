"""Cards that come with a duty: taken by whoever holds it, over with it; whoever scans one sees what its kind says."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localtime

from tests.cast import (
    DISTRICT,
    GRID,
    OTHER_STREET,
    SIBLING_GRID,
    Member,
    give_duty,
    make_district,
    make_member,
)
from youlin.apps.duties import services as duties
from youlin.apps.passes import declarations, selectors, services
from youlin.apps.passes.models import Pass
from youlin.apps.passes.reasons import Reason
from youlin.apps.passes.services.showing import told_to_anyone
from youlin.apps.passes.tests import factories
from youlin.apps.passes.tests.factories import PLAIN, check, printed
from youlin.apps.places import declarations as words
from youlin.kernel import clock, ids
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid, NotAllowed, NotFound

CARD: dict[str, Any] = {
    **PLAIN,
    "name": "网格员证",
    "days": 731,
    "comes_with": "duty:grid_worker",
    "shows": {"name": "full", "area": "full", "since": "full"},
    "anyone": {"area": "full", "since": "full"},
}


@pytest.fixture
def worker(db: None) -> Iterator[Member]:
    with clock.frozen(clock.now().replace(microsecond=0)):
        yield _worker()


def _worker() -> Member:
    make_district()
    factories.declare_kinds()
    words.declare(
        declarations.KINDS, actor=SYSTEM, district=DISTRICT, programme="cards", declared={"grid_card": CARD}
    )
    member = make_member("gong", "工一鸣", phone="13800002001")
    give_duty(member, "grid_worker", GRID)
    return member


def card_of(member: Member) -> Pass:
    return services.take(actor=member.actor, district=DISTRICT, kind="grid_card")


def test_whoever_holds_the_duty_takes_the_card_and_nobody_else(worker: Member) -> None:
    assert [one.code for one in selectors.to_take(worker.actor, [DISTRICT])] == ["grid_card", "visit"]
    row = card_of(worker)
    assert card_of(worker).id == row.id
    assert "grid_card" not in [one.code for one in selectors.to_take(worker.actor, [DISTRICT])]
    stranger = make_member("lu", "路人甲", phone="13800002002")
    assert [one.code for one in selectors.to_take(stranger.actor, [DISTRICT])] == ["visit"]
    with pytest.raises(Invalid, match="随岗位"):
        card_of(stranger)
    with pytest.raises(Invalid, match="随岗位"):
        services.issue(actor=SYSTEM, district=DISTRICT, kind="grid_card", holder=stranger.person)
    with pytest.raises(NotAllowed):
        services.issue(actor=stranger.actor, district=DISTRICT, kind="grid_card", holder=worker.person)


def test_the_card_of_an_ended_duty_is_revoked_at_once(worker: Member) -> None:
    duty = give_duty(worker, "grid_worker", SIBLING_GRID)
    [first] = worker.person.assignments.exclude(id=duty.id)
    row = card_of(worker)
    code = printed(row)
    assert check(code).valid
    duties.end_assignment(actor=SYSTEM, assignment=first)
    assert check(code).valid, "the other grid is still theirs"
    clock.advance(timedelta(minutes=1))
    duties.end_assignment(actor=SYSTEM, assignment=duty)
    row.refresh_from_db()
    assert (row.revoked_why, check(code).reason) == ("left", Reason.REVOKED)
    with pytest.raises(NotFound):
        selectors.open_pass([DISTRICT], ids.normalise_number(row.number)[2:])
    assert selectors.mine(worker.actor) == []
    give_duty(worker, "grid_worker", GRID, valid_from=clock.now())
    assert card_of(worker).number != row.number, "a revoked number never comes back"


def test_a_duty_with_a_last_day_ends_the_card_on_it(worker: Member) -> None:
    [duty] = worker.person.assignments.all()
    end = clock.now() + timedelta(days=3)
    duties.end_assignment(actor=SYSTEM, assignment=duty, at=end)
    row = card_of(worker)
    code = printed(row)
    assert row.valid_to == end and check(code).valid
    with clock.frozen(end + timedelta(seconds=31)):
        assert check(code).reason is Reason.EXPIRED


def test_a_card_does_not_hold_before_its_end_is_followed(worker: Member) -> None:
    """A duty that ends on a day to come: from then on the card is over, also before the worker has looked."""
    row = card_of(worker)
    code = printed(row)
    [duty] = worker.person.assignments.all()
    end = clock.now() + timedelta(days=3)
    duties.end_assignment(actor=SYSTEM, assignment=duty, at=end)
    assert check(code).valid
    with clock.frozen(end):
        assert check(code).reason is Reason.REVOKED and Pass.objects.get(id=row.id).revoked_at is None
        assert check(code, at=end - timedelta(hours=1)).valid, (
            "a look without a network before that was right"
        )
        duties.carry_out_due()
        assert Pass.objects.get(id=row.id).revoked_why == "left"


def test_a_passer_by_sees_role_area_and_since_when_and_no_more(worker: Member) -> None:
    row = card_of(worker)
    [duty] = worker.person.assignments.all()
    found = selectors.open_pass([DISTRICT], row.number[2:])
    assert told_to_anyone(found) == {
        "area": "椿树街道 · 四川营 · 四川营一网格",
        "since": f"{localtime(duty.valid_from):%Y-%m-%d} 起",
    }
    assert "工一鸣" in check(printed(row)).shows.values(), "a checker sees what is declared for checkers"


def test_the_area_is_where_they_work_now(worker: Member) -> None:
    row = card_of(worker)
    give_duty(worker, "grid_worker", "110102002001001")
    seen = told_to_anyone(selectors.open_pass([DISTRICT], row.number[2:]))["area"]
    assert "四川营一网格" in seen and "白广路一网格" in seen and OTHER_STREET not in seen


def test_a_persons_code_of_another_kind_tells_a_passer_by_nothing(worker: Member) -> None:
    for kind in ("visit", "card"):
        held = factories.issue(kind)
        with pytest.raises(NotFound):
            selectors.open_pass([DISTRICT], held.number[2:])
