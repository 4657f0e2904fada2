"""The short way to the store: requests under ``/xapi`` need neither session, nor locale, nor forms, and skip them."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.handlers.exception import response_for_exception
from django.core.handlers.wsgi import WSGIRequest
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.urls import URLPattern

__all__ = ["with_store"]

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
View = Callable[[HttpRequest], HttpResponseBase]


TRUSTED_SECONDS = 5.0
"""How long a connection to the database that just worked is believed to work; one that broke meanwhile is answered with
503, and the sender repeats its request."""


class _Store:
    """What Django's handler does for a resource, without middleware, signals and the product's list of addresses.

    The resources answer for themselves; an exception that nobody caught is logged and answered with 500.
    """

    def __init__(self) -> None:
        self._used = threading.local()

    def answer(self, view: View, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = WSGIRequest(environ)
        self._before()
        try:
            response = view(request)
        except Exception as error:  # noqa: BLE001 - logged and answered as Django does
            response = response_for_exception(request, error)
        finally:
            request.close()
        self._after(response.status_code)
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [response.content] if isinstance(response, HttpResponse) else response

    def _before(self) -> None:
        """Let go of a connection that is too old, and believe one that was used a moment ago."""
        database: Any = connections[DEFAULT_DB_ALIAS]
        database.close_if_unusable_or_obsolete()
        if time.monotonic() - getattr(self._used, "at", 0.0) < TRUSTED_SECONDS:
            database.health_check_done = True

    def _after(self, status: int) -> None:
        self._used.at = time.monotonic() if status < 500 else 0.0
        connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()


def with_store(application: Application) -> Application:
    """The application, with requests to the store led past its middleware; Django must be set up."""
    from upshot.web.lrs import urls

    views: Mapping[str, View] = {
        f"/xapi/{one.pattern}": one.callback for one in urls.urlpatterns if isinstance(one, URLPattern)
    }
    store = _Store()

    def dispatch(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        view = views.get(environ.get("PATH_INFO", ""))
        return application(environ, start_response) if view is None else store.answer(view, environ, start_response)

    return dispatch
