"""Import of the whole Chicago file through the services: rows a second, and whether memory stays flat.

Beside it stands what the same rows cost as a bare bulk INSERT into the table of cases: read and parsed alike,
but without acts, journal, search, idempotency and areas.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from bench import databases, reporting

AIM_ROWS = 1_000
"""Rows a second through the services."""
AIM_MEGABYTES = 50
"""How much the process may grow between the first chunks and the end."""
QUICK_ROWS = 5_000
WARM_CHUNKS = 5


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """One process of its own on an empty database."""
    with databases.empty(server) as environment:
        found = databases.in_process("bench.import_cases", environment, *(["--quick"] if quick else []))
    return _table(found)


def _table(found: dict[str, Any]) -> list[dict[str, Any]]:
    rate, plain = found["rows"] / found["seconds"], found["plain_rows"] / found["plain_seconds"]
    return [
        {
            "work": f"import of {found['rows']:,} real requests through the services",
            "database": found["database"],
            "figure": round(rate),
            "unit": "rows/s",
            "beside": f"bare INSERT without journal: {plain:,.0f} rows/s",
            "ratio": round(rate / plain, 2),
            "aim": f"≥ {AIM_ROWS:,} rows/s",
            "met": rate >= AIM_ROWS,
        },
        reporting.memory(found, AIM_MEGABYTES, "the first chunks"),
    ]


def _measure(quick: bool) -> dict[str, Any]:
    """Runs in the process of its own."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0)
    from youlin.apps.cases.imports import mapping, services
    from youlin.kernel.actors import Actor
    from youlin.programmes import demo_chicago
    from youlin.programmes.demo_chicago import district

    actor, table = Actor("system", via="import"), mapping.load(demo_chicago.MAPPING)
    district.prepare(actor=actor)
    limit = QUICK_ROWS if quick else None
    plain_rows, plain_seconds = _plain(table, limit)
    held: list[float] = []
    start = time.perf_counter()
    outcome = services.run(
        actor=actor,
        path=demo_chicago.FILE,
        mapping=table,
        limit=limit,
        progress=lambda rows: held.append(_memory()),
    )
    seconds = time.perf_counter() - start
    warm = held[min(WARM_CHUNKS, len(held)) - 1]
    return {
        "database": connection.vendor,
        "rows": outcome.read,
        "seconds": seconds,
        "growth": max(held) - warm,
        "peak": max(held),
        "plain_rows": plain_rows,
        "plain_seconds": plain_seconds,
    }


def _plain(table: Any, limit: int | None) -> tuple[int, float]:
    """The same rows as cases by `bulk_create`, rolled back afterwards."""
    import itertools

    from django.db import transaction

    from youlin.apps.cases.imports import files, rows, services
    from youlin.apps.cases.models import Case, CaseType
    from youlin.programmes import demo_chicago

    case_type = CaseType.objects.get(district=demo_chicago.DISTRICT, code="city_request")
    read, start, done = rows.reader(table), time.perf_counter(), 0
    with transaction.atomic():
        source = itertools.islice(files.rows(demo_chicago.FILE, table), limit)
        while chunk := list(itertools.islice(source, services.CHUNK)):
            requests = [read(line, row) for line, row in chunk]
            Case.objects.bulk_create(
                Case(
                    district=demo_chicago.DISTRICT,
                    number=f"PLAIN-{request.line}",
                    case_type=case_type,
                    category=request.category,
                    state="completed",
                    is_open=request.closed_at is None,
                    title=request.category,
                    address=request.address,
                    external_number=request.number,
                    lon=request.lon,
                    lat=request.lat,
                    area_at_event=demo_chicago.DISTRICT,
                    area_now=demo_chicago.DISTRICT,
                    reported_at=request.reported_at,
                    closed_at=request.closed_at,
                )
                for request in requests
                if isinstance(request, rows.Request)
            )
            done += len(chunk)
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return done, seconds


def _memory() -> float:
    """What this process holds in memory now, in megabytes (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


if __name__ == "__main__":
    print(json.dumps(_measure("--quick" in sys.argv)))
