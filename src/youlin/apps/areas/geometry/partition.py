"""Dividing a polygon into parts that have neither gap nor overlap.

All parts are faces of one network of lines in which every crossing is a corner of every face that meets
there, so common borders are the very same numbers on both sides. The polygon's own corners stay as they are.
"""

import heapq
from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from youlin.apps.areas.geometry import metric, predicates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

SCRAP = 0.35
"""A cut-off piece smaller than this share of a whole cell joins its neighbour."""
SAMPLES = 200
RELAXATIONS = 12
TRIES = 20


def cut(polygon: Any, lines: Any) -> Shapes:
    """The faces into which lines cut a polygon (each without parts, maybe with holes)."""
    network = shapely.union_all([shapely.boundary(polygon), *lines])
    faces: Shapes = np.array(shapely.get_parts(shapely.polygonize([network])), dtype=object)
    shapely.prepare(polygon)
    inner: Shapes = faces[shapely.contains(polygon, shapely.point_on_surface(faces))]
    return inner


def dissolve(faces: Shapes, owner: Ints, count: int) -> Shapes:
    """The union of each owner's faces, with common borders taken out and no corner moved."""
    return np.array([shapely.coverage_union_all(faces[owner == i]) for i in range(count)], dtype=object)


def voronoi(polygon: Any, count: int, seed: int) -> Shapes:
    """`count` compact parts of nearly equal area, numbered north to south in rows, west to east within a row.

    Random points are moved to the middle of what lies nearest to them (Lloyd), and each takes what is nearest
    to it. The same polygon, count and seed always give the same parts. Raises `ValueError` if the polygon is
    too small or too torn to hold so many.
    """
    if count < 1:
        raise ValueError("a polygon is divided into at least one part")
    if count == 1:
        return np.array([polygon], dtype=object)
    scale = _scale(polygon)
    for attempt in range(TRIES):
        random = np.random.default_rng([seed, attempt])
        seeds = _relaxed(polygon, count, scale, random)
        edges = shapely.voronoi_polygons(
            shapely.MultiPoint(seeds * scale), extend_to=_wide(polygon, scale), only_edges=True
        )
        faces = cut(polygon, [shapely.transform(edges, lambda c: c / scale)])
        owner = _owners(faces, seeds, scale)
        if len(np.unique(owner)) == count:
            parts = dissolve(faces, owner, count)
            return parts[reading_order(parts)]
    raise ValueError(f"the polygon cannot hold {count} parts")


def lattice(polygon: Any, size_m: float) -> Shapes:
    """Cells of about `size_m` × `size_m` metres, in rows north to south, west to east within a row.

    Pieces that the border leaves too small join the neighbour with which they share the longest border.
    """
    west, south, east, north = shapely.bounds(polygon)
    lon_degrees, lat_degrees = metric.degrees(size_m, (south + north) / 2)
    columns = max(1, round((east - west) / lon_degrees))
    rows = max(1, round((north - south) / lat_degrees))
    x, y = np.linspace(west, east, columns + 1), np.linspace(north, south, rows + 1)
    over_x, over_y = (x[1] - x[0]) / 2, (y[0] - y[1]) / 2
    lines = [shapely.LineString([(v, south - over_y), (v, north + over_y)]) for v in x[1:-1]]
    lines += [shapely.LineString([(west - over_x, v), (east + over_x, v)]) for v in y[1:-1]]
    faces = cut(polygon, lines)
    cell = metric.areas_m2(np.array([shapely.box(west, south, east, north)]))[0] / (columns * rows)
    owner = merge_scraps(faces, SCRAP * cell)
    parts = dissolve(faces, owner, int(owner.max()) + 1)
    main = _largest(faces, owner)
    middle = shapely.get_coordinates(shapely.point_on_surface(faces[main]))
    row = np.floor((north - middle[:, 1]) / (y[0] - y[1]))
    return parts[np.lexsort((middle[:, 0], row))]


def reading_order(parts: Shapes) -> Ints:
    """The order of compact parts: in rows north to south, west to east within a row."""
    middle = shapely.get_coordinates(shapely.centroid(parts))
    west, south, east, north = shapely.total_bounds(parts)
    lon_degrees, lat_degrees = metric.degrees(1.0, (south + north) / 2)
    width, height = (east - west) / lon_degrees, (north - south) / lat_degrees
    rows = max(1, round(float(np.sqrt(len(parts) * height / max(width, 1e-9)))))
    row = np.floor((north - middle[:, 1]) / (north - south) * rows)
    order: Ints = np.lexsort((middle[:, 0], row))
    return order


def merge_scraps(faces: Shapes, least_m2: float) -> Ints:
    """Join every face under `least_m2` to a neighbour, smallest first; the group number of each face."""
    area = list(metric.areas_m2(faces))
    group = list(range(len(faces)))
    borders = _borders(faces)
    queue = [(size, i) for i, size in enumerate(area) if size < least_m2]
    heapq.heapify(queue)
    while queue:
        size, scrap = heapq.heappop(queue)
        if group[scrap] != scrap or size != area[scrap] or not borders[scrap]:
            continue
        heir = max(borders[scrap], key=lambda other: (borders[scrap][other], -other))
        group[scrap] = heir
        area[heir] += area[scrap]
        for other, length in borders.pop(scrap).items():
            del borders[other][scrap]
            if other != heir:
                borders[heir][other] = borders[other][heir] = borders[heir].get(other, 0.0) + length
        if area[heir] < least_m2:
            heapq.heappush(queue, (area[heir], heir))
    roots = [_root(group, i) for i in range(len(faces))]
    return np.unique(np.array(roots, dtype=np.int64), return_inverse=True)[1].astype(np.int64)


def _root(group: list[int], i: int) -> int:
    while group[i] != i:
        i = group[i]
    return i


def _borders(faces: Shapes) -> dict[int, dict[int, float]]:
    """Length of the common border of every two faces, in degrees squeezed to squares."""
    scale = _scale(shapely.multipolygons(faces))
    edges = predicates.edges_of(faces)
    order = np.lexsort((edges.y2, edges.x2, edges.y1, edges.x1))
    edges = edges.only(order)
    same = np.all([column[1:] == column[:-1] for column in edges[:4]], axis=0)
    length = np.hypot((edges.x2 - edges.x1) * scale[0], edges.y2 - edges.y1)[1:][same]
    found: dict[int, dict[int, float]] = defaultdict(dict)
    for a, b, metres in zip(edges.polygon[:-1][same], edges.polygon[1:][same], length, strict=True):
        one, other = int(a), int(b)
        found[one][other] = found[other][one] = found[one].get(other, 0.0) + float(metres)
    return found


def _scale(polygon: Any) -> Floats:
    """What degrees are multiplied with so that both axes are alike on the ground."""
    west, south, east, north = shapely.bounds(polygon)
    lon_degrees, lat_degrees = metric.degrees(1.0, (south + north) / 2)
    return np.array([lat_degrees / lon_degrees, 1.0])


def _wide(polygon: Any, scale: Floats) -> Any:
    """A box well around the polygon, so that the dividing lines cross it whole."""
    west, south, east, north = shapely.bounds(polygon)
    width, height = east - west, north - south
    box = shapely.box(west - width, south - height, east + width, north + height)
    return shapely.transform(box, lambda c: c * scale)


def _relaxed(polygon: Any, count: int, scale: Floats, random: np.random.Generator) -> Floats:
    """Points (degrees) spread evenly over the polygon."""
    samples = _sampled(polygon, SAMPLES * count, random) * scale
    seeds = samples[random.choice(len(samples), count, replace=False)]
    for _ in range(RELAXATIONS):
        nearest = _nearest(samples, seeds)
        held = np.bincount(nearest, minlength=count)
        sums = np.stack([np.bincount(nearest, samples[:, axis], count) for axis in (0, 1)], axis=1)
        seeds = np.where(held[:, None] > 0, sums / np.maximum(held, 1)[:, None], seeds)
    placed: Floats = seeds / scale
    return placed


def _sampled(polygon: Any, count: int, random: np.random.Generator) -> Floats:
    """Points spread at random over the polygon."""
    west, south, east, north = shapely.bounds(polygon)
    shapely.prepare(polygon)
    found = np.empty((0, 2))
    while len(found) < count:
        points = random.uniform((west, south), (east, north), (2 * count, 2))
        found = np.concatenate([found, points[shapely.contains_xy(polygon, points)]])
    return found[:count]


def _nearest(points: Floats, seeds: Floats) -> Ints:
    """Index of the nearest seed of each point."""
    nearest: Ints = shapely.STRtree(shapely.points(seeds)).nearest(shapely.points(points))
    return nearest


def _owners(faces: Shapes, seeds: Floats, scale: Floats) -> Ints:
    """Nearest seed of each face; of several pieces of a seed the smaller go to neighbours, islands stay."""
    middle = shapely.get_coordinates(shapely.point_on_surface(faces))
    owner = _nearest(middle * scale, seeds * scale)
    main = set(_largest(faces, owner).tolist())
    borders = _borders(faces)
    area = shapely.area(faces)
    pieces = sorted((i for i in range(len(faces)) if i not in main), key=lambda i: (-area[i], i))
    for piece in pieces:
        beside: dict[int, float] = defaultdict(float)
        for other, length in borders[piece].items():
            beside[int(owner[other])] += length
        beside.pop(int(owner[piece]), None)
        if beside:
            owner[piece] = max(beside, key=lambda one: (beside[one], -one))
    return owner


def _largest(faces: Shapes, owner: Ints) -> Ints:
    """The largest face of each owner, by owner."""
    order = np.lexsort((np.arange(len(faces)), -shapely.area(faces), owner))
    first = np.flatnonzero(np.diff(owner[order], prepend=-1))
    return order[first]
