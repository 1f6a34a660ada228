"""Datasets: how fast rows that changed leave the database, and whether memory stays flat.

Cases of the grown districts: first all of them, then again as if each had changed since (the manifest is put back to the
first position, so that every row is named by the journal, read, and takes the place of its older state). Each size runs
in a process of its own; memory is the most that it ever held beyond what it held before.
"""

import json
import resource
import sys
import time
from typing import Any

from bench import databases, worlds

FEW, MANY = 100_000, 1_000_000
QUICK_FEW, QUICK_MANY = 500, 5_000
DATASET = "cases.cases"
AIM_ROWS, AIM_GROWTH = 100_000, 40.0


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """The rows of one database."""
    with worlds.of(server) as grown:
        sizes = (QUICK_FEW, QUICK_MANY) if quick else (FEW, MANY)
        few, many = (databases.in_process("bench.datasets", grown.at(size)) for size in sizes)
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


def _inside() -> dict[str, Any]:
    """In a process of its own."""
    import django

    django.setup()
    from dataclasses import replace

    from django.db import connection

    from youlin.apps.cases.models import Case
    from youlin.kernel import datasets
    from youlin.kernel.datasets import store
    from youlin.kernel.journal import START

    [district] = Case.objects.order_by("district").values_list("district", flat=True).distinct()[:1]
    held = _peak()
    found: dict[str, Any] = {"database": connection.vendor, "whole": _exported(district, held, whole=True)}
    manifest = datasets.manifest(district, DATASET)
    assert manifest is not None
    store.write(replace(manifest, position=START))
    found["changed"] = _exported(district, held)
    return found


def _exported(district: str, held: float, *, whole: bool = False) -> dict[str, Any]:
    from youlin.kernel import datasets

    cpu, begun = time.process_time(), time.monotonic()
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
    sys.stdout.write(json.dumps(_inside()) + "\n")
