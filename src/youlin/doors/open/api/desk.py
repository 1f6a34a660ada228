"""The inbox of somebody on duty, and every act of the workflow."""

from django.http import HttpRequest
from ninja import Router
from ninja.params.functions import Query

from youlin.apps.cases import selectors, services
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.doors.open.api import shapes
from youlin.doors.open.api.asking import STAFF, actor_of, key_of

router = Router(auth=STAFF)
REFUSED = {code: shapes.ErrorShape for code in (400, 401, 403, 404, 409, 422)}


@router.get(
    "", response={200: shapes.CasePageListShape, **REFUSED}, summary="Cases the signed-in person may read"
)
def inbox(
    request: HttpRequest,
    category: str = "",
    area: str = "",
    text: str = Query("", max_length=100),
    mine: bool = False,
    overdue: bool = False,
    open: bool | None = True,
    page: int = Query(1, ge=1, le=100_000),
    size: int = Query(50, ge=1, le=200),
) -> object:
    filters = CaseFilters(category=category, area=area, text=text, mine=mine, overdue=overdue, open=open)
    return selectors.inbox(actor_of(request), filters=filters, page=page, size=size)


@router.get(
    "/{number}", response={200: shapes.CaseShape, **REFUSED}, summary="One case with its timeline and acts"
)
def one(request: HttpRequest, number: str) -> object:
    return selectors.case_page(actor_of(request), number)


@router.post(
    "/{number}/acts/{act}", response={200: shapes.CaseShape, **REFUSED}, summary="Do an act of the workflow"
)
def do(request: HttpRequest, number: str, act: str, body: shapes.ActInShape) -> object:
    actor = actor_of(request)
    services.act(
        actor=actor,
        case_id=selectors.case_id(actor, number),
        act=act,
        note=body.note,
        to_person=body.to_person,
        to_category=body.to_category,
        expected_version=body.version,
        idempotency_key=key_of(request),
    )
    return selectors.case_page(actor, number)
