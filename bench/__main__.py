"""`make bench`: every measurement in one run, printed as a table and written to YOULIN_HOME/bench.json.

Each row: work, database, figure, unit, beside, ratio, aim, met. `--quick` runs on little data, to see that it runs.
"""

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROWS = ("point_to_area", "import_cases")
COLUMNS = ("work", "database", "figure", "unit", "beside", "ratio", "aim", "met")


def main() -> int:
    """Run what was asked for; exit code 1 when an aim was missed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[[], *ROWS], help="only these")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    home = Path(os.environ.get("YOULIN_HOME", "var"))
    console = Console(stderr=True)
    found = []
    for name in asked.rows or ROWS:
        with console.status(name):
            found += importlib.import_module(f"bench.{name}").run(quick=asked.quick)
    show(found)
    home.mkdir(parents=True, exist_ok=True)
    (home / "bench.json").write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"{home / 'bench.json'}")
    return 0 if all(row["met"] for row in found) else 1


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
