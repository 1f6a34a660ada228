"""Offers in tests: words, a meal and a service at one place, riders, a host."""

from typing import Any

from tests.cast import DISTRICT, STREET, give_duty, make_member
from youlin.apps.duties import services as duties
from youlin.apps.offers import declarations, services
from youlin.apps.offers.models import Entitlement, Offer, OfferPlace
from youlin.apps.parties import services as parties
from youlin.apps.places import declarations as words
from youlin.apps.places.models import Place
from youlin.apps.places.tests import factories as places
from youlin.kernel import ids
from youlin.kernel.actors import SYSTEM, Actor

PLAIN = {"name_en": "x", "icon": "", "position": 0}


def declare_words(district: str = DISTRICT) -> None:
    """A kind of each way of counting, a category, two kinds of entitlement."""
    given = {"actor": SYSTEM, "district": district, "programme": "t"}
    kinds = {"meal": ("套餐", "person"), "service": ("服务", "tally")}
    words.declare(
        declarations.KINDS,
        **given,
        declared={code: {**PLAIN, "name": name, "counted": how} for code, (name, how) in kinds.items()},
    )
    words.declare(declarations.CATEGORIES, **given, declared={"daily": {**PLAIN, "name": "生活"}})
    proof = {"proof": "名单", "proof_en": "a roster", "most_days": 366}
    words.declare(
        declarations.ENTITLEMENTS,
        **given,
        declared={
            "courier": {**PLAIN, "name": "骑手", **proof},
            "guard": {**PLAIN, "name": "保安", **proof},
        },
    )


def duty_kinds() -> None:
    """The duties of a host and of a keeper, in the tests' district."""
    for code, level, verbs in (
        ("service_host", "street", ["offer.serve", "pass.check"]),
        ("offer_keeper", "district", ["offer.keep", "offer.serve", "offer.entitle"]),
    ):
        duties.declare_kind(
            actor=SYSTEM, district=DISTRICT, programme="t", code=code, name=code, level=level, verbs=verbs
        )


def host(area: str = STREET, username: str = "hemin") -> Actor:
    """Somebody who serves in an area."""
    duty_kinds()
    member = make_member(username, "何敏")
    give_duty(member, "service_host", area)
    return member.actor


def keeper(username: str = "fang") -> Actor:
    """Somebody who keeps the district's offers and says who may have them."""
    duty_kinds()
    member = make_member(username, "方婷")
    give_duty(member, "offer_keeper", DISTRICT)
    return member.actor


def make_place(**values: Any) -> Place:
    """A restaurant that never closes."""
    return places.make_place(**{"kind": "restaurant", "name": "友好食堂", "hours": "24/7", **values})


def make_offer(**values: Any) -> Offer:
    """A meal for riders, unless `values` say otherwise."""
    given = {
        "kind": "meal",
        "name": "友好套餐",
        "price": 1500,
        "usual_price": 2200,
        "audience": ["courier"],
        **values,
    }
    return services.register_offer(
        actor=SYSTEM, district=DISTRICT, values=given, idempotency_key=str(ids.uuid7())
    )


def make_service(**values: Any) -> Offer:
    """A haircut that anybody can have."""
    return make_offer(
        **{"kind": "service", "category": "daily", "name": "理发", "audience": [], "price": 0, **values}
    )


def given_at(offer: Offer, *at: Place) -> OfferPlace:
    """The offer at places; the first of them."""
    ids_ = [one.id for one in at]
    services.give_at(actor=SYSTEM, district=DISTRICT, offer_id=offer.id, place_ids=ids_)
    return OfferPlace.objects.get(district=DISTRICT, offer=offer, place=at[0])


def rider(name: str = "李强", phone: str = "13800001001", **values: Any) -> Entitlement:
    """Somebody who is entitled as a rider."""
    return services.entitle(
        actor=SYSTEM,
        district=DISTRICT,
        kind=values.pop("kind", "courier"),
        name=name,
        phone=phone,
        idempotency_key=str(ids.uuid7()),
        **values,
    )


def redeem(given: OfferPlace, said: str, actor: Actor = SYSTEM, key: str = "") -> Any:
    """One redemption at the counter."""
    return services.redeem(
        actor=actor, district=DISTRICT, given_id=given.id, said=said, idempotency_key=key or str(ids.uuid7())
    )


def company(code: str = "sudida") -> str:
    """A body with riders; its code."""
    parties.register_organisation(actor=SYSTEM, district=DISTRICT, code=code, name="速递公司", kind="company")
    return code
