import json
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F
from django.utils import timezone

# The frameworks of the first day, and BANT with a gate. Cards that were started keep their version.
FILES = ("bant_2", "champ", "meddic", "meddpicc", "gpct", "gpctba_ci")


def add_frameworks(apps, schema_editor):
    framework, at = apps.get_model("qualification", "Framework"), timezone.now()
    folder = Path(__file__).resolve().parent.parent / "frameworks"
    for name in FILES:
        definition = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        framework.objects.create(
            key=definition["key"], version=2 if name == "bant_2" else 1, name=definition["name"],
            definition=definition, created_at=at,
        )


def chosen_when_started(apps, schema_editor):
    apps.get_model("qualification", "Scorecard").objects.update(chosen_at=F("created_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('qualification', '0004_agreement'),
    ]

    operations = [
        migrations.AddField(
            model_name='disposition',
            name='below_gate',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='answer',
            name='carried',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='qualification.answer'),
        ),
        migrations.AddField(
            model_name='scorecard',
            name='chosen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(chosen_when_started, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='scorecard',
            name='chosen_at',
            field=models.DateTimeField(),
        ),
        migrations.RunPython(add_frameworks, migrations.RunPython.noop),
    ]
