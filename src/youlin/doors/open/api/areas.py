"""Areas: one, its children, and where a point lies."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from ninja import Router
from ninja.params.functions import Path, Query

from youlin.apps.areas import selectors
from youlin.doors.open.api.shapes import PLAIN, AreaShape, ErrorShape, LocatedShape, in_language
from youlin.kernel.errors import NotFound

router = Router()
MISSING = {400: ErrorShape, 404: ErrorShape, 422: ErrorShape}


@router.get("/districts", response=list[AreaShape], summary=in_language(_lazy("本平台的各辖区")))
def districts(request: HttpRequest) -> object:
    return list(selectors.districts())


@router.get(
    "/locate", response={200: LocatedShape, **MISSING}, summary=in_language(_lazy("一个点在哪个区域"))
)
def locate(
    request: HttpRequest, lon: float = Query(ge=-180, le=180), lat: float = Query(ge=-90, le=90)
) -> object:
    found = selectors.locate(lon, lat)
    if found is None:
        raise NotFound(_("这个点不在任何辖区内"), field="lon")
    return found


@router.get("/{code}", response={200: AreaShape, **MISSING}, summary=in_language(_lazy("一个区域")))
def one(request: HttpRequest, code: str = Path(max_length=24, pattern=PLAIN)) -> object:
    return selectors.get(code)


@router.get(
    "/{code}/children",
    response={200: list[AreaShape], **MISSING},
    summary=in_language(_lazy("直接下级区域")),
)
def children(request: HttpRequest, code: str = Path(max_length=24, pattern=PLAIN)) -> object:
    return list(selectors.children(selectors.get(code).code))
