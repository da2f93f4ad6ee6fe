"""The roof: settings, urls, Celery and the pipeline. It imports everybody and nobody imports it."""

from leadhub.celery import app as celery_app

__all__ = ["celery_app"]
