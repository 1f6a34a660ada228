"""What finding asks of the network: the nearest by their paths, or by the straight line where there is none."""

from dataclasses import dataclass, replace

from youlin.apps.places import selectors
from youlin.apps.places.finding import Asked
from youlin.apps.places.models import StreetNetwork
from youlin.apps.places.selectors import Look
from youlin.apps.places.walking import nearest
from youlin.apps.places.walking.network import Mode


@dataclass(frozen=True)
class Streets:
    """The network of a district: whose it is, and how large."""

    source: str
    licence: str
    nodes: int
    segments: int


def streets_of(district: str) -> Streets | None:
    """What is told of a district's network; None where it has none."""
    row = StreetNetwork.objects.filter(district=district).defer("content").first()
    return Streets(row.source, row.licence, row.nodes, row.segments) if row else None


def look(asked: Asked, words: str = "", *, skip: int = 0, mode: Mode = "walk") -> Look:
    """As `places.look`, nearest by their paths; each row says in `way` what its distance is."""
    network = nearest.network_of(asked.district)
    if network is None:
        return selectors.look(asked, words, skip=skip)
    near, total = nearest.nearest(selectors.with_words(asked, words), network, mode)
    near = near[skip:]
    rows = {row.id: row for row in selectors.rows_of(asked.district, [one.id for one in near], asked.open_at)}
    found = [replace(rows[one.id], metres=one.metres, way=one.way) for one in near if one.id in rows]
    return Look(found, total)
