"""One release of an indicator in every form it is published in: CSV with its CSVW dictionary, JSON, SDMX-CSV.

The CSV is for people, with names beside the codes and a mark at its beginning by which spreadsheets know UTF-8. SDMX-CSV
2.0.0 (SDMX-TWG, aligned with SDMX 3.0.0) is for programs: codes alone, without that mark, because its first column must
be called STRUCTURE. CSVW is the W3C's Metadata Vocabulary for Tabular Data (2015): what each column means.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence

from youlin.apps.indicators.openness.describing import (
    SHOWN,
    WITHHELD,
    Names,
    Release,
    count,
    rule_in_words,
    status,
)
from youlin.apps.indicators.openness.figures import At, Shown
from youlin.kernel.tables import harmless

ENDINGS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "sdmx.csv": "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8",
    "csv-metadata.json": "application/csvm+json",
}
"""Each form by the end of its address, with its media type."""
STRUCTURE = "YOULIN:INDICATORS(1.0.0)"
"""The data structure of all indicators, of which docs/guides/open.md tells the components."""
TOTAL = "_T"
OBSERVED = {SHOWN: "A", WITHHELD: "Q"}
"""CL_OBS_STATUS: normal; missing, suppressed. Else M: there can be no value."""
FREE, RESTRICTED = "F", "N"
"""CL_CONF_STATUS: free; not for publication. Primary and secondary are told apart by nobody: who knows that a number
is small knows it."""

COLUMNS: tuple[tuple[str, str, Names], ...] = (
    ("indicator", "string", ("指标代码", "Code of the indicator")),
    ("area", "string", ("区划代码", "Code of the area")),
    ("area_name", "string", ("区划名称", "Name of the area")),
    ("area_name_en", "string", ("区划英文名", "English name of the area")),
    ("period", "string", ("年或月", "Year or month")),
    ("breakdown", "string", ("分组依据，空为合计", "What it is told apart by; empty: all together")),
    ("key", "string", ("分组的值", "Value of the breakdown")),
    ("key_name", "string", ("分组的值的名称", "Name of the value")),
    ("key_name_en", "string", ("分组的值的英文名", "English name of the value")),
    ("value", "number", ("指标值", "The figure")),
    ("numerator", "number", ("数量，或比例的分子", "The number, or the numerator")),
    ("denominator", "number", ("分母", "The denominator")),
    ("unit", "string", ("单位", "Unit")),
    ("status", "string", ("公布、不公布、无法计算", "shown, withheld, no value (nothing to divide by)")),
)  # fmt: skip


def files(release: Release) -> dict[str, bytes]:
    """Every form, by the end of its address."""
    name = release.entry.code
    return {
        "csv": as_csv(release),
        "json": as_json(release),
        "sdmx.csv": as_sdmx_csv(release),
        "csv-metadata.json": as_csvw(release, f"{name}.csv"),
    }


def as_csv(release: Release) -> bytes:
    """For people: one figure a row, codes with their names."""
    rows = ([harmless(str(cell)) for cell in _row(release, one)] for one in release.figures)
    return _written([name for name, _kind, _title in COLUMNS], rows, mark="\ufeff")


def as_json(release: Release) -> bytes:
    """For programs: what the indicator is, and its figures as rows under named columns."""
    entry, told = release.entry, rule_in_words(release.entry.k)
    document = {
        "indicator": described(release),
        "withholding": {"k": entry.k, "rule": told[0], "rule_en": told[1], "withheld": release.withheld},
        "areas": {code: _pair(names) for code, names in sorted(release.areas.items())},
        "keys": [{"breakdown": by, "key": key, **_pair(names)} for (by, key), names in sorted(release.keys.items())],
        "columns": ["area", "period", "breakdown", "key", "value", "numerator", "denominator", "status"],
        "rows": [[*one.at, release.value(one), count(one.n), count(one.d), status(one)] for one in release.figures],
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def described(release: Release) -> dict[str, object]:
    """The indicator as machines read it: definition, versions, unit, source, licence, and of when."""
    entry = release.entry
    return {
        "code": entry.code,
        "district": release.district,
        "name": entry.name[0],
        "name_en": entry.name[1],
        "about": entry.about[0],
        "about_en": entry.about[1],
        "formula": entry.now.formula[0],
        "formula_en": entry.now.formula[1],
        "unit": entry.unit,
        "unit_name": entry.unit_name[0],
        "unit_name_en": entry.unit_name[1],
        "decimals": entry.decimals,
        "direction": entry.direction,
        "version": entry.now.version,
        "valid_from": entry.now.valid_from.isoformat(),
        "source": entry.now.source[0],
        "source_en": entry.now.source[1],
        "versions": [
            {
                "version": one.version,
                "valid_from": one.valid_from.isoformat(),
                "formula": one.formula[0],
                "formula_en": one.formula[1],
                "source": one.source[0],
                "source_en": one.source[1],
                "rule": one.rule,
            }
            for one in entry.versions
        ],
        "dataset": entry.dataset[0],
        "dataset_en": entry.dataset[1],
        "breakdowns": [{"code": code, **_pair(names)} for code, names in entry.breakdowns],
        "restated": [
            {
                "area": one.area,
                "first_day": one.first_day.isoformat(),
                "last_day": one.last_day.isoformat(),
                "version": one.version,
                "restated_on": one.at.isoformat(),
            }
            for one in release.restated
        ],
        "as_of": release.as_of.isoformat(),
        "licence": release.licence,
        "demo": release.demo,
    }


def as_sdmx_csv(release: Release) -> bytes:
    """SDMX-CSV 2.0.0 under the data structure YOULIN:INDICATORS(1.0.0)."""
    entry = release.entry
    header = [
        "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "INDICATOR", "REF_AREA", "BREAKDOWN", "BREAKDOWN_KEY",
        "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "DECIMALS", "NUMERATOR", "DENOMINATOR",
    ]  # fmt: skip
    unit = "PT" if entry.unit == "percent" else entry.unit.upper()
    rows = (
        [
            "datastructure", STRUCTURE, "I", frequency(one.at.period), entry.code, one.at.area,
            identifier(one.at.by) or TOTAL, (identifier(one.at.key) or "_U") if one.at.by else TOTAL, one.at.period,
            _cell(release.value(one)), OBSERVED.get(status(one), "M"), RESTRICTED if one.withheld else FREE,
            unit, str(entry.decimals), _cell(count(one.n)), _cell(count(one.d)),
        ]
        for one in release.figures
    )  # fmt: skip
    return _written(header, rows)


def as_csvw(release: Release, address: str) -> bytes:
    """The dictionary of the CSV: csv-metadata.json beside it."""
    entry = release.entry
    columns = [
        {
            "name": name,
            "titles": name,
            "datatype": kind,
            "dc:description": [{"@value": zh, "@language": "zh"}, {"@value": en, "@language": "en"}],
        }
        for name, kind, (zh, en) in COLUMNS
    ]
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "url": address,
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ","},
        "dc:title": [{"@value": entry.name[0], "@language": "zh"}, {"@value": entry.name[1], "@language": "en"}],
        "dc:description": [{"@value": text, "@language": language} for text, language in
                           zip((*entry.about, *rule_in_words(entry.k)), ("zh", "en", "zh", "en"), strict=True) if text],
        "dc:source": [{"@value": text, "@language": language} for text, language in
                      zip(entry.now.source, ("zh", "en"), strict=True)],
        "dc:license": {"@id": release.licence},
        "dc:modified": {"@value": release.as_of.isoformat(), "@type": "xsd:dateTime"},
        "tableSchema": {"columns": columns, "primaryKey": ["area", "period", "breakdown", "key"]},
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def frequency(period: str) -> str:
    """CL_FREQ of a period: a year, a quarter, a month."""
    return "A" if len(period) == 4 else "Q" if "Q" in period else "M"


def identifier(code: str) -> str:
    """A code as SDMX allows it in a key, where dots part dimensions: with `-` for `.`, and `$` and a number for others.

    Reversible: nothing else becomes `-` or `$`.
    """
    return re.sub(r"[^A-Za-z0-9_.]", lambda found: f"${ord(found[0]):X}$", code).replace(".", "-")


def _row(release: Release, one: Shown) -> Sequence[object]:
    at: At = one.at
    names, key = release.areas.get(at.area, (at.area, "")), release.keys.get((at.by, at.key), (at.key, ""))
    numbers = (release.value(one), count(one.n), count(one.d))
    return (
        release.entry.code, at.area, *names, at.period, at.by, at.key, *(key if at.by else ("", "")),
        *map(_cell, numbers), release.entry.unit, status(one),
    )  # fmt: skip


def _cell(number: float | int | None) -> str:
    return "" if number is None else str(number)


def _pair(names: Names) -> dict[str, str]:
    return {"name": names[0], "name_en": names[1]}


def _written(header: Sequence[str], rows: Iterable[Sequence[str]], mark: str = "") -> bytes:
    out = io.StringIO(newline="")
    out.write(mark)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
