"""What is done thousands of times in an hour: a condition of a programme evaluated, a deadline counted.

Without database; CPU of this process, each answer checked.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

AIM = 200.0
"""Microseconds of CPU."""
LIMITS = ("4 工作时", "5 工作日", "24 小时", "7 自然日", "300 工作时")


def run(quick: bool = False) -> list[dict[str, Any]]:
    """Two rows. `quick` does a tenth."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")
    import django

    django.setup()
    rounds = 400 if quick else 4000
    return [
        _row("a condition of a programme (CEL) evaluated", _condition(), rounds),
        _row("a deadline counted in Chinese working time, five kinds of limit", _deadlines(), rounds),
    ]


def _condition() -> Callable[[], int]:
    from youlin.kernel import expressions

    text = "category == '0102' && count > 3 && in_area(area, '1101')"
    expression = expressions.compile(text, variables=frozenset({"category", "count", "area"}))

    def work() -> int:
        assert expression.evaluate(category="0102", count=4, area="110102") is True
        return 1

    return work


def _deadlines() -> Callable[[], int]:
    from youlin.kernel import calendars

    limits = [calendars.Limit.parse(text) for text in LIMITS]
    start = datetime(2026, 3, 2, 2, 15, tzinfo=UTC)

    def work() -> int:
        for limit in limits:
            assert calendars.deadline(start, limit) > start
        return len(limits)

    return work


def _row(what: str, work: Callable[[], int], rounds: int) -> dict[str, Any]:
    begun = time.process_time()
    done = sum(work() for _round in range(rounds))
    micros = (time.process_time() - begun) / done * 1e6
    return {
        "work": what,
        "database": "none",
        "figure": round(micros, 1),
        "unit": "CPU-µs",
        "beside": "",
        "ratio": None,
        "aim": f"≤ {AIM:g} CPU-µs",
        "met": micros <= AIM,
    }
