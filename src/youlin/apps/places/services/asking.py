"""A place that nobody has confirmed for longer than its kind allows asks its steward."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.notices import services as notices
from youlin.apps.places.models import Place, PlaceKind
from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import SYSTEM

AGAIN = timedelta(days=7)
"""A steward who was asked is not asked again sooner."""

_BATCH = 200


@jobs.every(daily_at="07:40", name="places.ask_for_confirmation")
def ask_for_confirmation() -> None:
    """Ask the stewards of all places that are due; each steward once a day however many they are."""
    for kind in PlaceKind.objects.filter(confirm_days__gt=0, retired_at=None):
        while _ask(kind):
            pass


@transaction.atomic
def _ask(kind: PlaceKind) -> int:
    now = clock.now()
    due = Place.objects.select_for_update().filter(
        district=kind.district,
        kind=kind,
        retired_at=None,
        confirmed_at__lt=now - timedelta(days=kind.confirm_days),
    )
    rows = list(due.exclude(asked_at__gte=now - AGAIN).order_by("id")[:_BATCH])
    for place in rows:
        place.asked_at = now
        _tell(place, kind)
    Place.objects.bulk_update(rows, ["asked_at"])
    journal.append_many(
        [
            journal.Item(
                act="places.confirmation_asked",
                actor=SYSTEM,
                subject=place,
                area=place.area_now,
                after={"confirmed_at": place.confirmed_at},
            )
            for place in rows
        ]
    )
    return len(rows)


def _tell(place: Place, kind: PlaceKind) -> None:
    steward = steward_of(place, kind)
    if steward is None:
        return
    notices.notify(
        district=place.district,
        person_id=steward,
        kind="place.confirm",
        key=f"place.confirm:{clock.today()}",
        title=_("请核实您管护的地点"),
        body=_("“%(name)s”等地点已超过 %(days)s 天没有核实")
        % {"name": place.name, "days": kind.confirm_days},
    )


def steward_of(place: Place, kind: PlaceKind) -> UUID | None:
    """The person whose duty the place is now, or None."""
    if not kind.steward_duty:
        return None
    answer = duties.who(kind=kind.steward_duty, area=place.area_now, district=place.district)
    return answer.holder.id if answer.holder else None
