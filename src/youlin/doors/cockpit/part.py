"""What stands around each part of the cockpit about one area (`cockpit/part.html`): the period, the way back, figures."""

from typing import Any

from django.http import HttpRequest

from youlin.doors.cockpit import figures
from youlin.kernel import clock
from youlin.kernel.actors import Actor


def frame(actor: Actor, place: Any, days: int, cards: list[dict[str, Any]]) -> dict[str, Any]:
    """The page's frame, with the row of figures that it begins with."""
    return {
        "place": place,
        "trail": figures.trail_of(actor, place.code),
        "days": days,
        "now": clock.local_now(),
        "periods": list(figures.PERIODS),
        "cards": cards,
    }


def days_of(request: HttpRequest) -> int:
    """The period that the address asks for, in days."""
    return figures.PERIODS.get(request.GET.get("days", ""), 30)


def card(label: str, value: float | None, unit: str, told: str) -> dict[str, Any]:
    """One figure; None is told as such, without its unit."""
    return {"label": label, "value": value, "unit": unit if value is not None else "", "told": told}
