"""The search index was first made here; `0005_search_marks` makes it in the form it has now."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_journal_guard")]

    operations = []
