"""A district's map in tests: kinds, facilities, a steward, and places made by the services."""

from typing import Any

from tests.cast import DISTRICT, STREET, give_duty, make_member, point_in
from youlin.apps.duties import services as duties
from youlin.apps.places import declarations, services
from youlin.apps.places.models import Place
from youlin.kernel import ids
from youlin.kernel.actors import SYSTEM, Actor

KINDS = {
    "station": ("暖心驿站", "point", 30),
    "restaurant": ("友好餐厅", "point", 0),
    "block": ("友好街区", "scene", 0),
    "spot": ("一平米停歇位", "spot", 0),
}
FACILITIES = {"water": "饮水", "microwave": "微波炉", "charging": "充电", "toilet": "卫生间"}


def declare_words() -> None:
    """The kinds and facilities of the tests' district."""
    declarations.declare(
        declarations.KINDS,
        actor=SYSTEM,
        district=DISTRICT,
        programme="t",
        declared={
            code: {
                "name": name,
                "name_en": code,
                "icon": "",
                "position": number,
                "role": role,
                "steward_duty": "place_steward",
                "confirm_days": days,
                "makeup_days": False,
                "description": "",
            }
            for number, (code, (name, role, days)) in enumerate(KINDS.items())
        },
    )
    declarations.declare(
        declarations.FACILITIES,
        actor=SYSTEM,
        district=DISTRICT,
        programme="t",
        declared={
            code: {"name": name, "name_en": code, "icon": "", "position": number, "need": True}
            for number, (code, name) in enumerate(FACILITIES.items())
        },
    )


def steward_kind() -> None:
    """The duty of keeping places, in the tests' district."""
    duties.declare_kind(
        actor=SYSTEM,
        district=DISTRICT,
        programme="t",
        code="place_steward",
        name="地点管护",
        level="street",
        verbs=["place.keep", "place.lend"],
    )


def steward(area: str = STREET, username: str = "he") -> Actor:
    """Somebody who keeps the places of an area."""
    steward_kind()
    member = make_member(username, "何站长")
    give_duty(member, "place_steward", area)
    return member.actor


def make_place(actor: Actor = SYSTEM, **values: Any) -> Place:
    """A station in the tests' street, unless `values` say otherwise."""
    lon, lat = point_in(STREET)
    given = {"kind": "station", "name": "椿树驿站", "lon": lon, "lat": lat, **values}
    return services.register_place(
        actor=actor, district=DISTRICT, values=given, idempotency_key=str(ids.uuid7())
    )
