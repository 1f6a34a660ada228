"""Areas as features: the district, its streets and communities with their outlines."""

from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from youlin.apps.areas import selectors as areas
from youlin.doors.open.ogc.features.shapes import (
    DECIMALS,
    NUMBER,
    TEXT,
    YES_OR_NO,
    Asking,
    Collection,
    Feature,
    Found,
    feature,
)
from youlin.kernel.errors import NotFound

LEVELS = ("district", "street", "community")
"""What everybody may draw; the unit grids are the administration's own."""
MOST = 400
"""Outlines are long: a page of so many is some megabytes."""

FIELDS = {
    "code": TEXT,
    "name": TEXT,
    "name_en": TEXT,
    "level": {**TEXT, "values": list(LEVELS)},
    "parent": TEXT,
    "area_m2": NUMBER,
    "demonstration": YES_OR_NO,
}


def query(district: str, asking: Asking) -> Found:
    """The areas that fit, larger ones first, then by code."""
    words = asking.words
    found: list[tuple[Any, Any]] = []
    for level in (words["level"],) if "level" in words else LEVELS:
        shapes, polygons = areas.outlined(district, level)
        fits = _meets(polygons, asking)
        found += [pair for pair, meets in zip(zip(shapes, polygons, strict=True), fits, strict=True) if meets]
    if "parent" in words:
        found = [(shape, polygon) for shape, polygon in found if _parent(shape.code) == words["parent"]]
    page = found[asking.skip : asking.skip + asking.most]
    return Found([_feature(shape, polygon) for shape, polygon in page], len(found))


def one(district: str, code: str, site: str) -> Feature:
    """The area with this code. Raises `NotFound`."""
    for level in LEVELS:
        for shape, polygon in zip(*areas.outlined(district, level), strict=True):
            if shape.code == code:
                return _feature(shape, polygon)
    raise NotFound(_("没有代码为 %(code)s 的区域") % {"code": code}, field="featureId")


def _meets(polygons: Any, asking: Asking) -> Any:
    if asking.box is None or not len(polygons):
        return np.ones(len(polygons), bool)
    return shapely.intersects(polygons, shapely.box(*asking.box))


def _parent(code: str) -> str:
    return next(iter(areas.ancestors(code)), "")


def _feature(shape: Any, polygon: Any) -> Feature:
    rounded = shapely.transform(polygon, lambda corners: np.round(corners, DECIMALS))
    told = {
        "code": shape.code,
        "name": shape.name,
        "name_en": shape.name_en,
        "level": shape.level,
        "parent": _parent(shape.code),
        "area_m2": round(shape.area_m2, 1),
        "demonstration": shape.synthesised,
    }
    return feature(shape.code, shapely.geometry.mapping(shapely.orient_polygons(rounded)), told)


COLLECTION = Collection(
    title=_lazy("区域边界"),
    description=_lazy("区、街道和社区的边界。"),
    fields=FIELDS,
    filters={"level": LEVELS, "parent": ()},
    query=query,
    one=one,
    most=MOST,
)
