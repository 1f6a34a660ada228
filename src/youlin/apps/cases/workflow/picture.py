"""A workflow drawn from its table as SVG: steps as bands, one state a row, acts as arrows.

Forward to the next row: a straight arrow. Forward further: a rail on the right. Backward: a dashed rail on
the left. Acts that stay are written in the state's box. Colours come from the page's CSS by class
(`wf-state`, `wf-current`, `wf-closed`, `wf-arrow`, `wf-back`, `wf-label`, `wf-step`); the presentation
attributes alone already make a readable picture in black and white.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from django.utils.translation import gettext as _

from youlin.apps.cases.workflow.table import State, Workflow

_BOX = 168
_PORT = 20
_GAP = 44
_RAIL = 18
_EDGE = 12


@dataclass
class _Edge:
    """All acts that lead from one row to another, drawn as one arrow with their names."""

    source: int
    target: int
    names: list[str] = field(default_factory=list)
    rail: int = 0

    @property
    def label(self) -> str:
        return " / ".join(self.names)

    @property
    def span(self) -> tuple[int, int]:
        return min(self.source, self.target), max(self.source, self.target)


@dataclass
class _Box:
    """One state: where it stands, and how many arrows leave and enter on either side."""

    state: State
    stays: list[str]
    y: float = 0
    height: float = 0
    ports: dict[str, int] = field(default_factory=lambda: {"left": 0, "right": 0})
    used: dict[str, int] = field(default_factory=lambda: {"left": 0, "right": 0})
    entries: dict[str, float] = field(default_factory=dict)

    def port(self, side: str) -> float:
        """The height of the next free port on this side."""
        self.used[side] += 1
        return self.y + self.height * self.used[side] / (self.ports[side] + 1)

    def entry(self, side: str) -> float:
        """The height of the one port where every arrow of this side comes in."""
        if side not in self.entries:
            self.entries[side] = self.port(side)
        return self.entries[side]


@dataclass
class _Drawing:
    """The whole layout, in units of the view box."""

    boxes: list[_Box]
    straight: list[_Edge]
    right: list[_Edge]
    left: list[_Edge]
    band: float = 0
    x: float = 0
    width: float = 0
    height: float = 0
    left_label: float = 0
    right_label: float = 0


def draw_svg(workflow: Workflow, current: str | None = None) -> str:
    """The picture of `workflow` as an SVG element; the state `current` is marked.

    It scales to its container (view box, no fixed size), uses no inline style and describes itself in words
    to screen readers.
    """
    drawing = _layout(workflow)
    name = "wf" + hashlib.sha256(repr((workflow.states, workflow.acts)).encode()).hexdigest()[:8]
    parts = [
        *_bands(workflow, drawing),
        *(line for edge in drawing.straight for line in _straight(drawing, edge, name)),
        *(line for edge in drawing.right for line in _railed(drawing, edge, name, "right")),
        *(line for edge in drawing.left for line in _railed(drawing, edge, name, "left")),
        *(line for box in drawing.boxes for line in _box(drawing, box, current)),
    ]
    return (
        f'<svg class="wf" role="img" viewBox="0 0 {drawing.width:.0f} {drawing.height:.0f}" '
        f'aria-labelledby="{name}-t {name}-d" xmlns="http://www.w3.org/2000/svg" font-size="13">'
        f'<title id="{name}-t">{escape(_("流程图"))}</title>'
        f'<desc id="{name}-d">{escape(in_words(workflow))}</desc>'
        f'<defs><marker id="{name}-a" class="wf-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        f'markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="currentColor"/></marker>'
        f"</defs>{''.join(parts)}</svg>"
    )


def in_words(workflow: Workflow) -> str:
    """The table as sentences, one act each: what the picture says, for those who do not see it."""
    return "；".join(
        f"{act.title()}：{workflow.state(source).title()} → {workflow.state(act.target(source)).title()}"
        for act in workflow.acts.values()
        for source in act.sources
    )


def _layout(workflow: Workflow) -> _Drawing:
    order = _order(workflow)
    rows = {code: row for row, code in enumerate(order)}
    boxes = [_Box(workflow.state(code), []) for code in order]
    edges: dict[tuple[int, int], _Edge] = {}
    for act in workflow.acts.values():
        for source in act.sources:
            pair = rows[source], rows[act.target(source)]
            if pair[0] == pair[1]:
                boxes[pair[0]].stays.append(act.title())
            else:
                edges.setdefault(pair, _Edge(*pair)).names.append(act.title())
    straight = [edge for edge in edges.values() if edge.target == edge.source + 1]
    right = [edge for edge in edges.values() if edge.target > edge.source + 1]
    left = [edge for edge in edges.values() if edge.target < edge.source]
    for side, group in (("right", right), ("left", left)):
        _give_rails(group)
        for edge in group:
            boxes[edge.source].ports[side] += 1
        for target in {edge.target for edge in group}:
            boxes[target].ports[side] += 1
    band = max(
        (_text_width(f"{number}. {name}") for number, name in enumerate(workflow.step_names(), 1)), default=0
    )
    return _measure(_Drawing(boxes, straight, right, left, band=band + 2 * _EDGE))


def _order(workflow: Workflow) -> list[str]:
    """States by step; those outside the steps come last. Within a step as declared."""
    last = len(workflow.steps) + 1
    return sorted(workflow.states, key=lambda code: workflow.step_of(code) or last)


def _give_rails(edges: list[_Edge]) -> None:
    """One rail for all arrows into one state: the innermost free one, short rails first: few cross."""
    bundles: dict[int, list[_Edge]] = {}
    for edge in edges:
        bundles.setdefault(edge.target, []).append(edge)
    spans = {
        target: (min(edge.span[0] for edge in bundle), max(edge.span[1] for edge in bundle))
        for target, bundle in bundles.items()
    }
    taken: list[list[tuple[int, int]]] = []
    by_length = sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item))
    for target, (low, high) in by_length:
        free = (rail for rail, others in enumerate(taken) if all(high < o[0] or low > o[1] for o in others))
        rail = next(free, len(taken))
        if rail == len(taken):
            taken.append([])
        taken[rail].append((low, high))
        for edge in bundles[target]:
            edge.rail = rail


def _measure(drawing: _Drawing) -> _Drawing:
    y: float = _EDGE
    for box in drawing.boxes:
        ports = max(box.ports.values())
        box.y, box.height = y, max(46 + 18 * bool(box.stays), _PORT * (ports + 1))
        y += box.height + _GAP
    drawing.height = y - _GAP + _EDGE
    drawing.left_label = max((_text_width(edge.label) for edge in drawing.left), default=0) + 16
    drawing.right_label = max((_text_width(edge.label) for edge in drawing.right), default=0) + 16
    rails_left = max((edge.rail + 1 for edge in drawing.left), default=0) * _RAIL
    rails_right = max((edge.rail + 1 for edge in drawing.right), default=0) * _RAIL
    drawing.x = drawing.band + rails_left + drawing.left_label
    drawing.width = drawing.x + _BOX + drawing.right_label + rails_right + _EDGE
    return drawing


def _bands(workflow: Workflow, drawing: _Drawing) -> Iterable[str]:
    """One band and its name for each step that has a state."""
    for number, name in enumerate(workflow.step_names(), start=1):
        boxes = [box for box in drawing.boxes if box.state.step == number]
        if not boxes:
            continue
        top, bottom = boxes[0].y - _EDGE / 2, boxes[-1].y + boxes[-1].height + _EDGE / 2
        yield (
            f'<g class="wf-step"><rect x="0" y="{top:.0f}" width="{drawing.width:.0f}" '
            f'height="{bottom - top:.0f}" rx="6" fill="currentColor" fill-opacity="0.05"/>'
            f'<text x="{_EDGE}" y="{(top + bottom) / 2:.0f}" dominant-baseline="central" '
            f'fill="currentColor">{number}. {escape(name)}</text></g>'
        )


def _box(drawing: _Drawing, box: _Box, current: str | None) -> Iterable[str]:
    classes = ["wf-state"]
    classes += ["wf-closed"] if not box.state.open else []
    classes += ["wf-current"] if box.state.code == current else []
    stroke = 2.5 if box.state.code == current else 1
    middle = drawing.x + _BOX / 2
    centre = box.y + box.height / 2
    yield (
        f'<g class="{" ".join(classes)}"><rect x="{drawing.x:.0f}" y="{box.y:.0f}" width="{_BOX}" '
        f'height="{box.height:.0f}" rx="{8 if box.state.open else 22}" fill="none" stroke="currentColor" '
        f'stroke-width="{stroke}"/>'
    )
    yield _text(middle, centre - 9 * bool(box.stays), box.state.title(), "wf-name")
    if box.stays:
        yield _text(middle, centre + 11, "↻ " + _shortened("、".join(box.stays)), "wf-stays")
    yield "</g>"


def _straight(drawing: _Drawing, edge: _Edge, name: str) -> Iterable[str]:
    above, below = drawing.boxes[edge.source], drawing.boxes[edge.target]
    x, top, bottom = drawing.x + _BOX / 2, above.y + above.height, below.y
    yield (
        f'<g class="wf-arrow"><path d="M{x:.0f} {top:.0f}V{bottom - 2:.0f}" fill="none" '
        f'stroke="currentColor" marker-end="url(#{name}-a)"/>'
    )
    yield _text(x + 8, (top + bottom) / 2, edge.label, "wf-label", anchor="start") + "</g>"


def _railed(drawing: _Drawing, edge: _Edge, name: str, side: str) -> Iterable[str]:
    """Out of the box, along the rail, into the other box; the label stands where the arrow leaves."""
    start = drawing.boxes[edge.source].port(side)
    end = drawing.boxes[edge.target].entry(side)
    if side == "right":
        edge_x = drawing.x + _BOX
        rail_x = edge_x + drawing.right_label + _RAIL * edge.rail
        label_x, anchor, kind = edge_x + 6, "start", "wf-arrow"
    else:
        edge_x = drawing.x
        rail_x = edge_x - drawing.left_label - _RAIL * edge.rail
        label_x, anchor, kind = edge_x - 6, "end", "wf-back"
    dashes = ' stroke-dasharray="5 4"' if side == "left" else ""
    tip = edge_x + 2 if side == "right" else edge_x - 2
    yield (
        f'<g class="{kind}"><path d="M{edge_x:.0f} {start:.0f}H{rail_x:.0f}V{end:.0f}H{tip:.0f}" fill="none" '
        f'stroke="currentColor"{dashes} marker-end="url(#{name}-a)"/>'
    )
    yield _text(label_x, start - 8, edge.label, "wf-label", anchor=anchor) + "</g>"


def _text(x: float, y: float, words: str, kind: str, *, anchor: str = "middle") -> str:
    return (
        f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" '
        f'dominant-baseline="central" fill="currentColor">{escape(words)}</text>'
    )


def _text_width(words: str) -> float:
    """About how wide the words are at 13 units: Chinese 13, Latin 7."""
    return sum(13 if ord(letter) > 0x2E80 else 7 for letter in words)


def _shortened(words: str) -> str:
    """What fits into a box; the rest is in the description."""
    room = _BOX - 36
    if _text_width(words) <= room:
        return words
    kept = ""
    for letter in words:
        if _text_width(kept + letter + "…") > room:
            break
        kept += letter
    return kept + "…"
