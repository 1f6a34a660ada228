"""`make bench`: every measurement in one run, on both databases; a table, and YOULIN_HOME/bench.json.

Each row: work, database, figure, unit, beside, ratio, aim, met. `--quick` runs on little data, to see that it runs;
`--docs` also writes the figures and the plot into `docs/`.
"""

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import databases, progress, reporting

ROWS = (
    "small_parts",
    "passes",
    "point_to_area",
    "import_cases",
    "import_places",
    "intake",
    "places",
    "responders",
    "walking",
    "openness",
    "tiles",
    "reacting",
    "reading",
    "exporting",
    "indicators",
    "datasets",
    "ledger",
)
WITHOUT_DATABASE = ("small_parts", "passes", "point_to_area", "walking", "openness", "scale", "growth")
ALONE = ("scale", "growth")
"""Measured only when they are asked for: they need much time, and Java or much disk."""
COLUMNS = ("work", "database", "figure", "unit", "beside", "ratio", "aim", "met")


def main() -> int:
    """Run what was asked for; exit code 1 when an aim was missed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[[], *ROWS, *ALONE], help="only these")
    parser.add_argument("--quick", action="store_true", help="little data")
    parser.add_argument("--docs", action="store_true", help="write docs/performance-figures.md and the plot")
    asked = parser.parse_args()
    home = Path(os.environ.get("YOULIN_HOME", "var"))
    found = _measured(asked.rows or ROWS, asked.quick)
    show(found)
    home.mkdir(parents=True, exist_ok=True)
    (home / "bench.json").write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if asked.docs:
        reporting.write(found, (*ROWS, *ALONE))
    print(f"{home / 'bench.json'}")
    return 0 if all(row["met"] for row in found) else 1


def _measured(names: list[str] | tuple[str, ...], quick: bool) -> list[dict]:
    """What each measurement found; one that fails is told and counts as missed, the others go on."""
    found, console = [], Console(stderr=True)
    with databases.servers() as (servers, missing):
        if missing and set(names) - set(WITHOUT_DATABASE):
            console.print(missing, style="yellow")
        for name in names:
            work = importlib.import_module(f"bench.{name}")
            for database, server in {"": ""}.items() if name in WITHOUT_DATABASE else servers.items():
                progress.step(f"{name} {database}".strip())
                try:
                    rows = (
                        work.run(quick=quick) if name in WITHOUT_DATABASE else work.run(server, quick=quick)
                    )
                except Exception as error:
                    console.print_exception()
                    rows = [{"work": name, "database": database, "figure": repr(error), "met": False}]
                found += [{"bench": name, **row} for row in rows]
    return found


def show(rows: list[dict]) -> None:
    """The table."""
    table = Table(*COLUMNS, title="bench")
    for row in rows:
        table.add_row(*(words(row.get(column)) for column in COLUMNS))
    Console(width=160).print(table)


def words(value: object) -> str:
    """A value as the table shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.3g}" if isinstance(value, float) else "" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
