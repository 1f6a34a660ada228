"""Cases as anybody may see them, and the acts of the one who reports."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Status
from ninja.params.functions import Path, Query

from youlin.apps.cases import selectors, services
from youlin.doors.open.api import shapes
from youlin.doors.open.api.asking import WRITERS, IdempotencyKey, asker_of, own_district
from youlin.doors.open.api.shapes import PLAIN, in_language
from youlin.doors.pace import Paced
from youlin.kernel.actors import ANONYMOUS

router = Router(throttle=[Paced()])
REFUSED = {code: shapes.ErrorShape for code in (400, 403, 404, 409, 422)}
REFUSED_TO_WRITERS = {**REFUSED, 401: shapes.ErrorShape, 429: shapes.ErrorShape}


@router.get(
    "", response={200: shapes.PublicPageShape, **REFUSED}, summary=in_language(_("公开的案件，新的在前"))
)
def public_cases(
    request: HttpRequest,
    district: str = Query("", max_length=12, pattern=PLAIN),
    category: str = Query("", max_length=128, pattern=PLAIN),
    area: str = Query("", max_length=24, pattern=PLAIN),
    text: str = Query("", max_length=100, pattern=PLAIN),
    status: shapes.Status = "all",
    page: int = Query(1, ge=1, le=100_000),
    size: int = Query(50, ge=1, le=200),
) -> object:
    return selectors.public_cases(
        district=district,
        category=category,
        area=area,
        text=text,
        open=shapes.is_open(status),
        page=page,
        size=size,
    )


@router.get(
    "/categories",
    response={200: list[shapes.CategoryShape], **REFUSED},
    summary=in_language(_("可以反映什么")),
)
def categories(request: HttpRequest, district: str = Query(max_length=12, pattern=PLAIN)) -> object:
    return list(selectors.categories(district))


@router.get(
    "/suggest",
    response={200: list[shapes.SuggestionShape], **REFUSED},
    summary=in_language(_("一段文字说的是哪些类别")),
)
def suggest(
    request: HttpRequest,
    district: str = Query(max_length=12, pattern=PLAIN),
    text: str = Query(max_length=2000, pattern=PLAIN),
) -> object:
    return list(selectors.suggest_categories(district, text))


@router.post(
    "",
    auth=WRITERS,
    response={201: shapes.ReceiptShape, **REFUSED_TO_WRITERS},
    summary=in_language(_("反映一个问题")),
)
def report(request: HttpRequest, body: shapes.ReportShape, key: IdempotencyKey) -> object:
    asker = asker_of(request)
    receipt = services.report(
        actor=asker.actor,
        district=own_district(asker, body.district),
        media_ids=body.photos,
        channel="api",
        attributes={code: [one] if isinstance(one, str) else one for code, one in body.attributes.items()},
        idempotency_key=key,
        **body.model_dump(exclude={"district", "photos", "attributes"}),
    )
    return Status(201, receipt)


@router.get(
    "/{number}",
    response={200: shapes.PublicCasePageShape, **REFUSED},
    summary=in_language(_("一个公开的案件")),
)
def one(request: HttpRequest, number: str = Path(max_length=64, pattern=PLAIN)) -> object:
    return selectors.public_case(number)


@router.get(
    "/{number}/track",
    response={200: shapes.TrackShape, **REFUSED},
    summary=in_language(_("反映人看自己的案件")),
)
def track(
    request: HttpRequest,
    number: str = Path(max_length=64, pattern=PLAIN),
    token: str = Query(max_length=128, pattern=PLAIN),
) -> object:
    return selectors.track(number, token)


@router.post(
    "/{number}/me-too",
    auth=WRITERS,
    response={201: shapes.ReceiptShape, **REFUSED_TO_WRITERS},
    summary=in_language(_("我也遇到了这个问题")),
)
def me_too(
    request: HttpRequest,
    body: shapes.JoinShape,
    key: IdempotencyKey,
    number: str = Path(max_length=64, pattern=PLAIN),
) -> object:
    asker = asker_of(request)
    if asker.district:
        own_district(asker, selectors.public_case(number).case.district)
    receipt = services.me_too(actor=asker.actor, case_number=number, idempotency_key=key, **body.model_dump())
    return Status(201, receipt)


@router.post(
    "/{number}/rating",
    response={200: shapes.TrackShape, **REFUSED, 429: shapes.ErrorShape},
    summary=in_language(_("评价办结的案件")),
)
def rate(
    request: HttpRequest,
    body: shapes.RatingShape,
    key: IdempotencyKey,
    number: str = Path(max_length=64, pattern=PLAIN),
) -> object:
    services.rate(actor=ANONYMOUS, case_number=number, idempotency_key=key, **body.model_dump())
    return selectors.track(number, body.token)


@router.post(
    "/{number}/reopen",
    response={200: shapes.TrackShape, **REFUSED, 429: shapes.ErrorShape},
    summary=in_language(_("问题没有解决，请重办")),
)
def reopen(
    request: HttpRequest,
    body: shapes.ReopenShape,
    key: IdempotencyKey,
    number: str = Path(max_length=64, pattern=PLAIN),
) -> object:
    services.reopen(actor=ANONYMOUS, case_number=number, idempotency_key=key, **body.model_dump())
    return selectors.track(number, body.token)
