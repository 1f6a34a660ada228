"""What visitors say: three who do not know of each other and say something against a place put it in doubt."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.places.models import Place, PlaceVoice
from youlin.apps.places.models.voices import AGAINST, SAYINGS
from youlin.apps.places.services import writing
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid

INDEPENDENT = 3
"""So many different people put a place in doubt."""

FRESH = timedelta(days=30)
"""How long a word counts."""


CaseOf = Callable[[Place, PlaceVoice], str]
"""Makes the case that comes of a voice, in its transaction; gives its number, or "" for none."""


@transaction.atomic
def hear(
    *,
    actor: Actor,
    district: str,
    place_id: UUID,
    saying: str,
    speaker: str,
    case: str = "",
    case_of: CaseOf | None = None,
) -> PlaceVoice:
    """Note what a visitor says. `speaker` tells people apart (a person's id, a device's secret); it is kept as a
    digest only. The same person saying the same again within a day is heard once. `case` is the number of the
    case that came of it; or `case_of` makes that case, once, while the place is locked.
    """
    place = writing.locked(district, place_id)
    if saying not in dict(SAYINGS):
        raise Invalid(_("请选择没开门、搬走了、信息不对、设施坏了或谢谢"), field="saying")
    voice = hashlib.sha256(f"{settings.SECRET_KEY}|{place.id}|{speaker}".encode()).hexdigest()
    since = clock.now() - timedelta(days=1)
    known = PlaceVoice.objects.filter(district=district, place=place, voice=voice, saying=saying)
    if (heard := known.filter(said_at__gte=since).first()) is not None:
        return heard
    row = PlaceVoice(district=district, place=place, saying=saying, voice=voice, case=case)
    if case_of is not None:
        row.case = case_of(place, row)
    row.save(force_insert=True)
    journal.append(
        act="places.voice_heard",
        actor=actor,
        subject=place,
        area=place.area_now,
        after={"saying": saying, "case": row.case},
    )
    _doubt(actor, place)
    return row


@transaction.atomic
def settle(*, actor: Actor, district: str, place_id: UUID, case: str) -> None:
    """The case that came of a voice was closed: that voice is settled; with no others the doubt ends."""
    place = writing.locked(district, place_id)
    voices = PlaceVoice.objects.filter(district=district, place=place, settled_at=None)
    if not case or not voices.filter(case=case).update(settled_at=clock.now()):
        return
    if place.flagged_at and speakers(place) < INDEPENDENT:
        place.flagged_at = None
        writing.save(place, ["flagged_at"])
    journal.append(
        act="places.voices_settled",
        actor=actor,
        subject=place,
        area=place.area_now,
        after={"case": case, "flagged": bool(place.flagged_at)},
    )


def speakers(place: Place) -> int:
    """How many different people have lately said something against the place that is not settled."""
    against = PlaceVoice.objects.filter(
        district=place.district,
        place=place,
        settled_at=None,
        saying__in=AGAINST,
        said_at__gte=clock.now() - FRESH,
    )
    return against.values("voice").distinct().count()


def _doubt(actor: Actor, place: Place) -> None:
    if place.flagged_at or speakers(place) < INDEPENDENT:
        return
    place.flagged_at = clock.now()
    writing.save(place, ["flagged_at"])
    journal.append(
        act="places.flagged",
        actor=actor,
        subject=place,
        area=place.area_now,
        after={"voices": INDEPENDENT},
    )
