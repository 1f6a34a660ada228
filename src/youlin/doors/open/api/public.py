"""Cases as anybody may see them, and the acts of the one who reports."""

from django.http import HttpRequest
from ninja import Router
from ninja.params.functions import Query

from youlin.apps.cases import selectors, services
from youlin.doors.open.api import shapes
from youlin.doors.open.api.asking import WRITERS, actor_of, key_of
from youlin.kernel.actors import ANONYMOUS

router = Router()
REFUSED = {code: shapes.ErrorShape for code in (400, 403, 404, 409, 422)}


@router.get("", response={200: shapes.PublicPageShape, **REFUSED}, summary="Public cases, newest first")
def public_cases(
    request: HttpRequest,
    district: str = "",
    category: str = "",
    area: str = "",
    text: str = Query("", max_length=100),
    open: bool | None = None,
    page: int = Query(1, ge=1, le=100_000),
    size: int = Query(50, ge=1, le=200),
) -> object:
    return selectors.public_cases(
        district=district, category=category, area=area, text=text, open=open, page=page, size=size
    )


@router.get(
    "/categories", response={200: list[shapes.CategoryShape], **REFUSED}, summary="What can be reported"
)
def categories(request: HttpRequest, district: str) -> object:
    return list(selectors.categories(district))


@router.get(
    "/suggest", response={200: list[shapes.SuggestionShape], **REFUSED}, summary="Categories for a text"
)
def suggest(request: HttpRequest, district: str, text: str = Query(max_length=2000)) -> object:
    return list(selectors.suggest_categories(district, text))


@router.post("", auth=WRITERS, response={201: shapes.ReceiptShape, **REFUSED}, summary="Report a problem")
def report(request: HttpRequest, body: shapes.ReportShape) -> object:
    receipt = services.report(
        actor=actor_of(request), channel="api", idempotency_key=key_of(request), **body.model_dump()
    )
    return 201, receipt


@router.get("/{number}", response={200: shapes.PublicCasePageShape, **REFUSED}, summary="One public case")
def one(request: HttpRequest, number: str) -> object:
    return selectors.public_case(number)


@router.get(
    "/{number}/track", response={200: shapes.TrackShape, **REFUSED}, summary="A case for its reporter"
)
def track(request: HttpRequest, number: str, token: str = Query(max_length=128)) -> object:
    return selectors.track(number, token)


@router.post(
    "/{number}/me-too",
    auth=WRITERS,
    response={201: shapes.ReceiptShape, **REFUSED},
    summary="Join a public case",
)
def me_too(request: HttpRequest, number: str, body: shapes.JoinShape) -> object:
    return 201, services.me_too(
        actor=actor_of(request), case_number=number, idempotency_key=key_of(request), **body.model_dump()
    )


@router.post("/{number}/rating", response={200: shapes.TrackShape, **REFUSED}, summary="Rate a closed case")
def rate(request: HttpRequest, number: str, body: shapes.RatingShape) -> object:
    services.rate(actor=ANONYMOUS, case_number=number, idempotency_key=key_of(request), **body.model_dump())
    return selectors.track(number, body.token)


@router.post("/{number}/reopen", response={200: shapes.TrackShape, **REFUSED}, summary="Say it is not solved")
def reopen(request: HttpRequest, number: str, body: shapes.ReopenShape) -> object:
    services.reopen(actor=ANONYMOUS, case_number=number, idempotency_key=key_of(request), **body.model_dump())
    return selectors.track(number, body.token)
