"""The search index: FTS5 with triggers on SQLite, GIN on PostgreSQL."""

from django.db import migrations

from youlin.kernel.search import vendor


def create(apps, schema_editor):
    vendor.create(schema_editor.connection)


def drop(apps, schema_editor):
    vendor.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_journal_guard")]

    operations = [migrations.RunPython(create, drop)]
