"""The tables of accounts, and the clock."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from accounts import clock
from accounts.tables import CreateTables


class Migration(migrations.Migration):

    initial = True

    # A database that all of these have made is already what this one makes.
    replaces = [('accounts', name) for name in (
        '0001_initial',
        '0002_api_keys_of_browsers_and_answers',
        '0003_organisation_sites',
        '0004_teams_that_close',
    )]

    dependencies = []

    operations = [
        migrations.RunSQL(clock.INSTALL, "DROP FUNCTION app_now()"),
        CreateTables([
            migrations.CreateModel(
                name='Organisation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('singleton', models.BooleanField(default=True, editable=False, unique=True)),
                    ('name', models.CharField(max_length=120)),
                    ('time_zone', models.CharField(default='UTC', max_length=64)),
                    ('sites', models.JSONField(db_default=[], default=list)),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('singleton', True)), name='one_organisation')],
                },
            ),
            migrations.CreateModel(
                name='Team',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120, unique=True)),
                    ('time_zone', models.CharField(default='UTC', max_length=64)),
                    ('closes', models.BooleanField(db_default=False, default=False)),
                    ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.team')),
                ],
                options={
                    'ordering': ['name'],
                },
            ),
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('role', models.CharField(choices=[('marketer', 'Marketer'), ('sdr', 'SDR'), ('manager', 'Manager'), ('administrator', 'Administrator')], max_length=20, verbose_name='role')),
                    ('time_zone', models.CharField(default='UTC', max_length=64, verbose_name='time zone')),
                    ('is_active', models.BooleanField(default=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('teams', models.ManyToManyField(blank=True, related_name='members', to='accounts.team')),
                ],
                options={
                    'ordering': ['name', 'id'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_folded')],
                },
            ),
            migrations.CreateModel(
                name='ApiKey',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('public', 'Public write key'), ('secret', 'Secret server key')], max_length=10)),
                    ('name', models.CharField(max_length=120)),
                    ('prefix', models.CharField(max_length=16, unique=True)),
                    ('digest', models.BinaryField(max_length=32)),
                    ('public_text', models.CharField(blank=True, db_default='', default='', max_length=80)),
                    ('origins', models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list)),
                    ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('revoked_at', models.DateTimeField(blank=True, null=True)),
                    ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'ordering': ['-id'],
                },
            ),
            migrations.CreateModel(
                name='TokenBucket',
                fields=[
                    ('key', models.CharField(max_length=200, primary_key=True, serialize=False)),
                    ('micro_tokens', models.BigIntegerField()),
                    ('refreshed_at', models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name='IdempotentAnswer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('asker', models.CharField(max_length=40)),
                    ('method', models.CharField(max_length=10)),
                    ('path', models.CharField(max_length=500)),
                    ('key', models.CharField(max_length=255)),
                    ('request_hash', models.BinaryField(max_length=32)),
                    ('status', models.PositiveSmallIntegerField()),
                    ('body', models.JSONField(null=True)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['created_at'], name='idempotent_age')],
                    'constraints': [models.UniqueConstraint(fields=('asker', 'method', 'path', 'key'), name='idempotent_once')],
                },
            ),
        ]),
    ]
