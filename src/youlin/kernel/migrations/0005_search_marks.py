"""Searches are narrowed inside the index: a column of marks, and an index over words and marks together.

The column may be empty, so that a process of the version before works on; `kernel.search.following` fills it. On
PostgreSQL the new index is made beside the old one, which goes only then. On SQLite the index is made anew in one go.
"""

from django.db import migrations, models

import youlin.kernel.search.models
from youlin.kernel.migrating import AddIndexBeside
from youlin.kernel.search import vendor


def make(apps, schema_editor):
    vendor.renew(schema_editor.connection)


def drop(apps, schema_editor):
    vendor.drop(schema_editor.connection)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("kernel", "0004_backup_runs")]

    operations = [
        migrations.AddField(
            model_name="searchdocument",
            name="marks",
            field=youlin.kernel.search.models.MarksField(editable=False, null=True),
        ),
        AddIndexBeside(
            model_name="searchdocument",
            index=models.Index(
                fields=["district", "kind"], condition=models.Q(marks__isnull=True), name="search_unmarked"
            ),
        ),
        migrations.RunPython(make, drop),
    ]
