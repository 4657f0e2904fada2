"""The short way to the store: requests under ``/xapi`` need neither session, nor locale, nor forms, and skip them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

__all__ = ["with_store"]

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _StoreHandler(WSGIHandler):
    """Django's handler without middleware: the resources answer for themselves."""

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
