"""Log lines: plain or JSON, with the request's id, without phone numbers, identity numbers, tokens and database details.

Names and what people wrote cannot be told from other words: no code logs them, which a test with planted values proves.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from youlin.kernel.observing import requests

HIDDEN = "[…]"
_DETAILS = re.compile(r"^(DETAIL|CONTEXT|HINT):.*$", re.MULTILINE)
_SECRETS = re.compile(
    r"(?i)\b(authorization|cookie|x-api-key|api_key|token|password|passphrase|secret|sessionid|csrftoken|code)"
    r"(\"?'?\s*[:=]\s*\"?'?)(bearer\s+)?[^\s,;&\"'}\])]+"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_IN_ADDRESS = re.compile(r"([?&](?:t|token|key|api_key|code)=)[^&\s\"']+")


def scrubbed(text: str) -> str:
    """`text` with everything hidden that looks like a secret or a personal number."""
    from youlin.kernel.privacy import masks  # Django sets up logging before there are models

    text = _DETAILS.sub(r"\1: " + HIDDEN, text)
    text = _SECRETS.sub(rf"\1\2{HIDDEN}", text)
    return masks.mask_text(_IN_ADDRESS.sub(rf"\1{HIDDEN}", text))


class Plain(logging.Formatter):
    """One line for people: time, level, who says it, the request's id, the message."""

    def format(self, record: logging.LogRecord) -> str:
        id = requests.current()
        head = f"{_moment(record)} {record.levelname} {record.name}{f' [{id}]' if id else ''}"
        figures = "".join(f" {name}={value}" for name, value in _figures(record).items())
        return scrubbed(f"{head} {_on_one_line(record.getMessage() + figures)}{_trace(self, record)}")


class Json(logging.Formatter):
    """One JSON object a line, for machines that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": scrubbed(record.getMessage()),
            "process": record.process,
        }
        if id := requests.current():
            line["request"] = id
        line |= _figures(record)
        if trace := _trace(self, record):
            line["trace"] = scrubbed(trace.strip())
        written = json.dumps(line, ensure_ascii=False, default=str)
        return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", written)  # JSON leaves some as they are


def _on_one_line(text: str) -> str:
    """What somebody sent may hold line breaks or a terminal's commands: they would forge a line."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _figures(record: logging.LogRecord) -> dict[str, Any]:
    """What the caller gave as `extra={"figures": {…}}`."""
    return dict(getattr(record, "figures", {}))


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    return f"\n{formatter.formatException(record.exc_info)}" if record.exc_info else ""
