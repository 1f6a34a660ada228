from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gates", "0001_gates")]

    operations = [
        migrations.AddField(
            model_name="passage",
            name="known_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="密钥和名单更新于"),
        ),
    ]
