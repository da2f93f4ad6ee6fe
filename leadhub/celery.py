"""The Celery application and the whole beat schedule, each line with its reason."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhub.settings")

app = Celery("leadhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["leadhub", "leads", "scoring", "handoff"])

app.conf.task_routes = {"leadhub.tasks.tick": {"queue": "clock"}}
app.conf.beat_schedule = {
    # Drains timers, journal and deliveries; the task itself polls until its two seconds end,
    # so that a new event waits about a tenth of a second and not two.
    "tick": {"task": "leadhub.tasks.tick", "schedule": 2.0, "options": {"expires": 4}},
    # Messages that leave the house: somebody waits for them.
    "deliver": {"task": "leadhub.tasks.deliver", "schedule": 2.0, "options": {"expires": 2}},
    # Imports and rescores whose doorbell was lost.
    "pick up work": {
        "task": "leadhub.tasks.pick_up_work",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    # Mail servers like to be asked no more often.
    "fetch mail": {
        "task": "leadhub.tasks.fetch_mail",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    # Decay moves scores once a UTC day.
    "turn of the day": {"task": "leadhub.tasks.turn_of_the_day", "schedule": 300.0},
}
