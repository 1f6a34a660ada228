"""Counting how fast somebody is: exact, shared by processes, nothing taken from anybody who did nothing."""

from datetime import timedelta

import pytest
from django.db import connection

from youlin.kernel import clock, pacing
from youlin.kernel.pacing import Counter
from youlin.kernel.pacing.models import PaceCount
from youlin.kernel.tests.databases import in_threads

MORNING = clock.now().replace(year=2026, month=3, day=2, hour=1, minute=0, second=0, microsecond=0)
LI = Counter("browser:li", 3, 600)
OFFICE = Counter("address:office", 5, 600)


@pytest.fixture(autouse=True)
def _at_rest():
    pacing.forget()
    yield
    pacing.forget()


@pytest.fixture
def morning():
    with clock.frozen(MORNING):
        yield


def allowed(*counters: Counter, times: int) -> list[bool]:
    return [pacing.hit(counters) == 0 for _n in range(times)]


@pytest.mark.django_db
class TestOneProcess:
    def test_so_many_and_no_more_until_the_window_has_passed(self, morning):
        assert allowed(LI, times=5) == [True, True, True, False, False]
        clock.advance(timedelta(minutes=21))
        assert allowed(LI, times=4) == [True, True, True, False]

    def test_a_window_fades_while_the_next_goes_on(self, morning):
        assert allowed(LI, times=3) == [True] * 3
        clock.advance(timedelta(minutes=15))  # half of the next window: the three weigh one and a half
        assert allowed(LI, times=2) == [True, False]

    def test_the_wait_that_is_told_is_long_enough_and_no_longer(self, morning):
        allowed(LI, times=3)
        wait = pacing.hit([LI])
        assert 0 < wait <= 800
        clock.advance(timedelta(seconds=wait + 1))
        assert pacing.hit([LI]) == 0

    def test_a_write_is_one_query_and_a_refusal_that_is_known_none(self, morning, django_assert_num_queries):
        with django_assert_num_queries(1):
            pacing.hit([LI, OFFICE])
        allowed(LI, times=2)
        with django_assert_num_queries(2):
            assert pacing.hit([LI, OFFICE])
        with django_assert_num_queries(0):
            assert pacing.hit([LI, OFFICE])
        with django_assert_num_queries(0):
            assert pacing.hit([]) == 0

    def test_the_office_does_not_pay_for_one_in_haste(self, morning):
        assert allowed(LI, OFFICE, times=50).count(True) == 3
        assert allowed(Counter("browser:wang", 3, 600), OFFICE, times=3) == [True, True, False]

    def test_neither_address_nor_person_stand_in_the_table(self, morning):
        pacing.hit([Counter("address:203.0.113.7", 3, 600)])
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {PaceCount._meta.db_table}")
            assert "203.0.113.7" not in str(cursor.fetchall())

    def test_what_says_nothing_any_more_is_deleted(self, morning):
        pacing.hit([LI])
        assert pacing.forget_old() == 0
        clock.advance(timedelta(minutes=21))
        assert pacing.forget_old() == 1 and not PaceCount.objects.exists()

    def test_a_clock_set_back_does_not_open_the_door(self, morning):
        allowed(LI, times=3)
        with clock.frozen(MORNING - timedelta(minutes=1)):
            pacing.forget()
            assert pacing.hit([LI])


def test_four_at_once_let_pass_no_more_than_one_would(shared_db):
    """As four processes: connections of their own, and nothing remembered from one hit to the next."""
    counters = [Counter("client:busy", 40, 86_400), Counter("address:office", 1000, 86_400)]

    def write() -> int:
        passed = 0
        for _n in range(25):
            pacing.forget()
            passed += pacing.hit(counters) == 0
        return passed

    passed = sum(in_threads(*[write] * 4, patience=300))
    assert 36 <= passed <= 40
    assert (
        PaceCount.objects.get(id=counters[0].id).hits
        == PaceCount.objects.get(id=counters[1].id).hits
        == passed
    )
