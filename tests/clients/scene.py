"""The scene of the client tests, run as a program of its own: a district with places, outlines and public cases.

`python -m tests.clients.scene prepare` makes it by the services; `python -m tests.clients.scene told` prints, as JSON,
what our selectors tell of it: what a client reads has to be that.
"""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")

PLACES, CASES = 60, 8
STEP = 0.0003


def prepare() -> None:
    """Migrate; areas, kinds of places, the places in a row to the east, cases of which all but one are public."""
    from django.core.management import call_command
    from django.db import transaction

    from tests import cast
    from youlin.apps.cases.models import Case
    from youlin.apps.cases.tests import factories as of_cases
    from youlin.apps.places.tests import factories as of_places

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        cast.make_areas()
        of_cases.make_tables()
        of_places.declare_words()
        lon, lat = cast.point_in(cast.STREET)
        for number in range(PLACES):
            kind = "station" if number % 3 else "restaurant"
            of_places.make_place(name=f"驿站 “{number}”", kind=kind, lon=lon + number % 12 * STEP, lat=lat)
        made = [of_cases.reported() for _number in range(CASES)]
        Case.objects.update(public=True)
        Case.objects.filter(number=made[0].number).update(public=False)


def told() -> dict[str, list[dict[str, object]]]:
    """What is public, as our own selectors tell it."""
    from tests.cast import DISTRICT
    from youlin.apps.areas import selectors as areas
    from youlin.apps.cases import selectors as cases
    from youlin.apps.places import selectors as places

    levels = ("district", "street", "community")
    outlined = [areas.outlined(DISTRICT, level) for level in levels]
    return {
        "places": [
            {"number": row.number, "name": row.name, "kind": row.kind.code, "lon": row.lon, "lat": row.lat}
            for row in places.points(DISTRICT)
        ],
        "areas": [
            {"code": shape.code, "name": shape.name, "wkt": polygon.wkt}
            for found in outlined
            for shape, polygon in zip(*found, strict=True)
        ],
        "cases": [
            {"number": row.number, "title": row.title, "lon": row.lon, "lat": row.lat}
            for row in cases.public_cases(district=DISTRICT, size=1000).rows
        ],
    }


if __name__ == "__main__":
    import django

    django.setup()
    answer = {"prepare": prepare, "told": told}[sys.argv[1]]()
    print(json.dumps(answer, ensure_ascii=False))
