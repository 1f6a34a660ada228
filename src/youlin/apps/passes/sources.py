"""What a card comes with: a duty, an enrolment. Apps say who has it, where and since when; the card ends with it.

A kind names its source in `comes_with`: `duty:grid_worker`, `responder`. Nobody writes on the card where its holder works
or since when: that is asked of the source whenever somebody looks.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from youlin.apps.duties.holdings import in_force
from youlin.apps.duties.models import Assignment, AssignmentArea
from youlin.apps.passes.models import PassKind

DUTY = "duty"


class Standing(NamedTuple):
    """That somebody has it at a moment: over which areas, since when, and until when if that is known."""

    areas: tuple[str, ...]
    since: datetime
    until: datetime | None = None


Source = Callable[[str, UUID, str, datetime], Standing | None]
"""District, person, what stands behind the colon, and the moment that is asked about."""

_sources: dict[str, Source] = {}


def register_source(name: str, source: Source) -> None:
    """Let cards of kinds that name this source come with what an app knows."""
    _sources[name] = source


def names() -> list[str]:
    """Every source that there is."""
    return sorted(_sources)


def standing(kind: PassKind, person_id: UUID, at: datetime) -> Standing | None:
    """What the holder has of what this kind of card comes with; None where they have it not, or not at that moment."""
    name, _colon, detail = kind.comes_with.partition(":")
    source = _sources.get(name)
    return source(kind.district, person_id, detail, at) if source else None


def by_duty(district: str, person_id: UUID, kind: str, at: datetime) -> Standing | None:
    """A duty of this kind in force: all its areas, since the first day of the oldest assignment."""
    rows = Assignment.objects.filter(in_force(at), district=district, holder=person_id, kind__code=kind)
    held = list(rows.filter(kind__retired_at=None).values_list("id", "valid_from", "valid_to"))
    if not held:
        return None
    areas = AssignmentArea.objects.filter(
        in_force(at), district=district, assignment__in=[id for id, _begins, _ends in held]
    )
    ends = [end for _id, _begins, end in held]
    return Standing(
        areas=tuple(sorted(set(areas.values_list("code", flat=True)))),
        since=min(begins for _id, begins, _end in held),
        until=None if None in ends else max(end for end in ends if end),
    )
