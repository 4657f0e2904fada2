"""The learning record store as one launched unit sees it: the store's own resources, behind the rules of cmi5."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from upshot.errors import Problem, StatementError, XapiError
from upshot.web.content.models import Session
from upshot.web.content.services.gate import authorised, locked, new_verbs, problems_of_call, session_by_key, took
from upshot.web.content.services.recording import principal_of
from upshot.web.content.views.running import open_to_content
from upshot.web.lrs.services.refusals import note_refusal
from upshot.web.lrs.store.transactions import StoreBusy, repeated
from upshot.web.lrs.views import documents, statements, things
from upshot.web.lrs.views.call import CALL, Call, TooLarge, read_call

__all__ = ["store"]

_RESOURCES: dict[str, tuple[str, Callable[[HttpRequest], HttpResponse]]] = {
    "statements": ("statements", statements.statements),
    "activities/state": ("state", documents.state),
    "activities/profile": ("activities/profile", documents.activity_profile),
    "activities": ("activities", things.activities),
    "agents/profile": ("agents/profile", documents.agent_profile),
    "agents": ("agents", things.agents),
}
_VERSION = "X-Experience-API-Version"


@csrf_exempt
def store(request: HttpRequest, key: str, resource: str) -> HttpResponseBase:
    """Answer a unit: who it is, whether cmi5 lets it, then as the store does; and note what that means."""
    if request.method == "OPTIONS":
        return open_to_content(request, HttpResponse(status=204))
    if resource == "about":
        return open_to_content(request, things.about(request))
    response = _answered(request, key, resource)
    if _VERSION not in response:
        response[_VERSION] = "1.0.3"
    return open_to_content(request, response)


def _answered(request: HttpRequest, key: str, resource: str) -> HttpResponse:
    session = session_by_key(key)
    if session is None:
        return _refused(401, [_unknown()])
    principal = principal_of(session.registration.course.organisation_id)
    try:
        call = read_call(request, principal)
    except XapiError as error:
        return _refused(error.status, error.problems)
    except TooLarge:
        return _refused(413, [Problem(code="too-large", text="The request is larger than the store takes.")])
    if not authorised(session, call.headers.get("authorization")):
        return _refused(401, [_unknown()])
    return _let_through(request, session, resource, call)


def _let_through(request: HttpRequest, session: Session, resource: str, call: Call) -> HttpResponse:
    name, view = _RESOURCES[resource]

    def work() -> HttpResponse:
        current = locked(session)
        problems = problems_of_call(current, name, call)
        if problems:
            return _refused(403, problems)
        writes = name == "statements" and call.method in ("PUT", "POST")
        verbs = new_verbs(current, call) if writes else []
        request.META[CALL] = call
        response = view(request)
        if response.status_code < 300 or response.status_code == 404:
            took(current, name, call, verbs if response.status_code < 300 else [])
        return response

    try:
        response = repeated(work)
    except XapiError as error:
        response = _refused(error.status, error.problems)
    except StoreBusy:
        response = _refused(503, [Problem(code="busy", text="The store is busy.", fix="Send the same request again.")])
    if response.status_code == 403:
        _note(call, name, response)
    return response


def _note(call: Call, resource: str, response: HttpResponse) -> None:
    error = StatementError(response.__dict__.get("problems", ()))
    error.status = 403
    note_refusal(call.principal, resource=resource[:40], method=call.method, error=error)


def _unknown() -> Problem:
    return Problem(code="cmi5-token", text="This token opens no session.", fix="POST to the fetch address first.")


def _refused(status: int, problems: object) -> HttpResponse:
    found = (
        [problem for problem in problems if isinstance(problem, Problem)] if isinstance(problems, list | tuple) else []
    )
    body = {"problems": [{"text": one.text, "fix": one.fix, "property": one.column or ""} for one in found]}
    response = JsonResponse(body, status=status)
    response.__dict__["problems"] = tuple(found)
    if status == 401:
        response["WWW-Authenticate"] = 'Basic realm="cmi5"'
    return response
