"""The charts of `docs/real-input.md`: what our indicators say as lines and bars, what the file says as rings on them."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from youlin.apps.cases.imports.tallies import Figures, Group

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 260, 52, 34, 30
INK, QUIET, LINE, OURS, FILE = "#1c2320", "#5b6662", "#dfe4e1", "#0b6e5f", "#b4541f"
Value = Callable[[Figures], float | None]


def drawn(ours: Mapping[Group, Figures], theirs: Mapping[Group, Figures]) -> dict[str, str]:
    """File name → SVG: requests and median days by month, requests by kind."""
    months = sorted(month for month, kind in theirs if month >= "2010-12" and not kind)
    kinds = sorted(
        (kind for month, kind in theirs if kind and not month), key=lambda kind: -theirs["", kind].requests
    )
    by_month: list[Group] = [(month, "") for month in months]
    return {
        "real-input-requests.svg": _months("Requests by month", by_month, ours, theirs, lambda f: f.requests),
        "real-input-days.svg": _months(
            "Median days to close, by month of the request", by_month, ours, theirs, lambda f: f.median_days
        ),
        "real-input-kinds.svg": _kinds("Requests by kind", kinds, ours, theirs),
    }


def _months(
    title: str,
    groups: Sequence[Group],
    ours: Mapping[Group, Figures],
    theirs: Mapping[Group, Figures],
    value: Value,
) -> str:
    lines = [[value(of[group]) or 0.0 if group in of else 0.0 for group in groups] for of in (ours, theirs)]
    top = _round(max(max(line) for line in lines))
    step = (WIDTH - LEFT - 16) / max(len(groups) - 1, 1)
    points = " ".join(
        f"{LEFT + number * step:.1f},{_height(at, top):.1f}" for number, at in enumerate(lines[0])
    )
    parts = [*_scale(top), f'<polyline points="{points}" fill="none" stroke="{OURS}" stroke-width="2"/>']
    for number, at in enumerate(lines[1]):
        x = LEFT + number * step
        parts.append(
            f'<circle cx="{x:.1f}" cy="{_height(at, top):.1f}" r="3.5" fill="none" stroke="{FILE}"/>'
        )
        month = groups[number][0]
        if month.endswith(("-01", "-07")):
            parts.append(_text(x, HEIGHT - BOTTOM + 18, month, anchor="middle"))
    return _svg(title, HEIGHT, parts)


def _kinds(
    title: str, kinds: Sequence[str], ours: Mapping[Group, Figures], theirs: Mapping[Group, Figures]
) -> str:
    row, left = 24, 230
    most = max(theirs["", kind].requests for kind in kinds)
    scale = (WIDTH - left - 80) / most
    parts = []
    for number, kind in enumerate(kinds):
        y = TOP + 14 + number * row
        mine, other = ours["", kind].requests, theirs["", kind].requests
        parts.append(_text(left - 8, y + 12, kind.rpartition(".")[2].replace("_", " "), anchor="end"))
        parts.append(f'<rect x="{left}" y="{y}" width="{mine * scale:.1f}" height="16" fill="{OURS}"/>')
        end = left + other * scale
        parts.append(f'<circle cx="{end:.1f}" cy="{y + 8}" r="4" fill="none" stroke="{FILE}"/>')
        parts.append(_text(end + 10, y + 12, f"{mine:,}"))
    return _svg(title, TOP + 24 + len(kinds) * row, parts)


def _scale(top: float) -> Iterator[str]:
    for step in range(5):
        at = top * step / 4
        y = _height(at, top)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - 16}" stroke="{LINE}"/>'
        yield _text(LEFT - 8, y + 4, f"{at:,.10g}", anchor="end")


def _height(at: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP - 10) * at / top


def _round(value: float) -> float:
    """The next 1, 2, 4 or 8 times a power of ten, so that four steps are round numbers."""
    power = 1.0
    while True:
        for factor in (1, 2, 4, 8):
            if value <= factor * power:
                return factor * power
        power *= 10


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{QUIET}">{words}</text>'


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" font-family="sans-serif"'
            f' font-size="12" role="img" aria-label="{title}">',
            f'<rect width="{WIDTH}" height="{height:g}" fill="#fff"/>',
            f'<text x="{LEFT}" y="18" fill="{INK}" font-weight="600">{title}</text>',
            *parts,
            "</svg>\n",
        ]
    )
