"""The pack's books: applied as they are declared, a confirmed service earns by its rule, shops and points of the demo."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.cast import DISTRICT, STREET, make_district, make_member
from youlin.apps.ledger import declarations, proving
from youlin.apps.ledger.models import Account, Earning, Unit
from youlin.apps.parties import services as parties
from youlin.apps.places.models import Place
from youlin.apps.places.tests import factories as places
from youlin.apps.rewards import selectors
from youlin.apps.rewards.models import Redemption, Shop
from youlin.kernel import clock, ids, journal, reactions
from youlin.kernel.actors import SYSTEM
from youlin.programmes import ledger_checks, loader
from youlin.programmes.demo import rewards
from youlin.programmes.parts import PARTS
from youlin.programmes.vocabulary import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack() -> Any:
    """The parts of the pack that the books are made of, applied in the tests' district."""
    make_district()
    programme = loader.load("friendly_city")
    wanted = {"duty_kind", "ledger_unit", "account_kind", "earning_rule", "reaction"}
    for part in PARTS:
        if part.kind in wanted:
            declared = part.wanted(programme)
            if part.kind == "reaction":
                declared = {name: one for name, one in declared.items() if name.startswith("earn_")}
            part.declare(SYSTEM, DISTRICT, "friendly_city", declared)
    return programme


def test_what_is_declared_stands_and_declared_again_changes_nothing(pack: Any) -> None:
    assert list(ledger_checks.check(pack, current())) == []
    before = journal.end_of(DISTRICT)
    for part in PARTS:
        if part.kind in ("ledger_unit", "account_kind", "earning_rule"):
            assert {code: one.values for code, one in part.current(DISTRICT, "friendly_city").items()} == (
                part.wanted(pack)
            )
            part.declare(SYSTEM, DISTRICT, "friendly_city", part.wanted(pack))
    assert journal.end_of(DISTRICT) == before
    assert set(declarations.standing(declarations.UNITS, DISTRICT)) == {"friendly_points", "goods"}
    assert set(Account.objects.values_list("kind__code", flat=True)) == {"points_pot", "goods_source"}


def test_a_service_in_the_evening_earns_twice_and_says_so(pack: Any) -> None:
    li = parties.register_person(actor=SYSTEM, name="李强")
    evening = clock.local_now().replace(hour=19, minute=0)
    after = {
        "task": "elder_help",
        "minutes": 125,
        "began_at": evening,
        "place": "",
        "organiser": str(ids.uuid7()),
        "person": str(li.id),
        "corrects": "",
    }
    subject = Unit(id=ids.uuid7(), district=DISTRICT)
    journal.append(act="responders.served", actor=SYSTEM, subject=subject, after=after, first=True)
    while reactions.drain():
        pass
    row = Earning.objects.get()
    assert (row.asked, row.given, row.reason) == (24, 24, "")
    assert row.words.startswith("志愿服务 125 分钟（19 时起") and "from 19:00" in row.words_en
    assert proving.prove() == []


def test_the_demonstration_has_two_shops_and_somebody_with_points(pack: Any) -> None:
    places.declare_words()
    for name in ("一号", "二号"):
        places.make_place(name=name)
    Place.objects.update(is_demo=True)
    made = SimpleNamespace(
        by_username={name: make_member(name, name).id for name in ("li_qiang", "fang_ting", "he_min")}
    )
    home = SimpleNamespace(people=SimpleNamespace(home_street=STREET))
    rewards.make(cast(Any, home), DISTRICT, cast(Any, made))
    assert Shop.objects.count() == 2 and Redemption.objects.count() == 1
    assert [one.left for one in selectors.rewards(DISTRICT)] == [11, 20, 8, 0]
    wallet = Account.objects.get(kind__code="points_wallet")
    assert wallet.balance == 90 and proving.prove() == []
