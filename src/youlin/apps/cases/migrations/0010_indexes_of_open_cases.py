"""What lists and maps of a million cases are answered from; nobody waits while these are made."""

from django.db import migrations, models

from youlin.kernel.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0009_crossing")]

    operations = [
        AddIndexBeside(
            model_name="case",
            index=models.Index(fields=["district", "-reported_at"], name="case_reported"),
        ),
        AddIndexBeside(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["district", "lat", "lon", "area_now", "confidential", "due_at"],
                name="case_open_map",
            ),
        ),
        AddIndexBeside(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_open", True), ("may_repeat", True)),
                fields=["district", "area_now"],
                name="case_may_repeat",
            ),
        ),
        AddIndexBeside(
            model_name="case",
            index=models.Index(
                condition=models.Q(("holder__isnull", True), ("is_open", True)),
                fields=["district", "area_now"],
                name="case_unheld",
            ),
        ),
    ]
