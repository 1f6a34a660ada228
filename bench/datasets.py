"""Datasets: how fast rows that changed leave the database, and whether memory stays flat.

Cases of the largest of the grown districts: first all of them, then again after each was named by an entry of the
journal, so that every row is looked up, read, and takes the place of its older state. Each step runs in a process of
its own; memory is the most that it ever held beyond what it held before.
"""

import json
import resource
import sys
import time
from itertools import islice
from typing import Any

from bench import databases, worlds

FEW, MANY = 100_000, 1_000_000
NAMED_AT_ONCE = 5_000
QUICK_FEW, QUICK_MANY = 500, 5_000
DATASET = "cases.cases"
AIM_ROWS, AIM_GROWTH = 100_000, 40.0


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """The rows of one database."""
    with worlds.of(server) as grown:
        sizes = (QUICK_FEW, QUICK_MANY) if quick else (FEW, MANY)
        few, many = (_measured(grown, size) for size in sizes)
    growth = max(many[kind]["peak"] - few[kind]["peak"] for kind in ("whole", "changed"))
    return [
        *(_row(kind, many) for kind in ("whole", "changed")),
        {
            "work": f"memory of exporting {many['changed']['rows']:,} cases instead of {few['changed']['rows']:,}",
            "database": many["database"],
            "figure": round(growth, 1),
            "unit": "MB more",
            "beside": f"{many['changed']['peak']:.0f} MB beyond the process as it began",
            "aim": f"≤ {AIM_GROWTH:g}",
            "met": growth <= AIM_GROWTH,
        },
    ]


def _row(kind: str, found: dict[str, Any]) -> dict[str, Any]:
    told = found[kind]
    speed = told["rows"] / told["seconds"]
    named = {"whole": "the first time", "changed": "all changed since"}[kind]
    return {
        "work": f"export of {told['rows']:,} cases to Parquet, {named}",
        "database": found["database"],
        "figure": round(speed),
        "unit": "rows/s",
        "beside": f"{told['seconds']:.1f} s, {told['cpu']:.1f} CPU-s, {told['bytes'] / told['rows']:.0f} bytes a row",
        "aim": f"≥ {AIM_ROWS:,}",
        "met": speed >= AIM_ROWS,
    }


def _measured(grown: Any, size: int) -> dict[str, Any]:
    """Each step in a process of its own, so that none counts the memory of another."""
    environment = grown.at(size)
    whole = databases.in_process("bench.datasets", environment, "whole")
    databases.in_process("bench.datasets", environment, "name")
    changed = databases.in_process("bench.datasets", environment, "changed")
    return {"database": whole["database"], "whole": whole, "changed": changed}


def _inside(step: str) -> dict[str, Any]:
    """One step, of the largest district."""
    import django

    django.setup()
    from django.db import connection
    from django.db.models import Count

    from youlin.apps.cases.models import Case

    sizes = Case.objects.values("district").annotate(rows=Count("pk")).order_by("-rows")
    district = sizes[0]["district"]
    if step == "name":
        return {"named": _name_all(district)}
    return {"database": connection.vendor, **_exported(district, whole=step == "whole")}


def _name_all(district: str) -> int:
    """An entry of the journal for each case, as its act would leave it."""
    from django.db import transaction

    from youlin.apps.cases.models import Case
    from youlin.kernel import journal
    from youlin.kernel.actors import SYSTEM

    named = 0
    cases = Case.objects.filter(district=district).only("pk", "district", "area_now").iterator(NAMED_AT_ONCE)
    while some := list(islice(cases, NAMED_AT_ONCE)):
        with transaction.atomic():
            journal.append_many(
                [
                    journal.Item(act="cases.acted", actor=SYSTEM, subject=one, area=one.area_now)
                    for one in some
                ]
            )
        named += len(some)
    return named


def _exported(district: str, *, whole: bool) -> dict[str, Any]:
    from youlin.kernel import datasets

    held, cpu, begun = _peak(), time.process_time(), time.monotonic()
    [done] = datasets.export(district, [DATASET], whole=whole)
    manifest = datasets.manifest(district, DATASET)
    assert manifest is not None and done.rows
    return {
        "rows": done.rows,
        "seconds": time.monotonic() - begun,
        "cpu": time.process_time() - cpu,
        "peak": _peak() - held,
        "bytes": sum(one.path.stat().st_size for one in manifest.partitions),
    }


def _peak() -> float:
    """The most memory that this process ever held, in megabytes (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_inside(sys.argv[1])) + "\n")
