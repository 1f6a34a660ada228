"""A street network in memory: points put on its nearest street, and the shortest paths between them.

Every street is cut into straight segments; a segment may be walked both ways, and ridden as its one-way sign says.
A path is never shorter than the straight line, on which `nearest` relies.
"""

import io
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from youlin.apps.places.finding.asking import EARTH_RADIUS_M

Mode = Literal["walk", "ride"]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WALK, RIDE_ON, RIDE_BACK = 1, 2, 4
"""What a segment is open to: on foot (both ways), by bicycle from its start, by bicycle to its start."""
REACH = 120.0
"""Metres from a street within which a point is covered: across a large block, not across a river."""


class Snapped(NamedTuple):
    """Points put on their nearest street: the segment (-1: none in reach), how far along it (0–1), metres beside."""

    segment: Ints
    share: Floats
    beside: Floats


@dataclass(frozen=True)
class Network:
    """Nodes in degrees (WGS84); segments from node `a` to node `b`, `metres` long, open to `flags`."""

    lons: Floats
    lats: Floats
    a: Ints
    b: Ints
    metres: Floats
    flags: NDArray[np.uint8]
    _kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _xy(self) -> Floats:
        return self.plane(self.lons, self.lats)

    def plane(self, lons: Floats, lats: Floats) -> Floats:
        """Degrees as metres on a plane that is true in the middle of the network."""
        middle = np.radians(float(self.lats.mean()))
        x = np.radians(lons) * np.cos(middle) * EARTH_RADIUS_M
        return np.stack([x, np.radians(lats) * EARTH_RADIUS_M], axis=-1)

    def snap(self, lons: Floats, lats: Floats, mode: Mode) -> Snapped:
        """Each point on its nearest street that is open to `mode`."""
        tree, numbers = self._tree(mode)
        points = self.plane(np.asarray(lons, float), np.asarray(lats, float))
        segment = np.full(len(points), -1, np.int64)
        share, beside = np.zeros(len(points)), np.full(len(points), np.inf)
        if len(points) and len(numbers):
            asked, near = tree.query_nearest(
                shapely.points(points), max_distance=REACH, return_distance=False, all_matches=False
            )
            segment[asked] = numbers[near]
            start, end = self._xy[self.a[segment[asked]]], self._xy[self.b[segment[asked]]]
            along = end - start
            t = ((points[asked] - start) * along).sum(axis=1) / (along**2).sum(axis=1)
            share[asked] = np.clip(t, 0.0, 1.0)
            foot = start + along * share[asked, None]
            beside[asked] = np.hypot(*(points[asked] - foot).T)
        return Snapped(segment, share, beside)

    def _tree(self, mode: Mode) -> tuple[Any, Ints]:
        if f"tree {mode}" not in self._kept:
            numbers = np.flatnonzero(self.flags & (WALK if mode == "walk" else RIDE_ON | RIDE_BACK))
            ends = np.stack([self._xy[self.a[numbers]], self._xy[self.b[numbers]]], axis=1)
            self._kept[f"tree {mode}"] = shapely.STRtree(shapely.linestrings(ends)), numbers
        found: tuple[Any, Ints] = self._kept[f"tree {mode}"]
        return found

    def open(self, mode: Mode) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which segments may be passed from start to end, and from end to start."""
        if mode == "walk":
            walk = (self.flags & WALK) > 0
            return walk, walk
        return (self.flags & RIDE_ON) > 0, (self.flags & RIDE_BACK) > 0

    def graph(self, mode: Mode) -> Any:
        """The nodes as a sparse matrix of metres; of two segments between the same nodes the shorter."""
        if f"graph {mode}" not in self._kept:
            from scipy.sparse import csr_array

            on, back = self.open(mode)
            start = np.concatenate([self.a[on], self.b[back]])
            end = np.concatenate([self.b[on], self.a[back]])
            metres = np.concatenate([self.metres[on], self.metres[back]])
            order = np.lexsort((metres, end, start))
            start, end, metres = start[order], end[order], metres[order]
            first = np.ones(len(start), bool)
            first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
            size = (len(self.lons), len(self.lons))
            self._kept[f"graph {mode}"] = csr_array((metres[first], (start[first], end[first])), shape=size)
        return self._kept[f"graph {mode}"]

    def paths(self, start: Snapped, ends: Snapped, mode: Mode, limit: float = np.inf) -> Floats:
        """Metres from one snapped point to others along the streets, and from and to the streets.

        `inf` for what is not covered, cannot be reached, or lies further along the streets than `limit`.
        """
        found = np.full(len(ends.segment), np.inf)
        if start.segment[0] < 0 or not len(found):
            return found
        from scipy.sparse.csgraph import dijkstra

        home, share = int(start.segment[0]), float(start.share[0])
        corners = [int(self.a[home]), int(self.b[home])]
        reached = dijkstra(self.graph(mode), directed=True, indices=corners, limit=limit)
        on, back = self.open(mode)
        length = float(self.metres[home])
        leave = (share * length if back[home] else np.inf, (1 - share) * length if on[home] else np.inf)
        to_node = np.minimum(reached[0] + leave[0], reached[1] + leave[1])
        covered = np.flatnonzero(ends.segment >= 0)
        segment, t = ends.segment[covered], ends.share[covered]
        metres = self.metres[segment]
        by_start = np.where(on[segment], to_node[self.a[segment]] + t * metres, np.inf)
        by_end = np.where(back[segment], to_node[self.b[segment]] + (1 - t) * metres, np.inf)
        along = np.minimum(by_start, by_end)
        direct = (segment == home) & np.where(t >= share, on[segment], back[segment])
        along = np.where(direct, np.minimum(along, np.abs(t - share) * metres), along)
        found[covered] = float(start.beside[0]) + along + ends.beside[covered]
        return found

    def surely_joined(self, start: Snapped, ends: Snapped, mode: Mode) -> NDArray[np.bool_]:
        """Whether there is a path to each of the ends for sure: the streets lie in one part of the network in which
        everything is reached from everywhere. On foot there is none otherwise; riding there may be."""
        if f"parts {mode}" not in self._kept:
            from scipy.sparse.csgraph import connected_components

            found = connected_components(self.graph(mode), directed=True, connection="strong")
            self._kept[f"parts {mode}"] = found[1]
        parts = self._kept[f"parts {mode}"]
        on, _back = self.open(mode)
        leaves = np.where(on, self.b, self.a)[start.segment[0]]
        enters = np.where(on, self.a, self.b)[ends.segment]
        joined: NDArray[np.bool_] = (ends.segment >= 0) & (parts[enters] == parts[leaves])
        return joined


def written(network: Network) -> bytes:
    """The network as it is stored."""
    out = io.BytesIO()
    np.savez_compressed(
        out,
        lons=network.lons,
        lats=network.lats,
        a=network.a.astype(np.int32),
        b=network.b.astype(np.int32),
        metres=network.metres.astype(np.float64),
        flags=network.flags,
    )
    return out.getvalue()


def read(content: bytes) -> Network:
    """A stored network."""
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return Network(
            stored["lons"],
            stored["lats"],
            stored["a"].astype(np.int64),
            stored["b"].astype(np.int64),
            stored["metres"],
            stored["flags"],
        )
