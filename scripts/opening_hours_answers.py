"""Record what opening_hours.js, the reference implementation of OSM's opening hours, answers over a whole year.

The answers go into `apps/places/tests/opening_hours_js.json.gz`, which a test holds ours to: for each value of
`osm_opening_hours.txt` the states of 2026 with the minutes that each lasts, or that it is refused. Both see the same
holidays (our calendar's), the same coordinates and Beijing's clock. Needs `make setup`; made again, the file is the
same.
"""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "src/youlin/apps/places/tests"
VALUES, ANSWERS = TESTS / "osm_opening_hours.txt", TESTS / "opening_hours_js.json.gz"
YEAR, LAT, LON = 2026, "39.9", "116.4"
ZONE = "Asia/Shanghai"

sys.path.insert(0, str(ROOT / "scripts"))
sys.path.insert(0, str(ROOT / "src"))


def values() -> list[str]:
    """Every line of the list once, also those that its authors put aside with a mark."""
    lines = VALUES.read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(line.removeprefix("#").strip() for line in lines))


def lasting(changes: Sequence[tuple[float, str]], end: float) -> str:
    """`480c540o…`: closed for 480 minutes, then open for 540; the letters are those of the states."""
    ends = [*(moment for moment, _state in changes[1:]), end]
    return "".join(
        f"{round((until - start) / 60)}{state[0]}"
        for (start, state), until in zip(changes, ends, strict=True)
    )


def main() -> None:
    """Ask and write."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")
    import django

    django.setup()
    from vendor import node

    from youlin.kernel import calendars

    first, end = (datetime(year, 1, 1, tzinfo=ZoneInfo(ZONE)) for year in (YEAR, YEAR + 1))
    days = [first.date() + timedelta(days=number) for number in range((end - first).days)]
    holidays = [day for day in days if calendars.is_holiday(day)]
    asked = {
        "values": values(),
        "holidays": [(day.month, day.day) for day in holidays],
        "lat": LAT,
        "lon": LON,
        "from": first.isoformat(),
        "to": end.isoformat(),
    }
    done = subprocess.run(
        [*node(), "scripts/opening_hours_js.cjs"],
        input=json.dumps(asked),
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "TZ": ZONE},
        text=True,
    )
    found = json.loads(done.stdout)
    record = {
        "made_with": found["versions"],
        **{key: asked[key] for key in ("lat", "lon", "from", "to")},
        "holidays": [day.isoformat() for day in holidays],
        "answers": {value: lasting(changes, end.timestamp()) for value, changes in found["answers"].items()},
        "refused": [value for value in asked["values"] if value not in found["answers"]],
    }
    text = json.dumps(record, ensure_ascii=False, indent=0)
    ANSWERS.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(
        f"{len(record['answers'])} values answered, {len(record['refused'])} refused by "
        + ", ".join(found["versions"])
    )


if __name__ == "__main__":
    main()
