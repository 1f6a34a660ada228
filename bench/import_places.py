"""Import of 100,000 places from CSV and from an Excel workbook: rows a second, and whether memory stays flat."""

import csv
import json
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from bench import databases, reporting

ROWS = 100_000
QUICK_ROWS = 3_000
AIM_ROWS = 3_000
"""Rows a second."""
AIM_MEGABYTES = 50
"""How much the process may grow between the first batches and the end."""
WARM_BATCHES = 10
DISTRICT = "110102"
HOURS = ("周一至周五 9:00-17:00，节假日休息", "24/7", "Mo-Su 08:00-20:00", "每天 7:00-22:00", "")
FACILITIES = ("饮水", "微波炉", "手机充电", "卫生间", "座椅", "午休")


KINDS = {"csv": "CSV", "xlsx": "an Excel workbook"}
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKED = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'''<Types xmlns="{PACKED}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="{TYPE}.sheet.main+xml"/>
<Override PartName="/xl/sheet.xml" ContentType="{TYPE}.worksheet+xml"/>
<Override PartName="/xl/shared.xml" ContentType="{TYPE}.sharedStrings+xml"/>
</Types>''',
    "_rels/.rels": f'''<Relationships xmlns="{PACKED}/relationships">
<Relationship Id="a" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>''',
    "xl/_rels/workbook.xml.rels": f'''<Relationships xmlns="{PACKED}/relationships">
<Relationship Id="b" Type="{RELATIONS}/worksheet" Target="sheet.xml"/>
<Relationship Id="c" Type="{RELATIONS}/sharedStrings" Target="shared.xml"/></Relationships>''',
    "xl/workbook.xml": f'''<workbook xmlns="{SPACE}" xmlns:r="{RELATIONS}"><sheets>
<sheet name="a" sheetId="1" r:id="b"/></sheets></workbook>''',
}
"""What a workbook is made of besides its worksheet and the texts that its cells share."""


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """Each kind of file in a process of its own on an empty database."""
    return [row for kind in KINDS for row in _rows(server, kind, quick=quick)]


def _rows(server: str, kind: str, *, quick: bool) -> list[dict[str, Any]]:
    with databases.empty(server) as environment:
        found = databases.in_process(
            "bench.import_places", environment, kind, *(["--quick"] if quick else [])
        )
    rate = found["rows"] / found["seconds"]
    return [
        {
            "work": f"import of {found['rows']:,} places from {KINDS[kind]} through the services",
            "database": found["database"],
            "figure": round(rate),
            "unit": "rows/s",
            "beside": f"{found['rows'] / found['cpu']:,.0f} rows per CPU second; again, all there: "
            f"{found['rows'] / found['again']:,.0f} rows/s",
            "ratio": None,
            "aim": f"≥ {AIM_ROWS:,} rows/s",
            "met": rate >= AIM_ROWS,
        },
        reporting.memory(found, AIM_MEGABYTES, "the first batches"),
    ]


def _measure(kind: str, *, quick: bool) -> dict[str, Any]:
    """Runs in the process of its own."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0)
    from youlin.apps.areas import services as areas
    from youlin.apps.places.imports import services
    from youlin.kernel.actors import SYSTEM
    from youlin.programmes import loader
    from youlin.programmes import services as programmes

    areas.import_bundled(actor=SYSTEM, prefix=DISTRICT)
    for code in ("city_management", "friendly_city"):
        programmes.apply(actor=SYSTEM, district=DISTRICT, programme=loader.load(code))
    count = QUICK_ROWS if quick else ROWS
    held: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"places.{kind}"
        _WRITERS[kind](path, count)
        cpu, start = time.process_time(), time.perf_counter()
        outcome = services.take(
            actor=SYSTEM, district=DISTRICT, path=path, progress=lambda rows: held.append(_memory())
        )
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        start = time.perf_counter()
        again = services.take(actor=SYSTEM, district=DISTRICT, path=path)
        seconds_again = time.perf_counter() - start
    assert outcome.counts == {"new": count}, outcome
    assert again.counts == {"same": count}, again
    return {
        "database": connection.vendor,
        "rows": count,
        "seconds": seconds,
        "cpu": cpu,
        "again": seconds_again,
        "growth": max(held) - held[min(WARM_BATCHES, len(held)) - 1],
        "peak": max(held),
    }


def _table(count: int) -> Iterator[tuple[object, ...]]:
    """The headings, then rows with a key at their source, drawn over the middle of the district."""
    rng = random.Random(7)
    yield ("来源编号", "来源", "名称", "种类", "经度", "纬度", "地址", "开放时间", "设施")
    for number in range(count):
        lon, lat = round(rng.uniform(116.355, 116.385), 6), round(rng.uniform(39.892, 39.935), 6)
        told = (number, "bench", f"第{number}号暖心驿站", "暖心驿站", lon, lat, f"煤市街{number % 300}号")
        yield (*told, rng.choice(HOURS), "、".join(rng.sample(FACILITIES, 3)))


def _write_csv(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(_table(count))


def _write_xlsx(path: Path, count: int) -> None:
    """As Excel writes it: every cell named, texts in a table that cells share, the size of the sheet at its beginning."""
    shared: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in PARTS.items():
            packed.writestr(name, content)
        with packed.open("xl/sheet.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{SPACE}"><dimension ref="A1:I{count + 1}"/><sheetData>'.encode())
            for line, row in enumerate(_table(count), start=1):
                cells = "".join(
                    _cell(f"{column}{line}", value, shared)
                    for column, value in zip("ABCDEFGHI", row, strict=True)
                )
                sheet.write(f'<row r="{line}" spans="1:9">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
        texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
        packed.writestr("xl/shared.xml", f'<sst xmlns="{SPACE}">{texts}</sst>')


def _cell(name: str, value: object, shared: dict[str, int]) -> str:
    if not isinstance(value, str):
        return f'<c r="{name}"><v>{value}</v></c>'
    return (
        f'<c r="{name}" t="s"><v>{shared.setdefault(value, len(shared))}</v></c>'
        if value
        else f'<c r="{name}"/>'
    )


_WRITERS = {"csv": _write_csv, "xlsx": _write_xlsx}


def _memory() -> float:
    """What this process holds in memory now, in megabytes (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


if __name__ == "__main__":
    print(json.dumps(_measure(sys.argv[1], quick="--quick" in sys.argv)))
