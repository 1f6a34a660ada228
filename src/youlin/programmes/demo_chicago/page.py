"""`docs/real-input.md`: our figures beside those that DuckDB computes straight from the file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from youlin.apps.cases.duplicates import evaluation
from youlin.apps.cases.imports import files, mapping, rows, selectors
from youlin.apps.cases.imports.tallies import Figures, Group
from youlin.kernel.actors import Actor
from youlin.programmes.demo_chicago import (
    DISTRICT,
    FILE,
    FOLDER,
    MAPPING,
    NOT_STATED,
    REPORTED_YEAR,
    charts,
    indicated,
    straight,
)

ALL: Group = ("", "")
_HEADS = ("requests", "open", "closed", "median days")


@dataclass(frozen=True)
class _Pair:
    """One set of rows: our figures of it by group, and the file's."""

    name: str
    ours: Mapping[Group, Figures]
    theirs: Mapping[Group, Figures]

    @property
    def equal(self) -> bool:
        return self.ours == self.theirs


@dataclass(frozen=True)
class Page:
    """The page, its charts by file name (SVG), and whether every figure is equal."""

    text: str
    charts: Mapping[str, str]
    equal: bool


def make(*, actor: Actor) -> Page:
    """Everything compared, told and drawn."""
    table = mapping.load(MAPPING)
    traps, found = straight.traps(FILE), selectors.peculiarities(actor, DISTRICT)
    together, *others = pairs = _pairs(actor, table)
    lines = list(_trap_lines(traps, found))
    equal = all(pair.equal for pair in pairs) and all("✓" in line for line in lines)
    template = (FOLDER / "page.md").read_text(encoding="utf-8")
    words = {
        "rows": traps.rows,
        "cells": len(together.theirs),
        "verdict": "All are equal." if equal else "There are differences.",
        "whole": _table("", [_line(pair.name, pair, ALL) for pair in [*others, together]]),
        "by_kind": _table("kind", [_line(group[1], together, group) for group in _groups(together, 1)]),
        "by_month": _table("month", [_line(group[0], together, group) for group in _groups(together, 0)]),
        "traps": "\n".join(lines),
        "twice": traps.numbers_twice,
        "district": DISTRICT,
        "duplicates": traps.duplicates,
        "linked": found.linked,
    }
    told = next(pair for pair in others if "indicators" in pair.name)
    return Page(template.format(**words, **_duplicates(table)), charts.drawn(told.ours, told.theirs), equal)


def _pairs(actor: Actor, table: mapping.Mapping) -> list[_Pair]:
    """All rows together first, then what they consist of."""
    cases = selectors.tally(actor, DISTRICT, table.zone)
    inbox = selectors.tally_of_inbox(actor, DISTRICT)
    journalled = selectors.tally_of_journal(actor, DISTRICT, table.zone, channel=table.channel)
    placed = straight.figures(FILE, table.categories, placed=True)
    missing = straight.figures(FILE, table.categories, placed=False)
    return [
        _Pair("**all rows**", (cases + inbox).figures(), straight.figures(FILE, table.categories)),
        _Pair("rows with a place: our cases", cases.figures(), placed),
        _Pair("the same, from our journal alone", journalled.figures(), placed),
        _Pair("the same, by indicators over exported rows", indicated.figures(), placed),
        _Pair("rows without a place: our inbox", inbox.figures(), missing),
    ]


def _groups(pair: _Pair, place: int) -> list[Group]:
    """The groups that name only a month (0) or only a kind (1)."""
    return sorted(group for group in pair.theirs if group[place] and not group[1 - place])


def _table(name: str, lines: list[str]) -> str:
    heads = " | ".join(f"{side}: {head}" for side in ("ours", "file") for head in _HEADS)
    return "\n".join([f"| {name} | {heads} | |", f"|---{'|---:' * 2 * len(_HEADS)}|---|", *lines])


def _line(name: str, pair: _Pair, group: Group) -> str:
    none = Figures(0, 0, 0, None)
    ours, theirs = pair.ours.get(group, none), pair.theirs.get(group, none)
    return f"| {name} | {_cells(ours)} | {_cells(theirs)} | {_mark(ours == theirs)} |"


def _cells(figures: Figures) -> str:
    median = "–" if figures.median_days is None else f"{figures.median_days:g}"
    return f"{figures.requests:,} | {figures.open:,} | {figures.closed:,} | {median}"


def _mark(equal: bool) -> str:
    return "✓" if equal else "✗"


def _trap_lines(traps: straight.Traps, found: selectors.Peculiarities) -> Iterator[str]:
    pairs = [
        ("distinct numbers", found.numbers, traps.numbers),
        ("numbers used twice", found.numbers_twice, traps.numbers_twice),
        ("rows without coordinates", found.waiting, traps.without_place),
        ("still open", found.open, traps.open),
        ("… and marked as duplicates", found.open_by_state.get("duplicate", 0), traps.open_duplicates),
    ]
    for name, ours, theirs in pairs:
        yield f"| {name} | {ours:,} | {theirs:,} | {_mark(ours == theirs)} |"


def _duplicates(table: mapping.Mapping) -> dict[str, int | str]:
    read = rows.reader(table)
    taken = (read(line, row) for line, row in files.rows(FILE, table))
    requests = (request for request in taken if isinstance(request, rows.Request))
    report = evaluation.evaluate(requests, table.zone, year=REPORTED_YEAR, unspecified=NOT_STATED)
    named = [
        ("**our scorecard**", report.reported),
        ("our scorecard, earlier days only", report.days_only),
        ("an earlier one at the address is open", report.same_address_open),
        ("the same, earlier days only", report.same_address_open_earlier_day),
        ("same category within 50 m and 12 weeks", report.same_category_50_m_12_weeks),
    ]
    rules = [f"| {name} | {_rates(s)} | {s.hits} | {s.false_alarms} | {s.missed} |" for name, s in named]
    return {
        "year": report.year,
        "marked": report.reported.hits + report.reported.missed,
        "reported": report.reported_on,
        "tuned": report.tuned_on,
        "rules": "\n".join(rules),
        "curve": "\n".join(f"| {threshold} | {_rates(score)} |" for threshold, score in report.curve),
    }


def _rates(score: evaluation.Score) -> str:
    return f"{score.f1:.3f} | {score.precision:.3f} | {score.recall:.3f}"
