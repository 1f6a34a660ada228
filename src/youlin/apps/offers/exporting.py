"""Monthly counts as a table that leaves the house: CSV, or a workbook."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date

import xlsxwriter
from django.utils.translation import gettext as _

from youlin.apps.offers import figures
from youlin.apps.offers.figures import Line
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid
from youlin.kernel.tables import harmless

FORMATS = ("csv", "xlsx")
Cell = str | int | float


def table(actor: Actor, district: str, *, by: str, first: date, last: date, form: str) -> bytes:
    """A month's counts in the order of the page, one line each, and their sum. Raises `NotAllowed`, `Invalid`."""
    if form not in FORMATS or by not in figures.BY:
        raise Invalid(_("没有这种导出"), remedy=_("请选 CSV 或 Excel"))
    found = figures.lines(actor, district, by=by, first=first, last=last)
    lines = list(_lines(found, first, last))
    return _csv(lines) if form == "csv" else _book(lines)


def _lines(found: Sequence[Line], first: date, last: date) -> Iterator[list[Cell]]:
    yield [
        _("自"),
        _("至"),
        _("代码"),
        _("名称"),
        _("英文名称"),
        _("所属"),
        _("服务人次"),
        _("已核销"),
        _("已冲销"),
        _("合计人次"),
        _("核销金额（元）"),
    ]
    for one in found:
        yield [
            first.isoformat(),
            last.isoformat(),
            one.key,
            one.name,
            one.name_en,
            one.beside,
            one.times,
            one.redeemed,
            one.reversed,
            one.total,
            one.cents / 100,
        ]
    sums = figures.whole(found)
    yield [
        first.isoformat(),
        last.isoformat(),
        "",
        _("合计"),
        "",
        "",
        sums["times"],
        sums["redeemed"],
        sums["reversed"],
        sums["total"],
        sums["cents"] / 100,
    ]


def _csv(lines: Sequence[Sequence[Cell]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([[harmless(cell) for cell in line] for line in lines])
    return out.getvalue().encode("utf-8-sig")


def _book(lines: Sequence[Sequence[Cell]]) -> bytes:
    """Cells of text are text, whatever they begin with; the heading stays in sight."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet("counts")
    bold = book.add_format({"bold": True, "bottom": 1})
    page.freeze_panes(1, 0)
    page.set_column(0, 2, 13)
    page.set_column(3, 5, 26)
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            if isinstance(cell, str):
                page.write_string(number, place, cell.replace("\0", ""), bold if number == 0 else None)
            else:
                page.write_number(number, place, cell)
    book.close()
    return out.getvalue()
