"""Alternate request syntax of 1.0.3: a POST whose form carries method, headers, parameters and content of another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from upshot.errors import Problem, RequestError
from upshot.xapi.versions import Version

__all__ = ["HEADERS", "Request", "unwrapped"]

_SECTION = "xAPI 1.0.3 Communication 1.3; removed from IEEE 9274.1.1"
_METHODS = frozenset({"GET", "PUT", "POST", "DELETE", "HEAD"})
#: Form fields that stand for headers, in the spelling of the specification.
HEADERS = (
    "Authorization",
    "X-Experience-API-Version",
    "Content-Type",
    "Content-Length",
    "If-Match",
    "If-None-Match",
    "Accept-Language",
    "Accept",
)
_BY_LOWER = {name.lower(): name for name in HEADERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The request that is meant.

    Parameters
    ----------
    method
        Its HTTP method.
    parameters
        Its query parameters.
    headers
        Headers that replace those of the request on the wire, by the names in ``HEADERS``.
    body
        Its body.
    """

    method: str
    parameters: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def _refused(text: str) -> RequestError:
    return RequestError(Problem(code="xapi-alternate", text=f"{text} ({_SECTION})."))


def unwrapped(method: str, parameters: Mapping[str, Sequence[str]], body: bytes, version: Version | None) -> Request:
    """The request that a ``method`` parameter wraps, or the request itself where there is none.

    Parameters
    ----------
    method, parameters, body
        The request on the wire.
    version
        The version its header names; None when that is left to the form.

    Raises
    ------
    RequestError
        When 2.0 is spoken, the request is not a POST, there are other query parameters, or the content is missing.
    """
    if "method" not in parameters:
        return Request(method=method, parameters=parameters, headers={}, body=body)
    if version is Version.V2_0_0:
        raise _refused("The request has a method parameter, which xAPI 2.0 does not know")
    if method != "POST":
        raise _refused("The method parameter is for POST requests")
    if len(parameters) > 1:
        raise _refused("Beside the method parameter, all parameters belong into the form")
    meant = parameters["method"][-1]
    if meant not in _METHODS:
        raise _refused("The method parameter names no method that is served")
    return _from_form(meant, body)


def _from_form(method: str, body: bytes) -> Request:
    fields = _fields(body)
    headers = {_BY_LOWER[name.lower()]: value for name, value in fields.items() if name.lower() in _BY_LOWER}
    content = fields.get("content")
    if method in ("PUT", "POST") and content is None:
        raise _refused("The form must carry the body in a field named content")
    if content is not None and "Content-Type" not in headers:
        headers["Content-Type"] = "application/json"
    parameters = {
        name: (value,) for name, value in fields.items() if name != "content" and name.lower() not in _BY_LOWER
    }
    return Request(method=method, parameters=parameters, headers=headers, body=(content or "").encode())


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(body), errors="strict")
    except ValueError:
        raise _refused("The body is not a form in UTF-8") from None
    return dict(pairs)
