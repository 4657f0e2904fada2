"""A request as the resources see it: version, caller, parameters, headers and body, alternate syntax undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.http import HttpRequest

from upshot.errors import Problem, RequestError
from upshot.web.lrs.principal import Principal
from upshot.web.lrs.services.credentials import authenticated
from upshot.xapi.alternate import unwrapped
from upshot.xapi.documents import Preconditions
from upshot.xapi.versions import Version, negotiate

__all__ = ["CALL", "LARGEST_BODY", "Call", "TooLarge", "read_call"]

CALL = "upshot.call"
"""Where a request that was read and let in elsewhere carries its call, in ``request.META``."""

_WITHOUT_PREFIX = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes of a request at most; larger ones are refused with 413."""


class TooLarge(Exception):  # noqa: N818 - the answer's name in HTTP
    """The request's body is larger than the store takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request.

    Parameters
    ----------
    method
        The HTTP method that is meant.
    version
        The xAPI it speaks.
    principal
        Who sends it.
    parameters
        Query parameters, every value of each.
    headers
        Headers by name in lower case; those of a form take the place of those on the wire.
    body
        Its body.
    path
        The path it was sent to.
    """

    method: str
    version: Version
    principal: Principal
    parameters: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    path: str

    @property
    def content_type(self) -> str:
        """What the body is; JSON where nothing is said."""
        return self.headers.get("content-type") or "application/json"

    @property
    def preconditions(self) -> Preconditions:
        """What it says about the document it means to change."""
        return Preconditions(self.headers.get("if-match"), self.headers.get("if-none-match"))


def read_call(request: HttpRequest, principal: Principal | None = None) -> Call:
    """Read a request, recognise its sender, and undo alternate request syntax.

    Parameters
    ----------
    request
        As it came in.
    principal
        Its sender, where whoever calls knows it; else the credential in the request says who it is.

    Raises
    ------
    RequestError
        When the version or the alternate syntax is wrong.
    Unauthorised
        When the sender is not known.
    TooLarge
        When the body is too large.
    """
    headers = _headers(request)
    given = {name: tuple(values) for name, values in request.GET.lists()} if request.META.get("QUERY_STRING") else {}
    stated = headers.get("x-experience-api-version")
    wrapped = "method" in given
    version = None if wrapped and stated is None else negotiate(stated)
    body = _body(request, headers.get("content-length") or "0")
    meant = unwrapped(str(request.method), given, body, version)
    headers.update((name.lower(), value) for name, value in meant.headers.items())
    if wrapped:
        version = negotiate(headers.get("x-experience-api-version"))
        if version is Version.V2_0_0:
            unwrapped(str(request.method), given, body, version)
    if version is None:
        version = negotiate(None)
    return Call(
        method=meant.method,
        version=version,
        principal=authenticated(headers.get("authorization")) if principal is None else principal,
        parameters=meant.parameters,
        headers=headers,
        body=meant.body,
        path=request.path,
    )


def _headers(request: HttpRequest) -> dict[str, str]:
    """Headers by name in lower case; Django's own mapping of them costs more than the rest of reading a request."""
    found = {_WITHOUT_PREFIX[name]: value for name in _WITHOUT_PREFIX if (value := request.META.get(name))}
    for name, value in request.META.items():
        if name.startswith("HTTP_"):
            found[_written(name)] = value
    return found


@lru_cache(maxsize=256)
def _written(name: str) -> str:
    """The header's name, of its name in WSGI.

    Examples
    --------
    >>> _written("HTTP_IF_MATCH")
    'if-match'
    """
    return name.removeprefix("HTTP_").replace("_", "-").lower()


def _body(request: HttpRequest, stated: str) -> bytes:
    if not stated.isdigit():
        raise RequestError(Problem(code="xapi-length", text="The Content-Length header must be a whole number."))
    if int(stated) > LARGEST_BODY:
        raise TooLarge
    return request.read() if int(stated) else b""
