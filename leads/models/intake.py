"""What had to be refused on the way in."""

from django.db import models

from accounts.models import ApiKey


class QuarantinedItem(models.Model):
    """An item of a batch that was refused, kept with the reason while its neighbours went on."""

    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300)
    payload = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
