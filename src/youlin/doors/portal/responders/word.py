"""Word from the street (民情速递): one tap while riding. Say it or photograph it; where is taken along, nothing typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import services as cases
from youlin.doors import pace, uploads
from youlin.doors.entrance import person
from youlin.doors.portal.home import district_of
from youlin.doors.portal.report import receipt_answer
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem, TooMany
from youlin.ui.errors import wants_json

CATEGORY = "street_word"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@person("portal")
def word(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Two big buttons; POST makes the case."""
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        try:
            return _made(request, actor)
        except (Invalid, Conflict, TooMany) as error:
            if wants_json(request):
                raise
            problems, status = error.problems, error.status
    district = district_of(request)
    context = {
        "problems": problems,
        "idempotency_key": request.POST.get("idempotency_key") or str(ids.uuid7()),
        "streets": areas.subtree(district, level="street") if district else (),
        "area": request.POST.get("area", ""),
        "lon": request.POST.get("lon", ""),
        "lat": request.POST.get("lat", ""),
    }
    return render(request, "portal/responders/word.html", context, status=status)


def _made(request: HttpRequest, actor: Actor) -> HttpResponse:
    if not (request.FILES.getlist("photos") or request.FILES.getlist("audio")):
        raise Invalid(_("请说一句或拍一张"), field="photos")
    spoken = bool(request.FILES.getlist("audio"))
    text = _("民情速递：见录音") if spoken else _("民情速递：见照片")
    return made(request, actor, category=CATEGORY, text=text, draft="word")


def made(request: HttpRequest, actor: Actor, *, category: str, text: str, draft: str) -> HttpResponse:
    """A case of a category at the place the phone tells, else in the street that was chosen."""
    pace.demand(request, actor)
    district, point = district_of(request), _point(request)
    located = areas.locate(*point) if point else None
    area = request.POST.get("area", "").replace("\0", "")[:24]
    if located is None and not area:
        raise Invalid(_("不知道在哪里"), field="area", remedy=_("请允许使用位置，或选一下街道"))
    media = uploads.received(request, actor, located.district if located else district, purpose="case")
    reported = cases.report(
        actor=actor,
        district=None if located else district,
        category=category,
        text=text,
        lon=point[0] if point and located else None,
        lat=point[1] if point and located else None,
        area="" if located else area,
        media_ids=media,
        channel="web",
        idempotency_key=request.POST.get("idempotency_key", ""),
    )
    return receipt_answer(request, reported, draft=draft)


def _point(request: HttpRequest) -> tuple[float, float] | None:
    try:
        lon, lat = float(request.POST["lon"]), float(request.POST["lat"])
    except (KeyError, ValueError):
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None
