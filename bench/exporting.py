"""Tables of cases made in the background: CSV and Excel, of few cases and of many, by the tasks a worker runs.

Everything is asked for and made as from the desk, by the dispatcher of the district. CPU is that of the process that
does the tasks; PostgreSQL's own comes on top. Memory is the most that this process ever held.
"""

import json
import resource
import sys
import time
import uuid
from typing import Any

from bench import databases, worlds

SIZE, QUICK_SIZE = 100_000, 2_000
WHOLE = "sun_lixin"
AIM_GROWTH = 40.0
"""Megabytes that ten times as many cases may take besides: their ids, not their lines."""


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """The rows of one database."""
    with worlds.of(server) as grown:
        environment = grown.at(QUICK_SIZE if quick else SIZE)
        found = [databases.in_process("bench.exporting", environment, one) for one in ("csv", "xlsx")]
    return [_row(one) for one in found]


def _row(found: dict[str, Any]) -> dict[str, Any]:
    few, many = found["few"], found["many"]
    return {
        "work": f"export of {many['rows']:,} cases in the background, {found['format']}, usual columns",
        "database": found["database"],
        "figure": round(many["growth"], 1),
        "unit": "MB more",
        "beside": f"{many['cpu']:.1f} CPU-s, {many['cpu'] / many['rows'] * 1e6:.0f} CPU-µs a row, "
        f"{many['bytes'] / 1e6:.1f} MB; {few['rows']:,} rows: {few['cpu'] / few['rows'] * 1e6:.0f} CPU-µs a row",
        "ratio": round(many["cpu"] / many["rows"] / (few["cpu"] / few["rows"]), 2),
        "aim": f"memory flat: ≤ {AIM_GROWTH:g} MB more than for a tenth of them",
        "met": many["growth"] <= AIM_GROWTH,
    }


def _inside(format: str) -> dict[str, Any]:
    """In a process of its own: the open cases, a tenth of all, then all of them."""
    import django

    django.setup()
    from django.db import connection

    from youlin.apps.cases.selectors.rows import CaseFilters
    from youlin.kernel import jobs

    jobs.run_pending(raise_errors=False)
    few = _made(format, CaseFilters())
    return {
        "database": connection.vendor,
        "format": format,
        "few": few,
        "many": _made(format, CaseFilters(open=None, archived=True)),
    }


def _made(format: str, filters: Any) -> dict[str, Any]:
    from youlin.apps.cases.lists import services
    from youlin.apps.cases.lists.exports.columns import COLUMNS
    from youlin.apps.cases.models import ExportRun
    from youlin.apps.parties.models import Account
    from youlin.kernel import jobs
    from youlin.kernel.actors import Actor

    actor = Actor("person", person_id=Account.objects.get(username=WHOLE).person_id, via="desk")
    held, start = _peak(), time.process_time()
    asked = services.ask_export(
        actor=actor,
        filters=filters,
        columns=[name for name, column in COLUMNS.items() if column.usual],
        format=format,
        idempotency_key=str(uuid.uuid4()),
    )
    jobs.run_pending()
    run = ExportRun.objects.get(district=asked.district, id=asked.id)
    if run.state != ExportRun.State.READY:
        raise RuntimeError(f"the export is {run.state}: {run.problem}")
    return {
        "rows": run.total,
        "bytes": run.size,
        "cpu": time.process_time() - start,
        "growth": _peak() - held,
    }


def _peak() -> float:
    """The most memory that this process ever held, in megabytes (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(_inside(sys.argv[1])))
