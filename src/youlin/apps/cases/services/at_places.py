"""What a visitor says of a place becomes a case for its steward; who says the same while it is open joins that case.

Thanks are heard and journalled, but nobody has to handle them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from youlin.apps.cases import lookup
from youlin.apps.cases.models import Case, Category
from youlin.apps.cases.services import intake, joining
from youlin.apps.places import selectors as places
from youlin.apps.places import services as keeping
from youlin.apps.places.models import Place, PlaceVoice
from youlin.apps.places.models.voices import AGAINST
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, NotFound
from youlin.kernel.journal import JournalEntry

CATEGORIES = "place"
"""A programme that wants cases of voices declares `place.closed`, `place.moved`, `place.wrong` and `place.broken`."""

CHANNEL = "place"


@dataclass(frozen=True)
class Said:
    """What was heard, and the receipt of the case that came of it, if any came now."""

    voice: PlaceVoice
    receipt: intake.Receipt | None


@transaction.atomic
def say(*, actor: Actor, district: str, number: str, saying: str, speaker: str) -> Said:
    """Hear a visitor at a public place; see `places.services.hear`, which knows who says the same again.

    Raises `NotFound`, and `Invalid` for a saying that there is not.
    """
    receipts: list[intake.Receipt] = []

    def case_of(place: Place, voice: PlaceVoice) -> str:
        if saying not in AGAINST or not _offered(district, saying):
            return ""
        receipt = _joined(actor, place, voice) or _reported(actor, place, voice)
        receipts.append(receipt)
        return receipt.number

    page = places.place_page(actor, district, number)
    voice = keeping.hear(
        actor=actor,
        district=district,
        place_id=page.row.id,
        saying=saying,
        speaker=speaker,
        case_of=case_of,
    )
    return Said(voice, receipts[0] if receipts else None)


def settle_voices(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
    """A reaction: the case of a voice is over, so what was said there is settled and the doubt may end."""
    rows = Case.objects.filter(
        district=entries[0].district, id__in=[entry.subject_id for entry in entries], closed_at__isnull=False
    )
    for district, number in rows.values_list("district", "number"):
        for place_id in places.places_of_case(district, number):
            keeping.settle(actor=SYSTEM, district=district, place_id=place_id, case=number)


def _offered(district: str, saying: str) -> bool:
    code = f"{CATEGORIES}.{saying}"
    return Category.objects.filter(district=district, code=code, retired_at__isnull=True).exists()


def _joined(actor: Actor, place: Place, voice: PlaceVoice) -> intake.Receipt | None:
    """A place in the open case about the same, or None where there is none that one can join."""
    known = places.unsettled_case(place, voice.saying)
    if not known:
        return None
    try:
        return joining.join(actor=actor, found=lookup.with_number(known), idempotency_key=f"voice:{voice.id}")
    except (Conflict, NotFound):
        return None


def _reported(actor: Actor, place: Place, voice: PlaceVoice) -> intake.Receipt:
    with override(settings.LANGUAGE_CODE):
        said = str(voice.get_saying_display())
        text = _("访客在地点页反映：%(said)s。%(name)s（%(number)s）") % {
            "said": said,
            "name": place.name,
            "number": place.number,
        }
    return intake.report(
        actor=actor,
        district=place.district,
        category=f"{CATEGORIES}.{voice.saying}",
        title=f"{said}：{place.name}",
        text=text,
        lon=place.lon,
        lat=place.lat,
        address=place.address,
        channel=CHANNEL,
        anonymous=actor.person_id is None,
        idempotency_key=f"voice:{voice.id}",
    )
