from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Each app may say in a module `leaving` what follows when a person is deactivated."""
        autodiscover_modules("leaving")
