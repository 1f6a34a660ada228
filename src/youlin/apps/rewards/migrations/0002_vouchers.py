import django.db.models.deletion
import youlin.kernel.clock
import youlin.kernel.db
import youlin.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0004_organisation_address'),
        ('passes', '0001_passes'),
        ('rewards', '0001_rewards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.UUIDField(default=youlin.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('district', models.CharField(editable=False, max_length=12)),
                ('points', models.PositiveIntegerField(verbose_name='积分')),
                ('points_hold', models.UUIDField(verbose_name='冻结的积分')),
                ('piece_hold', models.UUIDField(verbose_name='冻结的奖品')),
                ('expires_at', models.DateTimeField(verbose_name='有效期至')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='兑换于')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示')),
                ('created_at', models.DateTimeField(default=youlin.kernel.clock.now, verbose_name='预留时间')),
                ('held', youlin.kernel.db.DistrictForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='passes.pass')),
                ('person', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='parties.person')),
                ('redemption', youlin.kernel.db.DistrictForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rewards.redemption')),
                ('reward', youlin.kernel.db.DistrictForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='vouchers', to='rewards.reward')),
                ('shop', youlin.kernel.db.DistrictForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='vouchers', to='rewards.shop')),
            ],
            options={
                'verbose_name': '兑换券',
                'verbose_name_plural': '兑换券',
            },
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(fields=['district', 'person', '-created_at'], name='reward_voucher_person'),
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(fields=['district', 'shop', '-created_at'], name='reward_voucher_shop'),
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(fields=['district', 'reward'], name='reward_voucher_reward'),
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(fields=['district', 'redemption'], name='reward_voucher_redemption'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=models.UniqueConstraint(condition=models.Q(('held__isnull', False)), fields=('district', 'held'), name='reward_voucher_once'),
        ),
    ]
