"""The nearest places by their paths: candidates by the straight line, widened until no other can be nearer."""

import threading
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

import numpy as np

from youlin.apps.places import often
from youlin.apps.places.finding import Asked, answer, columns_of
from youlin.apps.places.finding.asking import Found
from youlin.apps.places.models import StreetNetwork
from youlin.apps.places.walking import network as streets
from youlin.apps.places.walking.network import Mode, Network, Snapped

TRUE_LINE = 0.998
"""A path may seem shorter than the straight line by so much, because both are reckoned on a plane."""
FIRST_LIMIT, LIMIT_MORE = 400.0, 1.6
"""How far paths are looked for at first: so many metres, and so often the straight line of the last candidate."""


class Reached(NamedTuple):
    """A place, its distance in metres, and what that is: `walk`, `ride`, or "" for a straight line."""

    id: UUID
    metres: float
    way: str


_held: dict[str, tuple[str, Network]] = {}
_lock = threading.Lock()


def network_of(district: str) -> Network | None:
    """The network of a district, None where it has none. One small query; the streets are kept in memory."""
    known = often.NETWORK.values(district=district)
    if not known:
        return None
    [digest] = known[0]
    held = _held.get(district)
    if held is None or held[0] != digest:
        with _lock:
            content = StreetNetwork.objects.filter(district=district).values_list("digest", "content").first()
            if content is None:
                return None
            held = _held[district] = content[0], streets.read(bytes(content[1]))
    return held[1]


def nearest(asked: Asked, network: Network, mode: Mode) -> tuple[list[Reached], int]:
    """The `asked.limit` nearest, and how many fit in all; equally near ones by their id.

    Where the network covers both ends and joins them it is the path that counts, else the straight line.
    """
    start = network.snap(np.array([asked.lon]), np.array([asked.lat]), mode)
    take = asked.limit + 20
    limit = 0.0
    while True:
        found, total = answer(replace(asked, limit=take))
        if start.segment[0] < 0 or not found:
            return [Reached(one.id, one.metres, "") for one in found[: asked.limit]], total
        limit = limit or FIRST_LIMIT + LIMIT_MORE * found[min(asked.limit, len(found)) - 1].metres
        reached, pending = _measured(asked, network, mode, start, found, limit)
        if len(found) < total:
            pending = min(pending, found[-1].metres * TRUE_LINE)
        best = sorted(reached, key=lambda one: (one.metres, one.id))[: asked.limit]
        enough = len(best) == min(asked.limit, total)
        if enough and (not best or best[-1].metres <= pending):
            return best, total
        take, limit = min(take * 2, max(total, 1)), limit * 3 if limit < 5_000 else np.inf


def _measured(
    asked: Asked, network: Network, mode: Mode, start: Snapped, found: list[Found], limit: float
) -> tuple[list[Reached], float]:
    """Those whose distance is known now, and what the others need at least (`inf` where there are none).

    A path beyond the limit is not known yet: there may be a shorter one through streets that were not looked at.
    Where it is not sure that there is one at all, it may turn out to be the straight line that is told.
    """
    columns = columns_of(asked.district)
    places = [columns.places[one.id] for one in found]
    ends = network.snap(columns.lons[places], columns.lats[places], mode)
    paths = network.paths(start, ends, mode, limit)
    joined = network.surely_joined(start, ends, mode)
    reached, pending = [], np.inf
    for number, (one, path) in enumerate(zip(found, paths.tolist(), strict=True)):
        if path <= limit and np.isfinite(path):
            reached.append(Reached(one.id, path, mode))
        elif np.isfinite(limit) and joined[number]:
            pending = min(pending, max(limit, one.metres * TRUE_LINE))
        elif np.isfinite(limit) and ends.segment[number] >= 0 and mode == "ride":
            pending = min(pending, one.metres * TRUE_LINE)
        else:
            reached.append(Reached(one.id, one.metres, ""))
    return reached, pending
