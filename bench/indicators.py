"""Figures of millions of cases: on-time rate and median hours by area level, month and category.

Made-up cases over sixty months, as the exporter writes them. Beside it the same by hand-written SQL in the same process,
with the same threads and memory; the answers are compared cell by cell. Then one day's changes (a thousandth of the rows,
nine tenths of them in the newest month) and a refresh of what is kept ready.
"""

import json
import resource
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from bench import databases

ROWS, QUICK_ROWS = 20_000_000, 200_000
MONTHS = 60
DISTRICT = "110102"
AIM_BESIDE, AIM_MEMORY, AIM_DAY = 1.15, 1024, 0.05
WIDTHS = (6, 9, 12)


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """Rows are files: the database holds the declarations alone, so one is enough."""
    if server:
        return []
    with databases.empty(server) as environment:
        rows = str(QUICK_ROWS if quick else ROWS)
        databases.in_process("bench.indicators", environment, "fill", rows)  # whose memory is not counted
        found = databases.in_process("bench.indicators", environment, "measure", rows)
    return _told(found)


def _told(found: dict[str, Any]) -> list[dict[str, Any]]:
    rows = f"{found['rows']:,} cases × area level × month × category"
    return [
        {
            "work": f"{rows}: on-time rate, median hours",
            "figure": round(found["ours"], 2),
            "unit": "s",
            "beside": f"hand-written SQL {found['hand']:.2f} s, {found['cells']:,} cells, "
            + ("all equal" if found["equal"] else "NOT EQUAL"),
            "ratio": round(found["ours"] / found["hand"], 2),
            "aim": f"≤ {AIM_BESIDE:g} × by hand, equal",
            "met": found["equal"] and found["ours"] <= AIM_BESIDE * found["hand"],
        },
        {
            "work": "the same: memory",
            "figure": round(found["peak"]),
            "unit": "MB",
            "beside": f"the whole process with the answer; {found['before']:.0f} MB before the question",
            "aim": f"≤ {AIM_MEMORY:,}",
            "met": found["peak"] <= AIM_MEMORY,
        },
        {
            "work": "ready figures after a day's changes (0.1 %)",
            "figure": round(found["day"], 2),
            "unit": "s",
            "beside": f"all anew {found['whole']:.1f} s",
            "ratio": round(found["day"] / found["whole"], 3),
            "aim": f"≤ {AIM_DAY:.0%} of it",
            "met": found["day"] <= AIM_DAY * found["whole"],
        },
        {
            "work": "twelve figures of a district with series, and a map of its streets, from ready ones",
            "figure": round(found["page"] * 1000),
            "unit": "ms",
            "beside": f"{found['page_cpu'] * 1000:.0f} CPU-ms",
            "aim": "≤ 300 ms",
            "met": found["page"] <= 0.3,
        },
    ]


def _fill(rows: int) -> dict[str, Any]:
    """In a process of its own: the files, and what is declared over them."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from bench.indicators_world import declare, fill

    declare()
    fill(rows)
    return {}


def _measure(rows: int) -> dict[str, Any]:
    """In a process of its own."""
    from bench.indicators_world import one_day, page
    from youlin.apps.indicators import evaluating, kept, refreshing

    found: dict[str, Any] = {"rows": rows}
    definitions = evaluating_definitions()
    source = evaluating.source("cases.cases", DISTRICT)
    assert source is not None
    found["before"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answers: dict[str, list[Any]] = {"ours": [], "hand": []}
    with evaluating.engine() as duck:
        view = evaluating.opened(duck, source, definitions[0].rule, area=DISTRICT)
        for width in WIDTHS:
            evaluating._sql(tuple(definitions), evaluating.Shape(width, "month", "category"), view.schema)
        for way in ("ours", "hand", "ours", "hand"):
            begun = time.perf_counter()
            answers[way] = [
                evaluating.aggregated(view, definitions, evaluating.Shape(width, "month", "category"))
                if way == "ours"
                else duck.execute(_by_hand(width)).to_arrow_table()
                for width in WIDTHS
            ]
            found[way] = min(found.get(way, 1e9), time.perf_counter() - begun)
            found.setdefault("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)  # ours alone
    found["cells"] = sum(table.num_rows for table in answers["ours"])
    found["equal"] = all(
        _cells(one) == _cells(other) for one, other in zip(answers["ours"], answers["hand"], strict=True)
    )
    begun = time.perf_counter()
    refreshing.refresh(DISTRICT)
    found["whole"] = time.perf_counter() - begun
    one_day(rows)
    begun = time.perf_counter()
    refreshing.refresh(DISTRICT)
    found["day"] = time.perf_counter() - begun
    page()
    begun, cpu = time.perf_counter(), time.process_time()
    page()
    found["page"], found["page_cpu"] = time.perf_counter() - begun, time.process_time() - cpu
    shutil.rmtree(kept.folder(DISTRICT).parent)
    return found


def evaluating_definitions() -> list[Any]:
    """The two figures that are compared."""
    from youlin.apps.indicators import declarations

    known = declarations.in_force(DISTRICT)
    return [known["on_time"], known["hours"]]


def _by_hand(width: int) -> str:
    files = str(_home() / "*.parquet")
    return f"""
        SELECT substr(area, 1, {width}) AS area, date_trunc('month', reported_at_day)::DATE AS start, category AS key,
               count(*) FILTER (NOT excluded AND closed_at IS NOT NULL AND NOT was_late) AS n,
               count(*) FILTER (NOT excluded) AS d,
               count(closing_seconds) FILTER (NOT excluded) AS m,
               median(closing_seconds::DOUBLE) FILTER (NOT excluded) AS v
        FROM read_parquet('{files}') WHERE starts_with(area, '{DISTRICT}') AND reported_at <= {_now()}
        GROUP BY ALL"""


def _now() -> int:
    from youlin.kernel.datasets import store

    found = store.manifest(DISTRICT, "cases.cases")
    assert found is not None
    return int(found.as_of.timestamp())


def _home() -> Path:
    from youlin.kernel.datasets import store

    return store.folder(DISTRICT, "cases.cases")


def _cells(table: Any) -> set[tuple[Any, ...]]:
    """Cells whatever the order of rows and the names of columns: area, start, key, numbers."""
    names = table.column_names
    order = ["area", "start", "key"]
    rest = [name for name in names if name not in order]
    wanted = {"n": "on_time__n", "d": "on_time__d", "m": "hours__n", "v": "hours__v"}
    columns = order + [name if name in rest else wanted[name] for name in ("n", "d", "m", "v")]
    return set(zip(*(table.column(name).to_pylist() for name in columns), strict=True))


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps({"fill": _fill, "measure": _measure}[sys.argv[1]](int(sys.argv[2]))))
