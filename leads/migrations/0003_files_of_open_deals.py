"""Files of deals tell of open ones, too."""

from django.db import migrations, models

KINDS = [
    ("leads", "Leads"), ("companies", "Companies"), ("events", "Events"), ("deals", "Deals"),
    ("touches", "Touches"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_touches_from_files")]

    operations = [
        migrations.AlterField(
            model_name="import",
            name="what",
            field=models.CharField(choices=KINDS, db_default="leads", default="leads", max_length=10),
        ),
        migrations.AlterField(
            model_name="importmapping",
            name="what",
            field=models.CharField(choices=KINDS, default="leads", max_length=10),
        ),
    ]
