"""The findings of a check as one SVG that stands alone: the areas in grey, what is wrong in colour and shape."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

import numpy as np
import shapely
from django.utils.translation import gettext as _

from youlin.apps.areas import maps, profiles
from youlin.apps.areas.geometry import svg
from youlin.apps.areas.geometry.svg import Projection
from youlin.apps.areas.topology import DUPLICATE, GAP, INVALID, KINDS, OUTSIDE, OVERLAP, Finding, Report

WIDTH, HEIGHT, LINE = 900, 640, 20
BASE_BYTES = 120_000
MOST = 60
COLOURS = {
    OVERLAP: "#B5362A",
    GAP: "#A86A00",
    OUTSIDE: "#2A66AE",
    INVALID: "#7A3E9D",
    DUPLICATE: "#7A3E9D",
}
MARKS = {
    OVERLAP: "M-5-5H5V5H-5Z",
    GAP: "M0-6A6 6 0 1 1 0 6A6 6 0 1 1 0-6Z",
    OUTSIDE: "M0-6L6 5H-6Z",
    INVALID: "M0-7L7 0 0 7-7 0Z",
    DUPLICATE: "M-6-2H6V2H-6Z",
}
"""A square, a disc, a triangle, a diamond, a bar: told apart without colour too."""


def draw_svg(report: Report) -> str:
    """The map of what was checked with a numbered mark on each finding that has a place (errors and large ones first)."""
    placed = [finding for finding in report.findings if finding.point and finding.kind in MARKS]
    shown, found = placed[:MOST], len(placed)
    at = maps.projection(report.prefix, WIDTH, HEIGHT, report.day)
    height = HEIGHT + LINE * (len(shown) + 2)
    title = escape(f"{report.prefix} {report.day.isoformat()}")
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" font-family="sans-serif" font-size="12">',
            f"<title>{title}</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="#FFFEFB"/>',
            *_base(report, at),
            *(_place(finding, at) for finding in shown),
            *(_mark(finding, number, at) for number, finding in enumerate(shown, start=1)),
            *_legend(shown, found - len(shown)),
            "</svg>",
        ]
    )


def _base(report: Report, at: Projection) -> Iterator[str]:
    """The outermost level that has polygons and those with findings, the finer the thinner."""
    drawn = [level for level in profiles.LEVEL_NAMES if report.polygons.get(level)]
    levels = drawn[:1] + [one for one in drawn[1:] if any(f.level == one for f in report.findings)]
    for thickness, level in zip((1.6, 0.9, 0.5, 0.3, 0.2, 0.2, 0.2), levels, strict=False):
        found = maps.shapes(report.prefix, level, report.day)
        for path in svg.paths(maps.geometries(found), at, BASE_BYTES // len(levels)):
            yield f'<path d="{path}" fill="none" stroke="#8A8676" stroke-width="{thickness}"/>'


def _place(finding: Finding, at: Projection) -> str:
    drawn = shapely.transform(np.array([finding.geometry], dtype=object), at.forward)
    path = "".join(svg.path_d(part) for part in drawn)
    colour = COLOURS[finding.kind]
    return f'<path d="{path}" fill="{colour}" fill-opacity=".45" stroke="{colour}"/>'


def _mark(finding: Finding, number: int, at: Projection) -> str:
    x, y = at.xy(*(finding.point or (0.0, 0.0)))
    return (
        f'<g transform="translate({x:.1f} {y:.1f})"><title>{escape(finding.message)}</title>'
        f'<path d="{MARKS[finding.kind]}" fill="{COLOURS[finding.kind]}" stroke="#FFFEFB"/>'
        f'<text x="9" y="4" fill="#1D2623">{number}</text></g>'
    )


def _legend(shown: list[Finding], more: int) -> Iterator[str]:
    for number, finding in enumerate(shown, start=1):
        y = HEIGHT + LINE * number
        words = escape(f"{number} · {KINDS[finding.kind]} · {finding.message}")
        yield (
            f'<path transform="translate(16 {y - 4})" d="{MARKS[finding.kind]}" '
            f'fill="{COLOURS[finding.kind]}"/><text x="30" y="{y}" fill="#1D2623">{words}</text>'
        )
    if more:
        words = escape(_("另有 %(count)d 处未画出") % {"count": more})
        yield f'<text x="30" y="{HEIGHT + LINE * (len(shown) + 1)}" fill="#5A6661">{words}</text>'
