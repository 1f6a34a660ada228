"""Public places as features: what the pages of the portal tell of them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from youlin.apps.places import machines
from youlin.apps.places.finding import Asked
from youlin.apps.places.selectors import PlaceRow
from youlin.doors.open.ogc.features.shapes import (
    MOMENT,
    TEXT,
    YES_OR_NO,
    Asking,
    Collection,
    Feature,
    Found,
    feature,
    moment,
    point,
    street_of,
)
from youlin.kernel import clock

FIELDS = {
    "number": TEXT,
    "name": TEXT,
    "name_en": TEXT,
    "kind": TEXT,
    "kind_name": TEXT,
    "role": {**TEXT, "values": list(machines.EVERY_ROLE)},
    "area": TEXT,
    "street": TEXT,
    "address": TEXT,
    "open": YES_OR_NO,
    "closure": TEXT,
    "facilities": TEXT,
    "wheelchair": TEXT,
    "in_doubt": YES_OR_NO,
    "confirmed_at": MOMENT,
    "demonstration": YES_OR_NO,
    "url": TEXT,
}


def query(district: str, asking: Asking) -> Found:
    """The places that fit, in the order in which they were registered."""
    words = asking.words
    asked = Asked(
        district,
        0.0,
        0.0,
        kinds=(words["kind"],) if "kind" in words else (),
        roles=(words["role"],) if "role" in words else machines.EVERY_ROLE,
        area=words.get("street", ""),
        open_at=clock.now() if "open" in words else None,
    )
    found = machines.leafed(asked, box=asking.box, skip=asking.skip, most=asking.most)
    return Found([_feature(row, asking.site) for row in found.rows], found.total)


def one(district: str, number: str, site: str) -> Feature:
    """The place with this number. Raises `NotFound`."""
    return _feature(machines.numbered(district, number), site)


def _feature(row: PlaceRow, site: str) -> Feature:
    return feature(row.number, point(row.lon, row.lat), _properties(row, site))


def _properties(row: PlaceRow, site: str) -> dict[str, Any]:
    return {
        "number": row.number,
        "name": row.name,
        "name_en": row.name_en,
        "kind": row.kind.code,
        "kind_name": row.kind.name,
        "role": row.kind.role,
        "area": row.area,
        "street": street_of(row.area),
        "address": row.address,
        "open": row.open_now,
        "closure": row.closure,
        "facilities": ",".join(one.code for one in row.facilities if one.working),
        "wheelchair": row.wheelchair,
        "in_doubt": row.flagged,
        "confirmed_at": moment(row.confirmed_at),
        "demonstration": row.is_demo,
        "url": site + reverse("portal:place", args=[row.number]),
    }


COLLECTION = Collection(
    title=_("公开的地点"),
    description=_("公开的地点：名称、类别、设施、现在是否开放。"),
    fields=FIELDS,
    filters={"kind": (), "role": machines.EVERY_ROLE, "street": (), "open": ("true",)},
    query=query,
    one=one,
)
