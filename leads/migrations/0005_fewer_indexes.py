"""What is the beginning of another index, or the same, is written with every row and never needed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0004_said_no_under_another_address"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="lead",
            name="lead_company",
        ),
        migrations.RemoveIndex(
            model_name="outcome",
            name="outcome_crossing",
        ),
        migrations.AlterField(
            model_name="crossing",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="crossings",
                to="leads.lead",
            ),
        ),
        migrations.AlterField(
            model_name="leadchange",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="changes",
                to="leads.lead",
            ),
        ),
        migrations.AlterField(
            model_name="scorehistory",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="score_history",
                to="leads.lead",
            ),
        ),
    ]
