"""What is the beginning of another index, or the same, is written with every row and never needed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("handoff", "0001_tables"),
        ("leads", "0005_fewer_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="routingdecision",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="routing_decisions",
                to="leads.lead",
            ),
        ),
        migrations.AlterField(
            model_name="slaalarm",
            name="timer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="alarms",
                to="handoff.slatimer",
            ),
        ),
        migrations.AlterField(
            model_name="slaevent",
            name="timer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="handoff.slatimer",
            ),
        ),
        migrations.AlterField(
            model_name="slatimer",
            name="handoff",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="timers",
                to="handoff.handoff",
            ),
        ),
        migrations.AlterField(
            model_name="touch",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="touches",
                to="leads.lead",
            ),
        ),
    ]
