"""What the journal needs of the database itself: a sequence for positions, triggers against changes."""

from django.db import migrations

from youlin.kernel.journal import guard


def make_sequence(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE SEQUENCE kernel_journal_position")


def drop_sequence(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP SEQUENCE kernel_journal_position")


def raise_guard(apps, schema_editor):
    guard.raise_guard(schema_editor.connection)


def lower_guard(apps, schema_editor):
    guard.lower_guard(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.RunPython(make_sequence, drop_sequence),
        migrations.RunPython(raise_guard, lower_guard),
    ]
