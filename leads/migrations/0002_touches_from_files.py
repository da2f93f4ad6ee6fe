from django.db import migrations, models

WHAT = [
    ("leads", "Leads"), ("companies", "Companies"), ("events", "Events"), ("deals", "Past deals"),
    ("touches", "Touches"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_tables")]

    operations = [
        migrations.AlterField(
            "import", "what",
            models.CharField(choices=WHAT, db_default="leads", default="leads", max_length=10),
        ),
        migrations.AlterField(
            "importmapping", "what", models.CharField(choices=WHAT, default="leads", max_length=10)
        ),
    ]  # fmt: skip
