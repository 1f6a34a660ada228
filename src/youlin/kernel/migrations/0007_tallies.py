"""Counts of the cells of a map, changes that wait to be added to them, and until when lateness is in them."""

from django.db import migrations, models

import youlin.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0006_pace_counts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=youlin.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("district", models.CharField(editable=False, max_length=12)),
                ("kind", models.CharField(max_length=40)),
                ("level", models.SmallIntegerField()),
                ("x", models.IntegerField()),
                ("y", models.IntegerField()),
                ("area", models.CharField(max_length=9)),
                ("confidential", models.BooleanField()),
                ("number", models.BigIntegerField()),
                ("late", models.BigIntegerField()),
                ("lon", models.BigIntegerField()),
                ("lat", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "kind", "level", "x", "y", "area", "confidential"),
                        name="tally_of_a_cell",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TallyChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=youlin.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("district", models.CharField(editable=False, max_length=12)),
                ("kind", models.CharField(max_length=40)),
                ("x", models.IntegerField()),
                ("y", models.IntegerField()),
                ("area", models.CharField(max_length=9)),
                ("confidential", models.BooleanField()),
                ("due", models.DateTimeField(null=True)),
                ("sign", models.SmallIntegerField()),
                ("lon", models.BigIntegerField()),
                ("lat", models.BigIntegerField()),
                ("taken", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["district", "kind"], name="tally_change_of")],
            },
        ),
        migrations.CreateModel(
            name="TallyMark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=youlin.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("district", models.CharField(editable=False, max_length=12)),
                ("kind", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("district", "kind"), name="tally_mark_once")],
            },
        ),
    ]
