"""What a measurement of intake does inside the platform: prepare a district, count queries, read notices."""

import json
import random
import time
import uuid
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import world
from youlin.apps.areas import selectors as areas
from youlin.apps.cases.models import Case
from youlin.apps.notices.models import Notice
from youlin.kernel.reactions import selectors as reactions
from youlin.programmes.demo.loading import DISTRICT
from youlin.programmes.demo.points import Points

PLACES = 400
PATIENCE = 300.0


def prepare() -> dict[str, Any]:
    """An empty district with its cast, places to report from, and what a report costs in queries."""
    call_command("migrate", verbosity=0)
    world.found()
    chance = random.Random(world.SEED)
    points = Points(DISTRICT, chance)
    grids = [area.code for area in areas.subtree(DISTRICT, level="grid")]
    places = [(code, *points.within(code)) for code in chance.choices(grids, k=PLACES)]
    world.settle()
    return {"database": connection.vendor, "places": places, "queries": _queries(places[0])}


def drained_at() -> float:
    """Waits until the reactions have read all of the journal; when that was."""
    give_up = time.time() + PATIENCE
    while reactions.backlog().entries and time.time() < give_up:
        time.sleep(0.05)
    return time.time()


def notices(answered: str) -> dict[str, Any]:
    """Seconds from each answer to the holder's notice, once the backlog is empty."""
    done = drained_at()
    at = dict(json.loads(answered))
    ids = dict(Case.objects.filter(district=DISTRICT, number__in=at).values_list("id", "number"))
    told = Notice.objects.filter(district=DISTRICT, kind="cases.holder", subject_id__in=ids)
    first: dict[str, float] = {}
    for case, created in told.values_list("subject_id", "created_at"):
        number = ids[case]
        first[number] = min(first.get(number, created.timestamp()), created.timestamp())
    if len(first) < len(at):
        raise RuntimeError(f"{len(at) - len(first)} of {len(at)} holders were never told")
    return {"drained_at": done, "waits": [max(0.0, first[number] - at[number]) for number in at]}


def _queries(place: Any) -> int:
    settings.ALLOWED_HOSTS = ["*"]
    client, (_area, lon, lat) = Client(), place
    counted = 0
    for _again in range(2):
        with CaptureQueriesContext(connection) as caught:
            body = {
                "category": "event.sanitation.exposed_garbage",
                "text": "垃圾桶满了",
                "lon": lon,
                "lat": lat,
            }
            answer = client.post(
                "/api/v1/cases",
                json.dumps({**body, "district": DISTRICT}),
                content_type="application/json",
                headers={"X-API-Key": "demo", "Idempotency-Key": str(uuid.uuid4())},
            )
        assert answer.status_code == 201, answer.content
        counted = len(caught)
    return counted
