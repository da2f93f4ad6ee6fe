"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from leadhub import garbage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhub.settings")
application = get_wsgi_application()
garbage.settle()
