"""Which open cases may repeat another."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_photos_to_examine"), ("parties", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="may_repeat",
            field=models.BooleanField(db_default=False, default=False, verbose_name="疑似重复"),
        ),
    ]
