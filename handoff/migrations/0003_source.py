"""Handoffs keep the source of their lead, by which reports count them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("handoff", "0002_fewer_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="handoff",
            name="source",
            field=models.CharField(blank=True, db_default="", max_length=80),
        ),
        migrations.RunSQL(
            "UPDATE handoff_handoff h SET source = l.source FROM leads_lead l WHERE l.id = h.lead_id",
            migrations.RunSQL.noop,
        ),
    ]
