"""Open cases from before are marked as intake marks them from now on.

Compared in memory, cell by cell, and written in short transactions: a join would keep a large district's rows
locked for a minute, while people of the old version still work on them.
"""

from collections import defaultdict
from datetime import timedelta

from django.db import migrations

LAT, LON, SPAN = 0.0005, 0.0006, timedelta(days=84)
BATCH = 500


def mark(apps, schema_editor):
    cases = apps.get_model("cases", "Case").objects.using(schema_editor.connection.alias)
    rows = cases.filter(is_open=True, lon__isnull=False, lat__isnull=False).order_by("reported_at")
    seen, found = defaultdict(list), defaultdict(list)
    for district, id, category, lon, lat, at in rows.values_list(
        "district", "id", "category", "lon", "lat", "reported_at"
    ).iterator(chunk_size=5000):
        cell = (district, category, int(lon // LON), int(lat // LAT))
        near = (
            one
            for x in (-1, 0, 1)
            for y in (-1, 0, 1)
            for one in seen.get((*cell[:2], cell[2] + x, cell[3] + y), ())
        )
        if any(
            abs(lon - one[0]) <= LON and abs(lat - one[1]) <= LAT and at - SPAN <= one[2] < at for one in near
        ):
            found[district].append(id)
        seen[cell].append((lon, lat, at))
    for district, ids in found.items():
        for start in range(0, len(ids), BATCH):
            cases.filter(district=district, id__in=ids[start : start + BATCH]).update(may_repeat=True)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0007_repeats_and_places_of_open_cases")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
