"""Many places at the price of a few queries: the same checks, the same tables, one journal entry each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.places import revisions
from youlin.apps.places.acts import KEEP
from youlin.apps.places.models import Place, PlaceEntrance, PlaceFacility
from youlin.apps.places.services import checking, keeping, writing
from youlin.apps.places.services.checking import Checked, Words
from youlin.kernel import clock, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, Problem


@transaction.atomic
def register_many(
    *,
    actor: Actor,
    district: str,
    values: Sequence[Mapping[str, Any]],
    confirmed: bool = True,
    is_demo: bool = False,
) -> list[Place]:
    """Put many places on the map, in the order given; `values` as `checking.check_many` takes them.

    `confirmed` False: nobody has looked, as with open data. Not protected against being sent twice: the caller is.
    Raises `Invalid` with the number of the row before each problem, `NotAllowed` unless the actor keeps all places of
    the district.
    """
    may_register(actor, district)
    known = checking.words(district)
    checked = checking.check_many(district, values, known)
    problems = [
        Problem(one.field, f"{number}: {one.message}", one.remedy)
        for number, row in enumerate(checked, start=1)
        for one in row.problems
    ]
    if problems:
        raise Invalid(problems=problems)
    _check_scenes(district, checked)
    return put(actor, district, checked, known, confirmed=confirmed, is_demo=is_demo)


def may_register(actor: Actor, district: str) -> None:
    """Raise `NotAllowed` unless the actor keeps the places of the whole district."""
    if actor.kind != "system" and not duties.access(actor).may(KEEP, district=district, area=district):
        raise NotAllowed(_("成批登记地点须有全区的维护权限"), remedy=_("请联系友好城市专班"))


def _check_scenes(district: str, checked: Sequence[Checked]) -> None:
    wanted = {found for one in checked if (found := one.columns.get("within_id"))}
    scenes = Place.objects.filter(district=district, id__in=wanted, kind__role="scene")
    if scenes.count() < len(wanted):
        raise Invalid(_("没有这个场景"), field="within_id", remedy=_("请从场景列表里选择"))


def put(
    actor: Actor,
    district: str,
    checked: Sequence[Checked],
    known: Words,
    *,
    confirmed: bool,
    is_demo: bool = False,
) -> list[Place]:
    """Store checked new places inside the caller's transaction."""
    if not checked:
        return []
    revision, now = revisions.take(district), clock.now()
    made = keeping.new_many(district, checked, is_demo=is_demo)
    for place in made:
        place.revision = revision
        if confirmed:
            place.confirmed_at, place.confirmed_how = now, "steward"
            place.confirmed_by_id = actor.person_id
    rows.insert_many(made)
    pairs = list(zip(made, checked, strict=True))
    has = [row for place, one in pairs for row in _facilities(place, one, known)]
    rows.insert_plain(PlaceFacility, _FACILITY, has)
    entrances = [row for place, one in pairs for row in _entrances(place, one)]
    rows.insert_plain(PlaceEntrance, _ENTRANCE, entrances)
    writing.index_new(made)
    journal.append_many([_item(actor, place, one) for place, one in pairs])
    return made


_FACILITY = ("district", "place_id", "facility_id", "working", "count", "note")
_ENTRANCE = ("district", "place_id", "name", "lon", "lat", "step_free", "note", "position")


def _facilities(place: Place, checked: Checked, known: Words) -> list[tuple[Any, ...]]:
    """Rows of `PlaceFacility`, as values of `_FACILITY`."""
    return [
        (place.district, place.id, known.facilities[code].id, *(said[name] for name in _FACILITY[3:]))
        for code, said in (checked.facilities or {}).items()
    ]


def _entrances(place: Place, checked: Checked) -> list[tuple[Any, ...]]:
    """Rows of `PlaceEntrance`, as values of `_ENTRANCE`."""
    return [
        (place.district, place.id, *(one[name] for name in _ENTRANCE[2:])) for one in checked.entrances or []
    ]


def _item(actor: Actor, place: Place, checked: Checked) -> journal.Item:
    return journal.Item(
        act="places.registered",
        actor=actor,
        subject=place,
        area=place.area_now,
        after={name: value for name, value in keeping.told(place).items() if value or value is False}
        | keeping.attached(checked),
        first=True,
    )


@dataclass
class Change:
    """What becomes of a place that is there: checked values that differ, and its old ones for the journal."""

    place: Place
    checked: Checked
    before: Mapping[str, Any]


def change(actor: Actor, district: str, changes: Sequence[Change], known: Words) -> None:
    """Change many places inside the caller's transaction, which has locked them; each is then confirmed as well."""
    if not changes:
        return
    revision, now = revisions.take(district), clock.now()
    for one in changes:
        for name, value in one.checked.columns.items():
            setattr(one.place, name, value)
        place = one.place
        place.retired_at = None
        place.revision, place.version, place.updated_at = revision, place.version + 1, now
        place.confirmed_at, place.confirmed_how, place.asked_at = now, "steward", None
        place.confirmed_by_id = actor.person_id
        if one.checked.facilities is not None:
            writing.set_facilities(place, one.checked.facilities, known.facilities)
    rows.update_many([one.place for one in changes], CHANGED)
    writing.index([one.place for one in changes])
    journal.append_many([_changed(actor, one) for one in changes])


CHANGED = frozenset(
    {
        *(field for field in keeping.SHOWN),
        "kind_id",
        "retired_at",
        "revision",
        "version",
        "updated_at",
        "confirmed_at",
        "confirmed_how",
        "confirmed_by_id",
        "asked_at",
    }
)


def _changed(actor: Actor, one: Change) -> journal.Item:
    after = {**one.checked.columns, **keeping.attached(one.checked)}
    if "kind" in after:
        after["kind"] = one.place.kind.code
    return journal.Item(
        act="places.changed",
        actor=actor,
        subject=one.place,
        area=one.place.area_now,
        before=dict(one.before),
        after=after,
    )


def retire(actor: Actor, district: str, places: Sequence[Place], *, reason: str) -> None:
    """Take many places off the map inside the caller's transaction, which has locked them."""
    if not places:
        return
    revision, now = revisions.take(district), clock.now()
    for place in places:
        place.retired_at = place.updated_at = now
        place.revision, place.version = revision, place.version + 1
    rows.update_many(places, {"retired_at", "updated_at", "revision", "version"})
    writing.index(places)
    journal.append_many(
        [
            journal.Item(
                act="places.retired",
                actor=actor,
                subject=place,
                area=place.area_now,
                after={"retired": True},
                note=reason,
            )
            for place in places
        ]
    )
