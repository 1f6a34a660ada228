"""For people: the data dictionary, each indicator with what it means, where it comes from, and its files."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators.openness import formats
from youlin.apps.indicators.publishing import shelf
from youlin.doors.open.indicators import machines
from youlin.kernel.languages import in_language

CHARTED = 24
"""Months in the chart."""
FORMS = {"csv": "CSV", "json": "JSON", "sdmx.csv": "SDMX-CSV 2.0", "csv-metadata.json": "CSVW"}


class Month(NamedTuple):
    """One month as the page shows it."""

    name: str
    text: str
    withheld: bool


class Download(NamedTuple):
    """One form of the figures."""

    name: str
    address: str
    kilobytes: int


@gzip_page
@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    """All published indicators of a district."""
    districts = areas.districts()
    codes = {area.code: area.id for area in districts}
    asked = request.GET.get("district", "")
    chosen = asked if asked in codes else min(codes, key=lambda code: codes[code], default="")
    known = shelf.index(chosen) if chosen else None
    context = {
        "district": chosen,
        "district_name": areas.short_name(chosen) if chosen else "",
        "districts": [(code, areas.short_name(code)) for code in codes] if len(codes) > 1 else [],
        "published_at": known.published_at if known else None,
        "entries": [_entry(chosen, one) for one in known.entries] if known else [],
    }
    return render(request, "open/indicators/dictionary.html", context)


@gzip_page
@require_safe
def indicator(request: HttpRequest, district: str, code: str) -> HttpResponse:
    """One indicator with everything that is told of it."""
    known = shelf.index(district) if district in {area.code for area in areas.districts()} else None
    entry = known.entry(code) if known else None
    if entry is None:
        raise Http404(_("没有公布这个指标"))
    context = {
        "district": district,
        "district_name": areas.short_name(district),
        "entry": _entry(district, entry),
        "months": [_month(entry, *one) for one in reversed(entry["months"])],
        "versions": [
            {
                **one,
                "formula": in_language(one["formula"], one["formula_en"]),
                "source": _source(one),
                "valid_from": _day(one["valid_from"]),
            }
            for one in entry["versions"]
        ],
        "breakdowns": [in_language(one["name"], one["name_en"]) for one in entry["breakdowns"]],
        "downloads": [
            Download(FORMS[ending], address, -(-entry["files"][ending]["size"] // 1024))
            for ending, address in machines.addresses(district, code).items()
            if ending in entry["files"]
        ],
        "media": {FORMS[ending]: kind for ending, kind in formats.ENDINGS.items()},
    }  # fmt: skip
    return render(request, "open/indicators/indicator.html", context)


def _source(told: Mapping[str, Any]) -> str:
    """Where the rule comes from; what was published before it was told in English has it in Chinese alone."""
    return in_language(told["source"], told.get("source_en", ""))


def _entry(district: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """What both pages show, in the reader's language."""
    shown = entry["months"][-CHARTED:]
    directions = {"up": _("越高越好"), "down": _("越低越好")}
    return {
        "code": entry["code"],
        "name": in_language(entry["name"], entry["name_en"]),
        "about": in_language(entry["about"], entry["about_en"]),
        "formula": in_language(entry["formula"], entry["formula_en"]),
        "unit": in_language(entry["unit_name"], entry["unit_name_en"]),
        "direction": directions.get(entry["direction"], _("无所谓高低")),
        "source": _source(entry),
        "dataset": in_language(entry["dataset"], entry["dataset_en"]),
        "version": entry["version"],
        "valid_from": _day(entry["valid_from"]),
        "as_of": datetime.fromisoformat(entry["as_of"]),
        "licence": entry["licence"],
        "demo": entry["demo"],
        "rule": in_language(entry["withholding"]["rule"], entry["withholding"]["rule_en"]),
        "figures": entry["figures"],
        "withheld": entry["withheld"],
        "restated": len(entry.get("restated", ())),
        "values": [value for _period, value, _withheld in shown],
        "latest": _month(entry, *shown[-1]) if shown else None,
        "address": machines.addresses(district, entry["code"])["csv"],
    }


def _month(entry: Mapping[str, Any], period: str, value: float | None, withheld: bool) -> Month:
    name = date_format(date(int(period[:4]), int(period[5:7]), 1), "YEAR_MONTH_FORMAT")
    text = _("不公布") if withheld else "—" if value is None else f"{value:,.{entry['decimals']}f}"
    return Month(name, text, withheld)


def _day(text: str) -> date | None:
    """The day from which a version holds; None where it always did."""
    day = date.fromisoformat(text)
    return day if day.year > 1900 else None
