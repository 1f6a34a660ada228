"""The keeper of points: what is in the pots, giving with a reason, taking back, closing a month."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import DISTRICT, give_duty, make_district, make_member, make_resident
from youlin.apps.ledger import proving, selectors
from youlin.apps.ledger.models import Account, Period, Transfer
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.rewards.tests import factories
from youlin.kernel import clock, ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client: Client) -> Any:
    make_district()
    factories.declare()
    factories.duty_kinds()
    member = make_member("jifen", "积分管理员")
    give_duty(member, "points_keeper", DISTRICT)
    client.force_login(member.account, backend=BACKEND)
    return make_resident("李小哥", "13800138001")


def test_points_are_given_with_a_reason_once_and_taken_back_with_another(client: Client, keeper: Any) -> None:
    address = reverse("desk:books")
    assert "还没有记账" in client.get(address).content.decode()
    asked = {
        "kind": "points_wallet",
        "phone": "13800138001",
        "amount": "12",
        "note": "补发上周的",
        "idempotency_key": str(ids.uuid7()),
    }
    for wrong in ({"phone": "139\0"}, {"amount": "-1"}, {"note": " \0"}, {"kind": "x\0"}, {"amount": "９"}):
        answer = client.post(address, {**asked, **wrong})
        assert answer.status_code == 422, wrong
    assert "补发上周的" in client.post(address, {**asked, "amount": "x"}).content.decode()
    for _again in range(2):
        page = client.post(address, asked, follow=True).content.decode()
        assert "补发上周的" in page and "-12" in page and "李小哥" not in page and "13800138001" not in page
    [row] = Transfer.objects.all()
    back = reverse("desk:points-reverse", args=[row.id])
    assert client.post(back, {"reason": ""}).status_code == 422
    assert "已冲正" in client.post(back, {"reason": "发错了"}, follow=True).content.decode()
    assert selectors.balance(DISTRICT, Account.objects.get(kind__code="points_wallet").id) == 0
    assert client.post(reverse("desk:points-reverse", args=[ids.uuid7()]), {"reason": "x"}).status_code == 404
    assert proving.prove() == []


def test_a_month_is_closed_when_it_is_over(client: Client, keeper: Any) -> None:
    address = reverse("desk:points-close")
    for wrong in ({}, {"last": "x\0"}, {"last": f"{clock.today():%Y-%m-%d}", "unit": "points"}):
        assert client.post(address, wrong).status_code == 422, wrong
    last = clock.today() - timedelta(days=3)
    assert client.post(address, {"last": f"{last:%Y-%m-%d}", "unit": "nothing\0"}).status_code == 404
    page = client.post(address, {"last": f"{last:%Y-%m-%d}", "unit": "points"}, follow=True).content.decode()
    assert f"{last:%Y-%m-%d}" in page and Period.objects.get().digest[:12] in page


def test_who_does_not_keep_points_sees_nothing_of_them(client: Client, keeper: Any) -> None:
    other = make_member("bieren", "别人")
    give_duty(other, "reward_counter", DISTRICT)
    client.force_login(other.account, backend=BACKEND)
    assert client.get(reverse("desk:books")).status_code == 403
