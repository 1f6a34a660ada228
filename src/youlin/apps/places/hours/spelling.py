"""An expression spelled out so that the library evaluates it as OSM's specification means it.

Holidays become dates: `PH off` is `2026 Oct 01-07 off`. OSM's `PH` may stand alone (`PH off`), in a list
(`Sa,PH 10:00-12:00`), before weekdays (`PH Su off`: holidays that are Sundays) and with an offset (`PH -1 day`). A
list is taken apart into two rules of the same kind. What only a comment says is `unknown`, and so is what follows an
open end; what a rule says beyond midnight holds whatever an earlier rule says of the next day. A fallback (`||`) is a
layer of its own: it is asked at every moment at which what stands before it is not open.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from youlin.apps.places.hours.ending import ended, wraps

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEVER = "1900 Jan 01"
"""A day on which nothing is asked: the date of a holiday that there is not."""

_QUOTED = re.compile(r'"[^"]*"')
_BEGINS = "|".join((*MONTHS, "Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|week|easter|[0-9]{4}(?!:)"))
_SEPARATOR = re.compile(
    r"""\s*(;|\|\|)\s*               # a new rule, a fallback
      | (?:(?<=:[0-9]{2})|(?<=:[0-9]{2}\+)|(?<=[)"])|(?<=off)|(?<=open)|(?<=closed)|(?<=unknown)
          |(?<=sunset)|(?<=sunrise)|(?<=dusk)|(?<=dawn))
        \s*(,)\s*                     # behind times, a comment or a state
    """
    rf"(?=(?:{_BEGINS})\b)",
    re.VERBOSE,
)
_STATED = re.compile(r"\b(?:open|closed|off|unknown)\b")
_COMMENT = re.compile(r'"[0-9]+"$')
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
    """`expression` with every `PH` as the dates of `holidays`, ascending, and all that is meant said in words."""
    hidden: list[str] = []
    masked = _QUOTED.sub(lambda found: _hide(found, hidden), expression)
    rules = [new for rule in _rules(masked) for new in _rule(rule, holidays, holds)]
    text = _joined(rules)
    for number, comment in enumerate(hidden):
        text = text.replace(_mark(number), comment)
    return text


def layers(expression: str) -> list[str]:
    """What is asked first, and then each fallback with the rules behind it, which hold for the fallback too."""
    hidden: list[str] = []
    rules = _rules(_QUOTED.sub(lambda found: _hide(found, hidden), expression))
    begins = [0, *(number for number, rule in enumerate(rules) if rule.separator == "||")]
    found = []
    for begin, end in zip(begins, [*begins[1:], len(rules)], strict=True):
        behind = [rule for number, rule in enumerate(rules[end:], end) if not _falls(rules, number)]
        text = _joined([*rules[begin:end], *behind])
        for number, comment in enumerate(hidden):
            text = text.replace(_mark(number), comment)
        found.append(text)
    return found


def _falls(rules: Sequence[Rule], number: int) -> bool:
    """Whether a rule is a fallback or is added to one."""
    while number and rules[number].separator == ",":
        number -= 1
    return rules[number].separator == "||"


def _joined(rules: Sequence[Rule]) -> str:
    return "".join(
        rule.text if not number else f"{rule.separator} {rule.text}" for number, rule in enumerate(rules)
    )


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
    """The rules that say together what one rule means."""
    parts = _on_dates(rule.text, holidays, holds)
    closes = ended(_stated(parts[0]))
    found = [Rule(rule.separator, closes[0])]
    found += [Rule(",", text) for text in closes[1:]]
    for part in parts[1:]:
        first, *others = ended(_stated(part))
        found += [Rule(rule.separator or ";", first), *(Rule(",", text) for text in others)]
    overrides = rule.separator == ";" or (not rule.separator and len(parts) > 1)
    if overrides and any(wraps(one.text) for one in found):
        found += [Rule(",", one.text) for one in found]
    return found


def _stated(text: str) -> str:
    """What has a comment and no state is unknown (specification, "rule modifier": a comment alone)."""
    found = _COMMENT.search(text)
    if not found or _STATED.search(text):
        return text
    return f"{text[: found.start()].rstrip()} unknown {found.group()}".strip()


def _on_dates(text: str, holidays: Sequence[date], holds: Holds) -> list[str]:
    """A rule with its holidays as dates: the weekdays of its list, where there are any, and the dates."""
    match = _SELECTOR.search(text)
    if match is None or "PH" not in match.group():
        return [text]
    before, selector, after = text[: match.start()].strip(), match.group(), text[match.end() :]
    head, _blank, within = _halves(selector)
    items = [item.strip() for item in head.split(",")]
    others = [item for item in items if not item.startswith("PH")]
    days = sorted({day for item in items if item.startswith("PH") for day in _moved(item, holidays)})
    if before:
        days = [day for day in days if holds(before, day)]
    on_dates = " ".join(part for part in (dates(days), within) if part) + after
    if not others:
        return [on_dates]
    return [" ".join(part for part in (before, ",".join(others), within) if part) + after, on_dates]


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
