"""Open cases are listed and counted from indexes over them alone, which no column needs to say again.

The two that spoke of `is_open` as a column are of no use to SQLite, which knows a condition only as it is written.
"""

from django.db import migrations, models

from youlin.kernel.migrating import AddIndexBeside, RemoveIndexBeside


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0010_indexes_of_open_cases")]

    operations = [
        AddIndexBeside(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["district", "area_now", "confidential", "due_at", "light_at", "holder"],
                name="case_open_place",
            ),
        ),
        AddIndexBeside(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["district", "due_at", "-reported_at", "area_now", "confidential"],
                name="case_open_due",
            ),
        ),
        RemoveIndexBeside(model_name="case", name="case_open_area"),
        RemoveIndexBeside(model_name="case", name="case_due"),
    ]
