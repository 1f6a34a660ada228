"""For machines: the keys that codes are signed with, and the signed list of those that hold no more."""

import hashlib
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.passes import keys, revoked

SECONDS = 300


@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    """The public keys of every district (RFC 7517). Those that will sign within the week are among them."""
    return _lasting(
        request, lambda: JsonResponse({"keys": keys.published()}, content_type="application/jwk-set+json")
    )


@require_safe
def revoked_list(request: HttpRequest, district: str) -> HttpResponse:
    """A district's Token Status List, signed; the same bytes for as long as nothing changed, at most five minutes."""
    if district not in {area.code for area in areas.districts()}:
        raise Http404
    address = request.build_absolute_uri(reverse("codes:revoked", args=[district]))
    text = revoked.signed(district, address)
    return _lasting(request, lambda: HttpResponse(text, content_type="application/statuslist+jwt"))


def _lasting(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """An answer that anybody may keep for a while, and ask again whether it is still the same."""
    response = make()
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:24]}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
