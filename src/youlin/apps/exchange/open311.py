"""Speaking GeoReport v2 as a client: send a request, find it again, read its state. Knows no table.

Raises `outgoing.NotSent` when nothing went out, `Doubtful` when nobody knows, `Refused` when the other side said no.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from youlin.kernel import outgoing

LOOKED_THROUGH = 500
"""Requests of the same service and time that are looked through for one of ours."""
ASKED_AT_ONCE = 50
TIMEOUT_SECONDS = 8.0


class Doubtful(Exception):
    """No answer that says whether it was done."""


class Refused(Exception):
    """The other side said no, and would again."""


class Busy(Exception):
    """The other side is there and did not do it; `wait` says when to come again."""

    def __init__(self, words: str, wait: timedelta) -> None:
        super().__init__(words)
        self.wait = wait


@dataclass(frozen=True)
class Server:
    """Where the other side is."""

    url: str
    jurisdiction: str = ""
    api_key: str = ""


class Submitted(NamedTuple):
    """What a POST gave: the number at once, or a token to ask for it with."""

    number: str
    token: str


class Remote(NamedTuple):
    """A request as the other side tells it."""

    number: str
    status: str
    notes: str
    updated: str


def submit(server: Server, fields: Mapping[str, str], *, key: str) -> Submitted:
    """Send a request. `key` is repeated when it is, for servers that understand it."""
    given = {"jurisdiction_id": server.jurisdiction, "api_key": server.api_key, **fields}
    body = urlencode({name: value for name, value in given.items() if value}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "Idempotency-Key": key}
    try:
        answer = outgoing.call(
            "POST", f"{server.url}/requests.json", body=body, headers=headers, timeout=TIMEOUT_SECONDS
        )
    except outgoing.NotAnswered as error:
        raise Doubtful(str(error)) from error
    row = next(iter(_rows(answer)), {})
    found = Submitted(_text(row, "service_request_id"), _text(row, "token"))
    if not any(found):
        raise Doubtful("answered without number and without token")
    return found


def look_up(server: Server, *, reference: str, service: str, since: datetime, until: datetime) -> str:
    """The number of the request that carries our reference, "" when there is none among those of its time."""
    query = {
        "service_code": service,
        "start_date": (since - timedelta(hours=1)).isoformat(timespec="seconds"),
        "end_date": (until + timedelta(hours=1)).isoformat(timespec="seconds"),
        "external_reference": reference,
        "extensions": "true",
        "page_size": "100",
    }
    seen: set[str] = set()
    for page in range(1, LOOKED_THROUGH // 100 + 1):
        rows = list(_read(server, "requests.json", {**query, "page": str(page)}))
        numbers = {_text(row, "service_request_id") for row in rows}
        for row in rows:
            if _is_ours(row, reference):
                return _text(row, "service_request_id")
        if len(rows) < 100 or numbers <= seen:
            break
        seen |= numbers
    return ""


def number_behind(server: Server, token: str) -> str:
    """The number that a token became, "" while there is none."""
    rows = _read(server, f"tokens/{quote(token, safe='')}.json", {})
    return next((_text(row, "service_request_id") for row in rows), "")


def states(server: Server, numbers: Sequence[str]) -> dict[str, Remote]:
    """How these requests stand, by number: asked for together, and one by one where a list leaves them out."""
    found: dict[str, Remote] = {}
    for start in range(0, len(numbers), ASKED_AT_ONCE):
        some = numbers[start : start + ASKED_AT_ONCE]
        rows = _read(server, "requests.json", {"service_request_id": ",".join(some)})
        found |= {one.number: one for one in map(_remote, rows)}
    for number in numbers:
        if number not in found:
            rows = _read(server, f"requests/{quote(number, safe='')}.json", {})
            for row in rows:
                found[number] = _remote(row)
    return {number: found[number] for number in numbers if number in found}


def services(server: Server) -> dict[str, str]:
    """The services of the other side: name by code."""
    rows = _read(server, "services.json", {})
    return {_text(row, "service_code"): _text(row, "service_name") for row in rows}


def _read(server: Server, path: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    given = {"jurisdiction_id": server.jurisdiction, "api_key": server.api_key, **query}
    asked = urlencode({name: value for name, value in given.items() if value})
    try:
        answer = outgoing.call("GET", f"{server.url}/{path}?{asked}", timeout=TIMEOUT_SECONDS)
    except outgoing.NotAnswered as error:
        raise Doubtful(str(error)) from error
    return iter(() if answer.status == 404 else _rows(answer))


def _rows(answer: outgoing.Answer) -> list[Mapping[str, Any]]:
    """The rows of a good answer; an error for every other."""
    if answer.status in (429, 503) and answer.headers.get("retry-after", "").isdigit():
        wait = timedelta(seconds=min(int(answer.headers["retry-after"]), 3600))
        raise Busy(f"answered {answer.status}", wait)
    if answer.status == 429:
        raise Busy("answered 429", timedelta(minutes=1))
    if 400 <= answer.status < 500:
        raise Refused(f"{answer.status}: {_said(answer.body)}")
    try:
        content = json.loads(answer.body)
    except ValueError:
        content = None
    if not 200 <= answer.status < 300 or not isinstance(content, list):
        raise Doubtful(f"answered {answer.status}" + ("" if answer.status >= 300 else " with no list"))
    return [row for row in content if isinstance(row, dict)]


def _said(body: bytes) -> str:
    """The words of an error list."""
    try:
        rows = json.loads(body)
        return "；".join(str(row["description"]) for row in rows)[:200]
    except (ValueError, TypeError, KeyError):
        return ""


def _is_ours(row: Mapping[str, Any], reference: str) -> bool:
    more = row.get("extended_attributes")
    named = more.get("external_reference") if isinstance(more, dict) else None
    return named == reference or f"[{reference}]" in _text(row, "description")


def _remote(row: Mapping[str, Any]) -> Remote:
    status = _text(row, "status").lower()
    return Remote(
        _text(row, "service_request_id"),
        "closed" if status == "closed" else "open",
        _text(row, "status_notes")[:500],
        _text(row, "updated_datetime")[:40],
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).replace("\0", "")[:2000]
