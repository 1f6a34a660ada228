"""Areas: one, its children, and where a point lies."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from ninja.params.functions import Query

from youlin.apps.areas import selectors
from youlin.doors.open.api.shapes import AreaShape, ErrorShape, LocatedShape
from youlin.kernel.errors import NotFound

router = Router()
MISSING = {404: ErrorShape, 422: ErrorShape}


@router.get("/districts", response=list[AreaShape], summary="Districts of this installation")
def districts(request: HttpRequest) -> object:
    return list(selectors.districts())


@router.get("/locate", response={200: LocatedShape, **MISSING}, summary="Which area a point lies in")
def locate(
    request: HttpRequest, lon: float = Query(ge=-180, le=180), lat: float = Query(ge=-90, le=90)
) -> object:
    found = selectors.locate(lon, lat)
    if found is None:
        raise NotFound(_("这个点不在任何辖区内"), field="lon")
    return {
        "code": found.code,
        "name": found.name,
        "level": found.level,
        "district": found.district,
        "path": selectors.name_path(found.code),
    }


@router.get("/{code}", response={200: AreaShape, **MISSING}, summary="One area")
def one(request: HttpRequest, code: str) -> object:
    return selectors.get(code)


@router.get(
    "/{code}/children", response={200: list[AreaShape], **MISSING}, summary="The areas directly below"
)
def children(request: HttpRequest, code: str) -> object:
    return list(selectors.children(selectors.get(code).code))
