"""How many queries a look costs, for tests that let rows grow."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def least(look: Callable[[], object]) -> int:
    """The least of three looks: what is kept for some seconds is asked again now and then."""
    numbers = []
    for _look in range(3):
        with CaptureQueriesContext(connection) as asked:
            look()
        numbers.append(len(asked))
    return min(numbers)
