"""The JSON API, `/api/v1`, with its OpenAPI document at `/api/v1/openapi.json`."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import ValidationError

from youlin.doors.open.api import areas, desk, public
from youlin.kernel.errors import YoulinError

v1 = NinjaAPI(
    title="友邻 Youlin",
    version="1",
    description=(
        "The public part needs no key to read. Writing needs an `X-API-Key`, or a signed-in session with its "
        "CSRF token, and an `Idempotency-Key`: the same key with the same content is one act, however often it "
        "is sent. Times are ISO 8601 in UTC, coordinates WGS84 degrees."
    ),
    docs_url=None,
    urls_namespace="api",
)
v1.add_router("/areas", areas.router, tags=["areas"])
v1.add_router("/cases", public.router, tags=["cases"])
v1.add_router("/inbox", desk.router, tags=["inbox"])


@v1.exception_handler(YoulinError)
def in_words(request: HttpRequest, error: YoulinError) -> HttpResponse:
    """The reasons, each with its field and remedy."""
    problems = [problem._asdict() for problem in error.problems]
    return v1.create_response(
        request, {"status": error.status, "title": error.message, "problems": problems}, status=error.status
    )


@v1.exception_handler(ValidationError)
def wrong_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Input that does not fit the schema, field by field, in the same form as every other problem."""
    problems = [
        {"field": ".".join(str(part) for part in e["loc"][1:]) or None, "message": e["msg"], "remedy": ""}
        for e in error.errors
    ]
    return v1.create_response(
        request,
        {"status": 422, "title": "; ".join(p["message"] for p in problems), "problems": problems},
        status=422,
    )


@require_safe
def reading_page(request: HttpRequest) -> HttpResponse:
    """The API described for people, drawn from the same document that machines read."""
    document = v1.get_openapi_schema(path_prefix="/api/v1/")
    calls = [
        {"method": method.upper(), "path": path, **operation}
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    return render(request, "open/api.html", {"document": document, "calls": calls})
