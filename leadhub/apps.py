from django.apps import AppConfig

from leadhub import personal


class LeadhubConfig(AppConfig):
    """Fills what lower floors can know only from the roof."""

    name = "leadhub"
    tables = personal.TABLES
