"""For programs: the list of what is published, and the kept files. Nothing is computed here."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators.openness import formats
from youlin.apps.indicators.publishing import shelf
from youlin.doors.open.ogc.machine import public_read
from youlin.kernel.errors import NotFound

MINUTES_KEPT = 5
PRIVATE = ("months", "files")
"""What entries hold for pages and for the list itself."""


@public_read
def listed(request: HttpRequest) -> HttpResponse:
    """Every published indicator of every district: definition, versions, licence, what is withheld, addresses."""
    found = [known for area in areas.districts() if (known := shelf.index(area.code)) is not None]
    document = {
        "indicators": [_told(request, known.district, entry) for known in found for entry in known.entries]
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    made_at = max((known.published_at for known in found), default=None)
    return shared(request, gzip.compress(body, 5, mtime=0), _digest(body), made_at, "application/json")


@public_read
def file(request: HttpRequest, district: str, code: str, form: str) -> HttpResponse:
    """One form of one indicator: csv, json, sdmx.csv, or the dictionary csv-metadata.json."""
    if district not in {area.code for area in areas.districts()}:
        raise NotFound(_("没有这个辖区"), field="district")
    if form not in formats.ENDINGS:
        raise NotFound(_("没有这种格式"), field="form", remedy="、".join(formats.ENDINGS))
    found = shelf.file(district, code, form)
    if found is None:
        raise NotFound(_("没有公布这个指标"), field="code", remedy=_("已公布的指标见 /open/indicators.json"))
    response = shared(request, found.packed, found.digest, found.made_at, formats.ENDINGS[form])
    if form.endswith("csv"):
        response["Content-Disposition"] = f'attachment; filename="{district}-{code}.{form}"'
    if form == "csv":
        response["Link"] = f'<{code}.csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    return response


def shared(
    request: HttpRequest, packed: bytes, digest: str, made_at: datetime | None, kind: str
) -> HttpResponse:
    """An answer that any site may read and anybody may keep for a while; 304 where they have it already."""
    moment = int(made_at.timestamp()) if made_at else None
    etag = f'W/"{digest[:24]}"'
    response = HttpResponse(content_type=kind)
    known = get_conditional_response(request, etag=etag, last_modified=moment, response=response)
    if known is None or known is response:
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.content = packed
            response["Content-Encoding"] = "gzip"
        else:
            response.content = gzip.decompress(packed)
        known = response
    known["ETag"] = etag
    if made_at:
        known["Last-Modified"] = f"{made_at:%a, %d %b %Y %H:%M:%S} GMT"
    known["Cache-Control"] = f"public, max-age={60 * MINUTES_KEPT}"
    known["Access-Control-Allow-Origin"] = "*"
    known["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_vary_headers(known, ("Accept-Encoding",))
    return known


def addresses(district: str, code: str) -> dict[str, str]:
    """The stable address of each form, without the host."""
    return {
        ending: reverse("open:indicator-file", kwargs={"district": district, "code": code, "form": ending})
        for ending in formats.ENDINGS
    }


def _told(request: HttpRequest, district: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in entry.items() if name not in PRIVATE}
    page = reverse("open:indicator", kwargs={"district": district, "code": entry["code"]})
    forms = {
        ending: {
            "url": request.build_absolute_uri(address),
            "type": formats.ENDINGS[ending],
            "sha256": entry["files"][ending]["digest"],
            "bytes": entry["files"][ending]["size"],
        }
        for ending, address in addresses(district, entry["code"]).items()
        if ending in entry["files"]
    }
    return told | {"page": request.build_absolute_uri(page), "formats": forms}


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
