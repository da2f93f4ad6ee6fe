"""Lists that rules name: free mail providers, competitors, the words that make a title senior."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ValueList(models.Model):
    """`values` are texts. A list of kind seniority or department holds the words that put a title there; of
    these the first in `position` that matches counts."""

    class Kind(models.TextChoices):
        VALUES = "values", _("Values")
        SENIORITY = "seniority", _("Seniority")
        DEPARTMENT = "department", _("Department")

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.VALUES)
    position = models.PositiveIntegerField(default=0)
    values = models.JSONField(default=list)
    # The field whose words these are: people choose one of them. Empty for none.
    controls = models.CharField(max_length=80, blank=True, default="", db_default="")

    class Meta:
        ordering = ["kind", "position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["controls"], condition=~models.Q(controls=""), name="one_list_a_field"
            )
        ]

    def __str__(self) -> str:
        return self.name
