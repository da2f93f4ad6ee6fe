"""The settings of `pytest` run by itself, which needs a DATABASE_URL and nothing else; dev.py sets all of it."""

import os

os.environ.setdefault("SECRET_KEY", "for tests only")

from leadhub.settings import *  # noqa: F403
