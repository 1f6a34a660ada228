"""Gates in words: names and reasons in the reader's language, and what forms send."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from youlin.apps.gates.selectors import Told
from youlin.apps.gates.words import BY, REASONS, RULES
from youlin.kernel.errors import Conflict, Invalid
from youlin.kernel.languages import in_language


def name_of(row: Any) -> str:
    """The compound's name."""
    return in_language(row.place.name, row.place.name_en)


def duties_of(row: Any) -> str:
    """What the property company has to do, in writing."""
    return in_language(row.duties, row.duties_en)


def reason_of(rule: Any) -> str:
    """What a rule says."""
    return in_language(rule.reason, rule.reason_en)


def rule(one: Any) -> dict[str, Any]:
    """A rule as pages list it."""
    return {"id": one.id, "kind": RULES[one.kind], "reason": reason_of(one), "effect": one.effect}


def refusal(one: Told) -> dict[str, Any]:
    """A refusal as pages list it: no person, no code."""
    return {
        "number": one.row.number,
        "at": one.row.at,
        "gate": one.row.gate,
        "by": BY[one.row.by],
        "reason": REASONS.get(one.row.reason, ""),
        "case": one.row.case,
        "light": one.light,
        "state": one.state,
        "due_at": one.due_at,
        "name": name_of(one.row.compound),
        "is_demo": one.row.is_demo,
    }


def text(request: HttpRequest, name: str, most: int = 64) -> str:
    """A short text of a form."""
    return request.POST.get(name, "").replace("\0", "").strip()[:most]


def uuid(value: str, field: str) -> UUID:
    """Raises `Invalid` for what is no id."""
    try:
        return UUID(value.strip())
    except ValueError as error:
        raise Invalid(_("请刷新页面再试"), field=field) from error


def moment(value: str) -> datetime | None:
    """Milliseconds since 1970, as a phone counts them; None for nothing."""
    given = value.strip()
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 15):
        raise Invalid(_("时间不对"), field="at", remedy=_("请核对手机的时间"))
    return datetime.fromtimestamp(int(given) / 1000, UTC)


def status_of(error: Invalid | Conflict) -> int:
    """What a page answers that shows a form again."""
    return 422 if isinstance(error, Invalid) else error.status


def number(value: str) -> int:
    """A page's number."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 1
