"""The rule of choosing, for one responder and in plain words: what the columns answer for all of them at once."""

from math import cos, hypot, radians

from youlin.apps.responders.choosing import times
from youlin.apps.responders.choosing.asking import EARTH_RADIUS_M, MONTH, WEEK, Asked, Chosen
from youlin.apps.responders.models import Responder


def cost(row: Responder, asked: Asked) -> Chosen | None:
    """What it costs to call this one; None when they do not fit."""
    if not _able(row, asked) or not (asked.emergency or _may_be_called(row, asked)):
        return None
    metres = round(min((_metres(lon, lat, asked) for lon, lat in row.stands), default=1e12))
    if metres > min(row.reach_m, asked.within_m):
        return None
    lately = sum(moment > asked.at.timestamp() // 1 - MONTH for moment in row.called)
    unverified = 0 if row.verified_at else asked.unverified_cost
    return Chosen(row.id, metres, metres + lately * asked.call_cost + unverified)


def _able(row: Responder, asked: Asked) -> bool:
    return (
        row.consented_at is not None
        and row.ended_at is None
        and not row.busy
        and (row.paused_until is None or row.paused_until <= asked.at)
        and set(asked.skills) <= set(row.skills)
        and (not asked.language or asked.language in row.languages)
        and (not row.kinds or asked.kind in row.kinds)
        and (row.verified_at is not None or not asked.verified)
        and (row.emergencies or not asked.emergency)
        and row.id not in asked.without
    )


def _may_be_called(row: Responder, asked: Asked) -> bool:
    number, now = times.slot(asked.at), int(asked.at.timestamp())
    if times.is_quiet(asked.night, number % times.HALF_HOURS) or not times.open_in(row.slots, number):
        return False
    if sum(moment > now - WEEK for moment in row.called) >= row.most_week:
        return False
    ended = [int(row.rested_from.timestamp())] if row.rested_from else []
    return all(moment <= now - row.rest_hours * 3600 for moment in [*row.called[:1], *ended])


def _metres(lon: float, lat: float, asked: Asked) -> float:
    x = radians(lon - asked.lon) * cos(radians((lat + asked.lat) / 2))
    return hypot(x, radians(lat - asked.lat)) * EARTH_RADIUS_M
