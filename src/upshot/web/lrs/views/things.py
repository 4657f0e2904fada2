"""The agents, activities and about resources."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from upshot.web.lrs.selectors.things import activity_of, person_of
from upshot.web.lrs.views.call import Call
from upshot.web.lrs.views.cross_origin import allow_origin, preflight
from upshot.web.lrs.views.resource import Forbidden, resource
from upshot.xapi.decode import encoded
from upshot.xapi.parameters import Parameters
from upshot.xapi.versions import SUPPORTED, Version

__all__ = ["about", "activities", "agents"]

_JSON = "application/json"


def _agents(call: Call) -> HttpResponse:
    if not (call.principal.reads_all_statements or call.principal.reads_documents(state=False)):
        raise Forbidden("Reading what is known of an agent needs the scope all/read or profile.")
    parameters = Parameters(call.parameters, frozenset({"agent"}), call.version)
    agent = parameters.agent("agent", required=True)
    parameters.finish()
    return HttpResponse(encoded(person_of(call.principal.organisation, agent or {})), content_type=_JSON)


def _activities(call: Call) -> HttpResponse:
    if not (call.principal.reads_statements or call.principal.reads_documents(state=False)):
        raise Forbidden("Reading what is known of an activity needs the scope all/read or profile.")
    parameters = Parameters(call.parameters, frozenset({"activityId"}), call.version)
    iri = parameters.iri("activityId", required=True)
    parameters.finish()
    return HttpResponse(encoded(activity_of(call.principal.organisation, iri or "")), content_type=_JSON)


agents = resource("agents", {"GET": _agents})
activities = resource("activities", {"GET": _activities})


@csrf_exempt
def about(request: HttpRequest) -> HttpResponse:
    """Say which versions are served; the one resource that needs neither version nor credential."""
    if request.method == "OPTIONS":
        return preflight(request)
    allowed = request.method in ("GET", "HEAD")
    body = {"version": list(SUPPORTED), "extensions": {}} if allowed else {"problems": [{"text": "Ask with GET."}]}
    response = HttpResponse(encoded(body), status=200 if allowed else 405, content_type=_JSON)
    stated = request.headers.get("X-Experience-API-Version", "")
    response["X-Experience-API-Version"] = (Version.V1_0_3 if stated.startswith("1.0") else Version.V2_0_0).value
    allow_origin(request, response)
    return response
