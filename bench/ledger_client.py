"""One client of `bench.ledger`: posts transfers through our services for some seconds; prints how many, and the CPU
seconds of itself and of the server's process behind it."""

import json
import random
import sys
import time

BULK = 100


def main(how: str, start: float, seconds: float, seed: int) -> None:
    """Wait for the start, then post as fast as answers come."""
    import django

    django.setup()
    from django.db import connection

    from bench import backend
    from youlin.apps.ledger import services
    from youlin.apps.ledger.models import Account
    from youlin.apps.ledger.services import Leg, Order
    from youlin.kernel.actors import SYSTEM

    draw = random.Random(seed)
    accounts = list(
        Account.objects.filter(district="110102", kind__code="purse").values_list("id", flat=True)
    )
    hot = Account.objects.get(district="110102", kind__code="pot").id
    connection.ensure_connection()
    server = connection.connection.info.backend_pid

    def leg() -> Leg:
        giver, taker = draw.sample(accounts, 2)
        return Leg(hot if how == "hot" else giver, taker, 1)

    def post() -> int:
        if how == "bulk":
            orders = [Order(key=f"{how}:{seed}:{draw.random()}", legs=(leg(),)) for _ in range(BULK)]
            done = services.transfer_many(actor=SYSTEM, district="110102", orders=orders)
            return sum(isinstance(one, list) for one in done)
        services.transfer(actor=SYSTEM, district="110102", key=f"{how}:{seed}:{draw.random()}", legs=[leg()])
        return 1

    post()
    time.sleep(max(0.0, start - time.time()))
    begun, count = backend.own() + backend.seconds(server), 0
    until = max(start, time.time()) + seconds
    while time.time() < until:
        count += post()
    print(json.dumps({"count": count, "cpu": backend.own() + backend.seconds(server) - begun}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
