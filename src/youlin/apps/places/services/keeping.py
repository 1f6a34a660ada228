"""Registering places, changing them, saying that they are as they are told, taking them off the map."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.places import permission, revisions
from youlin.apps.places.acts import KEEP
from youlin.apps.places.models import Place, PlaceKind
from youlin.apps.places.services import checking, writing
from youlin.kernel import clock, idempotency, ids, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid

PREFIX = "P"
SHOWN = (
    "name",
    "name_en",
    "lon",
    "lat",
    "area_now",
    "address",
    "phone",
    "hours",
    "makeup_days",
    "capacity",
    "accessibility",
    "description",
    "description_en",
    "public",
    "source",
    "source_ref",
    "licence",
)
"""What the journal tells of a place: all of it is public anyway."""


@transaction.atomic
def register_place(
    *,
    actor: Actor,
    district: str,
    values: Mapping[str, Any],
    idempotency_key: str,
    is_demo: bool = False,
) -> Place:
    """Put a new place on the map; `values` as `checking.check_many` takes them.

    Raises `Invalid` with everything that is wrong, `NotAllowed` where the actor keeps no places.
    """
    with idempotency.once(
        district=district, actor=actor, act="places.register", key=idempotency_key, payload=dict(values)
    ) as once:
        if once.prior is not None:
            return Place.objects.select_related("kind").get(district=district, id=once.prior["id"])
        known = checking.words(district)
        checked = checking.check(district, values, known)
        place = new(district, checked, is_demo=is_demo)
        permission.demand(actor, KEEP, place)
        _confirmed(place, actor, "steward")
        place.revision = revisions.take(district)
        place.save(force_insert=True)
        writing.set_facilities(place, checked.facilities or {}, known.facilities)
        writing.set_entrances(place, checked.entrances or [])
        writing.index([place])
        journal.append(
            act="places.registered",
            actor=actor,
            subject=place,
            area=place.area_now,
            after=told(place) | attached(checked),
            first=True,
        )
        once.save({"id": str(place.id)})
        return place


@transaction.atomic
def change_place(
    *,
    actor: Actor,
    district: str,
    place_id: UUID,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> Place:
    """Change what is given of a place; the rest stays. Whoever keeps it has then confirmed it as well.

    Raises `Conflict` when somebody has changed it since `expected_version`.
    """
    place = writing.locked(district, place_id, expected_version)
    permission.demand(actor, KEEP, place)
    known = checking.words(district)
    checked = checking.check(district, values, known, place)
    _check_within(place, checked)
    before = told(place)
    for name, value in checked.columns.items():
        setattr(place, name, value)
    permission.demand(actor, KEEP, place)
    _confirmed(place, actor, "steward")
    writing.save(place)
    if checked.facilities is not None:
        writing.set_facilities(place, checked.facilities, known.facilities)
    if checked.entrances is not None:
        writing.set_entrances(place, checked.entrances)
    writing.index([place])
    after = told(place)
    changed = [name for name in after if before[name] != after[name]]
    journal.append(
        act="places.changed",
        actor=actor,
        subject=place,
        area=place.area_now,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed} | attached(checked),
    )
    return place


@transaction.atomic
def confirm_place(*, actor: Actor, district: str, place_id: UUID, how: str = "steward") -> Place:
    """Say that everything told of a place is so today; what visitors said against it is settled by that."""
    place = writing.locked(district, place_id)
    permission.demand(actor, KEEP, place)
    if place.retired_at:
        raise Conflict(_("这个地点已撤销"), remedy=_("请先恢复它"))
    if how not in ("steward", "visit"):
        raise Invalid(_("核实方式不对"), field="how")
    before = {"confirmed_at": place.confirmed_at, "flagged": bool(place.flagged_at)}
    _confirmed(place, actor, how)
    place.flagged_at = None
    writing.save(place, ["confirmed_at", "confirmed_by", "confirmed_how", "asked_at", "flagged_at"])
    place.voices.filter(district=district, settled_at=None).update(settled_at=clock.now())
    journal.append(
        act="places.confirmed",
        actor=actor,
        subject=place,
        area=place.area_now,
        before=before,
        after={"confirmed_at": place.confirmed_at, "how": how},
    )
    return place


@transaction.atomic
def tell_crowding(*, actor: Actor, district: str, place_id: UUID, crowding: str) -> Place:
    """Say how full it is now: "" (not known), free, busy or full. Shown for two hours."""
    place = writing.locked(district, place_id)
    permission.demand(actor, KEEP, place)
    if crowding not in ("", "free", "busy", "full"):
        raise Invalid(_("拥挤程度只能是空闲、较忙或已满"), field="crowding")
    before = {"crowding": place.crowding}
    place.crowding, place.crowding_at = crowding, clock.now()
    writing.save(place, ["crowding", "crowding_at"])
    journal.append(
        act="places.crowding_told",
        actor=actor,
        subject=place,
        area=place.area_now,
        before=before,
        after={"crowding": crowding},
    )
    return place


@transaction.atomic
def retire_place(*, actor: Actor, district: str, place_id: UUID, reason: str) -> Place:
    """Take a place off the map, with the reason; its history and its number stay."""
    place = writing.locked(district, place_id)
    permission.demand(actor, KEEP, place)
    if not reason.strip():
        raise Invalid(_("请说明撤销的原因"), field="reason")
    if place.retired_at:
        return place
    place.retired_at = clock.now()
    writing.save(place, ["retired_at"])
    writing.index([place])
    journal.append(
        act="places.retired",
        actor=actor,
        subject=place,
        area=place.area_now,
        after={"retired": True},
        note=reason.strip(),
    )
    return place


@transaction.atomic
def restore_place(*, actor: Actor, district: str, place_id: UUID) -> Place:
    """Bring a place back that was taken off the map."""
    place = writing.locked(district, place_id)
    permission.demand(actor, KEEP, place)
    if place.retired_at is None:
        return place
    place.retired_at = None
    writing.save(place, ["retired_at"])
    writing.index([place])
    journal.append(
        act="places.restored", actor=actor, subject=place, area=place.area_now, after={"retired": False}
    )
    return place


def new(district: str, checked: checking.Checked, *, is_demo: bool = False) -> Place:
    """A place of checked values, not yet saved."""
    return new_many(district, [checked], is_demo=is_demo)[0]


def new_many(district: str, checked: Sequence[checking.Checked], *, is_demo: bool = False) -> list[Place]:
    """The same for many; made in the order of the fields, which takes a third of making each by name."""
    now = clock.now()
    fields = {field.attname: field for field in Place._meta.concrete_fields}
    anew = {
        name: field.get_default
        for name, field in fields.items()
        if field.has_default() and callable(field.default)
    }
    same = {name: field.get_default() for name, field in fields.items() if name not in anew}
    same |= {"district": district, "is_demo": is_demo, "created_at": now, "updated_at": now}
    made = []
    for one, place_id in zip(checked, ids.uuid7s(len(checked)), strict=True):
        kind: PlaceKind = one.columns["kind"]
        given = same | one.columns
        given["id"], given["number"] = place_id, ids.new_number(PREFIX)
        given["kind_id"], given["area_at_event"] = kind.id, given["area_now"]
        place = Place.from_db(
            None, fields, [given[name] if name in given else anew[name]() for name in fields]
        )
        place._state.adding = True
        place._state.fields_cache["kind"] = kind
        made.append(place)
    return made


def told(place: Place) -> dict[str, Any]:
    """What is told of a place, as the journal keeps it."""
    return {"number": place.number, "kind": place.kind.code} | {name: getattr(place, name) for name in SHOWN}


def attached(checked: checking.Checked) -> dict[str, Any]:
    """What hangs on a place, as the journal keeps it: only what was given."""
    found: dict[str, Any] = {}
    if checked.facilities is not None:
        found["facilities"] = checked.facilities
    if checked.entrances is not None:
        found["entrances"] = checked.entrances
    return found


def _confirmed(place: Place, actor: Actor, how: str) -> None:
    place.confirmed_at, place.confirmed_how, place.asked_at = clock.now(), how, None
    place.confirmed_by_id = actor.person_id


def _check_within(place: Place, checked: checking.Checked) -> None:
    """A scene does not stand in itself, and what stands in something stands in something of the district."""
    within = checked.columns.get("within_id")
    if within is None:
        return
    scene = Place.objects.filter(district=place.district, id=within, kind__role="scene").first()
    if scene is None or scene.id == place.id:
        raise Invalid(_("没有这个场景"), field="within_id", remedy=_("请从场景列表里选择"))
