"""Hours: real minutes, seen by somebody else, unpaid and outside one's post; corrected by a row that replaces."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import DISTRICT, GRID, OTHER_STREET, give_duty
from youlin.apps.notices.models import Notice
from youlin.apps.responders import services
from youlin.apps.responders.models import Responder, Service, TaskKind
from youlin.apps.responders.services import serving, writing
from youlin.apps.responders.tests.factories import actor_of, call_out, call_to, enrol, on_duty, person
from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed

pytestmark = pytest.mark.usefixtures("city")


def done(minutes: int = 45, *, arrived: bool = True) -> tuple[Responder, Any]:
    """Somebody called out who has been there; the responder and the call."""
    one = enrol()
    row = call_out(wanted=1)
    call = call_to(row, one)
    given = {"actor": actor_of(one), "district": DISTRICT, "call_id": call.id}
    services.accept(**given)
    clock.advance(timedelta(minutes=15))
    if arrived:
        services.arrive(**given)
    clock.advance(timedelta(minutes=minutes))
    services.finish(**given)
    return one, call


def test_minutes_are_from_arriving_on_and_count_once_somebody_else_has_seen_them() -> None:
    one, call = done()
    zhao = on_duty()
    assert not Service.objects.exists(), "finishing alone is no evidence"
    row = services.confirm(actor=zhao, district=DISTRICT, call_id=call.id)
    assert services.confirm(actor=zhao, district=DISTRICT, call_id=call.id) == row
    assert (row.minutes, row.evidence, row.area, row.organiser_id) == (45, "organiser", GRID, zhao.person_id)
    [entry] = journal.entries_for(row)
    after = entry.public["after"]
    assert entry.act == "responders.served" and after["task"] == "elder_help" and after["minutes"] == 45
    assert after["person"] == str(one.person_id) and after["organiser"] == str(zhao.person_id)
    assert {"place", "area", "began_at", "evidence"} <= after.keys()


def test_what_is_not_so_is_not_confirmed() -> None:
    one, call = done()
    for who in (on_duty(OTHER_STREET, "wai"), actor_of(one)):
        with pytest.raises(NotAllowed):
            services.confirm(actor=who, district=DISTRICT, call_id=call.id)
    with pytest.raises(Invalid, match="不能超过 45"):
        services.confirm(actor=SYSTEM, district=DISTRICT, call_id=call.id, minutes=46)
    assert services.confirm(actor=SYSTEM, district=DISTRICT, call_id=call.id, minutes=30).minutes == 30


def test_nobody_confirms_their_own_even_on_duty() -> None:
    zhao = on_duty()
    from youlin.apps.parties import selectors as people

    who = people.canonical(zhao.person_id)  # type: ignore[arg-type]
    assert who is not None
    who.born_on = clock.today() - timedelta(days=365 * 30)
    row = enrol(who=who)
    kind = TaskKind.objects.get(district=DISTRICT, code="safety_watch")
    with pytest.raises(NotAllowed, match="自己"):
        serving.record(
            actor=zhao,
            responder=row,
            kind=kind,
            began_at=clock.now() - timedelta(hours=2),
            minutes=60,
            area=GRID,
            evidence="organiser",
        )


def test_without_a_tap_on_arriving_somebody_says_how_long_it_was() -> None:
    _one, call = done(arrived=False)
    with pytest.raises(Invalid):
        services.confirm(actor=SYSTEM, district=DISTRICT, call_id=call.id)
    assert services.confirm(actor=SYSTEM, district=DISTRICT, call_id=call.id, minutes=20).minutes == 20


def test_before_the_end_there_is_nothing_to_confirm() -> None:
    one = enrol()
    row = call_out(wanted=1)
    with pytest.raises(Conflict):
        services.confirm(actor=SYSTEM, district=DISTRICT, call_id=call_to(row, one).id)


def recorded(one: Responder, hours_ago: float, minutes: int, actor: Actor = SYSTEM) -> Service:
    return serving.record(
        actor=actor,
        responder=writing.locked(DISTRICT, one.id),
        kind=TaskKind.objects.get(district=DISTRICT, code="safety_watch"),
        began_at=clock.now() - timedelta(hours=hours_ago),
        minutes=minutes,
        area=GRID,
        evidence="code",
    )


def test_the_same_time_counts_once() -> None:
    one = enrol()
    recorded(one, 5, 60)
    for hours, minutes in ((5, 10), (5.5, 31), (4.5, 20), (6, 300)):
        with pytest.raises(Invalid):
            recorded(one, hours, minutes)
    recorded(one, 4, 60)
    recorded(one, 5.5, 30)
    with pytest.raises(Invalid, match="还没有结束"):
        recorded(one, 0.5, 60)


def test_the_hours_of_one_s_own_post_do_not_count() -> None:
    who = person()
    one = enrol(who=who)
    on_duty()
    from tests.cast import Member

    give_duty(Member(who, None, actor_of(one)), "responder_clerk", GRID)
    with pytest.raises(Invalid, match="本职工作"):
        recorded(one, 1, 30)
    with clock.frozen(clock.now() + timedelta(hours=11)):
        recorded(one, 1, 30)


def test_what_was_wrong_is_replaced_by_a_new_row_and_the_old_one_stays() -> None:
    one = enrol()
    old = recorded(one, 5, 60)
    mine = Service.objects.filter(district=DISTRICT, responder=one)
    with pytest.raises(Invalid):
        services.correct(actor=SYSTEM, district=DISTRICT, service_id=old.id, minutes=30, reason="")
    new = services.correct(actor=SYSTEM, district=DISTRICT, service_id=old.id, minutes=30, reason="提前离开")
    assert (new.minutes, new.corrects_id, mine.count()) == (30, old.id, 2)
    assert [row.minutes for row in serving.effective(mine)] == [30]
    with pytest.raises(Conflict):
        services.correct(actor=SYSTEM, district=DISTRICT, service_id=old.id, minutes=5, reason="又错")
    gone = services.correct(actor=SYSTEM, district=DISTRICT, service_id=new.id, minutes=0, reason="没有来")
    assert [row.id for row in serving.effective(mine)] == [gone.id] and gone.minutes == 0
    entry = journal.entries_for(gone)[0]
    assert entry.act == "responders.service_corrected" and entry.public["before"] == {"minutes": 30}


def test_thanks_are_told_once() -> None:
    one = enrol()
    row = recorded(one, 5, 60)
    given = {"actor": on_duty(), "district": DISTRICT, "service_id": row.id}
    with pytest.raises(Invalid):
        services.thank(**given, said=" ")
    assert services.thank(**given, said="李大爷说谢谢您") == services.thank(**given, said="再谢")
    assert Notice.objects.get(person=one.person_id, title="有人感谢您").body == "李大爷说谢谢您"
