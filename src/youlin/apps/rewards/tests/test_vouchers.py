"""Vouchers: held before they are signed, good at one shop, counted once; what cannot be shown in time goes back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import DISTRICT, make_district
from youlin.apps.ledger import proving
from youlin.apps.ledger import services as ledger
from youlin.apps.ledger.models import Account
from youlin.apps.passes import codes, keys
from youlin.apps.passes.codes import Claims
from youlin.apps.passes.models import Check
from youlin.apps.passes.services.issuing import body_of
from youlin.apps.rewards import personal_data, selectors, services
from youlin.apps.rewards.models import Redemption, Voucher
from youlin.apps.rewards.tests import factories
from youlin.apps.rewards.tests.factories import make_reward, make_shop, redeem, reserve, rider, shown, take
from youlin.kernel import clock, ids, journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, YoulinError
from youlin.kernel.tests import databases


@pytest.fixture
def shop(db: None) -> Any:
    with clock.frozen(clock.local_now().replace(hour=12, minute=0)):  # no day ends while a test runs
        make_district()
        factories.declare()
        yield make_shop()
    assert proving.prove() == []


def account(kind: str, owner: UUID) -> Account:
    return Account.objects.get(district=DISTRICT, kind__code=kind, owner_id=owner)


def test_what_is_set_aside_is_held_and_can_be_spent_nowhere_else(shop: Any) -> None:
    reward, (li, number) = make_reward(shop, stock=1), rider(40)
    row = reserve(reward, li, "k")
    assert reserve(reward, li, "k").id == row.id
    assert (account("points_wallet", li).available, account("goods_stock", reward.id).available) == (10, 0)
    assert [one.left for one in selectors.rewards(DISTRICT)] == [0]
    [mine] = selectors.aside(Actor("person", person_id=li, via="t"), DISTRICT)
    assert (mine.card.shop, mine.expires_at) == ("暖心超市", row.expires_at)
    with pytest.raises(Conflict, match="已经兑完"):
        redeem(reward, rider(99, "王五", "13800001002")[1])
    with pytest.raises(Conflict, match="余额不足"):
        redeem(make_reward(shop, name="雨衣", points=11), number)
    with pytest.raises(Conflict, match="已预留了一份"):
        reserve(make_reward(shop, name="毛巾", points=1), li)
    assert [entry.act for entry in journal.entries_for(row)] == ["rewards.reserved"]


def test_one_scan_gives_it_once_and_a_second_one_says_when(shop: Any) -> None:
    reward, (li, _number) = make_reward(shop), rider(40)
    row = reserve(reward, li)
    code = shown(row)
    first, again = take(row, code, key="press"), take(row, code, key="press")
    assert first.row.id == again.row.id and Redemption.objects.count() == 1
    assert (account("points_wallet", li).balance, account("points_shop", shop.organisation_id).balance) == (
        10,
        30,
    )
    assert account("goods_stock", reward.id).held == account("points_wallet", li).held == 0
    with pytest.raises(Conflict, match="已经兑过"):
        take(row, code)
    reasons = list(Check.objects.order_by("id").values_list("reason", flat=True))
    assert reasons == ["valid", "revoked"] and selectors.month(shop, clock.today()).points == 30
    services.reverse(actor=SYSTEM, district=DISTRICT, redemption_id=first.row.id, reason="没有货了")
    assert account("points_wallet", li).available == 40 and account("goods_stock", reward.id).available == 5
    assert reserve(reward, li).id != row.id


def test_a_report_that_comes_late_counts_and_one_that_comes_too_late_does_not(shop: Any) -> None:
    reward, (li, _number) = make_reward(shop), rider(60)
    row, start = reserve(reward, li), clock.now()
    code, at = shown(row), start + timedelta(hours=20)
    with clock.frozen(start + timedelta(hours=50)):
        with pytest.raises(Conflict, match="已过期"):
            take(row, code)
        assert take(row, code, at=at, told="valid").row.points == 30
        row.refresh_from_db()
        assert row.used_at == at
        other = reserve(make_reward(shop, name="雨衣"), li)
        late, shown_at = shown(other), clock.now() + timedelta(hours=1)
    with clock.frozen(start + timedelta(hours=50 + 73)):
        assert ledger.release_holds(DISTRICT) == 2 and account("points_wallet", li).available == 30
        with pytest.raises(Conflict, match="补报得太晚"):
            take(other, late, at=shown_at, told="valid")
        assert Redemption.objects.count() == 1
        assert reserve(reward, li).id != other.id, "what ran out stands in nobody's way"


def test_a_holder_who_ends_the_code_ends_it_where_that_is_known(shop: Any) -> None:
    from youlin.apps.passes import services as passes

    reward, (li, _number) = make_reward(shop), rider(60)
    row = reserve(reward, li)
    code, me = shown(row), Actor("person", person_id=li, via="t")
    assert row.held is not None
    passes.revoke(actor=me, district=DISTRICT, pass_id=row.held.id, reason="lost")
    with pytest.raises(Conflict, match="已停用"):
        take(row, code)
    assert take(row, code, at=clock.now(), told="valid").left == 30, "the phone could not know"


def test_it_names_one_shop_and_nobody_else_can_sign_one(shop: Any) -> None:
    reward, (li, _number) = make_reward(shop), rider(60)
    elsewhere = make_shop("街角修车铺")
    row = reserve(reward, li)
    with pytest.raises(Conflict, match="这张券要到“暖心超市”兑"):
        take(row, shown(row), shop_id=elsewhere.id)
    assert row.held is not None
    now, signer = int(clock.now().timestamp()), keys.signer(DISTRICT)
    said = Claims(body_of(row.held.number), "voucher", now, now + 600, label=reward.number)
    stranger = codes.sign(said, keys.OKPKey.generate_key("Ed25519"), signer.kid)
    unknown = codes.sign(
        Claims(body_of(ids.new_number("T")), "voucher", now, now + 600, label=reward.number),
        signer.key,
        signer.kid,
    )
    for code in (stranger, unknown, shown(row)[:-4], ""):
        with pytest.raises(Invalid):
            take(row, code, at=clock.now(), told="valid")
    held = factories.passes.Phone(factories.passes.issue(holder=row.person)).bind()
    with pytest.raises(Invalid, match="没有网络时只能兑兑换券"):
        take(row, held.code(), at=clock.now(), told="valid", reward_id=reward.id)
    assert Redemption.objects.count() == 0 and Check.objects.exclude(reason="valid").count() == 4


def test_what_is_set_aside_counts_in_the_limits_of_a_person(shop: Any) -> None:
    reward, (li, number) = make_reward(shop, per_person_day=1, points=1), rider(60)
    reserve(reward, li)
    with pytest.raises(Conflict, match="今天已兑过 1 份"):
        redeem(reward, number)
    poor = rider(5, "赵六", "13800001003")[0]
    with pytest.raises(Conflict, match="余额不足"):
        reserve(make_reward(shop), poor)
    with pytest.raises(Conflict, match="还没有积分"):
        reserve(reward, factories.passes.person("无名", "13800001004").id)
    assert Voucher.objects.count() == 1


def test_who_had_it_set_aside_is_forgotten(shop: Any) -> None:
    li, _number = rider(60)
    row = reserve(make_reward(shop), li)
    assert personal_data.export(li)["vouchers"][0]["points"] == 30
    personal_data.forget_taken(clock.now() + timedelta(seconds=1))
    assert personal_data.export(li)["vouchers"] == []
    assert take(row, shown(row)).row.person_id is None and Redemption.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_one_voucher_and_at_one_purse(transactional_db: None) -> None:
    """Pressed eight times at once one is set aside; shown to sixteen phones at once it counts once."""
    with databases.shared_database():
        make_district()
        factories.declare()
        shop = make_shop()
        reward, (li, _number) = make_reward(shop, stock=20), rider(65)

        def done(act: Any) -> bool:
            try:
                act()
            except YoulinError:
                return False
            return True

        told = databases.in_threads(
            *[lambda: done(lambda: reserve(reward, li)) for _ in range(8)], patience=240
        )
        assert sum(told) == 1 and account("points_wallet", li).held == 30
        row = Voucher.objects.get()
        code = shown(row)
        told = databases.in_threads(*[lambda: done(lambda: take(row, code)) for _ in range(16)], patience=240)
        assert sum(told) == 1 and Redemption.objects.count() == 1
        assert (account("points_wallet", li).balance, account("goods_stock", reward.id).balance) == (35, 19)
        assert proving.prove() == []
