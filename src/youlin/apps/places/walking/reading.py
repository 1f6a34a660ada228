"""From a file of streets to a network: GeoJSON lines, or a table of edges beside a table of nodes."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from django.utils.translation import gettext as _

from youlin.apps.places.finding.asking import EARTH_RADIUS_M
from youlin.apps.places.walking.network import RIDE_BACK, RIDE_ON, WALK, Network
from youlin.kernel.errors import Invalid

MOST_BYTES = 200 * 1024 * 1024
MOST_TOLD = 20
PRECISION = 1e7
"""Ends that agree to a ten-millionth of a degree (a centimetre) are one crossing."""
NOT_ON_FOOT = frozenset({"motorway", "motorway_link"})
NOT_BY_BICYCLE = NOT_ON_FOOT | {"steps"}
YES, BACK = frozenset({"yes", "true", "1"}), frozenset({"-1", "reverse"})

Point = tuple[float, float]


class Street(NamedTuple):
    """One street of a file: its line in degrees, its length if told (metres), and what it is open to."""

    line: list[Point]
    metres: float
    flags: int


@dataclass
class Read:
    """What was read, and the rows that say nothing that can be used: number and reason."""

    network: Network
    refused: list[tuple[int, str]] = field(default_factory=list)
    left_out: int = 0


def read_file(path: Path, nodes: Path | None = None) -> Read:
    """A network from GeoJSON lines, or from CSV edges (`u`, `v`) with `nodes` (`node_id`, `lon`, `lat`).

    Properties or columns that are read: `highway`, `oneway`, `oneway:bicycle`, `length_m`. Raises `Invalid` where
    nothing can be used; single rows that cannot are told and left out.
    """
    if path.stat().st_size > MOST_BYTES:
        message = _("文件超过 %(limit)s MB") % {"limit": MOST_BYTES // (1024 * 1024)}
        raise Invalid(message, field="file", remedy=_("请只截取本区范围内的路网"))
    told = _of_table(path, nodes) if path.suffix.lower() == ".csv" else _of_geojson(path)
    streets: list[Street] = []
    refused: list[tuple[int, str]] = []
    left_out = 0
    for number, found in told:
        if isinstance(found, Street):
            streets.append(found)
        else:
            left_out += 1
            if len(refused) < MOST_TOLD:
                refused.append((number, found))
    if not streets:
        reason = refused[0][1] if refused else _("里面没有街道")
        raise Invalid(
            _("这个文件用不了：%(reason)s") % {"reason": reason},
            field="file",
            remedy=_("要 GeoJSON 的 LineString，或有 u、v 两列的 CSV 加上路口表（--nodes）"),
        )
    return Read(network_of(streets), refused, left_out)


def _of_geojson(path: Path) -> Iterator[tuple[int, Street | str]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        features = content["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(
            _("看不懂这个文件"), field="file", remedy=_("要 UTF-8 的 GeoJSON FeatureCollection，或 CSV")
        ) from error
    for number, feature in enumerate(features if isinstance(features, list) else [], start=1):
        shape = feature.get("geometry") if isinstance(feature, Mapping) else None
        said = feature.get("properties") or {} if isinstance(feature, Mapping) else {}
        if not isinstance(shape, Mapping) or shape.get("type") != "LineString":
            yield number, _("不是线（LineString）")
            continue
        yield number, _street(shape.get("coordinates"), said)


def _of_table(path: Path, nodes: Path | None) -> Iterator[tuple[int, Street | str]]:
    if nodes is None:
        raise Invalid(_("CSV 的路段表要和路口表一起给"), field="nodes", remedy=_("加上 --nodes 路口表.csv"))
    points = {row.get("node_id", ""): (row.get("lon"), row.get("lat")) for row in _rows(nodes)}
    for number, row in enumerate(_rows(path), start=2):
        ends = [points.get(row.get(name, "")) for name in ("u", "v")]
        if None in ends:
            yield number, _("路口表里没有 u 或 v 这个路口")
        else:
            yield number, _street(ends, row)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.DictReader(stream)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(_("看不懂这个文件"), field="file", remedy=_("CSV 请存为 UTF-8")) from error


def _street(line: Any, said: Mapping[str, Any]) -> Street | str:
    try:
        points = [(float(lon), float(lat)) for lon, lat, *_height in line]
    except (TypeError, ValueError):
        return _("坐标不是数字")
    if len(points) < 2:
        return _("一条线至少要两个点")
    if not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in points):
        return _("坐标超出范围；经度在前，纬度在后")
    flags = _flags(said)
    if not flags:
        return _("步行和骑行都不能走（如高速公路）")
    return Street(points, _length(said.get("length_m")), flags)


def _length(told: Any) -> float:
    try:
        metres = float(told or 0)
    except (TypeError, ValueError):
        return 0.0
    return metres if 0 < metres < 1e6 else 0.0


def _flags(said: Mapping[str, Any]) -> int:
    highway = str(said.get("highway") or "")
    flags = 0 if highway in NOT_ON_FOOT else WALK
    if highway in NOT_BY_BICYCLE:
        return flags
    oneway = str(said.get("oneway") or "").lower()
    if str(said.get("oneway:bicycle") or "").lower() == "no":
        oneway = ""
    if oneway in YES:
        return flags | RIDE_ON
    return flags | (RIDE_BACK if oneway in BACK else RIDE_ON | RIDE_BACK)


def network_of(streets: Iterable[Street]) -> Network:
    """Streets cut into straight segments that meet where their points agree.

    A street that is told to be longer than its line is made so; none is made shorter.
    """
    starts, ends, metres, flags = [], [], [], []
    for street in streets:
        line = np.asarray(street.line)
        along = _metres(line[:-1], line[1:])
        longer = max(1.0, street.metres / float(along.sum())) if along.sum() > 0 else 1.0
        starts.append(line[:-1])
        ends.append(line[1:])
        metres.append(along * longer)
        flags.append(np.full(len(along), street.flags, np.uint8))
    points = np.concatenate([*starts, *ends])
    keys = np.rint(points * PRECISION).astype(np.int64)
    nodes, numbers = np.unique(keys, axis=0, return_inverse=True)
    numbers = np.asarray(numbers).reshape(-1)
    half = len(points) // 2
    a, b, length, open_to = numbers[:half], numbers[half:], np.concatenate(metres), np.concatenate(flags)
    true = (a != b) & (length > 0)
    return Network(
        nodes[:, 0] / PRECISION, nodes[:, 1] / PRECISION, a[true], b[true], length[true], open_to[true]
    )


def _metres(start: Any, end: Any) -> Any:
    middle = np.radians((start[:, 1] + end[:, 1]) / 2)
    x = np.radians(end[:, 0] - start[:, 0]) * np.cos(middle)
    return np.hypot(x, np.radians(end[:, 1] - start[:, 1])) * EARTH_RADIUS_M
