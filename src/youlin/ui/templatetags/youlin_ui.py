"""The tags and filters of the interface; `ui/README.md` shows each in use."""

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from youlin.kernel import numerals
from youlin.ui import drawing, durations, icons, modules

register = template.Library()

LIGHTS = {
    "ok": (gettext_lazy("期限内"), '<circle cx="6" cy="6" r="5.4"/>'),
    "soon": (gettext_lazy("快到期"), '<path d="M6 .6 11.8 11.4H.2z"/>'),
    "late": (gettext_lazy("已超时"), '<path d="M.8.8h10.4v10.4H.8z"/>'),
    "none": (gettext_lazy("无时限"), '<path d="M6 .6a5.4 5.4 0 1 0 .01 0zm0 1.8a3.6 3.6 0 1 1-.01 0z"/>'),
}


@register.simple_tag
def module(name: str) -> SafeString:
    """`{% module "ui/main.js" %}`: a script and, at once with it, all that it imports; the page's styles come first."""
    needed = format_html_join(
        "\n",
        '<link rel="modulepreload" href="{}" fetchpriority="low">',
        ((static(one),) for one in modules.imported(name)),
    )
    return format_html(
        '{}\n<script src="{}" type="module" fetchpriority="low"></script>', needed, static(name)
    )


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "camera" %}`, or with words of its own: `{% icon "camera" _("拍照") %}`."""
    return icons.icon(name, label)


def light_name(state: object) -> str:
    """The light of a state: a plain name, or anything with `.light` or `.value`; unknown ones are `none`."""
    for candidate in (state, getattr(state, "light", None), getattr(state, "value", None)):
        if isinstance(candidate, str) and candidate in LIGHTS:
            return candidate
    return "none"


@register.simple_tag
def light(state: object, label: str = "") -> SafeString:
    """`{% light case.light %}`: circle in time, triangle soon due, square overdue, ring without a limit."""
    name = light_name(state)
    return _light(name, str(conditional_escape(label or LIGHTS[name][0])))


@lru_cache(maxsize=1024)
def _light(name: str, escaped: str) -> SafeString:
    """Drawn once for each state and label, as lists draw it in every row; `escaped` is HTML already."""
    return mark_safe(
        f'<svg class="light light-{name}" viewBox="0 0 12 12" role="img" aria-label="{escaped}">{LIGHTS[name][1]}</svg>'
    )


@register.filter
def ago(moment: datetime | None) -> str:
    """`{{ dt|ago }}`: 5 分钟前."""
    return durations.ago(moment) if moment else ""


@register.filter
def counted(value: object) -> str:
    """`{{ n|counted }}`: 9999 and 1.23万, in English 12,345; 4.5 keeps its decimal; a dash for None; words stay."""
    if value is None or value == "":
        return "—"
    if isinstance(value, int | float):
        return numerals.plain(value, 0 if isinstance(value, int) else 1)
    return str(value)


@register.filter
def upto(number: int | None, most: int = 999) -> str:
    """`{{ n|upto:999 }}`: the number, or “999+” where counting has stopped."""
    return "" if number is None else f"{most}+" if number > most else str(number)


@register.filter
def until(moment: datetime | None) -> str:
    """`{{ dt|until }}`: 剩 38 分, 超 1 时 20 分; empty without a deadline."""
    return durations.until(moment) if moment else ""


def _clock_time(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M")


WHEN_STYLES: dict[str, Callable[[datetime], str]] = {
    "ago": durations.ago,
    "until": durations.until,
    "short": durations.short,
    "clock": _clock_time,
}


@register.simple_tag
def when(moment: datetime | None, style: str = "ago") -> SafeString:
    """`{% when dt %}`: a `<time>` in words, the exact moment behind it. Style: ago, until, short, clock."""
    if moment is None:
        return mark_safe("—")
    local = timezone.localtime(moment)
    words = WHEN_STYLES[style](moment)
    exact = local.strftime("%Y-%m-%d %H:%M:%S")
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), exact, words)


@register.filter
def avatar(name: object) -> SafeString:
    """`{{ name|avatar }}`: the surname's character in a disc; dashed when nobody holds the place."""
    text = str(name or "").strip()
    if not text:
        return format_html(
            '<span class="avatar avatar-none" role="img" aria-label="{}" title="{}">{}</span>',
            _("空缺"), _("空缺"), _("缺"),
        )  # fmt: skip
    return format_html(
        '<span class="avatar" role="img" aria-label="{}" title="{}">{}</span>', text, text, text[0].upper()
    )


def _number(value: object) -> float | None:
    """A template hands over "" for what is not there."""
    return None if value in (None, "") else float(str(value))


@register.inclusion_tag("ui/sparkline.html")
def sparkline(
    values: Sequence[float | None], target: float | None = None, state: str = "", label: str = ""
) -> dict[str, Any]:
    """`{% sparkline values target=93 state="soon" label="解决率走势" %}`."""
    return {"spark": drawing.spark(values or [], _number(target)), "state": state, "label": label}


@register.inclusion_tag("ui/meter.html")
def meter(
    value: float | None, maximum: float = 100, target: float | None = None, state: str = "", label: str = ""
) -> dict[str, Any]:
    """`{% meter 84.1 target=93 state="soon" label="解决率 84.1，目标 93" %}`: one bar against its target."""
    return {
        "width": drawing.share(_number(value), maximum),
        "target": None if _number(target) is None else drawing.share(_number(target), maximum),
        "state": state,
        "label": label,
    }


@register.inclusion_tag("ui/bars.html")
def bars(
    rows: Iterable[Mapping[str, Any]], caption: str = "", maximum: float | None = None
) -> dict[str, Any]:
    """`{% bars rows caption="按街道" %}`; rows: dicts of label, value, maybe text, target, state, href."""
    listed = list(rows)
    top = maximum or max((float(r["value"] or 0) for r in listed), default=0) or 1
    return {"rows": listed, "caption": caption, "maximum": top}


@register.inclusion_tag("ui/map_svg.html")
def map_svg(
    areas: Iterable[Any],
    view_box: str,
    label: str = "",
    values: Mapping[str, float | None] | None = None,
    unit: str = "",
    href: str = "",
    on: str = "",
    points: Iterable[Mapping[str, Any]] = (),
    height: float = 480,
    labels: bool = True,
) -> dict[str, Any]:
    """The district as inline SVG. `areas`: (code, name, path, x, y) each; `points`: dicts x, y, and maybe
    state (ok/soon/late), number, label, href. `href` of the areas has `{code}` in it. `height`: how tall it
    will be drawn, in CSS pixels, so that labels and marks come out readable; labels that would collide stay
    out, and `labels=False` leaves out all."""
    pixel = float(view_box.split()[3]) / (height or 480)
    shapes = drawing.shapes(areas, values=values, unit=unit, href=href, on=on)
    marks = [_point(point, pixel) for point in points]
    taken = [(m["x"] - m["r"], m["y"] - m["r"], m["x"] + m["r"], m["y"] + m["r"]) for m in marks]
    return {
        "shapes": shapes,
        "hatch": _hatch(shapes, label, pixel),
        "labels": drawing.labels(shapes, 12 * pixel, taken) if labels else [],
        "view_box": view_box,
        "label": label or _("辖区图"),
        "points": marks,
        "font_size": round(12 * pixel, 6),
    }


def _hatch(shapes: Sequence[drawing.Shape], label: str, pixel: float) -> dict[str, Any] | None:
    """The pattern of areas without a value: its name, which no other drawing of the page has, and its measures."""
    bare = [shape for shape in shapes if shape.heat == "heat-none"]
    if not bare:
        return None
    named = zlib.crc32("|".join([str(label), *(shape.code for shape in shapes)]).encode())
    return {
        "id": f"hatch-{named:08x}",
        "shapes": bare,
        "size": round(7 * pixel, 6),
        "line": round(2.2 * pixel, 6),
    }


def _point(point: Mapping[str, Any], pixel: float) -> dict[str, Any]:
    """A point with its mark: circle, triangle or square about (x, y); `pixel` is one in the map's units."""
    x, y, state = float(point["x"]), float(point["y"]), light_name(point.get("state", ""))
    number = point.get("number", "")
    r = pixel * (11 if number != "" else 6)
    shape = {
        "soon": f"M{x:.8g} {y - 1.15 * r:.8g}l{1.1 * r:.8g} {2 * r:.8g}h{-2.2 * r:.8g}z",
        "late": f"M{x - 0.9 * r:.8g} {y - 0.9 * r:.8g}h{1.8 * r:.8g}v{1.8 * r:.8g}h{-1.8 * r:.8g}z",
    }.get(state, "")
    return {
        "x": x, "y": y, "r": round(r, 6), "shape": shape, "state": state, "number": number,
        "text_y": round(y + (0.22 * r if state == "soon" else 0), 6), "font_size": round(r * 1.1, 6),
        "label": point.get("label", ""), "href": point.get("href", ""),
    }  # fmt: skip


@register.inclusion_tag("ui/map_legend.html")
def map_legend(values: Mapping[str, float | None], unit: str = "") -> dict[str, Any]:
    """`{% map_legend values unit="%" %}`: the five steps and the values at both ends."""
    known = [v for v in values.values() if v is not None]
    return {
        "low": numerals.lean(min(known)) if known else "",
        "high": numerals.lean(max(known)) if known else "",
        "unit": unit,
        "steps": range(drawing.BUCKETS) if len(set(known)) > 1 else (drawing.BUCKETS // 2,),
    }


@register.inclusion_tag("ui/map_steps.html")
def map_steps(values: Mapping[str, float | None], unit: str = "") -> dict[str, Any]:
    """`{% map_steps values unit="%" %}`: the classes of a map, each with its values, and how they were cut."""
    cut = drawing.classes(values.values())
    known = any(value is not None for value in values.values())
    return {
        "steps": [
            {"heat": heat, "low": numerals.lean(low), "high": numerals.lean(high), "one": low == high}
            for heat, (low, high) in zip(cut.heats(), cut.spans(), strict=True)
        ]
        if known
        else [],
        "unit": unit,
        "width": None if cut.step is None else numerals.lean(cut.step),
        "cut": bool(cut.edges),
        "gaps": any(value is None for value in values.values()),
    }


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, label: str = "", help: str = "") -> dict[str, Any]:
    """`{% field form.phone %}`: label, help, control and errors, tied together for the screen reader."""
    widget, help_text = bound.field.widget, help or bound.help_text
    base = bound.id_for_label or bound.auto_id
    described = [f"{base}-help"] * bool(help_text) + [f"{base}-error"] * bool(bound.errors)
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    return {
        "bound": bound,
        "base": base,
        "label": label or bound.label,
        "help": help_text,
        "control": "" if group else bound.as_widget(attrs=attrs),
        "group": group,
        "choice": isinstance(widget, CheckboxInput),
        "described": " ".join(described),
        "optional": not bound.field.required and not isinstance(widget, CheckboxInput),
    }


@register.simple_tag(takes_context=True)
def qs(context: template.Context, **changes: object) -> str:
    """`<a href="{% qs page=2 %}">`: the present query with these changed; None or "" removes a key."""
    request = context.get("request")
    query = request.GET.copy() if request else None
    if query is None:
        return "?"
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def page_numbers(page: Page[Any]) -> list[int | str]:
    """The page numbers a pager shows, with … for what is left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
