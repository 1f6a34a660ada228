"""A case across a district line: asked, filed once, accepted or sent back; everybody hears of it in words."""

from datetime import timedelta

import pytest

from tests.cast import DISTRICT, OTHER_DISTRICT, OTHER_DISTRICT_GRID, Cast, give_duty, make_member
from youlin.apps.cases import selectors, services
from youlin.apps.cases.crossing import answering, delivering
from youlin.apps.cases.models import Arrival, Case, CaseClock, CaseMedia, CaseReporter, Crossing
from youlin.apps.cases.tests.factories import (
    GARBAGE,
    MONDAY,
    NOISE,
    TIP_OFF,
    dispatched,
    do,
    handling,
    key,
    photo,
    point_in,
    reported,
)
from youlin.apps.indicators.tests import fresh
from youlin.apps.notices.models import Letter, Notice
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Consent
from youlin.kernel import clock, journal, reactions
from youlin.kernel.actors import ANONYMOUS, SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.tests import exported

pytestmark = pytest.mark.django_db


def send(case: Case, actor: Actor, **more: object) -> Case:
    given = {"to_district": OTHER_DISTRICT, "reason": "位置在东城区一侧", "idempotency_key": key(), **more}
    return services.hand_over(actor=actor, case_id=case.id, **given)


def arrive() -> Case:
    assert delivering.deliver_due() == 1
    return there()


def there() -> Case:
    return Arrival.objects.get(district=OTHER_DISTRICT).case


def here(case: Case) -> Case:
    return Case.objects.select_related("case_type").get(district=DISTRICT, id=case.id)


def accept(case: Case, actor: Actor, **more: object) -> Case:
    done = services.accept_arrival(actor=actor, case_id=case.id, idempotency_key=key(), **more)
    answering.answer_due()
    return done


def refuse(case: Case, actor: Actor) -> Case:
    done = services.refuse_arrival(actor=actor, case_id=case.id, reason="这一侧归西城", idempotency_key=key())
    answering.answer_due()
    return done


def test_a_case_goes_over_with_its_people_words_and_pictures_and_both_journals_hold(both: Cast) -> None:
    lon, lat = point_in(OTHER_DISTRICT_GRID)
    made = services.report(
        actor=both.li.actor, category=GARBAGE, text="垃圾堆到路中间，电话 13912345678", area=DISTRICT,
        address="界桥东侧", contact="13800138001", idempotency_key=key(), media_ids=[photo(actor=both.li.actor)],
    )  # fmt: skip
    Case.objects.filter(id=made.case.id).update(lon=lon, lat=lat)
    services.me_too(
        actor=both.qian.actor, case_number=made.number, contact="13800138005", idempotency_key=key()
    )
    before = here(made.case)
    waiting = send(made.case, both.sun.actor)
    assert waiting.marks == "crossing" and waiting.is_open
    came = arrive()
    assert came.number.startswith("DC-") and came.external_number == made.number
    assert (came.area_now, came.reported_at) == (OTHER_DISTRICT_GRID, before.reported_at)
    assert (came.description, came.address, came.me_too_count) == (before.description, "界桥东侧", 1)
    assert came.due_at is None and not came.public and came.marks == "arrived"
    mine = CaseReporter.objects.filter(district=OTHER_DISTRICT).order_by("created_at")
    assert [one.contact for one in mine] == ["13800138001", "13800138005"]
    assert [one.person_id for one in mine] == [both.li.id, both.qian.id]
    assert CaseMedia.objects.filter(district=OTHER_DISTRICT, case=came).count() == 0, "the bytes never were"
    arrival = Arrival.objects.get()
    assert arrival.promised_at == before.due_at and [one["what"] for one in arrival.history][:1] == ["上报"]
    assert journal.verify() == []


def test_it_is_filed_once_however_often_it_is_delivered(both: Cast) -> None:
    send(dispatched(), both.sun.actor)
    crossing = Crossing.objects.get()
    for _time in range(100):
        Crossing.objects.filter(id=crossing.id).update(delivered_at=None)
        delivering.deliver(DISTRICT, crossing.id)
    assert Case.objects.filter(district=OTHER_DISTRICT).count() == Arrival.objects.count() == 1
    assert CaseReporter.objects.filter(district=OTHER_DISTRICT).count() == 1
    accept(there(), both.other.actor)
    for _time in range(20):
        Arrival.objects.update(told_at=None)
        answering.answer(OTHER_DISTRICT, crossing.id)
    acts = [one.act for one in journal.entries_for(crossing.case)]
    assert acts.count("cases.crossed") == 1 and here(crossing.case).outcome == "transferred"


def test_there_the_clock_starts_at_acceptance_here_the_case_ends_and_counts_in_no_rate(both: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(both.wang.actor)
        send(case, both.sun.actor)
        came = arrive()
        assert here(case).due_at is None
    with clock.frozen(MONDAY + timedelta(hours=5)):
        taken = accept(came, both.other.actor)
        assert taken.due_at is not None and taken.due_at > clock.now() and taken.reported_at < clock.now()
        left = here(case)
        assert (left.state, left.is_open, left.outcome, left.excluded) == (
            "transferred",
            False,
            "transferred",
            True,
        )
        assert left.closed_at == clock.now() and left.holder_id is None and left.marks == ""
        assert not CaseClock.objects.filter(district=DISTRICT, case=case, stopped_at__isnull=True).exists()
        day = clock.today()
        with exported.own_folder():
            shown = fresh.figures(fresh.RATES, period=(day, day))
        assert {whole for _part, whole in shown.values()} == {0}, (
            "no rate of the district that handed it over"
        )


def test_what_is_refused_comes_back_with_its_clock_and_nothing_personal_stays_there(both: Cast) -> None:
    with clock.frozen(MONDAY):
        case = handling(both.wang.actor, actor=both.li.actor, contact="13800138001")
        due = here(case).due_at
        send(case, both.sun.actor)
        came = arrive()
    with clock.frozen(MONDAY + timedelta(hours=2)):
        refuse(came, both.other.actor)
        back = here(case)
        assert (back.state, back.is_open, back.marks, back.holder_id) == ("handling", True, "", both.wang.id)
        assert due is not None and back.due_at == due + timedelta(hours=2)
    over = there()
    assert (over.is_open, over.outcome, over.description, over.excluded) == (False, "returned", "", True)
    assert not CaseReporter.objects.filter(district=OTHER_DISTRICT).exists()
    assert not over.public
    again = send(here(case), both.sun.actor)
    assert again.marks == "crossing", "it may be asked again with better reasons"


def test_the_reporters_number_and_link_lead_on_all_the_way(both: Cast) -> None:
    receipt = reported(actor=both.li.actor)
    send(receipt.case, both.sun.actor)
    waiting = selectors.track(receipt.number, receipt.token)
    assert waiting.moving_to == "东城区" and waiting.case.number == receipt.number
    came = arrive()
    assert selectors.track(receipt.number, receipt.token).case.number == receipt.number
    accept(came, both.other.actor)
    for found in (
        selectors.track(receipt.number, receipt.token),
        selectors.my_track(both.li.actor, receipt.number),
        selectors.track(came.number, receipt.token),
    ):
        assert found.case.number == came.number
    assert selectors.track(receipt.number, receipt.token).moved_from == receipt.number
    assert [one.case.number for one in selectors.my_cases(both.li.actor)] == [came.number]
    page = selectors.public_case(receipt.number)
    assert (page.case.number, page.moved_from, page.moved_to) == (came.number, receipt.number, "")
    with pytest.raises(NotFound):
        selectors.track(receipt.number, "another")


def test_who_joined_on_the_way_is_brought_along(both: Cast) -> None:
    receipt = reported()
    send(receipt.case, both.sun.actor)
    came = arrive()
    late = services.me_too(actor=both.qian.actor, case_number=receipt.number, idempotency_key=key())
    accept(came, both.other.actor)
    assert selectors.track(receipt.number, late.token).case.number == came.number
    assert there().me_too_count == 1
    with pytest.raises(Conflict):
        services.me_too(actor=both.li.actor, case_number=receipt.number, idempotency_key=key())


def test_a_merged_number_leads_over_the_line_too(both: Cast) -> None:
    kept, gone = reported(actor=both.li.actor), reported(actor=both.qian.actor, text="一样的垃圾")
    services.merge(actor=both.zhao.actor, keep_id=kept.case.id, drop_id=gone.case.id, idempotency_key=key())
    send(kept.case, both.sun.actor)
    came = accept(arrive(), both.other.actor)
    track = selectors.track(gone.number, gone.token)
    assert track.case.number == came.number and track.kind == "me_too"


def test_and_back_again_over_the_line(both: Cast) -> None:
    receipt = reported(actor=both.li.actor)
    send(receipt.case, both.sun.actor)
    came = accept(arrive(), both.other.actor)
    send(came, both.other.actor, to_district=DISTRICT, reason="其实在西城")
    delivering.deliver_due()
    home = Arrival.objects.get(district=DISTRICT).case
    accept(home, both.sun.actor)
    assert selectors.track(receipt.number, receipt.token).case.number == home.number
    assert home.number not in (receipt.number, came.number)


def test_what_stands_open_must_be_ended_first(both: Cast) -> None:
    case = handling(both.wang.actor)
    services.begin_measure(
        actor=both.wang.actor, case_id=case.id, kind="pause", note="哪个楼门？", idempotency_key=key()
    )
    with pytest.raises(Conflict, match="等诉求人"):
        send(case, both.sun.actor)
    whole = do(do(reported().case, "file"), "dispatch")
    parts = services.split(
        actor=both.zhao.actor,
        case_id=whole.id,
        parts=[services.Part(GARBAGE, "东侧"), services.Part(GARBAGE, "西侧")],
        idempotency_key=key(),
    )
    for one, words in ((whole, "分办中"), (parts[0], "分办出来")):
        with pytest.raises(Conflict, match=words):
            send(one, both.sun.actor)


def test_nobody_works_on_a_case_that_is_on_its_way(both: Cast) -> None:
    case = handling(both.wang.actor)
    send(case, both.sun.actor)
    for refused in (
        lambda: do(case, "feedback", both.wang.actor, media_ids=[photo(actor=both.wang.actor)]),
        lambda: services.begin_measure(
            actor=both.wang.actor, case_id=case.id, kind="pause", note="？", idempotency_key=key()
        ),
        lambda: send(case, both.sun.actor),
        lambda: do(reported().case, "mark_duplicate", both.zhao.actor, fields={"duplicate_of": case.number}),
    ):
        with pytest.raises((Conflict, NotAllowed, Invalid)):
            refused()
    came = arrive()
    with pytest.raises((Conflict, NotAllowed)):
        do(came, "file", both.other.actor)
    assert not [act for act in selectors.acts_of(both.other.actor, came.number) if act.allowed]


@pytest.mark.parametrize("who", ["wang", "leader", "other", "qian"])
def test_who_may_not_dispatch_here_may_not_hand_over(both: Cast, who: str) -> None:
    case = dispatched()
    with pytest.raises((NotAllowed, NotFound)):
        send(case, getattr(both, who).actor)


@pytest.mark.parametrize("who", ["sun", "zhao", "leader", "qian"])
def test_who_may_not_dispatch_there_may_not_accept(both: Cast, who: str) -> None:
    send(dispatched(), both.sun.actor)
    came = arrive()
    for deed in (accept, refuse):
        with pytest.raises(NotFound):
            deed(came, getattr(both, who).actor)


def test_each_side_sees_its_own_and_the_state(both: Cast) -> None:
    case = dispatched(actor=both.li.actor)
    send(case, both.sun.actor)
    came = accept(arrive(), both.other.actor)
    do(came, "file"), do(came, "note") if False else None
    with pytest.raises(NotFound):
        selectors.case_page(both.sun.actor, came.number)
    with pytest.raises(NotFound):
        selectors.case_page(both.other.actor, case.number)
    sent = selectors.case_page(both.sun.actor, case.number).sent[0]
    assert (sent.to_number, sent.state, sent.state_there) == (came.number, "accepted", "待派遣")
    received = selectors.case_page(both.other.actor, came.number).received
    assert received is not None and received.from_number == case.number
    assert "位置在东城区一侧" in received.reason and not received.may_decide


def test_a_secret_goes_only_under_the_secret_rules_of_the_other_district(both: Cast) -> None:
    tip = reported(category=TIP_OFF, actor=both.li.actor, protected=True, contact="13800138001").case
    with pytest.raises(Invalid):
        send(tip, both.confidant.actor, category=GARBAGE)
    send(tip, both.confidant.actor)
    came = arrive()
    assert came.confidential and came.category == TIP_OFF
    with pytest.raises(NotFound):
        accept(came, both.other.actor)
    officer = make_member("east_confidant", "东保密", district=OTHER_DISTRICT)
    give_duty(officer, "confidential_officer", OTHER_DISTRICT)
    page = selectors.case_page(officer.actor, came.number)
    assert page.received is not None and page.received.may_decide
    assert all(one.protected for one in CaseReporter.objects.filter(district=OTHER_DISTRICT))
    taken = accept(came, officer.actor)
    assert not taken.public and taken.moderation == ""
    entries = journal.entries_for(came)
    assert str(both.li.id) not in str([(one.public, one.sealed, one.actor_person) for one in entries])


def test_a_district_without_a_place_for_secrets_is_not_asked(both: Cast) -> None:
    from youlin.apps.cases.models import CaseType

    CaseType.objects.filter(district=OTHER_DISTRICT, code="tip_off").update(is_current=False)
    tip = reported(category=TIP_OFF, protected=True).case
    with pytest.raises(Invalid, match="保密"):
        send(tip, both.confidant.actor)


def test_the_same_matter_has_another_name_over_there(both: Cast) -> None:
    from youlin.apps.cases.models import Category

    Category.objects.filter(district=OTHER_DISTRICT, code=GARBAGE).update(retired_at=clock.now())
    case = dispatched()
    send(case, both.sun.actor)
    assert arrive().category == "event.street.stall"
    other = dispatched()
    send(other, both.sun.actor, category=NOISE)
    assert Crossing.objects.get(case=other).to_category == NOISE
    with pytest.raises(Invalid, match="类别"):
        send(dispatched(), both.sun.actor, category="event.none")


def test_everything_wrong_is_named_at_once(both: Cast) -> None:
    with pytest.raises(Invalid) as error:
        send(dispatched(), both.sun.actor, to_district="999999", reason=" ")
    assert {one.field for one in error.value.problems} == {"to_district", "reason"}
    with pytest.raises(Invalid):
        send(dispatched(), both.sun.actor, to_district=DISTRICT)
    seen = dispatched()
    with pytest.raises(Conflict, match="刚被别人办理过"):
        send(seen, both.sun.actor, expected_version=seen.version - 1)


def test_sent_twice_from_a_broken_connection_it_is_handed_over_once(both: Cast) -> None:
    case, one = dispatched(), key()
    for _time in range(3):
        send(case, both.sun.actor, idempotency_key=one)
    assert Crossing.objects.count() == 1
    came, two = arrive(), key()
    for _time in range(3):
        services.accept_arrival(actor=both.other.actor, case_id=came.id, idempotency_key=two)
    with pytest.raises(Conflict):
        services.refuse_arrival(actor=both.other.actor, case_id=came.id, reason="不", idempotency_key=key())


def test_consents_go_along_with_purpose_and_time(both: Cast) -> None:
    given = parties.give_consent(
        actor=both.li.actor, district=DISTRICT, person=both.li.person, purpose="follow_up", wording="v1"
    )
    parties.withdraw_consent(
        actor=both.li.actor,
        district=DISTRICT,
        consent_id=parties.give_consent(
            actor=both.li.actor, district=DISTRICT, person=both.li.person, purpose="news", wording="v1"
        ).id,
    )
    send(reported(actor=both.li.actor).case, both.sun.actor)
    arrive()
    carried = Consent.objects.get(district=OTHER_DISTRICT)
    assert (carried.purpose, carried.given_at) == ("follow_up", given.given_at)


def test_the_reporter_the_deciders_and_the_sender_hear_of_it_in_words(both: Cast) -> None:
    reactions.drain_all()
    case = dispatched(actor=both.li.actor)
    reported(contact="13912345678")
    send(case, both.sun.actor)
    came = arrive()
    reactions.drain_all()
    told = dict(Notice.objects.values_list("person_id", "title"))
    assert "正在移交东城区" in told[both.li.id] and "移交来一件" in told[both.other.id]
    accept(came, both.other.actor)
    reactions.drain_all()
    titles = list(Notice.objects.values_list("title", flat=True))
    assert any(came.number in one and "已由东城区接收" in one for one in titles)
    assert any(
        "东城区已接收" in one
        for one in Notice.objects.filter(person=both.sun.id).values_list("title", flat=True)
    )
    assert not reactions.failing().exists() and not Letter.objects.exists()


def test_an_anonymous_reporter_keeps_the_token_alone(both: Cast) -> None:
    receipt = reported(actor=ANONYMOUS, anonymous=True)
    send(receipt.case, both.sun.actor)
    came = accept(arrive(), both.other.actor)
    row = CaseReporter.objects.get(district=OTHER_DISTRICT)
    assert row.person_id is None and row.contact == "" and came.anonymous
    assert selectors.track(receipt.number, receipt.token).case.number == came.number


def test_a_failure_waits_and_keeps_nobody_else_from_going(
    both: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = dispatched(), dispatched()
    send(first, both.sun.actor), send(second, both.sun.actor)
    real = delivering.package.reporters

    def broken(case: Case) -> list[CaseReporter]:
        if case.id == first.id:
            raise OSError("the disk is full")
        return real(case)

    with monkeypatch.context() as cut:
        cut.setattr(delivering.package, "reporters", broken)
        assert delivering.deliver_due() == 1
    stuck = Crossing.objects.get(case=first)
    assert "the disk is full" in stuck.last_error and stuck.not_before > clock.now()
    with clock.frozen(stuck.not_before + timedelta(seconds=1)):
        assert delivering.deliver_due() == 1
    assert Case.objects.filter(district=OTHER_DISTRICT).count() == 2
    assert SYSTEM.kind == "system"
