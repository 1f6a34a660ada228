"""Fifteen real streets, simplified, for the gallery's maps.

Outlines: thebamboogrove/bj-subdistricts (MIT), after official maps and not guaranteed accurate.
"""

import json
from functools import cache
from math import cos, radians
from pathlib import Path
from typing import Any

WIDTH = 1000.0


@cache
def streets() -> list[dict[str, Any]]:
    """The streets as stored: code, name, label (lon, lat), ring of (lon, lat)."""
    loaded: list[dict[str, Any]] = json.loads(
        Path(__file__).with_name("streets.json").read_text(encoding="utf-8")
    )
    return loaded


@cache
def drawn() -> tuple[list[tuple[str, str, str, float, float]], str]:
    """Areas for `{% map_svg %}` and the view box, in a plate carrée true at the middle latitude."""
    xs = [x for s in streets() for x, _ in s["ring"]]
    ys = [y for s in streets() for _, y in s["ring"]]
    squeeze = cos(radians((min(ys) + max(ys)) / 2))
    scale = WIDTH / ((max(ys) - min(ys)) or 1)

    def place(lon: float, lat: float) -> tuple[float, float]:
        return round((lon - min(xs)) * squeeze * scale, 1), round((max(ys) - lat) * scale, 1)

    areas = []
    for street in streets():
        path = "M" + "L".join(f"{x:g} {y:g}" for x, y in (place(*c) for c in street["ring"][:-1])) + "Z"
        areas.append((street["code"], street["name"], path, *place(*street["label"])))
    width = (max(xs) - min(xs)) * squeeze * scale
    return areas, f"-10 -10 {width + 20:.0f} {WIDTH + 20:.0f}"


def geojson() -> dict[str, Any]:
    """The same streets for `<youlin-map>`."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "code": s["code"],
                    "name": s["name"],
                    "href": f"?area={s['code']}",
                    "label": s["label"],
                },
                "geometry": {"type": "Polygon", "coordinates": [s["ring"]]},
            }
            for s in streets()
        ],
    }


def points() -> dict[str, Any]:
    """Example points: three a street, in all states."""
    states = ("ok", "soon", "late", "ok", "none")
    features = []
    for number, street in enumerate(streets()):
        lon, lat = street["label"]
        for step in range(3):
            state = states[(number + step) % len(states)]
            place = [round(lon + 0.002 * (step - 1), 5), round(lat + 0.0012 * ((step * 2) % 3 - 1), 5)]
            features.append(
                {
                    "type": "Feature",
                    "properties": {
                        "id": f"{street['code']}-{step}",
                        "label": f"示例 {street['name']} {step + 1}",
                        "state": state,
                        "href": "#",
                    },
                    "geometry": {"type": "Point", "coordinates": place},
                }
            )
    return {"type": "FeatureCollection", "features": features}
