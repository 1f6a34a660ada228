"""Every read of imports: the runs, the rows that wait for a place, and the figures of what was taken in."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils.translation import gettext as _

from youlin.apps.cases.imports.mapping import Mapping
from youlin.apps.cases.imports.rows import Refused, Request, reader
from youlin.apps.cases.imports.tallies import Tally
from youlin.apps.cases.models import Case, ImportedRow, ImportRun
from youlin.apps.cases.selectors.rows.paging import Page
from youlin.apps.duties import selectors as duties
from youlin.kernel import journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed, NotFound, Problem

VERB = "case.import"
BATCH = 2_000


@dataclass(frozen=True)
class Run:
    """One import as it is listed."""

    id: UUID
    source: str
    started_at: datetime
    finished_at: datetime | None
    read: int
    taken: int
    known: int
    unplaced: int
    refused: int


@dataclass(frozen=True)
class Waiting:
    """A row of the inbox: what it says, why it waits, and where the same address was seen before."""

    id: UUID
    line: int
    number: str
    category: str
    reported_at: datetime | None
    address: str
    problems: list[Problem]
    suggestion: tuple[float, float] | None


@dataclass(frozen=True)
class Opened:
    """A row on a page of its own: the cells that mean something here, and the others of its line.

    `place` is what the file says of longitude and latitude, in `place_columns`.
    """

    district: str
    state: str
    source: str
    row: Waiting
    place: tuple[str, str]
    place_columns: tuple[str, ...]
    meant: dict[str, str]
    other: dict[str, str]


def runs(actor: Actor, district: str) -> list[Run]:
    """The imports of a district, newest first. Raises `NotAllowed`."""
    _check(actor, district)
    found = ImportRun.objects.filter(district=district).order_by("-started_at", "-id")
    return [
        Run(
            run.pk,
            run.source,
            run.started_at,
            run.finished_at,
            run.rows_read,
            run.rows_taken,
            run.rows_known,
            run.rows_unplaced,
            run.rows_refused,
        )
        for run in found
    ]


def waiting(actor: Actor, district: str, *, limit: int = 200) -> list[Waiting]:
    """The rows that wait for a place, in the order of their files. Raises `NotAllowed`."""
    return _waiting(actor, district, "no_place", limit)


def refused(actor: Actor, district: str, *, limit: int = 200) -> list[Waiting]:
    """The rows that could not be read, with what is wrong. Raises `NotAllowed`."""
    return _waiting(actor, district, "error", limit)


def inbox(actor: Actor, district: str, state: str, *, page: int = 1, size: int = 50) -> Page[Waiting]:
    """A page of the rows in a state (`no_place`, `error`). No more queries for more rows. Raises `NotAllowed`."""
    _check(actor, district)
    rows = ImportedRow.objects.filter(district=district, state=state).select_related("run")
    start = (max(1, page) - 1) * size
    found = rows.order_by("run__started_at", "line")[start : start + size]
    return Page(tuple(_described(row, seen=False) for row in found), max(1, page), size, rows.count())


def opened(actor: Actor, row_id: UUID) -> Opened:
    """One row that still waits, with all its cells. Raises `NotFound` where the actor may not import."""
    rows = ImportedRow.objects.filter(
        district__in=importing_districts(actor), id=row_id, state__in=["no_place", "error"]
    )
    row = rows.select_related("run").first()
    if row is None:
        raise NotFound(_("没有这一行，或它已成为案件"), remedy=_("请回到收件箱看还有哪些"))
    columns = Mapping.model_validate(row.run.mapping).columns
    cells = json.loads(row.raw)
    named = columns.named().values()
    at = tuple(name for name in (columns.lon, columns.lat) if name)
    return Opened(
        district=row.district,
        state=row.state,
        source=row.run.source,
        row=_described(row),
        place=(cells.get(columns.lon or "", ""), cells.get(columns.lat or "", "")),
        place_columns=at,
        meant={name: cells.get(name, "") for name in named if name not in at},
        other={name: text for name, text in cells.items() if name not in named},
    )


def tally(actor: Actor, district: str, zone: ZoneInfo) -> Tally:
    """All cases imported into a district by month and category, from the table of cases."""
    _check(actor, district)
    cases = Case.objects.filter(district=district, imported_rows__district=district)
    found = Tally()
    columns = cases.values_list("category", "reported_at", "closed_at", "is_open")
    for category, reported_at, closed_at, is_open in columns.iterator(BATCH):
        _count(found, category, reported_at, None if is_open else closed_at, zone)
    return found


def tally_of_journal(actor: Actor, district: str, zone: ZoneInfo, *, channel: str) -> Tally:
    """The same from the journal alone: each report of this channel, and when its closing was journalled."""
    _check(actor, district)
    reports: dict[UUID, tuple[str, datetime]] = {}
    closings: dict[UUID, datetime] = {}
    cursor = None
    while True:
        entries, after = journal.read_batch(district, cursor, BATCH, acts=["cases.reported", "cases.closed"])
        for entry in entries:
            if entry.act == "cases.closed":
                closings[entry.subject_id] = entry.at
            elif entry.after.get("channel") == channel:
                reports[entry.subject_id] = entry.after["category"], entry.at
        if after == cursor or not entries:
            break
        cursor = after
    found = Tally()
    for subject, (category, reported_at) in reports.items():
        _count(found, category, reported_at, closings.get(subject), zone)
    return found


def tally_of_inbox(actor: Actor, district: str) -> Tally:
    """The rows that wait for a place, as their files state them."""
    _check(actor, district)
    found = Tally()
    for request, mapping in _requests(district):
        _count(found, request.category, request.reported_at, request.closed_at, mapping.zone)
    return found


@dataclass(frozen=True)
class Peculiarities:
    """What an import must not lose: numbers used twice, rows that wait, duplicates and their links."""

    numbers: int
    numbers_twice: int
    waiting: int
    open: int
    open_by_state: dict[str, int]
    linked: int


def peculiarities(actor: Actor, district: str) -> Peculiarities:
    """Counted over all imported cases of a district; `numbers` counts the waiting rows, too."""
    _check(actor, district)
    cases = Case.objects.filter(district=district, imported_rows__district=district)
    times = cases.order_by().values("external_number").annotate(times=Count("id"))
    numbers = Counter(dict(times.values_list("external_number", "times").iterator(BATCH)))
    numbers.update(request.number for request, _mapping in _requests(district))
    states = cases.filter(is_open=True).order_by().values_list("state").annotate(Count("id"))
    return Peculiarities(
        numbers=len(numbers),
        numbers_twice=sum(count == 2 for count in numbers.values()),
        waiting=ImportedRow.objects.filter(district=district, state="no_place").count(),
        open=cases.filter(is_open=True).count(),
        open_by_state=dict(states),
        linked=cases.filter(duplicate_of__isnull=False).count(),
    )


def _count(
    found: Tally, category: str, reported_at: datetime, closed_at: datetime | None, zone: ZoneInfo
) -> None:
    day = reported_at.astimezone(zone).date()
    days = (closed_at.astimezone(zone).date() - day).days if closed_at else None
    found.add(f"{day:%Y-%m}", category, days)


def _requests(district: str) -> list[tuple[Request, Mapping]]:
    rows = ImportedRow.objects.filter(district=district, state="no_place").select_related("run")
    found = []
    for row in rows.order_by("run__started_at", "line"):
        mapping = Mapping.model_validate(row.run.mapping)
        request = reader(mapping)(row.line, json.loads(row.raw))
        if isinstance(request, Request):
            found.append((request, mapping))
    return found


def _waiting(actor: Actor, district: str, state: str, limit: int) -> list[Waiting]:
    _check(actor, district)
    rows = ImportedRow.objects.filter(district=district, state=state).select_related("run")
    return [_described(row) for row in rows.order_by("run__started_at", "line")[:limit]]


def _described(row: ImportedRow, *, seen: bool = True) -> Waiting:
    mapping = Mapping.model_validate(row.run.mapping)
    cells = json.loads(row.raw)
    request = reader(mapping)(row.line, cells)
    if isinstance(request, Refused):
        number, address = cells.get(mapping.columns.number, ""), cells.get(mapping.columns.address or "", "")
        return Waiting(row.pk, row.line, number, "", None, address, request.problems, None)
    outside = row.problem.get("place") == "outside"
    message = _("位置不在本区内") if outside else _("没有坐标")
    return Waiting(
        row.pk,
        row.line,
        request.number,
        request.category,
        request.reported_at,
        request.address,
        [Problem("lon", message, _("请在地图上选点"))],
        _seen_at(row.district, request.address) if seen else None,
    )


def _seen_at(district: str, address: str) -> tuple[float, float] | None:
    """Where an earlier case with the same address lies."""
    if not address:
        return None
    same = Case.objects.filter(district=district, address=address, lon__isnull=False)
    case = same.order_by("-reported_at").first()
    return None if case is None or case.lon is None or case.lat is None else (case.lon, case.lat)


def importing_districts(actor: Actor) -> tuple[str, ...]:
    """The districts into which the actor may import."""
    access = duties.access(actor)
    return tuple(d for d in access.districts(VERB) if access.may(VERB, district=d, area=d))


def _check(actor: Actor, district: str) -> None:
    if not duties.access(actor).may(VERB, district=district, area=district):
        raise NotAllowed(_("您没有查看本区导入的权限"), remedy=_("请联系区级管理员"))
