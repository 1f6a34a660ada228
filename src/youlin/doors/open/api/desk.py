"""The inbox of somebody on duty, and every act of the workflow."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router
from ninja.params.functions import Path, Query

from youlin.apps.cases import selectors, services
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.doors.open.api import shapes
from youlin.doors.open.api.asking import STAFF, IdempotencyKey, actor_of
from youlin.doors.open.api.shapes import PLAIN, in_language

router = Router(auth=STAFF)
REFUSED = {code: shapes.ErrorShape for code in (400, 401, 403, 404, 409, 422)}


@router.get(
    "",
    response={200: shapes.CasePageListShape, **REFUSED},
    summary=in_language(_("登录的人可以看的案件")),
)
def inbox(
    request: HttpRequest,
    category: str = Query("", max_length=128, pattern=PLAIN),
    area: str = Query("", max_length=24, pattern=PLAIN),
    text: str = Query("", max_length=100, pattern=PLAIN),
    mine: bool = False,
    overdue: bool = False,
    status: shapes.Status = "open",
    page: int = Query(1, ge=1, le=100_000),
    size: int = Query(50, ge=1, le=200),
) -> object:
    filters = CaseFilters(
        category=category, area=area, text=text, mine=mine, overdue=overdue, open=shapes.is_open(status)
    )
    return selectors.inbox(actor_of(request), filters=filters, page=page, size=size)


@router.get(
    "/{number}",
    response={200: shapes.CaseShape, **REFUSED},
    summary=in_language(_("一个案件，连同经过与可做的动作")),
)
def one(request: HttpRequest, number: str = Path(max_length=64, pattern=PLAIN)) -> object:
    return selectors.case_page(actor_of(request), number)


@router.post(
    "/{number}/acts/{act}",
    response={200: shapes.CaseShape, **REFUSED},
    summary=in_language(_("做流程里的一个动作")),
)
def do(
    request: HttpRequest,
    body: shapes.ActInShape,
    key: IdempotencyKey,
    number: str = Path(max_length=64, pattern=PLAIN),
    act: str = Path(max_length=64, pattern=PLAIN),
) -> object:
    actor = actor_of(request)
    services.act(
        actor=actor,
        case_id=selectors.case_id(actor, number),
        act=act,
        note=body.note,
        media_ids=body.photos,
        to_person=body.to_person,
        to_category=body.to_category,
        expected_version=body.version,
        fields=body.fields,
        idempotency_key=key,
    )
    return selectors.case_page(actor, number)
