"""The id of the request that is being answered, on every log line written meanwhile."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")


def current() -> str:
    """The id of the request under way; empty outside of one."""
    return _current.get()


@contextmanager
def begun(given: str = "") -> Iterator[str]:
    """A request begins: under the id its proxy gave it, if that is one, else under a new one."""
    id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
    token = _current.set(id)
    try:
        yield id
    finally:
        _current.reset(token)
