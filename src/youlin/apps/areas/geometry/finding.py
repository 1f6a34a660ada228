"""Codes of points from several locators: the deepest level first, and only where their boxes hold a point."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from youlin.apps.areas.geometry.locator import Locator

Codes = NDArray[np.str_]
Floats = NDArray[np.float64]
CODE = "U24"
"""A code as numpy holds it."""


class Part(NamedTuple):
    """A locator with the codes of its polygons, made when a point lies in its box (west, south, east, north)."""

    box: tuple[float, float, float, float]
    places: Callable[[], tuple[Locator, Codes]]


class Ready(NamedTuple):
    """The same made already: it can be sent to other processes, and needs no database there."""

    box: tuple[float, float, float, float]
    locator: Locator
    codes: Codes

    def places(self) -> tuple[Locator, Codes]:
        """The locator and the codes."""
        return self.locator, self.codes


def find(lons: Floats, lats: Floats, parts: Iterable[Part | Ready]) -> Codes:
    """The code that the first part which knows a point has for it, "" where none has."""
    answer = np.zeros(len(lons), dtype=CODE)
    waiting = np.arange(len(lons))
    for part in parts:
        west, south, east, north = part.box
        x, y = lons[waiting], lats[waiting]
        near = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        if not near.any():
            continue
        locator, codes = part.places()
        index = locator.index(x[near], y[near])
        places = waiting[near]
        answer[places[index >= 0]] = codes[index[index >= 0]]
        waiting = waiting[answer[waiting] == ""]
        if not len(waiting):
            break
    return answer
