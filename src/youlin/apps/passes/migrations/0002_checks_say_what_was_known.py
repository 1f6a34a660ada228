from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("passes", "0001_passes")]

    operations = [
        migrations.AddField(
            model_name="check",
            name="known_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="密钥和名单更新于"),
        ),
    ]
