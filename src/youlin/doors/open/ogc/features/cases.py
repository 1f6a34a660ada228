"""Public cases as features: only what the portal shows everybody, approximate where the category asks for it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from youlin.apps.cases import selectors as cases
from youlin.apps.cases.selectors.rows import PublicCase
from youlin.doors.open.ogc.features.shapes import (
    MOMENT,
    TEXT,
    WHOLE,
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
from youlin.kernel.errors import NotFound

FIELDS = {
    "number": TEXT,
    "title": TEXT,
    "description": TEXT,
    "category": TEXT,
    "category_name": TEXT,
    "open": YES_OR_NO,
    "state": TEXT,
    "area": TEXT,
    "street": TEXT,
    "address": TEXT,
    "approximate": YES_OR_NO,
    "reported_at": MOMENT,
    "updated_at": MOMENT,
    "closed_at": MOMENT,
    "me_too": WHOLE,
    "demonstration": YES_OR_NO,
    "url": TEXT,
}


def query(district: str, asking: Asking) -> Found:
    """The public cases that fit, newest first. What lies in many thousands is not counted to the end."""
    words = asking.words
    first, last = asking.span
    found = cases.public_cases(
        district=district,
        bbox=asking.box,
        category=words.get("category", ""),
        area=words.get("street", ""),
        open=words["open"] == "true" if "open" in words else None,
        reported_from=first,
        reported_to=last,
        skip=asking.skip,
        size=asking.most,
    )
    features = [_feature(row, asking.site) for row in found.rows]
    return Found(features, None if found.total_is_capped else found.total)


def one(district: str, number: str, site: str) -> Feature:
    """The public case with this number. Raises `NotFound`."""
    rows = cases.public_cases(district=district, numbers=(number,), size=1).rows
    if not rows:
        raise NotFound(_("没有这件反映，或它不公开"), field="featureId")
    return _feature(rows[0], site)


def _feature(row: PublicCase, site: str) -> Feature:
    return feature(row.number, point(row.lon, row.lat), _properties(row, site))


def _properties(row: PublicCase, site: str) -> dict[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "description": row.description,
        "category": row.category,
        "category_name": row.category_name,
        "open": row.is_open,
        "state": row.state_name,
        "area": row.area,
        "street": street_of(row.area),
        "address": row.address,
        "approximate": row.approximate,
        "reported_at": moment(row.reported_at),
        "updated_at": moment(row.updated_at),
        "closed_at": moment(row.closed_at),
        "me_too": row.me_too,
        "demonstration": row.is_demo,
        "url": site + reverse("portal:case", args=[row.number]),
    }


COLLECTION = Collection(
    title=_lazy("公开的案件"),
    description=_lazy("经审核公开的反映和办理情况；敏感类别只给大致位置。"),
    fields=FIELDS,
    filters={"category": (), "street": (), "open": ("true", "false")},
    query=query,
    one=one,
    deepest=cases.LEAF_TO,
    timed=True,
)
