"""A steward on a phone: sees what asks first, confirms with one tap, puts right what is wrong."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import DISTRICT, STREET, make_areas, make_member, point_in
from youlin.apps.parties.models import Account
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.places import services
from youlin.apps.places.models import Place
from youlin.apps.places.tests.factories import declare_words, make_place, steward
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def he(client: Client) -> Client:
    """Signed in as the steward of a street."""
    make_areas()
    declare_words()
    steward()
    client.force_login(Account.objects.get(username="he"), backend=BACKEND)
    return client


def page_of(client: Client, place: Place) -> str:
    return client.get(reverse("field:place", args=[place.number])).content.decode()


def do(client: Client, place: Place, step: str, **sent: object):
    return client.post(reverse("field:place-keep", args=[place.number, step]), sent)


def old_place(**values: object) -> Place:
    with clock.frozen(clock.now() - timedelta(days=60)):
        place = make_place(**values)
    services.ask_for_confirmation()
    place.refresh_from_db()
    return place


def test_what_asks_for_confirmation_comes_first_and_is_confirmed_with_one_tap(he: Client) -> None:
    lon, lat = point_in(STREET)
    make_place(name="一号驿站", lon=lon + 0.0002)
    due = old_place(name="最后的驿站")
    page = he.get(reverse("field:places")).content.decode()
    assert page.index("最后的驿站") < page.index("一号驿站")
    assert page.count("都对，核实") == 1 and "1 处请您核实" in page
    assert "一号驿站" not in he.get(reverse("field:places"), {"state": "due"}).content.decode()
    answer = do(he, due, "confirm", from_list="1")
    assert (answer.status_code, answer["Location"]) == (302, reverse("field:places"))
    due.refresh_from_db()
    assert due.asked_at is None and due.confirmed_how == "visit"
    assert "都对，核实" not in he.get(reverse("field:places")).content.decode()


def test_hours_phone_and_facilities_are_put_right_on_one_page(he: Client) -> None:
    place = make_place(facilities={"water": {"note": "二楼"}, "toilet": {}})
    sent = {
        "version": place.version,
        "hours": "每天 8:00-20:00",
        "phone": "010-1",
        "address": "煤市街1号",
        "has": ["water", "microwave"],
        "broken": ["water"],
        "wheelchair": "limited",
        "wheelchair_note": "一级台阶",
    }
    assert do(he, place, "change", **sent).status_code == 302
    place.refresh_from_db()
    assert (place.hours, place.phone) == ("Mo-Su 08:00-20:00", "010-1")
    assert place.accessibility["wheelchair"] == {"level": "limited", "note": "一级台阶"}
    has = {one.facility.code: (one.working, one.note) for one in place.facilities.all()}
    assert has == {"water": (False, "二楼"), "microwave": (True, "")}
    page = page_of(he, place)
    assert "Mo-Su 08:00-20:00" in page and "一级台阶" in page


def test_what_is_refused_comes_back_with_what_was_entered(he: Client) -> None:
    place = make_place()
    answer = do(he, place, "change", version=place.version, hours="随缘", phone="010-22", has=["toilet"])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "看不懂开放时间" in page and 'value="随缘"' in page and 'value="010-22"' in page
    place.refresh_from_db()
    assert place.hours == "" and not place.facilities.exists()
    services.change_place(actor=SYSTEM, district=DISTRICT, place_id=place.id, values={"phone": "1"})
    answer = do(he, place, "change", version=1, hours="24/7")
    assert answer.status_code == 409 and "刚刚有人改过" in answer.content.decode()


def test_a_place_is_closed_for_a_while_and_opened_again(he: Client) -> None:
    place = make_place(hours="24/7")
    until = clock.local_now() + timedelta(days=3)
    assert do(he, place, "close", reason="").status_code == 422
    assert do(he, place, "close", reason="装修", ends_at="不知道").status_code == 422
    past = clock.local_now() - timedelta(days=3)
    assert do(he, place, "close", reason="装修", ends_at=f"{past:%Y-%m-%dT%H:%M}").status_code == 422
    assert do(he, place, "close", reason="装修", ends_at=f"{until:%Y-%m-%dT%H:%M}").status_code == 302
    assert "临时关闭：装修" in page_of(he, place)
    assert do(he, place, "reopen").status_code == 302
    assert "临时关闭：装修" not in page_of(he, place)


def test_crowding_is_told_and_visitors_words_are_shown(he: Client) -> None:
    place = make_place()
    assert do(he, place, "crowding", crowding="full").status_code == 302
    assert do(he, place, "crowding", crowding="packed").status_code == 422
    place.refresh_from_db()
    assert place.crowding == "full"
    services.hear(actor=SYSTEM, district=DISTRICT, place_id=place.id, saying="broken", speaker="一")
    assert "设施坏了" in page_of(he, place)
    do(he, place, "confirm")
    assert "访客反映" not in page_of(he, place)


def test_another_streets_place_and_a_step_that_is_not_are_not_found(he: Client) -> None:
    place = make_place()
    assert do(he, place, "explode").status_code == 404
    assert he.get(reverse("field:place", args=["P-NONE"])).status_code == 404
    services.retire_place(actor=SYSTEM, district=DISTRICT, place_id=place.id, reason="搬走")
    assert he.get(reverse("field:place", args=[place.number])).status_code == 404


def test_who_keeps_nothing_is_told_so(client: Client) -> None:
    make_areas()
    declare_words()
    client.force_login(make_member("qian", "钱朵").account, backend=BACKEND)
    assert client.get(reverse("field:places")).status_code == 403


def test_the_list_costs_the_same_however_long_it_is(he: Client, django_assert_max_num_queries) -> None:
    address = reverse("field:places")
    lon, lat = point_in(STREET)
    rows = [{"kind": "station", "name": f"驿站{n}", "lon": lon, "lat": lat + n * 1e-5} for n in range(60)]
    services.register_many(actor=SYSTEM, district=DISTRICT, values=rows[:2])
    he.get(address)
    with django_assert_max_num_queries(40) as few:
        he.get(address)
    services.register_many(actor=SYSTEM, district=DISTRICT, values=rows[2:])
    with django_assert_max_num_queries(40) as many:
        page = he.get(address).content.decode()
    assert len(many) == len(few) and page.count("field-list") == 1
    assert "page=2" in page
    assert "驿站59" in he.get(address, {"q": "驿站59"}).content.decode()
