"""One client of django-hordak beside ours: the same transfers through its `Account.transfer_to`.

Runs in an environment of its own (see `docs/performance.md`), with nothing of Youlin: `fill` or `post`.
"""

import json
import os
import random
import sys
import time
from urllib.parse import urlsplit


def configured() -> None:
    """A Django with nothing but hordak, on the database that `DATABASE_URL` names."""
    import django
    from django.conf import settings

    told = urlsplit(os.environ["DATABASE_URL"])
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "mptt", "djmoney", "hordak"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": told.path.strip("/"),
                "USER": told.username,
                "HOST": told.hostname,
                "PORT": told.port,
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        CURRENCIES=("EUR",),
        DEFAULT_CURRENCY="EUR",
        USE_TZ=True,
        SECRET_KEY="bench",
    )
    django.setup()


def fill(count: int) -> None:
    """Its tables and as many accounts."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from hordak.models import Account

    for number in range(count):
        Account.objects.create(name=str(number), code=str(number), type="AS", currencies=["EUR"])
    print(json.dumps({"accounts": count}))


def post(start: float, seconds: float, seed: int, floor: bool) -> None:
    """Transfers as fast as they are done; with `floor` as a balance that must not fall below a limit needs it: the
    giver's row is locked and what it has is looked at first, in one transaction."""
    from django.db import connection, transaction
    from hordak.models import Account
    from moneyed import Money

    from bench import backend

    draw, accounts, count = random.Random(seed), list(Account.objects.all()), 0
    least, server = Money(-1_000_000, "EUR"), connection.connection.get_backend_pid()
    time.sleep(max(0.0, start - time.time()))
    begun = backend.own() + backend.seconds(server)
    until = max(start, time.time()) + seconds
    while time.time() < until:
        giver, taker = draw.sample(accounts, 2)
        with transaction.atomic():
            if floor:
                held = Account.objects.select_for_update().get(pk=giver.pk)
                assert held.balance()[least.currency] > least
            giver.transfer_to(taker, Money(1, "EUR"))
        count += 1
    print(json.dumps({"count": count, "cpu": backend.own() + backend.seconds(server) - begun}))


if __name__ == "__main__":
    configured()
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    else:
        post(float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]), floor=sys.argv[5] == "floor")
