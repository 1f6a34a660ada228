"""One chunk of rows: what is known already, where each lies, which earlier case a duplicate repeats."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from youlin.apps.areas import selectors as areas
from youlin.apps.cases.imports import links
from youlin.apps.cases.imports.files import Row
from youlin.apps.cases.imports.mapping import Mapping
from youlin.apps.cases.imports.rows import Refused, Request
from youlin.apps.cases.models import Case, ImportedRow, ImportRun
from youlin.apps.cases.services import bulk
from youlin.kernel import rows as table_rows
from youlin.kernel.actors import Actor

Read = tuple[Row, Request | Refused]
"""A row's cells, and what was read from them."""


@dataclass
class _Fresh:
    """A row to be taken in under `key`; `before` is its earlier try that found no place or was refused."""

    key: str
    cells: Row
    read: Request | Refused
    before: ImportedRow | None
    area: str = ""


def count(district: str, chunk: Sequence[Read]) -> Counter[str]:
    """What `take` would do with a chunk; writes nothing."""
    known = _by_key(district, [read.key for _cells, read in chunk])
    fresh = [
        _Fresh(read.key, cells, read, None)
        for cells, read in chunk
        if read.key not in known or known[read.key].state != "taken"
    ]
    _locate(district, fresh)
    return Counter({"known": len(chunk) - len(fresh)}) + Counter(_state(one) for one in fresh)


def take(
    actor: Actor, run: ImportRun, mapping: Mapping, tables: bulk.Tables, chunk: Sequence[Read]
) -> Counter[str]:
    """Take in what is new of a chunk; inside the caller's transaction."""
    fresh = _fresh(run, chunk)
    _locate(run.district, fresh)
    coming = [(one, one.read) for one in fresh if one.area and isinstance(one.read, Request)]
    repeated = links.find(run.district, [read for _one, read in coming])
    arrivals = [
        arrival(read, mapping, one.area, repeats=repeated.get(place))
        for place, (one, read) in enumerate(coming)
    ]
    cases = bulk.report_many(actor=actor, using=tables, arrivals=arrivals)
    case_of = {one.key: case for (one, _read), case in zip(coming, cases, strict=True)}
    _save([_stored(run, one, case_of.get(one.key)) for one in fresh], fresh)
    return Counter({"known": len(chunk) - len(fresh)}) + Counter(_state(one) for one in fresh)


def arrival(
    request: Request, mapping: Mapping, area: str, *, repeats: Case | int | None = None
) -> bulk.Arrival:
    """The request as the bulk service takes it."""
    return bulk.Arrival(
        category=request.category,
        reported_at=request.reported_at,
        area=area,
        title=request.title,
        description=request.description,
        address=request.address,
        lon=request.lon,
        lat=request.lat,
        channel=mapping.channel,
        external_number=request.number,
        acts=request.acts,
        duplicate_of=repeats,
    )


def _fresh(run: ImportRun, chunk: Sequence[Read]) -> list[_Fresh]:
    """Rows that are not cases yet. A row equal to an earlier one of this very file gets a key of its own."""
    known = _by_key(run.district, [read.key for _cells, read in chunk])
    found: dict[str, _Fresh] = {}
    for cells, read in chunk:
        key, before = read.key, known.get(read.key)
        if key in found or (before is not None and before.run_id == run.pk):
            key, before = _next_key(run.district, key, found), None
        elif before is not None and before.state == "taken":
            continue
        found[key] = _Fresh(key, cells, read, before)
    return list(found.values())


def _next_key(district: str, key: str, found: dict[str, _Fresh]) -> str:
    number = 2
    while f"{key}#{number}" in found or _by_key(district, [f"{key}#{number}"]):
        number += 1
    return f"{key}#{number}"


def _by_key(district: str, keys: Sequence[str]) -> dict[str, ImportedRow]:
    return {row.key: row for row in ImportedRow.objects.filter(district=district, key__in=keys)}


def _locate(district: str, fresh: Sequence[_Fresh]) -> None:
    """The area of each row that has a point in the district; "" for the others."""
    placed = []
    for one in fresh:
        if isinstance(one.read, Request) and one.read.lon is not None and one.read.lat is not None:
            placed.append((one, one.read.lon, one.read.lat))
    codes = areas.locate_many([lon for _, lon, _ in placed], [lat for _, _, lat in placed], prefix=district)
    for (one, _lon, _lat), code in zip(placed, codes.tolist(), strict=True):
        one.area = code if code.startswith(district) else ""


def _state(one: _Fresh) -> str:
    if isinstance(one.read, Refused):
        return "error"
    return "taken" if one.area else "no_place"


def _stored(run: ImportRun, one: _Fresh, case: Case | None) -> ImportedRow:
    """The row as it is kept; its cells only while somebody still needs them."""
    row = one.before or ImportedRow(district=run.district, key=one.key)
    row.run, row.line, row.case, row.state = run, one.read.line, case, _state(one)
    row.raw = "" if case else json.dumps(one.cells, ensure_ascii=False)
    row.problem = {}
    if isinstance(one.read, Refused):
        row.problem = {"problems": [problem._asdict() for problem in one.read.problems]}
    elif case is None:
        row.problem = {"place": "none" if one.read.lon is None else "outside"}
    return row


def _save(rows: Sequence[ImportedRow], fresh: Sequence[_Fresh]) -> None:
    pairs = list(zip(rows, fresh, strict=True))
    table_rows.insert_many([row for row, one in pairs if one.before is None])
    for row, one in pairs:
        if one.before is not None:
            row.save()
