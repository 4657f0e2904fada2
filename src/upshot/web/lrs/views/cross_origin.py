"""Requests from pages of other origins (CORS): allowed by list, never by echo."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from upshot.web.lrs.principal import Principal
from upshot.web.lrs.services.credentials import origins_of_keys

__all__ = ["allow_origin", "preflight"]

_METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
_SENT = (
    "Authorization, Content-Type, If-Match, If-None-Match, Accept-Language, X-Experience-API-Version, X-Upshot-Partial"
)
_READ = (
    "ETag, Last-Modified, Retry-After, X-Experience-API-Version, X-Experience-API-Consistent-Through, X-Upshot-Partial"
)


def _may(origin: str, principal: Principal | None) -> bool:
    """Whether a page of this origin may ask; before it has said who it is, whether it may with any key."""
    if origin in settings.LRS_ORIGINS:
        return True
    return origin in (origins_of_keys() if principal is None else principal.origins)


def allow_origin(request: HttpRequest, response: HttpResponse, principal: Principal | None = None) -> None:
    """Let the page that asked read the answer, when its origin is on the list of all keys or of the one it used."""
    origin = request.META.get("HTTP_ORIGIN")
    if origin is None:
        return
    response["Vary"] = "Origin"
    if _may(origin, principal):
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = _READ


def preflight(request: HttpRequest) -> HttpResponse:
    """The answer to a browser that asks before it sends."""
    response = HttpResponse(status=204)
    allow_origin(request, response)
    if response.has_header("Access-Control-Allow-Origin"):
        response["Access-Control-Allow-Methods"] = _METHODS
        response["Access-Control-Allow-Headers"] = _SENT
        response["Access-Control-Max-Age"] = "600"
    return response
