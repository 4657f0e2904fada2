"""The entry for a WSGI server: ``granian --interface wsgi upshot.web.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upshot.web.settings")
_pages = get_wsgi_application()

from upshot.web.lrs.wsgi import with_store  # noqa: E402 - Django must be set up first

application = with_store(_pages)
