"""A shop's month as a table that leaves the house: CSV, or a workbook."""

import csv
import io
from collections.abc import Iterator, Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from youlin.apps.rewards.models import Shop
from youlin.apps.rewards.selectors import Month
from youlin.kernel.errors import Invalid
from youlin.kernel.tables import harmless

FORMATS = ("csv", "xlsx")
Cell = str | int


def table(shop: Shop, month: Month, form: str) -> bytes:
    """A shop's month, a line for each reward and the sum. Raises `Invalid` for another format."""
    if form not in FORMATS:
        raise Invalid(_("没有这种导出"), remedy=_("请选 CSV 或 Excel"))
    return _written([_heading(), *_lines(shop, month)], form)


def table_of_all(months: Sequence[tuple[Shop, Month]], form: str) -> bytes:
    """The same month of every shop, one below the other. Raises `Invalid` for another format."""
    if form not in FORMATS:
        raise Invalid(_("没有这种导出"), remedy=_("请选 CSV 或 Excel"))
    return _written([_heading(), *(line for one in months for line in _lines(*one))], form)


def _written(lines: Sequence[Sequence[Cell]], form: str) -> bytes:
    return _csv(lines) if form == "csv" else _book(lines)


def _heading() -> list[Cell]:
    return [_("月份"), _("商户"), _("地点"), _("编号"), _("奖品"), _("已兑"), _("已冲销"), _("积分")]


def _lines(shop: Shop, month: Month) -> Iterator[list[Cell]]:
    head = [f"{month.first:%Y-%m}", shop.organisation.name, shop.place.name]
    for one in month.lines:
        yield [*head, one.number, one.name, one.taken, one.reversed, one.points]
    yield [*head, "", _("合计"), month.taken, sum(one.reversed for one in month.lines), month.points]


def _csv(lines: Sequence[Sequence[Cell]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([[harmless(cell) for cell in line] for line in lines])
    return out.getvalue().encode("utf-8-sig")


def _book(lines: Sequence[Sequence[Cell]]) -> bytes:
    """Cells of text are text, whatever they begin with; the heading stays in sight."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet("month")
    bold = book.add_format({"bold": True, "bottom": 1})
    page.freeze_panes(1, 0)
    page.set_column(0, 7, 16)
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            if isinstance(cell, str):
                page.write_string(number, place, cell.replace("\0", ""), bold if number == 0 else None)
            else:
                page.write_number(number, place, cell)
    book.close()
    return out.getvalue()
