# Accounts kept by districts, invitations, handovers.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0002_contacts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('clerk', '填报员'), ('principal', '校长（园长）'), ('officer', '科室人员'), ('director', '局领导（签发）'), ('leader', '领导（阅览）'), ('administrator', '系统管理员')], max_length=20, verbose_name='角色')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='交接说明')),
                ('at', models.DateTimeField(verbose_name='交接时间')),
            ],
            options={
                'verbose_name': '交接',
                'verbose_name_plural': '交接',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(verbose_name='发出时间')),
                ('expires_at', models.DateTimeField(verbose_name='有效期至')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='使用时间')),
                ('voided_at', models.DateTimeField(blank=True, null=True, verbose_name='作废时间')),
            ],
            options={
                'verbose_name': '邀请',
                'verbose_name_plural': '邀请',
                'ordering': ['-id'],
            },
        ),
        migrations.AlterModelManagers(
            name='user',
            managers=[
            ],
        ),
        migrations.RemoveConstraint(
            model_name='post',
            name='post_once',
        ),
        migrations.AddField(
            model_name='user',
            name='district',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='schools.district', verbose_name='区县'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(condition=models.Q(('unit__isnull', False)), fields=('user', 'role', 'unit'), name='post_once_in_school', violation_error_message='这个人已有同样的任职。'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(condition=models.Q(('section__isnull', False)), fields=('user', 'role', 'section'), name='post_once_in_section', violation_error_message='这个人已有同样的任职。'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(condition=models.Q(('section__isnull', True), ('unit__isnull', True)), fields=('user', 'role', 'district'), name='post_once_in_district', violation_error_message='这个人已有同样的任职。'),
        ),
        migrations.AddField(
            model_name='handover',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人'),
        ),
        migrations.AddField(
            model_name='handover',
            name='comer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taken_over', to=settings.AUTH_USER_MODEL, verbose_name='接手人'),
        ),
        migrations.AddField(
            model_name='handover',
            name='leaver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handed_over', to=settings.AUTH_USER_MODEL, verbose_name='交出人'),
        ),
        migrations.AddField(
            model_name='handover',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='schools.unit', verbose_name='学校'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='发出人'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to=settings.AUTH_USER_MODEL, verbose_name='人员'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(('leaver', models.F('comer')), _negated=True), name='handover_two_people', violation_error_message='交出人和接手人不能是同一个人。'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('used_at__isnull', True), ('voided_at__isnull', True)), fields=('user',), name='invitation_one_open', violation_error_message='这个人已有一份未使用的邀请。'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('used_at__isnull', True), ('voided_at__isnull', True), _connector='OR'), name='invitation_used_or_void', violation_error_message='邀请不能既已使用又已作废。'),
        ),
    ]
