"""The ways out: each app is given the point in its own coordinates, held against published control values."""

from urllib.parse import parse_qs, urlsplit

import pytest

from youlin.apps.places import navigation

BEIJING = (116.377817, 39.911954)
"""A point in WGS84 for which eviltransform's tests publish GCJ-02 (39.91334545536069, 116.38404722455657)."""

GCJ02 = (116.384047, 39.913345)
TURNED = ((116.404, 39.915), (116.410369, 39.921337))
"""GCJ-02 and its BD-09, as coordtransform publishes them (116.41036949371029, 39.92133699351021)."""


def links(name: str = "椿树驿站") -> dict[str, navigation.Way]:
    return {way.code: way for way in navigation.ways(*BEIJING, name)}


def asked(href: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}


def test_amap_is_told_in_gcj02_and_which_it_is() -> None:
    told = asked(links()["amap"].href)
    assert told["position"] == f"{GCJ02[0]},{GCJ02[1]}" and told["coordinate"] == "gaode"
    assert told["name"] == "椿树驿站"


def test_tencent_and_apple_are_told_in_gcj02_latitude_first() -> None:
    marker = asked(links("名;称:甲")["tencent"].href)
    assert marker["marker"].startswith(f"coord:{GCJ02[1]},{GCJ02[0]};title:名 称 甲;")
    assert marker["coord_type"] == "2"
    assert asked(links()["apple"].href)["ll"] == f"{GCJ02[1]},{GCJ02[0]}"


def test_baidu_is_told_in_bd09_latitude_first() -> None:
    told = asked(links()["baidu"].href)
    lat, lon = map(float, told["location"].split(","))
    shift = (TURNED[1][0] - TURNED[0][0], TURNED[1][1] - TURNED[0][1])
    assert (lon - GCJ02[0], lat - GCJ02[1]) == pytest.approx(shift, abs=5e-4)
    assert told["coord_type"] == "bd09ll"


def test_the_published_turn_to_bd09_is_met() -> None:
    assert navigation.crs.gcj02_to_bd09(*TURNED[0]) == pytest.approx(TURNED[1], abs=1e-6)


def test_geo_is_as_it_is_kept() -> None:
    assert links()["geo"].href.startswith("geo:39.911954,116.377817?q=")
