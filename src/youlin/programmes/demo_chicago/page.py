"""`docs/real-input.md`: our figures beside those that DuckDB computes straight from the file."""

from collections.abc import Iterator, Mapping

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
    straight,
)

ALL: Group = ("", "")
_HEADS = ("requests", "open", "closed", "median days")


def make(*, actor: Actor) -> tuple[str, bool]:
    """The page, and whether every figure is equal."""
    table = mapping.load(MAPPING)
    traps = straight.traps(FILE)
    theirs = straight.figures(FILE, table.categories, placed=True)
    ours = selectors.tally(actor, DISTRICT, table.zone).figures()
    journalled = selectors.tally_of_journal(actor, DISTRICT, table.zone, channel=table.channel).figures()
    inbox = selectors.tally_of_inbox(actor, DISTRICT).figures()
    missing = straight.figures(FILE, table.categories, placed=False)
    found = selectors.peculiarities(actor, DISTRICT)
    lines = list(_trap_lines(traps, found))
    equal = ours == theirs == journalled and inbox == missing and all("✓" in line for line in lines)
    template = (FOLDER / "page.md").read_text(encoding="utf-8")
    words = {
        "rows": traps.rows,
        "cells": len(theirs),
        "verdict": "All are equal." if equal else "There are differences.",
        "whole": _comparison("## The whole", "", ours, theirs, [ALL]),
        "by_kind": _comparison("## By kind", "kind", ours, theirs, _groups(theirs, 1)),
        "by_month": _comparison("## By month", "month", ours, theirs, _groups(theirs, 0)),
        "traps": "\n".join(lines),
        "twice": traps.numbers_twice,
        "district": DISTRICT,
        "duplicates": traps.duplicates,
        "linked": found.linked,
    }
    return template.format(**words, **_duplicates(table)), equal


def _groups(figures: Mapping[Group, Figures], place: int) -> list[Group]:
    """The groups that name only a month (0) or only a kind (1)."""
    return sorted(group for group in figures if group[place] and not group[1 - place])


def _comparison(
    title: str,
    name: str,
    ours: Mapping[Group, Figures],
    theirs: Mapping[Group, Figures],
    groups: list[Group],
) -> str:
    none = Figures(0, 0, 0, None)
    lines = [
        title,
        "",
        f"| {name} | {' | '.join(f'{side}: {head}' for side in ('ours', 'file') for head in _HEADS)} | |",
        f"|---{'|---:' * 2 * len(_HEADS)}|---|",
    ]
    for group in groups:
        mine, other = ours.get(group, none), theirs.get(group, none)
        label = group[0] or group[1] or "all requests with a place"
        lines.append(f"| {label} | {_cells(mine)} | {_cells(other)} | {_mark(mine == other)} |")
    return "\n".join(lines) + "\n"


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
