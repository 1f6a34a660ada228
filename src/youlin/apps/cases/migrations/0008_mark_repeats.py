"""Open cases from before are marked as intake marks them: apart, so that the column is there before rows change."""

from datetime import timedelta

from django.db import migrations
from django.db.models import Exists, OuterRef, Q


def mark(apps, schema_editor):
    """Open cases that stood close to an earlier open one of their category, as intake marks them from now on."""
    rows = apps.get_model("cases", "Case").objects.using(schema_editor.connection.alias).filter(is_open=True)
    earlier = rows.filter(
        Q(lat__gte=OuterRef("lat") - 0.0005, lat__lte=OuterRef("lat") + 0.0005),
        Q(lon__gte=OuterRef("lon") - 0.0006, lon__lte=OuterRef("lon") + 0.0006),
        district=OuterRef("district"),
        category=OuterRef("category"),
        reported_at__lt=OuterRef("reported_at"),
        reported_at__gte=OuterRef("reported_at") - timedelta(days=84),
    )
    rows.filter(Exists(earlier)).update(may_repeat=True)


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_repeats_and_places_of_open_cases")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
