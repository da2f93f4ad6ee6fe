from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        # Each floor says in a module `merged` what a merge of leads means for its tables, and in `imported` which
        # rows of a file it understands.
        autodiscover_modules("merged", "migrated", "imported")
