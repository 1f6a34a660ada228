"""Pages of the interface itself: the gallery, the worker, the manifest, theme and language."""

import json
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from youlin.ui import assets, context, examples
from youlin.ui import words as sentences

WORKER = Path(__file__).with_name("static") / "ui" / "sw.js"
YEAR = 365 * 24 * 3600


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, with example data marked as such."""
    return render(request, "ui/gallery.html", examples.everything(request))


@never_cache
@require_GET
def csrf(request: HttpRequest) -> JsonResponse:
    """A fresh token for a form that was written offline, and whose session this is (the outbox asks both)."""
    return JsonResponse({"token": get_token(request), "person": context.person(request)})


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or auto in a cookie; then back to where the person was."""
    chosen = request.POST.get("theme", "auto")
    response = HttpResponse(status=303, headers={"Location": _next(request)})
    response.set_cookie(
        context.THEME_COOKIE, chosen if chosen in context.THEMES else "auto", max_age=YEAR, samesite="Lax"
    )
    return response


@require_POST
def district(request: HttpRequest) -> HttpResponse:
    """Remember for this session which district somebody with duties in several looks at; "all" for every one.

    Nothing is kept for visitors: they have no duty, and a session for each would fill the table.
    """
    if context.person(request):
        request.session[context.DISTRICT_KEY] = request.POST.get("district", "")[:12]
    return HttpResponse(status=303, headers={"Location": _next(request)})


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "/")
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else "/"


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Django's own language switch, at our address."""
    return set_language(request)


@gzip_page
@require_GET
@cache_control(max_age=3600, public=True)
def words(request: HttpRequest, language: str) -> JsonResponse:
    """The scripts' sentences in another language."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return JsonResponse(sentences.translated(language))


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: an import, what it must know, then the script; allowed for all of /."""
    known = {
        "version": assets.version(),
        "files": assets.kept_urls(),
        "static": settings.STATIC_URL,
        "current": static(""),
        "pages": assets.OFFLINE_PAGES,
        "offline": reverse("ui:offline"),
        "csrfUrl": reverse("ui:csrf"),
        "loginUrl": settings.LOGIN_URL,
        "leaving": assets.LEAVING,
        "icon": static("ui/icons/icon-192.png"),
    }
    parts = [static(name) for name in assets.parts()]
    head = f'import {{ flush }} from "{static("ui/outbox-core.js")}";\n'
    head += "".join(f'import * as part{number} from "{url}";\n' for number, url in enumerate(parts))
    head += f"const PARTS = [{', '.join(f'part{number}' for number in range(len(parts)))}];\n"
    head += f"const KEPT = {json.dumps(known)};\n"
    response = HttpResponse(
        head + WORKER.read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8"
    )
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the platform on its home screen."""
    sizes = (192, 512)
    kinds = (("icon", "any"), ("maskable", "maskable"))
    return JsonResponse(
        {
            "id": "/", "name": _("友邻"), "short_name": _("友邻"), "lang": get_language(), "dir": "ltr",
            "name_localized": {"zh-Hans": "友邻", "en": "Youlin"},
            "description": _("上报、找地方、看进展：一个会回应的城区。"),
            "categories": ["government", "navigation", "utilities"], "start_url": "/?from=home",
            "scope": "/", "display": "standalone", "background_color": "#f6f4ee", "theme_color": "#f6f4ee",
            "icons": [
                {"src": static(f"ui/icons/{name}-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png",
                 "purpose": purpose}
                for name, purpose in kinds for size in sizes
            ],
            "shortcuts": [
                *({"name": str(label), "url": reverse(name)} for name, label in assets.offered()),
                {"name": _("我要反映"), "url": "/report/"},
                {"name": _("今天的任务"), "url": "/field/"},
            ],
        },
        content_type="application/manifest+json",
    )  # fmt: skip


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the worker shows for a page that it does not keep."""
    offered = [(reverse(name), label) for name, label in assets.offered()]
    return render(request, "ui/offline.html", {"kept_page": assets.OFFLINE_PAGES[0], "offered": offered})


@require_http_methods(["GET", "HEAD", "POST"])
def example(request: HttpRequest, name: str) -> HttpResponse:
    """The gallery's moving parts: fragments and failures to try the components on."""
    return examples.answer(request, name)
