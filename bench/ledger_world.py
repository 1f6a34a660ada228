"""The books that `bench.ledger` posts in: a pot that issues, 1,000 accounts with something in each; and their proof."""

import json
import sys


def fill(count: int) -> None:
    """Tables, a unit, kinds, accounts, and something in each."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from youlin.apps.ledger import declarations, services
    from youlin.apps.ledger.services import Leg, Order
    from youlin.kernel import ids
    from youlin.kernel.actors import SYSTEM

    plain = {"name_en": "", "position": 0}
    given = {"actor": SYSTEM, "district": "110102", "programme": "bench"}
    unit = {"name": "points", "scale": 0, "symbol": "", "symbol_en": "", "purpose": "", "purpose_en": ""}
    declarations.declare(declarations.UNITS, **given, declared={"points": {**plain, **unit}})
    free = dict.fromkeys(("most", "most_out_day", "most_in_day", "expires_days"))
    kinds = {
        code: {
            **plain,
            **free,
            "name": code,
            "unit": "points",
            "owner_kind": owner,
            "issuing": owner == "programme",
            "returns_to": "",
        }
        for code, owner in (("pot", "programme"), ("purse", "person"))
    }
    declarations.declare(declarations.KINDS, **given, declared=kinds)
    pot = services.open_account(actor=SYSTEM, district="110102", kind="pot")
    owners = {ids.uuid7(): "" for _ in range(count)}
    accounts = services.open_accounts(actor=SYSTEM, district="110102", kind="purse", owners=owners)
    orders = [
        Order(key=f"fill:{number}", legs=(Leg(pot.id, one.id, 1_000_000),))
        for number, one in enumerate(accounts.values())
    ]
    services.transfer_many(actor=SYSTEM, district="110102", orders=orders)
    print(json.dumps({"accounts": len(accounts)}))


def prove() -> None:
    """Whether the books still hold after all that."""
    from youlin.apps.ledger import proving

    print(json.dumps({"breaks": [str(one) for one in proving.prove()], "transfers": proving.counted()[1]}))


if __name__ == "__main__":
    import django

    django.setup()
    fill(int(sys.argv[2])) if sys.argv[1] == "fill" else prove()
