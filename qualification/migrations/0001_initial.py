"""Tables of qualification, BANT, and the reasons to begin with."""

import json
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

REASONS = [
    ("no_need", "No need", "Look at which content brought them: it promised something else."),
    ("not_a_decision_maker", "Not a decision maker", "Weigh seniority more, or ask for the role on the form."),
    ("no_budget", "No budget", "Weigh company size more, or send a price range first."),
    ("timeline_too_long", "Timeline too long", "Keep them in nurture until the date they named."),
    ("student_or_competitor", "Student or competitor", "Add the domain or the title to the negative criteria."),
    ("outside_territory", "Outside territory", "Take the country out of the campaign's targeting."),
    ("bad_contact_data", "Bad contact data", "Check the source: it sells addresses that do not work."),
    ("unable_to_reach", "Unable to reach", "Only after the agreed number of attempts."),
]


def add_frameworks_and_reasons(apps, schema_editor):
    path = Path(__file__).resolve().parent.parent / "frameworks" / "bant.json"
    definition = json.loads(path.read_text(encoding="utf-8"))
    apps.get_model("qualification", "Framework").objects.create(
        key="bant", version=1, name="BANT", definition=definition, created_at=timezone.now()
    )
    reason = apps.get_model("qualification", "DispositionReason")
    reason.objects.bulk_create(
        reason(key=key, label=label, advice=advice, order=number)
        for number, (key, label, advice) in enumerate(REASONS, start=1)
    )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('handoff', '0001_initial'),
        ('leads', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DispositionReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('label', models.CharField(max_length=80)),
                ('advice', models.CharField(blank=True, default='', max_length=300)),
                ('order', models.PositiveSmallIntegerField(default=1)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['order', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Framework',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40)),
                ('version', models.PositiveIntegerField(default=1)),
                ('name', models.CharField(max_length=80)),
                ('definition', models.JSONField()),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'version'), name='framework_version_unique')],
            },
        ),
        migrations.CreateModel(
            name='Scorecard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField()),
                ('completed_at', models.DateTimeField(null=True)),
                ('framework', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scorecards', to='qualification.framework')),
                ('handoff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scorecards', to='handoff.handoff')),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scorecards', to='leads.lead')),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('element', models.CharField(max_length=40)),
                ('level', models.PositiveSmallIntegerField(default=0)),
                ('asked_in_vain', models.BooleanField(default=False)),
                ('evidence', models.CharField(blank=True, default='', max_length=1000)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='qualification.scorecard')),
            ],
        ),
        migrations.CreateModel(
            name='Disposition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('result', models.CharField(choices=[('accepted', 'Accepted as SQL'), ('recycled', 'Recycled'), ('disqualified', 'Disqualified')], max_length=20)),
                ('note', models.CharField(blank=True, default='', max_length=1000, verbose_name='note')),
                ('recycle_on', models.DateField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handoff', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='disposition', to='handoff.handoff')),
                ('reason', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='qualification.dispositionreason')),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='disposition_at')],
            },
        ),
        migrations.AddIndex(
            model_name='scorecard',
            index=models.Index(fields=['lead', '-created_at'], name='card_lead_at'),
        ),
        migrations.AddConstraint(
            model_name='scorecard',
            constraint=models.UniqueConstraint(fields=('handoff', 'framework'), name='one_card_a_framework'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(fields=('card', 'element'), name='one_answer_an_element'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('level__lte', 3)), name='answer_level'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('asked_in_vain', False), ('level', 0), _connector='OR'), name='in_vain_is_unknown'),
        ),
        migrations.RunPython(add_frameworks_and_reasons, migrations.RunPython.noop),
    ]
