"""The counter: counted once, never more than the limits, taken back the same day; what it shows is what the books say."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import DISTRICT, OTHER_STREET, make_district
from youlin.apps.offers import counters, figures, services
from youlin.apps.offers.models import Entitlement, Redemption
from youlin.apps.offers.services import redeeming
from youlin.apps.offers.tests import factories
from youlin.apps.offers.tests.factories import given_at, make_offer, make_place, redeem, rider
from youlin.apps.passes.models import Check
from youlin.apps.passes.tests import factories as passes
from youlin.apps.places.tests import factories as places
from youlin.kernel import clock, ids, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, YoulinError
from youlin.kernel.tests import databases


@pytest.fixture
def counter(db: None) -> Any:
    make_district()
    places.declare_words()
    factories.declare_words()
    return given_at(make_offer(per_person_day=2, per_place_day=3), make_place())


def taken() -> int:
    return Redemption.objects.filter(district=DISTRICT, reversed_at=None).count()


def test_a_meal_is_redeemed_by_number_or_by_the_phone_s_end_and_the_surname(counter: Any) -> None:
    held = rider()
    assert redeem(counter, held.number.lower()).left.by_limit == {"per_person_day": 1, "per_place_day": 2}
    assert redeem(counter, "1001 李").left.least == 0
    for said in ("李1001", held.number):
        with pytest.raises(Conflict, match="已用完 2 份"):
            redeem(counter, said)
    row = Redemption.objects.order_by("at").first()
    assert row is not None and row.price == 1500 and row.person == held.person and row.day == clock.today()
    assert [entry.act for entry in journal.entries_for(row)] == ["offers.redeemed"]
    assert "李强" not in str(journal.entries_for(row)[0].public) and str(held.person_id) not in str(
        journal.entries_for(row)[0].public
    )


def test_a_meal_is_redeemed_by_a_card_or_a_code_that_moves_and_every_look_stays(counter: Any) -> None:
    passes.declare_kinds()
    held, here = rider(), factories.host()
    card, phone = passes.issue("card", held.person), passes.Phone(passes.issue(holder=held.person)).bind()
    code = phone.code()
    assert redeem(counter, card.number.lower(), here).left.by_limit["per_person_day"] == 1
    for _again in range(2):
        assert redeem(counter, code, here, key="one press").left.least == 0
    assert (
        taken() == 2
        and redeeming.look(actor=here, district=DISTRICT, given_id=counter.id, said=card.number).left.reached
    )
    with pytest.raises(Conflict, match="已用完 2 份"):
        redeem(counter, card.number, here)
    with clock.frozen(clock.now() + timedelta(minutes=3)), pytest.raises(Invalid, match="旧截图"):
        redeem(counter, code, here)
    stranger = passes.issue("card", passes.person("王五", "13800003003"))
    with pytest.raises(Invalid, match="没有在用的资格"):
        redeem(counter, stranger.number, here)
    for other in ("plain", "place"):
        held_by = counter.place if other == "place" else held.person
        with pytest.raises(Invalid):
            redeem(counter, passes.issue(other, held_by).number, here)
    told = list(Check.objects.order_by("id").values_list("reason", "checker_id", "place_id"))
    assert [one[0] for one in told] == [
        *["valid"] * 4,
        "old_picture",
        "valid",
        "number_alone",
        "number_alone",
    ]
    assert {one[1:] for one in told} == {(here.person_id, counter.place_id)} and taken() == 2


@pytest.mark.parametrize(
    "said", ["", " ", "9999李", "C-AAAAAAAAA", "1001", "李", "\0", "x" * 41, "１００１李\0"]
)
def test_what_means_nobody_is_told(counter: Any, said: str) -> None:
    if said.strip("\0").startswith("１"):
        rider(phone="13800002002")
    else:
        rider()
    with pytest.raises(Invalid):
        redeem(counter, said)
    assert taken() == 0


def test_two_of_one_end_and_surname_are_asked_for_their_number(counter: Any) -> None:
    first, other = rider(), rider("李娜", "13900001001")
    with pytest.raises(Invalid, match="不止一位"):
        redeem(counter, "1001李")
    redeem(counter, first.number)
    redeem(counter, other.number)
    assert set(Redemption.objects.values_list("person_id", flat=True)) == {first.person_id, other.person_id}


def test_the_same_press_sent_again_is_counted_once_and_answered_the_same(counter: Any) -> None:
    held = rider()
    first = redeem(counter, held.number, key="k")
    again = redeem(counter, held.number, key="k")
    assert (first.row.id, first.left) == (again.row.id, again.left) and taken() == 1
    with pytest.raises(Conflict):
        redeem(counter, "1001李", key="k")
    assert taken() == 1


def test_a_place_gives_no_more_than_its_day_and_everybody_else_is_told(counter: Any) -> None:
    for number in range(3):
        redeem(counter, rider(f"张{number}", f"1380000200{number}").number)
    with pytest.raises(Conflict, match="今天的 3 份"):
        redeem(counter, rider().number)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert redeem(counter, "1001李").left.by_limit == {"per_person_day": 1, "per_place_day": 2}


def test_a_month_and_a_total_have_an_end(counter: Any) -> None:
    held = rider()
    for values, words in (({"per_person_month": 1}, "本月"), ({"in_total": 1}, "全部 1 份")):
        given = given_at(make_offer(name=words, **values), make_place(name=words))
        redeem(given, held.number)
        with pytest.raises(Conflict, match=words):
            redeem(given, held.number)


def test_a_limit_of_none_at_all_gives_nothing(counter: Any) -> None:
    given = given_at(make_offer(name="停发", per_place_day=0), make_place(name="停发"))
    with pytest.raises(Conflict):
        redeem(given, rider().number)


def test_it_is_for_those_it_is_for(counter: Any) -> None:
    guard = rider("王保安", "13800003003", kind="guard")
    with pytest.raises(Invalid, match="不是给这位的"):
        redeem(counter, guard.number)
    late = make_offer(name="满周", condition="holder.days >= 7 && 'courier' in holder.kinds")
    given = given_at(late, make_place(name="满周"))
    held = rider()
    with pytest.raises(Invalid):
        redeem(given, held.number)
    with clock.frozen(clock.now() + timedelta(days=8)):
        redeem(given, held.number)


def test_an_entitlement_that_ended_or_ran_out_gives_nothing(counter: Any) -> None:
    held = rider(valid_to=clock.today() + timedelta(days=1))
    with clock.frozen(clock.now() + timedelta(days=2)), pytest.raises(Invalid, match="到期"):
        redeem(counter, held.number)
    services.end_entitlement(actor=SYSTEM, district=DISTRICT, entitlement_id=held.id, reason="离职")
    with pytest.raises(Invalid):
        redeem(counter, "1001李")
    assert rider().number != held.number


def test_an_offer_that_ended_or_is_given_no_more_gives_nothing(counter: Any) -> None:
    held, offer = rider(), counter.offer
    for day in (clock.today() + timedelta(days=3), clock.today() - timedelta(days=3)):
        change = {"valid_from": day} if day > clock.today() else {"valid_from": "", "valid_to": day}
        services.change_offer(actor=SYSTEM, district=DISTRICT, offer_id=offer.id, values=change)
        with pytest.raises(Conflict, match="有效期"):
            redeem(counter, held.number)
    services.change_offer(
        actor=SYSTEM, district=DISTRICT, offer_id=offer.id, values={"valid_from": "", "valid_to": ""}
    )
    services.give_at(actor=SYSTEM, district=DISTRICT, offer_id=offer.id, place_ids=[])
    with pytest.raises(Conflict, match="已不供应"):
        redeem(counter, held.number)
    services.give_at(actor=SYSTEM, district=DISTRICT, offer_id=offer.id, place_ids=[counter.place_id])
    services.retire_offer(actor=SYSTEM, district=DISTRICT, offer_id=offer.id, reason="停")
    with pytest.raises(Conflict):
        redeem(counter, held.number)
    services.restore_offer(actor=SYSTEM, district=DISTRICT, offer_id=offer.id)
    redeem(counter, held.number)


def test_a_redemption_is_taken_back_the_same_day_with_a_reason(counter: Any) -> None:
    held = rider()
    row = redeem(counter, held.number).row
    reverse = {"actor": SYSTEM, "district": DISTRICT, "redemption_id": row.id}
    with pytest.raises(Invalid):
        services.reverse(reason=" \0", **reverse)
    with clock.frozen(clock.now() + timedelta(days=1)), pytest.raises(Conflict, match="当天"):
        services.reverse(reason="点错了", **reverse)
    services.reverse(reason="点错了", **reverse)
    services.reverse(reason="又一次", **reverse)
    row.refresh_from_db()
    assert row.reversed_why == "点错了" and taken() == 0
    assert [one.act for one in journal.entries_for(row)] == ["offers.redeemed", "offers.redemption_reversed"]
    assert redeem(counter, held.number).left.by_limit["per_person_day"] == 1


def test_only_the_host_of_a_place_redeems_and_reverses_there(counter: Any) -> None:
    held, here = rider(), factories.host()
    there = factories.host(OTHER_STREET, "bieren")
    row = redeem(counter, held.number, here).row
    assert row.host_id == here.person_id
    for act in (
        lambda: redeem(counter, held.number, there),
        lambda: redeeming.look(actor=there, district=DISTRICT, given_id=counter.id, said=held.number),
        lambda: services.reverse(actor=there, district=DISTRICT, redemption_id=row.id, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotFound):
        counters.place(there, counter.place.number)
    assert [one.number for one in counters.served(here)[0]] == [counter.place.number]


def test_the_counter_shows_what_the_books_say(counter: Any) -> None:
    here, held = factories.host(), rider()
    looked = redeeming.look(actor=here, district=DISTRICT, given_id=counter.id, said="1001李")
    assert counters.who(looked.holder) == "李*" and looked.left.least == 2 and taken() == 0
    first = redeem(counter, held.number, here)
    services.reverse(actor=here, district=DISTRICT, redemption_id=first.row.id, reason="点错了")
    done = redeem(counter, held.number, here)
    place = counters.place(here, counter.place.number)
    [served] = counters.given_at(place)
    last = counters.last_taken(place, counter.id)
    assert (served.today, served.left, place.today) == (1, 2, 1)
    assert [(one.who, one.is_reversed, one.reversible) for one in last] == [
        ("李*", False, True),
        ("李*", True, False),
    ]
    assert counters.left_after(done.row) == done.left.least == 1
    today = clock.today()
    [line] = figures.lines(SYSTEM, DISTRICT, by="item", first=today, last=today)
    assert (line.redeemed, line.reversed, line.cents, line.total) == (1, 1, 1500, 1)


def test_who_took_what_is_forgotten_and_the_count_stays(counter: Any) -> None:
    from youlin.apps.offers import personal_data

    held = rider()
    redeem(counter, held.number)
    assert personal_data.export(held.person_id)["redemptions"]
    assert personal_data.forget_taken(clock.now() - timedelta(days=1)) == 0
    assert personal_data.forget_taken(clock.now() + timedelta(seconds=1)) == 1
    assert taken() == 1 and personal_data.export(held.person_id)["redemptions"] == []
    redeem(counter, held.number)
    personal_data.erase(held.person_id, SYSTEM)
    assert taken() == 2 and not Redemption.objects.exclude(person=None).exists()
    assert not Entitlement.objects.filter(ended_at=None).exists()
    with clock.frozen(clock.now() + timedelta(days=400)):
        assert personal_data.forget_ended(clock.now() - timedelta(days=365)) == 1


@pytest.mark.django_db(transaction=True)
def test_sixteen_presses_at_once_never_pass_a_limit(transactional_db: None) -> None:
    """Each limit by itself, the same key sent by all, and all limits over several people."""
    with databases.shared_database():
        make_district()
        places.declare_words()
        factories.declare_words()
        held = rider()
        others = [rider(f"张{number}", f"1380000{2000 + number}") for number in range(8)]
        for limit in ("per_person_day", "per_person_month"):
            at = make_place(name=limit), make_place(name=f"{limit} 2")
            offer = make_offer(name=limit, **{limit: 3})
            given_at(offer, *at)
            both = list(offer.given.order_by("id"))
            assert pressed([(both[number % 2], held.number) for number in range(16)]) == 3
        place = given_at(make_offer(name="place", per_place_day=5), make_place(name="place"))
        assert pressed([(place, one.number) for one in others] * 2) == 5
        offer = make_offer(name="total", in_total=4)
        given_at(offer, *(make_place(name=f"total {number}") for number in range(2)))
        both = list(offer.given.order_by("id"))
        assert pressed([(both[number % 2], others[number % 8].number) for number in range(16)]) == 4
        once = given_at(make_offer(name="once"), make_place(name="once"))
        assert pressed([(once, held.number)] * 16, key="one press") == 16
        assert Redemption.objects.filter(given=once).count() == 1


def pressed(presses: list[Any], key: str = "") -> int:
    """How many of these presses at the same time were answered with a redemption."""

    def press(given: Any, said: str) -> bool:
        try:
            redeem(given, said, key=key or str(ids.uuid7()))
        except YoulinError:
            return False
        return True

    return sum(databases.in_threads(*[lambda one=one: press(*one) for one in presses], patience=120))
