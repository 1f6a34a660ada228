"""The ledger in tests: points that run out, cents that do not, a pot, wallets and shops."""

from typing import Any
from uuid import UUID

from tests.cast import DISTRICT, give_duty, make_member
from youlin.apps.duties import services as duties
from youlin.apps.ledger import declarations, services
from youlin.apps.ledger.models import Account
from youlin.apps.ledger.services import Leg, Order
from youlin.kernel import ids
from youlin.kernel.actors import SYSTEM, Actor

UNIT = {
    "name_en": "x",
    "position": 0,
    "scale": 0,
    "symbol": "",
    "symbol_en": "",
    "purpose": "",
    "purpose_en": "",
}
KIND: dict[str, Any] = {
    "name_en": "x",
    "position": 0,
    "unit": "points",
    "owner_kind": "person",
    "issuing": False,
    "most": None,
    "most_out_day": None,
    "most_in_day": None,
    "expires_days": None,
    "returns_to": "",
}


def declare(district: str = DISTRICT, **kinds: Any) -> None:
    """Points and cents; a pot of each that issues, plain purses, wallets whose points run out, shops; `kinds` besides."""
    given = {"actor": SYSTEM, "district": district, "programme": "t"}
    units = {"points": {**UNIT, "name": "积分"}, "cents": {**UNIT, "name": "钱", "scale": 2}}
    declarations.declare(declarations.UNITS, **given, declared=units)
    every = {
        "pot": {"owner_kind": "programme", "issuing": True},
        "cents_pot": {"owner_kind": "programme", "issuing": True, "unit": "cents"},
        "purse": {},
        "cents_purse": {"unit": "cents"},
        "wallet": {"expires_days": 365, "returns_to": "pot"},
        "shop": {"owner_kind": "organisation"},
        **kinds,
    }
    declarations.declare(
        declarations.KINDS,
        **given,
        declared={code: {**KIND, "name": code, **values} for code, values in every.items()},
    )


def account(kind: str = "purse", amount: int = 0, district: str = DISTRICT) -> Account:
    """A new account with so much from its pot."""
    made = services.open_account(actor=SYSTEM, district=district, kind=kind, owner_id=ids.uuid7())
    if amount:
        give(pot(kind, district), made, amount)
        made.refresh_from_db()
    return made


def pot(kind: str = "purse", district: str = DISTRICT) -> Account:
    """The pot of the unit that a kind is of."""
    code = "cents_pot" if kind.startswith("cents") else "pot"
    return services.open_account(actor=SYSTEM, district=district, kind=code)


def give(
    source: Account, target: Account, amount: int, key: str = "", actor: Actor = SYSTEM, **values: Any
) -> Any:
    """One transfer."""
    return services.transfer(
        actor=actor,
        district=source.district,
        key=key or str(ids.uuid7()),
        legs=[Leg(source.id, target.id, amount)],
        **values,
    )


def order(source: UUID, target: UUID, amount: int, key: str = "", **values: Any) -> Order:
    """An order of one leg."""
    return Order(key=key or str(ids.uuid7()), legs=(Leg(source, target, amount),), **values)


def keeper(username: str = "zhang") -> Actor:
    """Somebody who keeps and closes the district's books."""
    duties.declare_kind(
        actor=SYSTEM,
        district=DISTRICT,
        programme="t",
        code="ledger_keeper",
        name="账本管理员",
        level="district",
        verbs=["ledger.keep", "ledger.read", "ledger.close"],
    )
    member = make_member(username, "张账")
    give_duty(member, "ledger_keeper", DISTRICT)
    return member.actor


RULE: dict[str, Any] = {
    "name": "服务时间",
    "name_en": "x",
    "position": 0,
    "when": ["tests.served"],
    "condition": "",
    "pot": "pot",
    "account": "wallet",
    "who": "after.person",
    "amount": "after.minutes / 10 * (local.hour >= 18 ? 2 : 1)",
    "at": "after.began_at",
    "pair": "after.organiser",
    "place": "after.place",
    "instead_of": "after.corrects",
    "facts": {"minutes": "after.minutes"},
    "words": "平安守护 {minutes} 分钟",
    "words_en": "{minutes} minutes of safety watch",
    "most_day": None,
    "most_month": None,
    "pause_minutes": 0,
    "same_pair_month": 0,
    "same_place_day": 0,
    "fastest_kmh": 0,
}


def declare_rule(district: str = DISTRICT, **values: Any) -> None:
    """A rule of earning for acts of these tests, and its reaction."""
    from youlin.kernel import journal
    from youlin.kernel.reactions import declarations as reactions

    journal.register_acts({"tests.served": "试：服务"})
    rule = {**RULE, **values}
    declarations.declare(
        declarations.RULES, actor=SYSTEM, district=district, programme="t", declared={"served": rule}
    )
    reactions.declare_rules(
        district=district,
        programme="t",
        declared={
            "earn": {
                "when": rule["when"],
                "condition": rule["condition"],
                "do": "ledger.earn",
                "params": {"rule": "served"},
            }
        },
    )
