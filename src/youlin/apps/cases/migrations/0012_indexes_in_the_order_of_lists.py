"""Cases are walked in the order of a list without being read: what decides who may know them stands in the index."""

from django.db import migrations, models

from youlin.kernel.migrating import AddIndexBeside, RemoveIndexBeside


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0011_indexes_of_open_lists")]

    operations = [
        AddIndexBeside(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["district", "due_at", "-reported_at", "id", "area_now", "confidential"],
                name="case_open_in_time",
            ),
        ),
        AddIndexBeside(
            model_name="case",
            index=models.Index(
                fields=["district", "-reported_at", "id", "area_now", "confidential", "is_open"],
                name="case_newest",
            ),
        ),
        RemoveIndexBeside(model_name="case", name="case_open_due"),
        RemoveIndexBeside(model_name="case", name="case_reported"),
    ]
