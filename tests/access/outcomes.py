"""What may come of a request, and the words in which the table says who gets which."""

from collections.abc import Iterable

from django.http import HttpResponseBase

OK = "ok"
ASKED = "asked"
LOGIN = "login"
FORBIDDEN = "forbidden"
MISSING = "missing"
REFUSED = "refused"
METHOD = "method"
DOWN = "down"
"""Let in; let in and asked for more (400, 422); sent to sign in; told no; told there is no such thing; told that
it does not go now (409); this address does not take the method; some part is not running (503: no worker
runs in tests)."""

CAST = (
    "nobody",
    "li",
    "qian",
    "wang",
    "sibling",
    "community",
    "zhao",
    "sun",
    "leader",
    "confidant",
    "other",
    "retired",
    "expired",
)
"""Visitor; the reporter (own); another resident; the grid worker in the area; the one of the sibling area; officer
and dispatcher above; district dispatcher; leader; the named one for confidential cases; another district's
dispatcher; the worker of a retired area; the one whose assignment has expired."""

RESIDENTS = ("li", "qian", "expired")
ON_DUTY = tuple(name for name in CAST if name not in ("nobody", *RESIDENTS))

Expected = dict[str, str]


def outcome(response: HttpResponseBase) -> str:
    """What came of a request."""
    status = response.status_code
    if status in (301, 302, 303) and _leads_to_sign_in(response.headers["Location"]):
        return LOGIN
    known = {
        401: LOGIN,
        403: FORBIDDEN,
        404: MISSING,
        405: METHOD,
        409: REFUSED,
        400: ASKED,
        422: ASKED,
        503: DOWN,
    }
    if status < 400:
        return OK
    return known.get(status, str(status))


def _leads_to_sign_in(address: str) -> bool:
    return any(address.startswith(start) for start in ("/accounts/login/", "/sign-in/?", "/admin/login/"))


def everybody(result: str) -> Expected:
    """The same for all."""
    return dict.fromkeys(CAST, result)


def residents_too(result: str = OK) -> Expected:
    """For whoever is signed in; visitors are asked to sign in."""
    return everybody(result) | {"nobody": LOGIN}


def on_duty(result: str = OK) -> Expected:
    """For people in duty, wherever; visitors are asked to sign in, residents told no."""
    return everybody(result) | {"nobody": LOGIN} | dict.fromkeys(RESIDENTS, FORBIDDEN)


def of_those(names: Iterable[str], result: str = OK, *, others: str = MISSING) -> Expected:
    """For these people in duty; the others in duty get `others`, visitors and residents as everywhere."""
    return on_duty(others) | dict.fromkeys(names, result)
