"""When times end: open ends (`18:00+`), and times that go beyond midnight.

The specification says of an open end only that the end is not known. How long that lasts is guessed as
opening_hours.js, its reference implementation, guesses it: to midnight, from 17:00 on for ten hours, from 22:00 on
for eight.
"""

import re

_MIDNIGHT, _EVENING, _LATE = 24 * 60, 17 * 60, 22 * 60
_TIME = r"[0-9]{1,2}:[0-9]{2}"
_EVENT = r"\(?(?:sunrise|sunset|dawn|dusk)(?:\s*[+-]\s*[0-9]{1,2}:[0-9]{2}\))?"
_POINT = rf"(?:{_TIME}|{_EVENT})"
_SPAN = rf"{_POINT}(?:\s*-\s*{_POINT})?(?![0-9:])(?:\+|/[0-9:]+)?"
_TIMES = re.compile(rf"(?<![-+0-9:(/]){_SPAN}(?:\s*,\s*{_SPAN})*")
_STATE = re.compile(r"^\s*(?:open|unknown)?\s*")
_MORNING = re.compile("sunrise|dawn")
_SHUT = re.compile(r"^\s*(?:closed|off)\b")


def ended(text: str) -> list[str]:
    """A rule with nothing left open: one that is unknown to the guessed ends, and one over it with all that is known."""
    found = _TIMES.search(text)
    if found is None or not re.search(rf"{_POINT}\+(?:\s*,|$)", found.group()):
        return [text]
    before, after = text[: found.start()], text[found.end() :]
    spans = [span.strip() for span in found.group().split(",")]
    if _SHUT.match(after):
        return [before + ",".join(span.rstrip("+") for span in spans) + after]
    open_ends = [_guessed(spans, number) for number, span in enumerate(spans) if span.endswith("+")]
    rest = f"{before}{','.join(open_ends)} unknown {_STATE.sub('', after)}".rstrip()
    known = [span.rstrip("+") for span in spans if re.match(rf"{_POINT}\s*-", span)]
    return [rest, before + ",".join(known) + after] if known else [rest]


def wraps(text: str) -> bool:
    """Whether the times of a rule may go beyond midnight."""
    found = _TIMES.search(text)
    if found is None:
        return False
    if re.search(_EVENT, found.group()):
        return True
    return any(_beyond(span) for span in found.group().split(","))


def _beyond(span: str) -> bool:
    times = [_minutes(one) for one in re.findall(_TIME, span)]
    return len(times) > 1 and (times[1] <= times[0] or times[1] > _MIDNIGHT)


def _guessed(spans: list[str], number: int) -> str:
    """From the first time of a span to the next one of the rule, or for as long behind its last as is guessed."""
    points = re.findall(_POINT, spans[number])
    if re.match(_EVENT, points[-1]):
        return f"{points[0]}-{'24:00' if _MORNING.search(points[-1]) else '28:00'}"
    last = _minutes(points[-1]) + (_MIDNIGHT if _beyond(spans[number]) else 0)
    later = [_minutes(one) for one in re.findall(_TIME, "".join(spans[number + 1 : number + 2]))[:1]]
    if later and later[0] > last:
        return f"{points[0]}-{_clock(later[0])}"
    lasts = 8 * 60 if last >= _LATE else 10 * 60 if last >= _EVENING else _MIDNIGHT - last
    return f"{points[0]}-{_clock(last + lasts)}"


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
