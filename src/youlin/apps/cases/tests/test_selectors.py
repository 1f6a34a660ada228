"""What each of the cast sees: lists, pages, the public, the reporter; and at what price."""

from datetime import timedelta

import pytest

from tests.cast import DISTRICT, GRID, OTHER_DISTRICT_GRID, SIBLING_GRID, STREET, Cast
from youlin.apps.cases import selectors, services
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors import CaseFilters
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE, NOISE, TIP_OFF, dispatched, do, key, reported
from youlin.kernel import clock
from youlin.kernel.actors import ANONYMOUS, SYSTEM
from youlin.kernel.errors import NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def numbers(page: object) -> set[str]:
    return {row.number for row in page.rows}


def test_each_sees_the_cases_of_their_own_area(people: Cast) -> None:
    here = reported(area=GRID).number
    beside = reported(area=SIBLING_GRID).number
    abroad = reported(area=OTHER_DISTRICT_GRID).number
    seen = {name: numbers(selectors.inbox(getattr(people, name).actor)) for name in vars(people)}
    assert seen["wang"] == {here} and seen["sibling"] == {beside}
    assert seen["zhao"] == seen["sun"] == seen["leader"] == seen["community"] == {here, beside}
    assert seen["other"] == {abroad}
    assert not (seen["li"] or seen["qian"] or seen["expired"] or seen["retired"])
    assert numbers(selectors.inbox(SYSTEM)) == {here, beside, abroad}
    assert not selectors.inbox(ANONYMOUS).rows


def test_a_confidential_case_is_seen_by_named_participants_only(people: Cast) -> None:
    number = reported(category=TIP_OFF).number
    for name in ("wang", "zhao", "sun", "leader"):
        assert number not in numbers(selectors.inbox(getattr(people, name).actor))
        with pytest.raises(NotFound):
            selectors.case_page(getattr(people, name).actor, number)
    assert number in numbers(selectors.inbox(people.confidant.actor))
    assert number not in {case.number for case in selectors.public_cases(open=None).rows}
    with pytest.raises(NotFound):
        selectors.public_case(number)


def test_filters_narrow_the_list(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        late = dispatched(text="旧沙发没人收")
        clock.advance(timedelta(hours=30))
        fresh = reported(area=SIBLING_GRID, text="新的垃圾").case
        noise = reported(category=NOISE).case
        see = lambda **asked: numbers(selectors.inbox(people.zhao.actor, filters=CaseFilters(**asked)))  # noqa: E731
        assert see(overdue=True) == see(light="late") == {late.number}
        assert see(unassigned=True) == {fresh.number, noise.number}
        assert see(area=SIBLING_GRID) == {fresh.number}
        assert see(category="event") == {late.number, fresh.number}
        assert see(states=("dispatched",)) == {late.number}
        assert see(text="沙发") == {late.number}
        assert see(text=late.number.lower().replace("-", " ")) == {late.number}
        assert see(holder=people.wang.id) == {late.number}
        assert see(open=False) == set()
        assert see(district=DISTRICT) == {late.number, fresh.number, noise.number}
        mine = selectors.inbox(people.wang.actor, filters=CaseFilters(mine=True)).rows
        assert [row.number for row in mine] == [late.number] and mine[0].mine


def test_a_possible_repeat_is_found_by_place_kind_and_time(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        reported()
        clock.advance(timedelta(days=1))
        again = reported().number
        reported(category=NOISE)
        found = selectors.inbox(people.zhao.actor, filters=CaseFilters(possible_duplicates=True))
        assert numbers(found) == {again}
        assert selectors.counts(people.zhao.actor).possible_duplicates == 1


def test_the_most_urgent_comes_first(people: Cast) -> None:
    cases = factories.many(3)
    rows = selectors.inbox(people.zhao.actor).rows
    assert [row.number for row in rows] == [case.number for case in cases]


def test_pages_are_counted(people: Cast) -> None:
    factories.many(7)
    page = selectors.inbox(people.zhao.actor, page=2, size=3)
    assert (len(page.rows), page.total, page.pages, page.next_number, page.previous_number) == (3, 7, 3, 3, 1)
    assert selectors.inbox(people.zhao.actor, page=99, size=3).number == 3


def test_lists_cost_the_same_at_any_size(people: Cast, django_assert_max_num_queries) -> None:
    for count in (3, 40):
        factories.many(count, holder=people.wang.person)
        for read in (selectors.inbox, selectors.todays_list, selectors.map_view, selectors.counts):
            with django_assert_max_num_queries(10):
                read(people.wang.actor)
        with django_assert_max_num_queries(8):
            selectors.public_cases(district=DISTRICT)
        with django_assert_max_num_queries(8):
            selectors.nearby_open(lon=0, lat=0, district=DISTRICT)


def test_a_row_shows_names_and_light(people: Cast) -> None:
    with clock.frozen(factories.MONDAY):
        case = dispatched()
        [row] = selectors.inbox(people.zhao.actor).rows
        assert (row.category_name, row.state_name, row.holder_label) == ("暴露垃圾", "待接单", "王网格")
        assert (row.step, row.steps, row.light) == (3, 7, "ok")
        assert "椿树" in row.area_path
        clock.advance(timedelta(minutes=100))
        assert selectors.inbox(people.zhao.actor).rows[0].light == "soon"
    assert row.number == case.number


def test_names_are_in_the_language_of_the_request(people: Cast) -> None:
    from django.utils import translation

    dispatched()
    with translation.override("en"):
        [row] = selectors.inbox(people.zhao.actor).rows
    assert (row.category_name, row.state_name) == ("Exposed rubbish", "To be accepted")


def test_the_page_tells_everything_to_who_may_know(people: Cast) -> None:
    taken = factories.photo(actor=people.li.actor)
    case = dispatched(actor=people.li.actor, media_ids=[taken], contact="13800138001")
    page = selectors.case_page(people.zhao.actor, case.number)
    assert [entry.act for entry in page.timeline] == ["reported", "filed", "dispatched"]
    assert page.timeline[0].who == "反映人" and page.timeline[0].photos[0].id == taken
    assert page.timeline[1].by_system
    assert any("王网格" in step for step in page.why_holder)
    [reporter] = page.reporters
    assert reporter.contact == "138****8001" and reporter.label == "李**"
    assert {one.name for one in page.clocks} == {"file", "dispatch", "respond", "handle"}
    assert [step.position for step in page.steps][:4] == ["done", "done", "current", "ahead"]
    assert page.row.number == case.number and page.workflow["initial"] == "reported"


def test_who_handles_does_not_see_contacts(people: Cast) -> None:
    case = dispatched(actor=people.li.actor, text="我的电话 13800138001，垃圾没人收", contact="13800138001")
    page = selectors.case_page(people.wang.actor, case.number)
    assert page.reporters[0].contact == "" and page.reporters[0].person_id is None
    assert "13800138001" not in page.description
    assert "13800138001" in selectors.case_page(people.zhao.actor, case.number).description


def test_acts_are_offered_by_duty_and_rule(people: Cast) -> None:
    case = dispatched()
    offered = lambda who: {act.code for act in selectors.acts_of(who.actor, case.id)}  # noqa: E731
    assert offered(people.wang) == {"accept_task", "transfer", "send_back"}
    assert offered(people.leader) == set()
    assert "mark_duplicate" in offered(people.zhao)
    done = factories.fed_back(people.wang.actor)
    [verify] = [a for a in selectors.acts_of(people.zhao.actor, done.id) if a.code == "verify"]
    assert verify.allowed and verify.primary


def test_an_act_a_rule_forbids_is_shown_with_the_reason(people: Cast) -> None:
    from tests.cast import give_duty

    give_duty(people.wang, "street_dispatcher", STREET, rank=3)
    case = factories.fed_back(people.wang.actor)
    [verify] = [a for a in selectors.acts_of(people.wang.actor, case.id) if a.code == "verify"]
    assert not verify.allowed and "自己处置" in verify.why_not


def test_colleagues_to_choose_from_are_those_who_may_handle(people: Cast) -> None:
    case = dispatched()
    [transfer] = [a for a in selectors.acts_of(people.wang.actor, case.id) if a.code == "transfer"]
    assert [choice.value for choice in transfer.people] == [str(people.community.id)]


def test_the_public_sees_no_person(people: Cast) -> None:
    case = factories.closed(
        people.wang.actor, people.zhao.actor, actor=people.li.actor, text="李四 13800138001 说垃圾满了"
    )
    page = selectors.public_case(case.number)
    shown = str(page)
    assert "13800138001" not in shown and "王网格" not in shown and "赵街道" not in shown
    assert [entry.what for entry in page.timeline][-2:] == ["核查", "结案"]


def test_a_coarse_place_is_coarse(people: Cast) -> None:
    case = reported(category=NOISE, address="琉璃厂东街 3 号 2 单元").case
    Case.objects.filter(id=case.id).update(lon=116.345678, lat=39.904321)
    shown = selectors.public_case(case.number).case
    assert (shown.lon, shown.lat, shown.address, shown.area) == (116.346, 39.904, "", STREET)
    assert shown.approximate


def test_a_coarse_place_cannot_be_narrowed_down_by_asking(people: Cast) -> None:
    receipt = reported(category=NOISE, address="琉璃厂东街 3 号", text="琉璃厂东街 3 号 2 单元半夜装修")
    case = receipt.case
    Case.objects.filter(id=case.id).update(lon=116.345678, lat=39.904321)
    find = lambda **asked: {one.number for one in selectors.public_cases(**asked).rows}  # noqa: E731
    assert case.number not in find(bbox=(116.3456, 39.9043, 116.3457, 39.9044))
    assert case.number in find(bbox=(116.3459, 39.9039, 116.3461, 39.9041))
    assert case.number in find(area=STREET) and case.number not in find(area=GRID)
    assert case.number not in find(text="琉璃厂东街")
    shown = selectors.public_case(case.number).case
    assert shown.title == "噪声扰民" and shown.description == ""
    assert selectors.track(case.number, receipt.token).case.address == "琉璃厂东街 3 号"
    near = selectors.nearby_open(lon=116.346, lat=39.904)
    assert [(one.number, one.metres) for one in near] == [(case.number, 0)]


def test_public_lists_filter(people: Cast) -> None:
    first = reported().case
    second = reported(category=NOISE, area=SIBLING_GRID).case
    do(reported().case, "void", people.zhao.actor)
    find = lambda **asked: {one.number for one in selectors.public_cases(**asked).rows}  # noqa: E731
    assert find() == find(district=DISTRICT) == {first.number, second.number}
    assert find(category="request") == {second.number}
    assert find(area=GRID) == {first.number}
    assert find(numbers=(first.number.lower(),)) == {first.number}
    assert find(open=False) == set()
    assert find(reported_from=clock.now() + timedelta(hours=1)) == set()
    lon, lat = factories.point_in(GRID)
    assert first.number in find(bbox=(lon - 0.001, lat - 0.001, lon + 0.001, lat + 0.001))


def test_open_cases_nearby_are_shown_by_distance(people: Cast) -> None:
    lon, lat = factories.point_in(GRID)
    case = reported().case
    Case.objects.filter(id=case.id).update(lat=lat + 0.0005)
    reported(area=SIBLING_GRID)
    [near] = selectors.nearby_open(lon=lon, lat=lat, metres=100)
    assert near.number == case.number and 50 <= near.metres <= 60
    assert not selectors.nearby_open(lon=lon, lat=lat, category="request")


def test_track_needs_number_and_token(people: Cast) -> None:
    receipt = reported(actor=people.li.actor, contact="13800138001")
    shown = selectors.track(receipt.number, receipt.token)
    assert shown.case.number == receipt.number and shown.contact_masked == "138****8001"
    assert not shown.may_rate and not shown.may_reopen
    for number, token in ((receipt.number, "wrong"), ("XC-000000000", receipt.token)):
        with pytest.raises(NotFound, match="查询码"):
            selectors.track(number, token)
    assert selectors.my_track(people.li.actor, receipt.number).case.number == receipt.number
    with pytest.raises(NotFound):
        selectors.my_track(people.qian.actor, receipt.number)


def test_what_may_be_done_after_closing(people: Cast) -> None:
    receipt = reported(actor=people.li.actor)
    case = do(do(receipt.case, "file"), "dispatch")
    do(case, "accept_task", people.wang.actor)
    do(case, "feedback", people.wang.actor, media_ids=[factories.photo(actor=people.wang.actor)])
    do(case, "verify", people.zhao.actor)
    do(case, "close", people.zhao.actor)
    shown = selectors.track(receipt.number, receipt.token)
    assert shown.may_rate and shown.may_reopen and shown.reopen_until is not None
    services.rate(case_number=case.number, token=receipt.token, solved=True, stars=4, idempotency_key=key())
    shown = selectors.track(receipt.number, receipt.token)
    assert not shown.may_rate and shown.answer is not None and shown.answer.stars == 4


def test_my_cases_are_those_i_reported_or_joined(people: Cast) -> None:
    mine = reported(actor=people.li.actor).number
    other = reported(actor=people.qian.actor).number
    services.me_too(actor=people.li.actor, case_number=other, idempotency_key=key())
    found = {(one.case.number, one.kind) for one in selectors.my_cases(people.li.actor)}
    assert found == {(mine, "reporter"), (other, "me_too")}
    assert selectors.my_cases(ANONYMOUS) == ()


def test_photos_are_seen_with_their_case(people: Cast) -> None:
    public = factories.photo(actor=people.li.actor)
    reported(actor=people.li.actor, media_ids=[public])
    secret = factories.photo(actor=people.li.actor)
    receipt = reported(actor=people.li.actor, category=TIP_OFF, media_ids=[secret])
    assert selectors.media_of(ANONYMOUS, public).id == public
    for actor in (ANONYMOUS, people.zhao.actor, people.wang.actor):
        with pytest.raises(NotFound):
            selectors.media_of(actor, secret)
    assert selectors.media_of(people.confidant.actor, secret).id == secret
    assert selectors.media_of(ANONYMOUS, secret, token=receipt.token).id == secret


def test_an_informant_is_hidden_from_who_could_handle_it(people: Cast) -> None:
    case = dispatched(actor=people.li.actor, protected=True)
    for name in ("wang", "community"):
        [reporter] = selectors.case_page(getattr(people, name).actor, case.number).reporters
        assert (reporter.label, reporter.contact, reporter.person_id) == ("身份受保护", "", None)


def test_a_contact_is_unmasked_for_a_reason_that_is_kept(people: Cast) -> None:
    from youlin.kernel import journal

    case = dispatched(contact="13800138001")
    [reporter] = selectors.case_page(people.sun.actor, case.number).reporters
    with pytest.raises(NotAllowed):
        services.unmask_reporter(
            actor=people.zhao.actor, case_id=case.id, reporter_id=reporter.id, reason="核实位置"
        )
    shown = services.unmask_reporter(
        actor=people.sun.actor, case_id=case.id, reporter_id=reporter.id, reason="核实位置"
    )
    assert shown == "13800138001"
    assert journal.entries_for(case)[-1].note == "核实位置"


def test_categories_are_suggested_with_the_words_that_say_so(people: Cast) -> None:
    [best, *_others] = selectors.suggest_categories(DISTRICT, "小区门口垃圾满溢，厨余发臭")
    assert best.code == GARBAGE and {"垃圾", "厨余"} <= set(best.words)
    assert selectors.suggest_categories(DISTRICT, "半夜施工太吵了")[0].code == NOISE
    assert selectors.suggest_categories(DISTRICT, "天气真好") == ()
    codes = [row.code for row in selectors.categories(DISTRICT)]
    assert (
        GARBAGE in codes and not next(r for r in selectors.categories(DISTRICT) if r.code == "event").is_leaf
    )
