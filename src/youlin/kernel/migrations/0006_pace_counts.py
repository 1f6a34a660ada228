"""How fast everybody writes, counted by all server processes together. On PostgreSQL the table is not logged: after a
crash it is empty, which is all the same, and counting waits for no disk."""

from django.db import migrations, models

import youlin.kernel.ids


def keep_out_of_the_log(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE kernel_pacecount SET UNLOGGED")


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_search_marks")]

    operations = [
        migrations.CreateModel(
            name="PaceCount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=youlin.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("turn", models.BigIntegerField()),
                ("hits", models.IntegerField()),
                ("earlier", models.IntegerField()),
                ("until", models.BigIntegerField()),
            ],
            options={"verbose_name": "频率计数", "verbose_name_plural": "频率计数"},
        ),
        migrations.RunPython(keep_out_of_the_log, migrations.RunPython.noop),
    ]
