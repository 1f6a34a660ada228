"""Rows follow their areas: higher apps register how, and every change of codes calls them.

A row keeps `area_at_event` and its `district` for ever; `area_now` of open rows is re-coded.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import numpy as np
import shapely
from django.db import transaction
from numpy.typing import NDArray

from youlin.apps.areas import selectors
from youlin.apps.areas.geometry.locator import Locator
from youlin.kernel import clock
from youlin.kernel.actors import Actor


class Heirs:
    """Who inherits a code that was split: called with the place of a row it answers with the new code.

    A place in no part goes to the nearest one; a row without a place (None, None) to `default`.
    """

    def __init__(
        self, codes: Sequence[str], polygons: Sequence[object] | NDArray[np.object_], default: str
    ) -> None:
        self.codes = tuple(codes)
        self.default = default
        self._polygons: NDArray[np.object_] = np.array(polygons, dtype=object)
        self._locator = Locator(self._polygons)

    def __call__(self, lon: float | None, lat: float | None) -> str:
        if lon is None or lat is None or not len(self._polygons):
            return self.default
        index = int(self._locator.index([lon], [lat])[0])
        if index < 0:
            index = int(np.argmin(shapely.distance(self._polygons, shapely.Point(lon, lat))))
        return self.codes[index]


Mapped = Mapping[str, str | Heirs]
"""Old code → new code, or who inherits by place."""


class Recoder(Protocol):
    """Moves an app's open rows of one district from old codes to new ones; answers how many it moved.

    `mapping` names every old code, those of descendants too: match them whole, not by prefix. Called inside
    a transaction; doing it again must change nothing.
    """

    def __call__(self, *, district: str, mapping: Mapped, actor: Actor, at: datetime) -> int: ...


_recoders: dict[str, Recoder] = {}


def register_recoder(name: str, recoder: Recoder) -> None:
    """Make an app's recoder known, in its `ready()`. They run in the order of their registration."""
    _recoders[name] = recoder


def recode_rows(
    *, district: str, mapping: Mapped, actor: Actor, at: datetime | None = None
) -> dict[str, int]:
    """Let every app move its open rows; how many, by recoder.

    `district` is where the areas are now. Rows born in districts that were merged into it are found too, each
    district in its own transaction. May be run again after a failure.
    """
    moved = dict.fromkeys(_recoders, 0)
    moment = at or clock.now()
    for shard in selectors.shards(district) if mapping else []:
        with transaction.atomic():
            for name, recoder in _recoders.items():
                moved[name] += recoder(district=shard, mapping=mapping, actor=actor, at=moment)
    return moved


def registered() -> dict[str, Callable[..., int]]:
    """The recoders by name."""
    return dict(_recoders)
