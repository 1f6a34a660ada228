"""No cell of any table that leaves the house is a formula: OWASP, CSV injection; ASVS 5.3.10's sister for spreadsheets.

`EXPORTS` names every module that writes tables. A module that writes one and is not here fails; each one here is made
with formulas in all that people may have written, and every cell of it is looked at. Journal, duties and operations
give out no tables: the same test would find one that they begin to write.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner
from defusedxml import ElementTree

from tests.cast import DISTRICT, make_areas, make_cast, make_district, make_member, make_resident
from youlin.apps.cases.lists import services as lists
from youlin.apps.cases.lists.exports.columns import COLUMNS
from youlin.apps.cases.models import Case, CaseReporter, Category
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.cases.tests import factories
from youlin.apps.gates import exporting as gate_exporting
from youlin.apps.gates.tests import factories as gated
from youlin.apps.indicators.openness import formats as figure_formats
from youlin.apps.indicators.openness.figures import At, Shown
from youlin.apps.indicators.publishing.tests import published
from youlin.apps.indicators.selectors import lineage
from youlin.apps.indicators.tests import fresh
from youlin.apps.linkage import tables as linkage_tables
from youlin.apps.linkage.services import tasks
from youlin.apps.linkage.tests import factories as linkage_words
from youlin.apps.offers import exporting as offer_exporting
from youlin.apps.offers import services as offers
from youlin.apps.offers.models import Offer
from youlin.apps.offers.tests import factories as offered
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Organisation
from youlin.apps.passes.tests import factories as coded
from youlin.apps.places.imports import exporting
from youlin.apps.places.models import Place, PlaceKind
from youlin.apps.places.tests import factories as words
from youlin.apps.rewards import exporting as reward_exporting
from youlin.apps.rewards import selectors as reward_selectors
from youlin.apps.rewards.models import Reward, Shop
from youlin.apps.rewards.tests import factories as rewarded
from youlin.config.cli import main
from youlin.config.commands import indicators_evaluate
from youlin.kernel import clock, jobs
from youlin.kernel.actors import SYSTEM
from youlin.kernel.tests import exported as exported_rows

SOURCE = Path(__file__).resolve().parents[2] / "src" / "youlin"
FORMULAS = ('=HYPERLINK("http://evil.example")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1")
BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would compute this cell, or one that trims it would."""
    return not NUMBER.fullmatch(cell) and (
        cell.startswith(BEGINS) or cell.lstrip(" \u3000").startswith(BEGINS)
    )


def csv_cells(content: bytes) -> list[str]:
    """Every cell of a CSV file."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [cell for row in rows for cell in row]


def formulas_in_book(content: bytes) -> list[str]:
    """Every cell of a workbook that computes something."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        parts = [ElementTree.fromstring(book.read(name)) for name in sheets]
    assert parts and any(len(list(part.iter())) > 20 for part in parts), "an empty book proves nothing"
    return [str(one.text) for part in parts for one in part.iter() if one.tag.endswith("}f")]


def cases_with_formulas() -> object:
    """The cast, and a case for each formula in every text that a reporter or an officer may have written."""
    make_district()
    cast = make_cast()
    factories.make_tables()
    for number, formula in enumerate(FORMULAS):
        case = factories.reported(text=f"{formula} 垃圾没清").case
        Case.objects.filter(id=case.id).update(
            title=formula, description=formula, address=formula, external_number=formula
        )
        CaseReporter.objects.filter(case=case).update(contact=f"{formula}{number}")
    parties.change_person(actor=SYSTEM, person_id=cast.zhao.person.id, district="110102", name="=赵")
    return cast


def exported(format: str) -> Iterable[bytes]:
    """The desk's export of cases, with every column there is."""
    cast = cases_with_formulas()
    run = lists.ask_export(
        actor=cast.sun.actor,
        filters=CaseFilters(),
        columns=list(COLUMNS),
        format=format,
        idempotency_key=format,
    )
    jobs.run_pending()
    file, _row = lists.fetch_export(actor=cast.sun.actor, export_id=run.id)
    with file:
        return [file.read()]


def behind_figures(folder: Path) -> Iterable[bytes]:
    """The rows behind a figure of the cockpit: every case reported of late."""
    cast = cases_with_formulas()
    Category.objects.update(name=FORMULAS[0])
    with exported_rows.own_folder():
        fresh.refreshed()
        period = (clock.today() - timedelta(days=6), clock.today())
        lines = lineage.table(cast.leader.actor, area=DISTRICT, code="valid_report_rate", period=period)
        return ["".join(lines).encode()]


def located(folder: Path) -> Iterable[bytes]:
    """`youlin areas locate --csv`: an operator's table with areas beside it."""
    make_district()
    table, out = folder / "in.csv", folder / "out.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["lon", "lat", "=title"])
        writer.writerows([["116.3", "-39.9", formula] for formula in FORMULAS])
    done = CliRunner().invoke(main, ["areas", "locate", "--csv", str(table), "--out", str(out)])
    assert done.exit_code == 0, done.output
    return [out.read_bytes()]


def places_of(folder: Path) -> Iterable[bytes]:
    """`youlin places export`: all places of a district."""
    make_areas()
    words.declare_words()
    for number, formula in enumerate(FORMULAS):
        words.make_place(name=f"站{number}", description=formula)
    Place.objects.update(name=FORMULAS[0], address=FORMULAS[0], phone="+86 10 1234", name_en="=1")
    PlaceKind.objects.update(name="@SUM(A1)")
    return ["".join(exporting.table(SYSTEM, DISTRICT)).encode()]


def counts_of(form: str) -> Iterable[bytes]:
    """Monthly counts of offers by item and by place, whatever these are called."""
    make_areas()
    words.declare_words()
    offered.declare_words()
    for number, formula in enumerate(FORMULAS):
        place = offered.make_place(name=f"站{number}")
        given = offered.given_at(offered.make_service(name=f"服务{number}"), place)
        offers.count(
            actor=SYSTEM, district=DISTRICT, given_id=given.id, times=1, idempotency_key=f"t{number}"
        )
        Offer.objects.filter(id=given.offer_id).update(name=formula, name_en=formula)
        Place.objects.filter(id=place.id).update(name=formula, name_en=formula)
    day = clock.today()
    return [
        offer_exporting.table(SYSTEM, DISTRICT, by=by, first=day, last=day, form=form)
        for by in ("item", "place")
    ]


def linked(folder: Path) -> Iterable[bytes]:
    """Companies with their contacts, and the task list, whatever somebody wrote into them."""
    make_district()
    cast = make_cast()
    linkage_words.declare_beside(owner=cast.zhao, office=cast.sun)
    body = linkage_words.department("jtj", FORMULAS[0])
    tasks.set_task(
        actor=SYSTEM,
        district=DISTRICT,
        title="建柜",
        unit=body,
        due_on=linkage_words.in_days(9),
        list_name=FORMULAS[1],
        number=FORMULAS[2],
        idempotency_key="t",
    )
    Case.objects.filter(category="task.list").update(title=FORMULAS[0])
    Organisation.objects.update(name=FORMULAS[0], address=FORMULAS[3], credit_code="=1")
    parties.change_person(actor=SYSTEM, person_id=cast.zhao.person.id, district=DISTRICT, name="=赵")
    return [
        "".join(table(cast.sun.actor, DISTRICT)).encode()
        for table in (linkage_tables.bodies, linkage_tables.tasks)
    ]


def month_of(form: str) -> Iterable[bytes]:
    """A shop's month of rewards, whatever shop and reward are called."""
    make_areas()
    rewarded.declare()
    shop = rewarded.make_shop()
    reward = rewarded.make_reward(shop)
    rewarded.redeem(reward, rewarded.rider()[1])
    Reward.objects.update(name=FORMULAS[0], name_en=FORMULAS[0])
    Organisation.objects.update(name=FORMULAS[1])
    Place.objects.update(name=FORMULAS[2])
    known = Shop.objects.select_related("organisation", "place").get(district=DISTRICT, id=shop.id)
    return [reward_exporting.table(known, reward_selectors.month(known, clock.today()), form)]


def gates_of(folder: Path) -> Iterable[bytes]:
    """Entries at compounds' gates by day, whatever a compound is called."""
    make_areas()
    words.declare_words()
    coded.declare_kinds()
    office, rider = make_member("zhuanban", "专班"), make_resident("李强", "13800138031")
    coded.issue("visit", rider.person)
    gated.declare_beside(keeper=office, office=office, rider=rider)
    Place.objects.update(name=FORMULAS[0], name_en=FORMULAS[0])
    day = clock.today()
    return [gate_exporting.table(office.actor, DISTRICT, day - timedelta(days=1), day + timedelta(days=1))]


def figures_of(folder: Path) -> Iterable[bytes]:
    """Open data of an indicator, whatever areas, categories and the indicator itself are called."""
    made = published.release(DISTRICT, name=(FORMULAS[0], FORMULAS[1]))
    at = At(DISTRICT, "2026-09", "category", FORMULAS[0])
    names = {at.area: (FORMULAS[0], FORMULAS[2])}
    planted = replace(
        made,
        figures=(*made.figures, Shown(at, 12, 12, None, False)),
        areas=names,
        keys={(at.by, at.key): (FORMULAS[0], FORMULAS[3])},
    )
    return [figure_formats.as_csv(planted), figure_formats.as_sdmx_csv(planted)]


def evaluated(folder: Path) -> Iterable[bytes]:
    """Figures of another engine, whatever the values of a breakdown are called."""
    table = pa.table({"code": ["number"] * len(FORMULAS), "key": FORMULAS, "value": [1.0] * len(FORMULAS)})
    indicators_evaluate._write(table, folder / "cells.csv")
    return [(folder / "cells.csv").read_bytes()]


EXPORTS: dict[str, list[Callable[[Path], Iterable[bytes]]]] = {
    "apps/cases/lists/exports/writing.py": [lambda folder: exported("csv"), lambda folder: exported("xlsx")],
    "config/commands/areas.py": [located],
    "config/commands/indicators_evaluate.py": [evaluated],
    "apps/places/imports/exporting.py": [places_of],
    "apps/gates/exporting.py": [gates_of],
    "apps/indicators/openness/formats.py": [figures_of],
    "apps/indicators/selectors/lineage.py": [behind_figures],
    "apps/linkage/tables.py": [linked],
    "apps/offers/exporting.py": [lambda folder: counts_of("csv"), lambda folder: counts_of("xlsx")],
    "apps/rewards/exporting.py": [lambda folder: month_of("csv"), lambda folder: month_of("xlsx")],
}
"""Every module that writes tables, and how each of its tables is made."""

WRITES = re.compile(
    r"csv\.(?:writer|DictWriter)\(|xlsxwriter\.Workbook\(|openpyxl\.Workbook\(|(?:pyarrow|pa)\.csv\.write|\.to_csv\("
    r"|\.to_excel\(|(?i:COPY\s.+\sTO\s.+csv)"
)


def test_every_module_that_writes_tables_is_looked_at():
    writers = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if "tests" not in path.parts and WRITES.search(path.read_text(encoding="utf-8"))
    }
    assert writers == set(EXPORTS), (
        "a table that leaves the house is made in EXPORTS and its cells are looked at"
    )


def test_no_script_and_no_template_makes_a_table_of_its_own():
    for ending in ("*.js", "*.html"):
        for path in SOURCE.rglob(ending):
            if "vendor" not in path.parts:
                assert "text/csv" not in path.read_text(encoding="utf-8"), path


@pytest.mark.django_db
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(make, id=f"{name}-{n}")
        for name, makers in EXPORTS.items()
        for n, make in enumerate(makers)
    ],
)
def test_no_cell_is_a_formula(make, tmp_path, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media"},
        },
    }
    for content in make(tmp_path):
        if content.startswith(b"PK"):
            assert not formulas_in_book(content)
            continue
        cells = csv_cells(content)
        assert sum("HYPERLINK" in cell for cell in cells) > 0, "what was planted is not in the table"
        assert not [cell for cell in cells if is_formula(cell)]
