"""The short way to the store: requests under ``/xapi`` need neither session, nor locale, nor forms, and skip them."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase

__all__ = ["with_store"]

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


TRUSTED_SECONDS = 5.0
"""How long a connection to the database that just worked is believed to work; one that broke meanwhile is answered with
503, and the sender repeats its request."""


class _StoreHandler(WSGIHandler):
    """Django's handler without middleware: the resources answer for themselves."""

    def __init__(self) -> None:
        super().__init__()
        self._used = threading.local()

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, without asking the database first whether it is there when it was a moment ago."""
        now = time.monotonic()
        if now - getattr(self._used, "at", 0.0) < TRUSTED_SECONDS:
            database: Any = connection
            database.health_check_done = True
        response = super().get_response(request)
        self._used.at = now if response.status_code < 500 else 0.0
        return response

    def load_middleware(self, is_async: bool = False) -> None:
        """Go straight to the view; an exception that nobody caught is still logged and answered with 500."""
        kept = settings.MIDDLEWARE
        settings.MIDDLEWARE = []
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = kept


def with_store(application: Application) -> Application:
    """The application, with requests to the store led past its middleware; Django must be set up."""
    store = _StoreHandler()

    def dispatch(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        handler = store if environ.get("PATH_INFO", "").startswith("/xapi/") else application
        return handler(environ, start_response)

    return dispatch
