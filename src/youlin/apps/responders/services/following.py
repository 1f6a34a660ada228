"""Responders, call-outs, turns and stories follow the areas they are in when these are merged or split."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from youlin.apps.areas.services import Heirs
from youlin.apps.responders.models import CallOut, Responder, Shift, Story
from youlin.apps.responders.services import checking, writing
from youlin.kernel import rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid


@transaction.atomic
def recode(*, district: str, mapping: Mapping[str, str | Heirs], actor: Actor, at: datetime) -> int:
    """Move the responders and open call-outs of a district from old area codes to new ones; how many.

    Somebody who is usually in an area that was split is in the heir that holds its middle. Again changes nothing.
    """
    changed = _responders(district, mapping)
    writing.save(changed, ["area_now", "areas", "stands"])
    outs = list(
        CallOut.objects.select_for_update(of=("self",))
        .filter(district=district, area_now__in=list(mapping))
        .order_by("id")
    )
    for out in outs:
        out.area_now = _heir(mapping, out.area_now, [out.lon, out.lat])
    rows.update_many(outs, ["area_now"])
    return len(changed) + len(outs) + _turns(district, mapping)


def _turns(district: str, mapping: Mapping[str, str | Heirs]) -> int:
    """Turns go by their place, stories by the heir that stands for the whole."""
    shifts = Shift.objects.select_for_update(of=("self",)).select_related("place")
    turns = list(shifts.filter(district=district, area_now__in=list(mapping)).order_by("id"))
    for turn in turns:
        point = (turn.place.lon, turn.place.lat) if turn.place else (None, None)
        turn.area_now = _heir(mapping, turn.area_now, point)
    rows.update_many(turns, ["area_now"])
    told = Story.objects.select_for_update(of=("self",))
    stories = list(told.filter(district=district, area_now__in=list(mapping)).order_by("id"))
    for story in stories:
        story.area_now = _heir(mapping, story.area_now, (None, None))
    rows.update_many(stories, ["area_now"])
    return len(turns) + len(stories)


def _responders(district: str, mapping: Mapping[str, str | Heirs]) -> list[Responder]:
    """Those of whom one of the usual areas has a new code."""
    known = checking.known(district)
    every = Responder.objects.select_for_update(of=("self",)).filter(district=district, ended_at=None)
    changed = []
    for row in every.order_by("id"):
        codes = [_heir(mapping, code, stand) for code, stand in zip(row.areas, row.stands, strict=True)]
        if codes != row.areas:
            row.areas = list(dict.fromkeys(codes))
            row.stands = [
                _middle(code, known, stand) for code, stand in zip(row.areas, row.stands, strict=False)
            ]
            row.area_now = row.areas[0]
            changed.append(row)
    return changed


def _middle(code: str, known: checking.Known, before: list[float]) -> list[float]:
    try:
        return checking.middle(code, known)
    except Invalid:
        return before


def _heir(mapping: Mapping[str, str | Heirs], code: str, point: Sequence[float | None]) -> str:
    heir = mapping.get(code, code)
    return heir if isinstance(heir, str) else heir(*point)
