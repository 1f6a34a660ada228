"""What lists of a million cases are answered from: who may repeat another, where open cases lie, who holds none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_photos_to_examine"), ("parties", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="may_repeat",
            field=models.BooleanField(db_default=False, default=False, verbose_name="疑似重复"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["district", "-reported_at"], name="case_reported"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["district", "lat", "lon", "area_now", "confidential", "due_at"],
                name="case_open_map",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_open", True), ("may_repeat", True)),
                fields=["district", "area_now"],
                name="case_may_repeat",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("holder__isnull", True), ("is_open", True)),
                fields=["district", "area_now"],
                name="case_unheld",
            ),
        ),
    ]
