"""The tables of scoring."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.tables import CreateTables

# Of ascending days those that count when at most one does in `gap` days, from the first on.
SPACED = """
CREATE FUNCTION app_spaced(days date[], gap integer) RETURNS date[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE kept date[] := '{}'; last date; day date;
BEGIN
    FOREACH day IN ARRAY days LOOP
        IF last IS NULL OR day - last >= gap THEN
            kept := kept || day; last := day;
        END IF;
    END LOOP;
    RETURN kept;
END $$"""

# Nothing in the vectors that show an impact is worth a log, and they are packed already. A logged table may not
# refer to an unlogged one, so the one that refers goes first.
UNLOGGED = """
ALTER TABLE scoring_basevector SET UNLOGGED;
ALTER TABLE scoring_basesnapshot SET UNLOGGED;
ALTER TABLE scoring_basevector ALTER COLUMN data SET STORAGE EXTERNAL"""


class Migration(migrations.Migration):

    initial = True

    # A database that all of these have made is already what this one makes.
    replaces = [('scoring', name) for name in (
        '0001_initial',
        '0002_proposals_overrides',
        '0003_impact_vectors',
        '0004_proposals_slices_alerts',
        '0005_draft_edits_presence',
        '0006_finish_overrides_by_keys',
    )]

    dependencies = [
        ('accounts', '0001_tables'),
        ('leads', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(SPACED, "DROP FUNCTION app_spaced(date[], integer)"),
        CreateTables([
            migrations.CreateModel(
                name='ScoringModel',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120, unique=True)),
                    ('order', models.PositiveIntegerField(default=1)),
                    ('segment', models.JSONField(blank=True, default=dict)),
                    ('kind', models.CharField(choices=[('marketing', 'Marketing'), ('product', 'Product'), ('service', 'Service')], default='marketing', max_length=12)),
                    ('capacity', models.PositiveIntegerField(blank=True, null=True)),
                    ('needs_approval', models.BooleanField(default=False)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'ordering': ['order', 'id'],
                },
            ),
            migrations.CreateModel(
                name='ModelVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='scoring.scoringmodel')),
                    ('number', models.PositiveIntegerField()),
                    ('state', models.CharField(choices=[('draft', 'Draft'), ('proposed', 'Proposed'), ('approved', 'Approved'), ('scheduled', 'Scheduled'), ('live', 'Live'), ('retired', 'Retired')], default='draft', max_length=10)),
                    ('definition', models.JSONField()),
                    ('digest', models.CharField(max_length=64)),
                    ('reason', models.TextField(blank=True, default='')),
                    ('expectation', models.TextField(blank=True, default='')),
                    ('expected', models.JSONField(blank=True, default=dict)),
                    ('opens_handoffs', models.BooleanField(default=False)),
                    ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('created_at', models.DateTimeField()),
                    ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('proposed_at', models.DateTimeField(null=True)),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('goes_live_at', models.DateTimeField(null=True)),
                    ('notifies', models.BooleanField(default=True)),
                    ('slice_size', models.PositiveIntegerField(blank=True, null=True)),
                    ('slice_order', models.CharField(choices=[('highest', 'highest score first'), ('oldest', 'oldest lead first')], default='highest', max_length=8)),
                    ('sliced_on', models.DateField(null=True)),
                    ('comment', models.TextField(blank=True, default='')),
                    ('reverts_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoring.modelversion')),
                    ('actual', models.JSONField(blank=True, default=dict)),
                    ('edit', models.PositiveIntegerField(default=0)),
                    ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('published_at', models.DateTimeField(null=True)),
                    ('retired_at', models.DateTimeField(null=True)),
                ],
                options={
                    'ordering': ['-number'],
                    'constraints': [models.UniqueConstraint(fields=('model', 'number'), name='version_number_unique'), models.UniqueConstraint(condition=models.Q(('state', 'live')), fields=('model',), name='one_live_version'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('model',), name='one_draft'), models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'approved', 'scheduled'])), fields=('model',), name='one_proposal')],
                },
            ),
            migrations.CreateModel(
                name='RescoreRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='scoring.modelversion')),
                    ('cause', models.CharField(max_length=20)),
                    ('opens_handoffs', models.BooleanField(default=True)),
                    ('created_at', models.DateTimeField()),
                    ('finished_at', models.DateTimeField(null=True)),
                ],
                options={
                    'ordering': ['-id'],
                },
            ),
            migrations.CreateModel(
                name='RescoreChunk',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='scoring.rescorerun')),
                    ('first_lead', models.BigIntegerField()),
                    ('last_lead', models.BigIntegerField()),
                    ('leased_until', models.DateTimeField(null=True)),
                    ('done_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['run'], name='chunk_waiting')],
                },
            ),
            migrations.CreateModel(
                name='Override',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='overrides', to='leads.lead')),
                    ('total', models.IntegerField()),
                    ('reason', models.TextField()),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('key', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.apikey')),
                    ('at', models.DateTimeField()),
                    ('until', models.DateField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('lead',), name='one_override'), models.CheckConstraint(condition=models.Q(models.Q(('by', None), ('key__isnull', False)), models.Q(('by__isnull', False), ('key', None)), _connector='OR'), name='override_by_somebody')],
                },
            ),
            migrations.CreateModel(
                name='BaseSnapshot',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('made_at', models.DateTimeField()),
                    ('leads', models.PositiveIntegerField()),
                    ('bands', models.JSONField()),
                    ('flags', models.JSONField()),
                ],
            ),
            migrations.CreateModel(
                name='BaseVector',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vectors', to='scoring.basesnapshot')),
                    ('name', models.CharField(max_length=40)),
                    ('data', models.BinaryField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('snapshot', 'name'), name='one_vector_a_question')],
                },
            ),
            migrations.CreateModel(
                name='Alert',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='leads.lead')),
                    ('day', models.DateField()),
                    ('at', models.DateTimeField()),
                    ('rise', models.IntegerField(null=True)),
                    ('page', models.CharField(blank=True, default='', max_length=400)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('lead', 'day'), name='one_alert_a_day')],
                },
            ),
            migrations.CreateModel(
                name='DraftEdit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('model', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='edits', to='scoring.scoringmodel')),
                    ('number', models.PositiveIntegerField()),
                    ('places', models.JSONField()),
                    ('said', models.JSONField(default=list)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('model', 'number'), name='draft_edit_number')],
                },
            ),
            migrations.CreateModel(
                name='Editing',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('model', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='scoring.scoringmodel')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('model', 'user'), name='one_editing_row')],
                },
            ),
        ]),
        migrations.RunSQL(UNLOGGED, migrations.RunSQL.noop),
    ]
