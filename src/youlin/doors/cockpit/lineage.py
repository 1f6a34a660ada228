"""The rows behind a figure: those above the line and the rest, with a check that they come to the same number."""

from typing import Any, get_args

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import naming, saying
from youlin.apps.indicators.contesting import selectors as contesting
from youlin.apps.indicators.selectors import lineage, meaning
from youlin.apps.indicators.selectors.lineage import Behind
from youlin.apps.indicators.tracing import Which
from youlin.doors import maps
from youlin.doors.cockpit import one, spans
from youlin.doors.entrance import staff
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.ui import paging

LAST_PAGE = lineage.EXPORTED_MOST // lineage.PAGE


@require_safe
@staff("cockpit")
def rows(request: HttpRequest, actor: Actor, code: str, indicator: str) -> HttpResponse:
    """A page of the rows behind a figure."""
    span, asked = spans.of(request), _asked(request)
    place = areas.get(code)
    behind = lineage.rows_behind(
        actor, area=code, code=indicator, period=span.days, page=_number(request), **asked
    )
    meant = meaning.meaning(actor, area=code, code=indicator, period=span.days)
    shown = min(behind.total, LAST_PAGE * behind.size)
    context = one.frame(actor, place, span) | {
        "contestable": contesting.contestable(behind.dataset_code),
        "behind": behind,
        "figure": behind.figure,
        "meant": meant,
        "asked": asked,
        "key_name": _key_name(place.district, behind, asked["key"]),
        "width": len(behind.columns) + 3,
        "by_name": dict(meant.breakdowns).get(behind.by, ""),
        "parts": _parts(behind),
        "check": _check(behind),
        "below": place.level not in maps.BELOW,
        "page": paging.known_page(behind.rows, number=behind.page, size=behind.size, total=shown),
        "short": shown < behind.total,
    }
    return render(request, "cockpit/rows.html", context)


@require_safe
@staff("cockpit")
def table(request: HttpRequest, actor: Actor, code: str, indicator: str) -> HttpResponseBase:
    """The same as CSV: what the reader may open, without contacts or addresses."""
    span = spans.of(request)
    lines = lineage.table(actor, area=code, code=indicator, period=span.days, **_asked(request))
    response = StreamingHttpResponse(
        (line.encode() for line in lines), content_type="text/csv; charset=utf-8"
    )
    name = f"{indicator}-{code}-{clock.today():%Y%m%d}"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _asked(request: HttpRequest) -> dict[str, Any]:
    which = request.GET.get("part", "")
    return {
        "which": which if which in get_args(Which) else "all",
        "by": request.GET.get("by", "")[:64],
        "key": request.GET.get("key", "").replace("\0", "")[:128],
    }


def _key_name(district: str, behind: Behind, key: str) -> str:
    """What the value of the breakdown is called."""
    if not behind.by:
        return ""
    known = naming.names(behind.dataset_code, behind.by, district, [key])
    return known.get(key, key) or _("未注明")


def _number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return max(1, min(int(asked), LAST_PAGE)) if asked.isdecimal() and len(asked) < 6 else 1


def _parts(behind: Behind) -> list[tuple[str, str, str]]:
    """The parts one can look at: word of the address, name, how many."""
    found = [("all", _("全部"), saying.plain(behind.above + behind.below))]
    if behind.figure.d is not None and behind.below:
        found += [
            ("numerator", _("分子"), saying.plain(behind.above)),
            ("rest", _("其余"), saying.plain(behind.below)),
        ]
    return found


def _check(behind: Behind) -> str:
    """Whether the rows come to the number, and how many of them the reader may open, in one sentence."""
    told = {"rows": saying.plain(behind.total)}
    if behind.counted is None:
        first = _("背后共 %(rows)s 条记录") % told
    elif behind.agrees:
        first = _("数字是 %(rows)s，背后正好 %(rows)s 条记录") % told
    else:
        told["figure"] = saying.plain(behind.counted)
        first = _("数字是 %(figure)s，现在背后有 %(rows)s 条：算出之后又有变动，下次计算时一致") % told
    if behind.hidden is None:
        return _("%(check)s；条数太多，没有逐条核对您能打开几条。") % {"check": first}
    if not behind.hidden:
        return _("%(check)s，您都可以看。") % {"check": first}
    words = {"check": first, "seen": saying.plain(behind.seen or 0), "hidden": saying.plain(behind.hidden)}
    return _("%(check)s；其中 %(seen)s 条您可以打开，%(hidden)s 条超出您的职责。") % words
