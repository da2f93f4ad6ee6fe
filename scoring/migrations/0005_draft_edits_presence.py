import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scoring", "0004_proposals_slices_alerts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftEdit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("places", models.JSONField()),
                ("said", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("model", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="edits", to="scoring.scoringmodel")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("model", "number"), name="draft_edit_number")]},
        ),
        migrations.CreateModel(
            name="Editing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("model", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="scoring.scoringmodel")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("model", "user"), name="one_editing_row")]},
        ),
    ]
