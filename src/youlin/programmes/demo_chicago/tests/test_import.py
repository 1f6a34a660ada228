"""Importing real requests through the services: what becomes of each row, again, killed, by hand."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from youlin.apps.cases import duplicates
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.imports import mapping, selectors, services
from youlin.apps.cases.models import Case, ImportedRow, ImportRun
from youlin.kernel import journal
from youlin.kernel.actors import ANONYMOUS, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.ids import uuid7
from youlin.programmes.demo_chicago import DISTRICT, indicated, straight
from youlin.programmes.demo_chicago.tests.conftest import EQUAL, IMPORTER, TWICE

ZONE = ZoneInfo("America/Chicago")


def _run(path, table, **more):
    return services.run(actor=IMPORTER, path=path, mapping=table, **more)


def _changed(row, **cells):
    return row | cells


def test_each_row_becomes_a_case_closed_by_an_act_at_the_files_date(chicago, sample_rows, write):
    rows = [row for row in sample_rows if row["latitude"]]
    outcome = _run(write(rows), chicago)
    assert (outcome.read, outcome.taken, outcome.refused) == (len(rows), len(rows), 0)
    cases = {}
    for case in Case.objects.filter(district=DISTRICT):
        cases.setdefault(case.external_number, []).append(case)
    states = {"Completed": "completed", "Completed - Dup": "merged", "Open - Dup": "duplicate"}
    for row in rows:
        closed = row["completion_date"]
        wanted = (
            states[row["status"]],
            not closed,
            row["creation_date"],
            closed or None,
            row["street_address"].strip(),
        )
        assert wanted in [
            (case.state, case.is_open, _day(case.reported_at), _day(case.closed_at), case.address)
            for case in cases[row["service_request_number"]]
        ]
        assert all(
            case.area_now.startswith(DISTRICT) and len(case.area_now) == 9
            for case in cases[row["service_request_number"]]
        )


def _day(at: datetime | None) -> str | None:
    return f"{at.astimezone(ZONE):%Y-%m-%d}" if at else None


def test_every_act_is_journalled_at_its_time_and_the_chain_holds(chicago, sample_rows, write):
    _run(write(row for row in sample_rows if row["latitude"]), chicago)
    closed = Case.objects.filter(district=DISTRICT, state="completed").first()
    entries = journal.entries_for(closed)
    assert [(entry.act, entry.at) for entry in entries] == [
        ("cases.reported", closed.reported_at),
        ("cases.closed", closed.closed_at),
    ]
    waiting = Case.objects.filter(district=DISTRICT, state="duplicate").first()
    assert [entry.act for entry in journal.entries_for(waiting)] == [
        "cases.reported",
        "cases.marked_duplicate",
    ]
    run = ImportRun.objects.get(district=DISTRICT)
    acts = [entry.act for entry in journal.entries_for(run)]
    assert acts == ["cases.import_started", "cases.rows_imported", "cases.import_finished"]
    assert not list(journal.verify(DISTRICT))


def test_the_same_file_again_adds_nothing(chicago, sample_rows, write):
    path = write(sample_rows)
    first = _run(path, chicago)
    cases = Case.objects.count()
    again = _run(path, chicago)
    assert (again.read, again.taken) == (0, 0)
    other = _run(write(list(reversed(sample_rows)), "reversed.csv"), chicago)
    assert (other.taken, other.known) == (0, first.taken)
    assert Case.objects.count() == cases == first.taken


def test_a_number_may_occur_twice_and_a_row_too(chicago, sample_rows, write):
    rows = [row for row in sample_rows if row["service_request_number"] in (TWICE, EQUAL)]
    path = write(rows)
    assert _run(path, chicago).taken == 4
    assert Case.objects.filter(external_number=TWICE).values("closed_at").distinct().count() == 2
    assert Case.objects.filter(external_number=EQUAL).count() == 2
    assert not Case.objects.filter(duplicate_of__isnull=False).exists()
    assert _run(write([*rows, sample_rows[0]], "longer.csv"), chicago).taken == 1


def test_a_row_without_a_place_waits_until_somebody_places_it(chicago, sample_rows, write):
    lost = next(row for row in sample_rows if not row["latitude"])
    seen = _changed(
        lost,
        service_request_number="11-1",
        latitude="41.78",
        longitude="-87.7",
        creation_date="2011-01-03",
    )
    outside = _changed(lost, service_request_number="11-2", latitude="39.9", longitude="116.4")
    outcome = _run(write([seen, lost, outside]), chicago)
    assert (outcome.taken, outcome.unplaced) == (1, 2)
    first, second = selectors.waiting(IMPORTER, DISTRICT)
    assert first.suggestion == (-87.7, 41.78)
    assert first.problems[0].message != second.problems[0].message
    with pytest.raises(Invalid):
        services.place(actor=IMPORTER, district=DISTRICT, row_id=first.id, lon=0.0, lat=0.0)
    case = services.place(actor=IMPORTER, district=DISTRICT, row_id=first.id, lon=-87.7, lat=41.78)
    assert (case.state, case.external_number) == ("completed", lost["service_request_number"])
    assert _day(case.closed_at) == lost["completion_date"]
    with pytest.raises(Conflict):
        services.place(actor=IMPORTER, district=DISTRICT, row_id=first.id, lon=-87.7, lat=41.78)
    with pytest.raises(NotFound):
        services.place(actor=IMPORTER, district=DISTRICT, row_id=uuid7(), lon=-87.7, lat=41.78)
    assert [row.number for row in selectors.waiting(IMPORTER, DISTRICT)] == ["11-2"]
    assert _run(write([lost], "again.csv"), chicago).known == 1


def test_a_bad_row_is_refused_alone_and_taken_once_the_mapping_knows_it(chicago, sample_rows, write):
    good, bad = sample_rows[0], _changed(sample_rows[1], status="Lost")
    path = write([good, bad])
    outcome = _run(path, chicago)
    assert (outcome.taken, outcome.refused) == (1, 1)
    [(line, problem)] = outcome.problems
    assert (line, problem.field) == (2, "status")
    [listed] = selectors.refused(IMPORTER, DISTRICT)
    assert listed.number == bad["service_request_number"]
    better = chicago.model_copy(update={"statuses": {**chicago.statuses, "Lost": mapping.Status()}})
    outcome = _run(path, better)
    assert (outcome.taken, outcome.known, outcome.refused) == (1, 1, 0)
    assert selectors.refused(IMPORTER, DISTRICT) == []
    assert Case.objects.get(external_number=bad["service_request_number"]).state == "received"


def test_a_dry_run_tells_the_same_and_writes_nothing(chicago, sample_rows, write):
    path = write([*sample_rows[:40], _changed(sample_rows[0], completion_date="soon")])
    dry = _run(path, chicago, dry_run=True)
    assert not Case.objects.exists() and not ImportRun.objects.exists()
    real = _run(path, chicago)
    for name in ("read", "taken", "unplaced", "refused", "problems"):
        assert getattr(dry, name) == getattr(real, name)


def test_an_import_that_broke_off_goes_on_where_it_stopped(chicago, sample_rows, write, monkeypatch):
    path = write(sample_rows)
    monkeypatch.setattr(services, "CHUNK", 50)

    def stop(rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _run(path, chicago, progress=stop)
    run = ImportRun.objects.get(district=DISTRICT)
    assert run.position == ImportedRow.objects.count() == 50
    rest = _run(path, chicago)
    assert rest.read == len(sample_rows) - 50
    run.refresh_from_db()
    assert run.rows_read == len(sample_rows)
    assert run.finished_at is not None
    assert run.rows_taken + run.rows_unplaced == len(sample_rows)


def test_a_chunk_costs_the_same_queries_whatever_its_size(chicago, sample_rows, write):
    rows = [row for row in sample_rows if row["latitude"]]

    def queries(path):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            _run(path, chicago)
        return len(seen)

    queries(write(rows[:1], "warm.csv"))
    few, many = queries(write(rows[1:11], "few.csv")), queries(write(rows[20:220], "many.csv"))
    assert many <= few + 4


def test_a_duplicate_is_joined_to_the_case_it_repeats(chicago, sample_rows, write):
    base = _changed(
        sample_rows[0],
        service_request_number="13-00000001",
        creation_date="2013-05-01",
        completion_date="2013-05-09",
        status="Completed",
    )
    again = _changed(
        base, service_request_number="13-00000002", creation_date="2013-05-02", status="Completed - Dup"
    )
    third = _changed(again, service_request_number="13-00000003", creation_date="2013-05-03")
    _run(write([base, again]), chicago)
    _run(write([third], "later.csv"), chicago)
    found = {case.external_number: case for case in Case.objects.select_related("duplicate_of")}
    assert found["13-00000002"].duplicate_of == found["13-00000001"]
    assert found["13-00000003"].duplicate_of in (found["13-00000001"], found["13-00000002"])
    assert found["13-00000001"].duplicate_of is None
    candidates = duplicates.candidates(found["13-00000003"])
    assert {one.case for one in candidates} == {found["13-00000001"], found["13-00000002"]}
    assert candidates[0].is_duplicate and candidates[0].reasons


def test_only_who_may_import_imports(chicago, sample_rows, write):
    path = write(sample_rows[:3])
    for stranger in (ANONYMOUS, Actor("person", person_id=uuid7(), via="desk")):
        with pytest.raises(NotAllowed):
            services.run(actor=stranger, path=path, mapping=chicago)
        with pytest.raises(NotAllowed):
            selectors.waiting(stranger, DISTRICT)
    assert not Case.objects.exists()


def test_what_does_not_fit_the_district_is_told_before_anything_is_written(chicago, sample_rows, write):
    path = write(sample_rows[:3])
    wrong = {
        "categories": {**chicago.categories, "Other": "nothing.like.it"},
        "statuses": {"Completed": mapping.Status(acts=[mapping.Step(act="vanish")])},
        "district": "999999",
    }
    for name, value in wrong.items():
        with pytest.raises(NotFound):
            _run(path, chicago.model_copy(update={name: value}))
    with pytest.raises(Invalid):
        _run(path, chicago.model_copy(update={"district": None}))
    assert not ImportRun.objects.exists()


def test_the_figures_of_a_sample_equal_the_files(chicago, sample_rows, write):
    """The comparison of docs/real-input.md on a few hundred rows: cases, journal, indicators and inbox against DuckDB."""
    path = write(sample_rows)
    _run(path, chicago)
    theirs = straight.figures(path, chicago.categories, placed=True)
    ours = selectors.tally(IMPORTER, DISTRICT, ZONE).figures()
    journalled = selectors.tally_of_journal(IMPORTER, DISTRICT, ZONE, channel=chicago.channel).figures()
    assert ours == theirs == journalled == indicated.figures()
    inbox = selectors.tally_of_inbox(IMPORTER, DISTRICT).figures()
    assert inbox == straight.figures(path, chicago.categories, placed=False)
    assert inbox["", ""].requests == 24
    traps, found = straight.traps(path), selectors.peculiarities(IMPORTER, DISTRICT)
    assert (found.numbers, found.numbers_twice) == (traps.numbers, traps.numbers_twice)
    assert found.open == found.open_by_state["duplicate"] == traps.open == traps.open_duplicates == 78


def test_the_desk_is_shown_what_a_case_probably_repeats_and_why(chicago, sample_rows, write):
    base = sample_rows[0] | {"service_request_number": "13-1", "creation_date": "2013-05-01"}
    base |= {"completion_date": "2013-05-09", "status": "Completed"}
    again = base | {"service_request_number": "13-2", "creation_date": "2013-05-02"}
    other = again | {"service_request_number": "13-3", "street_address": "1 W TEST ST", "latitude": "41.9"}
    _run(write([base, again, other]), chicago)
    number = dict(Case.objects.values_list("external_number", "number"))
    [likely] = cases.case_page(IMPORTER, number["13-2"]).likely
    assert likely.number == number["13-1"]
    assert likely.percent > 80
    assert likely.reasons == ("同一地址", "1 天前反映", "尚未办结", "类别相同")
    assert cases.case_page(IMPORTER, number["13-1"]).likely == ()
    assert cases.case_page(IMPORTER, number["13-3"]).likely == ()
