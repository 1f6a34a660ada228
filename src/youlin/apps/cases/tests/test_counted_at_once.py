"""The map's counts while others write: two who change cases, one who adds up, one who looks; on both databases."""

import random
from collections.abc import Callable
from datetime import timedelta
from threading import Semaphore

import pytest
from django.db import connection, transaction
from django.db.models import Q

from tests.cast import DISTRICT, GRID, OTHER_STREET, make_district
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.test_counted_map import counted, read
from youlin.apps.cases.words import SEARCH_KIND
from youlin.kernel import clock, tallies
from youlin.kernel.tallies.models import Tally, TallyChange
from youlin.kernel.tests import databases

CHANGES = 40
LEVEL = 9


def change(seed: int, cases: list[Case], changed: Callable[[], object]) -> None:
    """Cases of one's own move, end, come again, become late; now and then all of it is undone."""
    chance = random.Random(seed)
    lon, lat = factories.point_in(GRID)
    now = clock.now()
    for number in range(CHANGES):
        rows = Case.objects.filter(pk=chance.choice(cases).pk)
        with transaction.atomic():
            rows.update(is_open=chance.random() < 0.7, due_at=now + timedelta(hours=chance.choice([-9, 9])))
            rows.update(lon=lon + chance.uniform(-0.05, 0.05), lat=lat + chance.uniform(-0.05, 0.05))
            rows.update(area_now=chance.choice([GRID, f"{OTHER_STREET}001001"]))
            if number % 8 == 5:
                transaction.set_rollback(True)
        changed()


def look() -> None:
    """At one moment the counts are what reading every case says, and no cell has less than nothing."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        assert counted(LEVEL, Q()) == read(LEVEL)
        assert not Tally.objects.filter(Q(number__lt=0) | Q(late__lt=0)).exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_looks_while_others_write_sees_what_is_there(transactional_db: None) -> None:
    with databases.shared_database():
        make_district()
        factories.make_tables()
        cases = factories.many(12)
        tallies.recount(SEARCH_KIND, DISTRICT)
        # A turn for each change: whoever looks without a pause would keep SQLite's one lock from those who write.
        turns = [Semaphore(0), Semaphore(0)]

        def give_turns(number: int = 1) -> None:
            for turn in turns:
                turn.release(number)

        def write(seed: int) -> None:
            left = CHANGES

            def changed() -> None:
                nonlocal left
                left -= 1
                give_turns()

            try:
                change(seed, cases[seed::2], changed)
            finally:
                if left:
                    give_turns(left)

        def at_each_change(turn: Semaphore, act: Callable[[], object]) -> None:
            for _ in range(2 * CHANGES):
                turn.acquire()
                act()

        databases.in_threads(
            lambda: write(0),
            lambda: write(1),
            lambda: at_each_change(turns[0], look),
            lambda: at_each_change(turns[1], lambda: tallies.fold(SEARCH_KIND, DISTRICT)),
            patience=120,
        )
        look()
        tallies.fold(SEARCH_KIND, DISTRICT)
        assert not TallyChange.objects.exists()
        look()
