"""An expression with its holidays spelled out as dates: `PH off` becomes `2026 Oct 01-07 off`.

OSM's `PH` may stand alone (`PH off`), in a list (`Sa,PH 10:00-12:00`), before weekdays (`PH Su off`: holidays
that are Sundays) and with an offset (`PH -1 day`). A list is taken apart into two rules of the same kind.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEVER = "1900 Jan 01"
"""A day on which nothing is asked: the date of a holiday that there is not."""

_QUOTED = re.compile(r'"[^"]*"')
_BEGINS = "|".join((*MONTHS, "Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|week|easter|[0-9]{4}(?!:)"))
_SEPARATOR = re.compile(
    r"""\s*(;|\|\|)\s*               # a new rule, a fallback
      | (?<=[0-9+)"fndw])\s*(,)\s*   # behind times, a comment or a state (off … unknown)
    """
    rf"(?=(?:{_BEGINS})\b)",
    re.VERBOSE,
)
_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:-(?:Mo|Tu|We|Th|Fr|Sa|Su))?(?:\[[^\]]*\])?(?:\s*[+-]\s*[0-9]+\s+days?)?"
_HOLIDAY = r"(?:PH|SH)(?:\s*[+-]\s*[0-9]+\s+days?)?"
_ITEM = rf"(?:{_DAY}|{_HOLIDAY})"
_SELECTOR = re.compile(rf"\b{_ITEM}(?:\s*,\s*{_ITEM})*(?:\s+{_DAY}(?:\s*,\s*{_DAY})*)?")
_OFFSET = re.compile(r"([+-])\s*([0-9]+)\s+days?")

Holds = Callable[[str, date], bool]
"""Whether the part of a rule before its weekdays (years, months, weeks) holds on a day."""


class Rule(NamedTuple):
    """One rule and the separator before it."""

    separator: str
    text: str


def spelled(expression: str, holidays: Sequence[date], holds: Holds) -> str:
    """`expression` with every `PH` as the dates of `holidays`, ascending; the same text when it names none."""
    hidden: list[str] = []
    masked = _QUOTED.sub(lambda found: _hide(found, hidden), expression)
    if "PH" not in masked:
        return expression
    rules = [new for rule in _rules(masked) for new in _rule(rule, holidays, holds)]
    text = "".join(
        rule.text if not number else f"{rule.separator} {rule.text}" for number, rule in enumerate(rules)
    )
    for number, comment in enumerate(hidden):
        text = text.replace(_mark(number), comment)
    return text


def dates(days: Sequence[date]) -> str:
    """Days as a monthday selector, one range for each run within a month; `NEVER` when there are none."""
    runs: list[list[date]] = []
    for day in days:
        joins = runs and day - runs[-1][-1] == timedelta(days=1) and day.month == runs[-1][-1].month
        if joins:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(_run(run[0], run[-1]) for run in runs) or NEVER


def _run(first: date, last: date) -> str:
    start = f"{first.year} {MONTHS[first.month - 1]} {first.day:02}"
    return start if first == last else f"{start}-{last.day:02}"


def _rules(masked: str) -> list[Rule]:
    found, separator, start = [], "", 0
    for match in _SEPARATOR.finditer(masked):
        found.append(Rule(separator, masked[start : match.start()].strip()))
        separator, start = match.group(1) or match.group(2), match.end()
    return [*found, Rule(separator, masked[start:].strip())]


def _rule(rule: Rule, holidays: Sequence[date], holds: Holds) -> list[Rule]:
    match = _SELECTOR.search(rule.text)
    if match is None or "PH" not in match.group():
        return [rule]
    before, selector, after = rule.text[: match.start()].strip(), match.group(), rule.text[match.end() :]
    head, _blank, within = _halves(selector)
    items = [item.strip() for item in head.split(",")]
    others = [item for item in items if not item.startswith("PH")]
    days = sorted({day for item in items if item.startswith("PH") for day in _moved(item, holidays)})
    if before:
        days = [day for day in days if holds(before, day)]
    on_dates = " ".join(part for part in (dates(days), within) if part) + after
    if not others:
        return [Rule(rule.separator, on_dates)]
    rest = " ".join(part for part in (before, ",".join(others), within) if part) + after
    return [Rule(rule.separator, rest), Rule(rule.separator or ";", on_dates)]


def _halves(selector: str) -> tuple[str, str, str]:
    """What stands in the list, and the weekdays behind holidays that narrow them: `PH Su`."""
    match = re.match(rf"({_HOLIDAY}(?:\s*,\s*{_HOLIDAY})*)(\s+)({_DAY}.*)$", selector)
    return (match.group(1), match.group(2), match.group(3)) if match else (selector, "", "")


def _moved(item: str, holidays: Sequence[date]) -> list[date]:
    match = _OFFSET.search(item)
    if not match:
        return list(holidays)
    days = int(match.group(2)) * (1 if match.group(1) == "+" else -1)
    return [day + timedelta(days=days) for day in holidays]


def _hide(found: re.Match[str], hidden: list[str]) -> str:
    hidden.append(found.group())
    return _mark(len(hidden) - 1)


def _mark(number: int) -> str:
    """Stands for a comment while the rest is read; in quotes, because a comment may end a rule."""
    return f'"{number}"'
