"""How changed places reach the tables: under the district's next revision, findable."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from youlin.apps.places import revisions
from youlin.apps.places.models import Facility, Place, PlaceEntrance, PlaceFacility
from youlin.kernel import clock, search
from youlin.kernel.errors import Conflict, NotFound

KIND = "places.place"
_RUNS = re.compile(r"[\u4e00-\u9fff]+|[^\u4e00-\u9fff]+")


def locked(district: str, place_id: UUID, expected_version: int | None = None) -> Place:
    """The place, locked. Raises `NotFound`, and `Conflict` when somebody has changed it since."""
    place = (
        Place.objects.select_for_update(of=("self",))
        .select_related("kind")
        .filter(district=district, id=place_id)
        .first()
    )
    if place is None:
        raise NotFound(_("没有这个地点"))
    if expected_version is not None and place.version != expected_version:
        raise Conflict(_("刚刚有人改过这个地点"), remedy=_("请看最新内容，再保存您的修改"))
    return place


def save(place: Place, fields: Iterable[str] = ()) -> None:
    """Save a changed place as the next version. `fields` are those that changed; none means all."""
    place.revision = revisions.take(place.district)
    place.version += 1
    place.updated_at = clock.now()
    names = [*fields, "revision", "version", "updated_at"] if fields else None
    place.save(update_fields=names)


def index(places: Sequence[Place]) -> None:
    """Make public places findable by name, address, pinyin and initials; others unfindable."""
    documents = []
    for place in places:
        if place.retired_at or not place.public:
            search.remove(district=place.district, kind=KIND, object_id=place.id)
        else:
            documents.append(search.Document(place.district, KIND, place.id, words_of(place)))
    search.index_many(documents)


def index_new(places: Sequence[Place]) -> None:
    """The same for places that are just being made, of which nothing can be found yet."""
    search.index_many_new(
        search.Document(place.district, KIND, place.id, words_of(place)) for place in places if place.public
    )


def words_of(place: Place) -> str:
    """Everything a place is searched by."""
    said = syllables(place.name)
    initials = "".join(syllable[:1] for syllable in said)
    parts = (place.name, place.name_en, place.kind.name, place.kind.name_en, place.address, place.number)
    return " ".join([*parts, "".join(said), " ".join(said), initials])


def syllables(text: str) -> list[str]:
    """The syllables of a name, its other letters as they are; runs of Chinese come again in other names."""
    return [syllable for run in _RUNS.findall(text) for syllable in _run_pinyin(run)]


@lru_cache(maxsize=10_000)
def _run_pinyin(run: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(run))


def set_facilities(
    place: Place, wanted: Mapping[str, Mapping[str, Any]], known: Mapping[str, Facility]
) -> None:
    """Make the place's facilities what is wanted."""
    standing = {row.facility.code: row for row in place.facilities.select_related("facility")}
    gone = [row.id for code, row in standing.items() if code not in wanted]
    PlaceFacility.objects.filter(district=place.district, id__in=gone).delete()
    for code, said in wanted.items():
        row = standing.get(code) or PlaceFacility(district=place.district, place=place, facility=known[code])
        for name, value in said.items():
            setattr(row, name, value)
        row.save()


def set_entrances(place: Place, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Make the place's entrances what is wanted."""
    PlaceEntrance.objects.filter(district=place.district, place=place).delete()
    PlaceEntrance.objects.bulk_create(
        [PlaceEntrance(district=place.district, place=place, **one) for one in wanted]
    )
