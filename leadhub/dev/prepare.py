"""Brings the tables up to date and makes demo data; run by `dev.py run` as a process of its own.

The one module in this folder that needs Django. It does both in one process, because most of what
each takes is Django's start. The last thing it prints is how many users there are.
"""

import os
import sys

import django
from django.contrib.auth import get_user_model
from django.core.management import call_command


def prepare(*, with_demo: bool) -> int:
    """Return the number of users there are then."""
    call_command("migrate", verbosity=0, interactive=False)
    users = get_user_model().objects
    if with_demo and not users.exists():
        call_command("demo")
    return users.count()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhub.settings")
    django.setup()
    print(prepare(with_demo="--demo" in sys.argv))
