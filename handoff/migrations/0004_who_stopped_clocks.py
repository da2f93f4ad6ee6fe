"""Clocks keep whose claim or touch stopped them, so that reports need not look it up for each."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Who claimed the lead at that moment, or touched it.
KNOWN = """
UPDATE handoff_slatimer t
   SET closed_by_id = CASE t.milestone
       WHEN 'claim' THEN (
            SELECT s.user_id FROM handoff_segment s
             WHERE s.handoff_id = t.handoff_id AND s.replaced_at IS NULL AND s.step = 'claimed'
               AND s.started_at = t.closed_at LIMIT 1)
       ELSE (SELECT u.by_id FROM handoff_touch u JOIN handoff_handoff h ON h.lead_id = u.lead_id
              WHERE h.id = t.handoff_id AND u.occurred_at = t.closed_at AND u.kind <> 'note'
              ORDER BY u.id LIMIT 1) END
 WHERE t.closed_at IS NOT NULL AND t.state <> 'cancelled' AND t.milestone <> 'disposition'"""


class Migration(migrations.Migration):
    dependencies = [
        ("handoff", "0003_source"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="slatimer",
            name="closed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
