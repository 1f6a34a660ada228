"""Walking and riding distances: equal to a brute-force reference, never wrong about who is nearest."""

import heapq
import itertools
import json
import math
import random
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from tests.cast import DISTRICT, STREET, point_in
from youlin.apps.places.finding import Asked, answer
from youlin.apps.places.finding.asking import EARTH_RADIUS_M
from youlin.apps.places.models import Place, StreetNetwork
from youlin.apps.places.tests import factories
from youlin.apps.places.walking import nearest, reading, selectors, services
from youlin.apps.places.walking.network import REACH, RIDE_BACK, RIDE_ON, WALK, read, written
from youlin.kernel import journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid, NotAllowed, NotFound

HELSINKI = Path(__file__).parent / "data" / "helsinki_part.geojson"
CORNER = (24.9405, 60.1640)


@pytest.fixture(scope="module")
def helsinki():
    """Streets in the middle of Helsinki (OpenStreetMap)."""
    return reading.read_file(HELSINKI).network


def put_on(network, point, mode) -> tuple[float, int, float]:
    """The nearest open segment to a point, looking at every one: metres beside it, its number, how far along."""
    plane = network.plane(network.lons, network.lats)
    x, y = network.plane(*map(np.array, point))
    (ax, ay), (bx, by) = plane[network.a].T, plane[network.b].T
    t = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2), 0, 1)
    away = np.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay))
    away[(network.flags & (WALK if mode == "walk" else RIDE_ON | RIDE_BACK)) == 0] = np.inf
    best = int(away.argmin())
    return float(away[best]), best, float(t[best])


def roads_of(network, on_segment, mode) -> dict:
    """Every segment cut where points stand on it: what leads where, and how far that is."""
    roads: dict[object, list[tuple[object, float]]] = defaultdict(list)
    rows = zip(network.a, network.b, network.metres, network.flags, strict=True)
    for segment, (a, b, metres, flags) in enumerate(rows):
        stops = [(0.0, int(a)), *sorted(on_segment.get(segment, [])), (1.0, int(b))]
        for (share, one), (further, other) in itertools.pairwise(stops):
            if flags & (WALK if mode == "walk" else RIDE_ON):
                roads[one].append((other, (further - share) * metres))
            if flags & (WALK if mode == "walk" else RIDE_BACK):
                roads[other].append((one, (further - share) * metres))
    return roads


def all_from(start, roads) -> dict:
    """Plain Dijkstra."""
    metres_to, counter = {start: 0.0}, itertools.count()
    queue = [(0.0, next(counter), start)]
    while queue:
        far, _tie, here = heapq.heappop(queue)
        for there, length in roads[here] if far <= metres_to[here] else ():
            if far + length < metres_to.get(there, math.inf):
                metres_to[there] = far + length
                heapq.heappush(queue, (far + length, next(counter), there))
    return metres_to


def reference(network, start, ends, mode) -> list[float]:
    """Shortest paths another way: every point becomes a crossing of its own, then plain Dijkstra."""
    on_segment: dict[int, list[tuple[float, str]]] = defaultdict(list)
    beside = {}
    for number, point in enumerate([start, *ends]):
        away, segment, share = put_on(network, point, mode)
        if away <= REACH:
            beside[number] = away
            on_segment[segment].append((share, f"point {number}"))
    metres_to = all_from("point 0", roads_of(network, on_segment, mode))
    known = [n in beside and 0 in beside for n in range(1, len(ends) + 1)]
    return [
        beside[0] + metres_to.get(f"point {n}", math.inf) + beside[n] if known[n - 1] else math.inf
        for n in range(1, len(ends) + 1)
    ]


def somewhere(rng: random.Random) -> tuple[float, float]:
    return CORNER[0] + rng.uniform(-0.001, 0.011), CORNER[1] + rng.uniform(-0.0005, 0.0055)


@pytest.mark.parametrize("mode", ["walk", "ride"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_paths_are_those_of_a_brute_force_search(helsinki, mode, seed):
    rng = random.Random(seed)
    start, ends = somewhere(rng), [somewhere(rng) for _n in range(25)]
    lons, lats = (np.array(axis) for axis in zip(*ends, strict=True))
    here = helsinki.snap(np.array([start[0]]), np.array([start[1]]), mode)
    found = helsinki.paths(here, helsinki.snap(lons, lats, mode), mode)
    expected = reference(helsinki, start, ends, mode)
    assert np.isfinite(found).sum() > 15
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-6)
    straight = np.hypot(*(helsinki.plane(lons, lats) - helsinki.plane(*map(np.array, start))).T)
    assert (found >= straight - 1e-6).all(), "no path is shorter than the straight line"


def test_a_one_way_street_is_walked_both_ways_and_ridden_one_way():
    east = reading.Street([(116.0, 39.9), (116.001, 39.9)], 0.0, reading._flags({"oneway": "yes"}))
    back = reading.Street([(116.001, 39.9), (116.001, 39.901), (116.0, 39.901), (116.0, 39.9)], 0.0, 7)
    network = reading.network_of([east, back])
    a, b = (np.array([116.0002]), np.array([39.9])), (np.array([116.0008]), np.array([39.9]))
    for mode, longer in (("walk", False), ("ride", True)):
        there = network.paths(network.snap(*a, mode), network.snap(*b, mode), mode)[0]
        again = network.paths(network.snap(*b, mode), network.snap(*a, mode), mode)[0]
        assert there == pytest.approx(51.2, abs=0.5)
        assert bool(again > there + 100) is longer
    against = reading.Street(east.line, 0.0, reading._flags({"oneway": "-1"}))
    network = reading.network_of([against, back])
    assert network.paths(network.snap(*b, "ride"), network.snap(*a, "ride"), "ride")[0] < 60


@pytest.mark.parametrize(
    ("said", "flags"),
    [
        ({}, WALK | RIDE_ON | RIDE_BACK),
        ({"oneway": "yes", "oneway:bicycle": "no"}, WALK | RIDE_ON | RIDE_BACK),
        ({"highway": "steps"}, WALK),
        ({"highway": "motorway"}, 0),
        ({"oneway": None, "highway": None}, WALK | RIDE_ON | RIDE_BACK),
    ],
)
def test_what_a_street_is_open_to(said, flags):
    assert reading._flags(said) == flags


def test_a_network_is_read_again_as_it_was_written(helsinki):
    again = read(written(helsinki))
    for name in ("lons", "lats", "a", "b", "metres", "flags"):
        assert np.array_equal(getattr(again, name), getattr(helsinki, name)), name


def test_a_street_told_to_be_longer_is_longer_and_never_shorter(tmp_path):
    line = [(116.0, 39.9), (116.001, 39.9)]
    straight = math.radians(0.001) * math.cos(math.radians(39.9)) * EARTH_RADIUS_M
    for told, metres in ((500.0, 500.0), (10.0, straight), (0.0, straight)):
        [found] = reading.network_of([reading.Street(line, told, 7)]).metres
        assert found == pytest.approx(metres)


def test_tables_of_edges_and_nodes_are_read(tmp_path):
    edges, nodes = tmp_path / "edges.csv", tmp_path / "nodes.csv"
    nodes.write_text("node_id,lon,lat\n1,116.0,39.9\n2,116.001,39.9\n3,999,1\n")
    edges.write_text("u,v,length_m,oneway\n1,2,120,yes\n2,9,5,\n1,3,5,\n")
    found = reading.read_file(edges, nodes)
    assert len(found.network.a) == 1 and found.network.metres[0] == 120
    assert [line for line, _why in found.refused] == [3, 4] and found.left_out == 2
    with pytest.raises(Invalid, match="路口表"):
        reading.read_file(edges)


@pytest.mark.parametrize(
    "content",
    [
        "nonsense",
        "[]",
        '{"features": 3}',
        '{"features": []}',
        '{"features": [null, {"geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
        '{"features": [{"geometry": {"type": "LineString", "coordinates": [[1, 2]]}}]}',
        '{"features": [{"geometry": {"type": "LineString", "coordinates": [[39.9, 116.1], [39.8, 116.2]]}}]}',
        '{"features": [{"geometry": {"type": "LineString", "coordinates": "x"}}]}',
        '{"features": [{"geometry": {"type": "LineString", "coordinates": [["a", 1], [null, 2]]}}]}',
    ],
)
def test_a_file_that_is_no_network_is_told(tmp_path, content):
    file = tmp_path / "roads.geojson"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        reading.read_file(file)
    assert refused.value.problems[0].remedy
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid):
        reading.read_file(file)


@pytest.fixture
def moved(district, tmp_path):
    """Helsinki's streets laid into the tests' street, and a way to say where something is on them."""
    factories.declare_words()
    middle = point_in(STREET)
    content = json.loads(HELSINKI.read_text(encoding="utf-8"))

    def there(lon: float, lat: float) -> tuple[float, float]:
        return middle[0] + (lon - 24.9455), middle[1] + (lat - 60.1665)

    for feature in content["features"]:
        line = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [there(*point) for point in line]
        feature["properties"].pop("length_m")
    file = tmp_path / "roads.geojson"
    file.write_text(json.dumps(content), encoding="utf-8")
    return reading.read_file(file).network, there


def laid(network) -> StreetNetwork:
    return services.set_network(
        actor=SYSTEM, district=DISTRICT, network=network, source="© OpenStreetMap", licence="ODbL"
    )


@pytest.mark.parametrize("mode", ["walk", "ride"])
def test_the_nearest_by_path_are_the_nearest_of_all(moved, mode, monkeypatch):
    network, there = moved
    rng = random.Random(11)
    for number in range(60):
        lon, lat = there(*somewhere(rng))
        factories.make_place(name=f"点{number}", lon=lon, lat=lat)
    far = point_in("110102002")
    factories.make_place(name="网外", lon=far[0], lat=far[1])
    laid(network)
    looks = 0

    def counted(asked):
        nonlocal looks
        looks += 1
        return answer(asked)

    monkeypatch.setattr(nearest, "answer", counted)
    for limit in (1, 5, 30, 100):
        here = there(*somewhere(rng))
        asked = Asked(DISTRICT, *here, limit=limit)
        found, total = nearest.nearest(asked, nearest.network_of(DISTRICT), mode)
        assert total == 61 and len(found) == min(limit, 61)
        places = list(Place.objects.order_by("id"))
        paths = reference(network, here, [(one.lon, one.lat) for one in places], mode)
        straight = {one.id: one.metres for one in answer(Asked(DISTRICT, *here, limit=100)).found}
        expected = sorted(
            (path if math.isfinite(path) else straight[one.id], one.id)
            for one, path in zip(places, paths, strict=True)
        )[:limit]
        assert [one.id for one in found] == [place for _metres, place in expected]
        assert [one.metres for one in found] == pytest.approx([metres for metres, _place in expected])
        by_id = {one.id: path for one, path in zip(places, paths, strict=True)}
        assert all((one.way == mode) == math.isfinite(by_id[one.id]) for one in found)
    assert looks < 40


def test_a_row_says_whether_it_is_a_path_or_a_straight_line(moved):
    network, there = moved
    factories.make_place(name="街上", lon=there(24.9455, 60.1665)[0], lat=there(24.9455, 60.1665)[1])
    far = point_in("110102002")
    factories.make_place(name="网外", lon=far[0], lat=far[1])
    asked = Asked(DISTRICT, *there(24.944, 60.1665))
    assert [row.way for row in selectors.look(asked).rows] == ["", ""]
    laid(network)
    near, away = selectors.look(asked).rows
    assert (near.name, near.way, away.name, away.way) == ("街上", "walk", "网外", "")
    assert near.metres > 80 and away.metres > near.metres
    assert [row.way for row in selectors.look(Asked(DISTRICT, *far)).rows] == ["", ""]
    assert selectors.look(asked, "网外").rows[0].name == "网外"
    assert [row.name for row in selectors.look(asked, skip=1).rows] == ["网外"]


def test_a_network_is_replaced_and_removed_and_the_journal_knows(moved):
    network, _there = moved
    first = laid(network)
    assert selectors.streets_of(DISTRICT).segments == len(network.a)
    again = laid(network)
    assert again.id == first.id and StreetNetwork.objects.count() == 1
    acts = [entry.act for entry in journal.entries_for(again)]
    services.remove_network(actor=SYSTEM, district=DISTRICT)
    assert acts == ["places.network_set"] * 2
    assert selectors.streets_of(DISTRICT) is None and nearest.network_of(DISTRICT) is None
    with pytest.raises(NotFound):
        services.remove_network(actor=SYSTEM, district=DISTRICT)


def test_a_network_of_elsewhere_or_of_nobody_is_refused(moved, helsinki):
    network, _there = moved
    with pytest.raises(Invalid, match="不在本区"):
        laid(helsinki)
    with pytest.raises(Invalid, match="来源"):
        services.set_network(actor=SYSTEM, district=DISTRICT, network=network, source=" ")
    with pytest.raises(NotAllowed):
        services.set_network(
            actor=factories.steward(STREET, "he"), district=DISTRICT, network=network, source="我"
        )


def test_a_district_without_a_network_pays_one_small_query(district, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert nearest.network_of(DISTRICT) is None
