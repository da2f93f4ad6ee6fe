"""After a migration: of a new column PostgreSQL knows nothing, and plans as if hardly a row held what most hold."""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from leads.importing import statistics
from leads.models import Lead


@receiver(post_migrate, sender=apps.get_app_config("leads"))
def gather_statistics(plan: Any = None, **_rest: Any) -> None:
    """`plan` is what was migrated; an empty installation has nothing to be known."""
    if plan and Lead.objects.exists():
        statistics.gather()
