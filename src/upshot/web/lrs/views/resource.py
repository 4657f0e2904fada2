"""What every resource shares: cross-origin answers, rate limits, errors as xAPI wants them, and the version header."""

from collections.abc import Callable
from functools import wraps

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from upshot.errors import XapiError
from upshot.web.lrs.services.credentials import Unauthorised
from upshot.web.lrs.services.limits import TooMany, admit
from upshot.web.lrs.services.refusals import note_refusal
from upshot.web.lrs.store.prepared import written_moment
from upshot.web.lrs.store.transactions import StoreBusy, consistent_through
from upshot.web.lrs.views.call import CALL, Call, TooLarge, read_call
from upshot.web.lrs.views.cross_origin import allow_origin, preflight
from upshot.xapi.decode import encoded
from upshot.xapi.versions import Version

__all__ = ["Forbidden", "resource"]


_VERSION = "X-Experience-API-Version"
_THROUGH = "X-Experience-API-Consistent-Through"


class Forbidden(Exception):  # noqa: N818 - the answer's name in HTTP
    """The credential does not open what was asked for; the message names the scope that would."""


def resource(name: str, methods: dict[str, Callable[[Call], HttpResponse]]) -> Callable[[HttpRequest], HttpResponse]:
    """A view for a resource: the function of the method that is meant, and the right answer when it cannot.

    Parameters
    ----------
    name
        The resource, for the log of refusals.
    methods
        What answers which method. HEAD is answered as GET, without its body.
    """

    def view(request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            return preflight(request)
        return _answered(name, methods, request)

    wrapped: Callable[[HttpRequest], HttpResponse] = csrf_exempt(wraps(view)(view))
    return wrapped


def _answered(name: str, methods: dict[str, Callable[[Call], HttpResponse]], request: HttpRequest) -> HttpResponse:
    call: Call | None = None
    try:
        call = request.META.get(CALL) or read_call(request)
        admit(call.principal)
        method = "GET" if call.method == "HEAD" else call.method
        answer = methods.get(method)
        if answer is None:
            response = _error(405, f"The resource answers {', '.join(sorted(methods))}.")
            response["Allow"] = ", ".join([*sorted(methods), "HEAD", "OPTIONS"])
        else:
            response = answer(call)
    except XapiError as error:
        response = _problems(error)
        _log(call, name, error)
    except Unauthorised:
        response = _error(401, "Send a key with HTTP Basic, or a bearer token that the store knows.")
        response["WWW-Authenticate"] = 'Basic realm="xAPI", Bearer realm="xAPI"'
    except Forbidden as error:
        response = _error(403, str(error))
    except TooLarge:
        response = _error(413, "The request is larger than the store takes. Send fewer statements at once.")
    except TooMany as error:
        response = _error(429, "Too many requests with this credential. Wait, and send statements in batches.")
        response["Retry-After"] = str(error.seconds)
    except (StoreBusy, OperationalError, InterfaceError):
        response = _error(503, "The store is busy. Send the same request again.")
        response["Retry-After"] = "1"
    response[_VERSION] = _version_of(call, request)
    if call is not None and name == "statements" and call.method in ("GET", "HEAD") and response.status_code < 500:
        response.setdefault(_THROUGH, written_moment(consistent_through(call.principal.organisation)))
    allow_origin(request, response, None if call is None else call.principal)
    return response


def _version_of(call: Call | None, request: HttpRequest) -> str:
    if call is not None:
        return call.version.value
    stated = request.headers.get(_VERSION, "")
    if not stated:
        # The header came with xAPI 0.95; a request without it is read as one of 0.9, and refused as such.
        return "0.9"
    return Version.V1_0_3.value if stated.startswith("1.0") else Version.V2_0_0.value


def _log(call: Call | None, name: str, error: XapiError) -> None:
    if call is not None:
        note_refusal(call.principal, resource=name, method=call.method, error=error)


def _error(status: int, text: str) -> HttpResponse:
    return HttpResponse(encoded({"problems": [{"text": text}]}), status=status, content_type="application/json")


def _problems(error: XapiError) -> HttpResponse:
    body = {
        "problems": [
            {
                key: value
                for key, value in (
                    ("property", problem.column),
                    ("code", problem.code),
                    ("text", problem.text),
                    ("fix", problem.fix),
                    ("value", problem.value),
                )
                if value
            }
            for problem in error.problems
        ]
    }
    return HttpResponse(encoded(body), status=error.status, content_type="application/json")
