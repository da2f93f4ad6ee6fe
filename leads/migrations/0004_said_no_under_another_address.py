"""Who said no under one address has said it under those of the lead it was merged into."""

from django.db import migrations, models

REASONS = [
    ("erased", "Person erased"), ("unsubscribed", "Said no to everything"), ("bounced", "Mail came back"),
    ("complaint", "Complained"), ("by_hand", "By hand"), ("list", "Out of a list"),
    ("merged", "Said no under another address"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_files_of_open_deals")]

    operations = [
        migrations.AlterField(
            model_name="suppression",
            name="reason",
            field=models.CharField(choices=REASONS, max_length=12),
        ),
    ]
