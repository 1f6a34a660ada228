"""How many queries a look costs, for tests that let rows grow."""

import time
from collections.abc import Callable
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext


def least(look: Callable[[], object]) -> int:
    """The least of three looks that are answered, at one moment: what a process keeps is asked for at first.

    It would be asked for again after a second or so, and on a slow machine that is every look.
    """
    numbers, now = [], time.monotonic()
    with patch("time.monotonic", lambda: now):
        for _look in range(3):
            with CaptureQueriesContext(connection) as asked:
                answer = look()
            assert getattr(answer, "status_code", 200) < 400, answer
            numbers.append(len(asked))
    return min(numbers)
