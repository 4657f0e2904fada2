"""The document resources: states, agent profiles and activity profiles."""

from collections.abc import Callable
from email.utils import format_datetime

from django.http import HttpResponse

from upshot.web.lrs.folders import Folder
from upshot.web.lrs.selectors.documents import document, document_names
from upshot.web.lrs.services.documents import delete_document, delete_folder, post_document, put_document
from upshot.web.lrs.store.prepared import moment_of
from upshot.web.lrs.views.call import Call
from upshot.web.lrs.views.resource import Forbidden, resource
from upshot.xapi.decode import encoded
from upshot.xapi.documents import Document, Kind
from upshot.xapi.identity import identifier
from upshot.xapi.parameters import Parameters

__all__ = ["activity_profile", "agent_profile", "state"]

_NAMES = {Kind.STATE: "stateId", Kind.AGENT_PROFILE: "profileId", Kind.ACTIVITY_PROFILE: "profileId"}
_PLACES = {
    Kind.STATE: frozenset({"activityId", "agent", "registration"}),
    Kind.AGENT_PROFILE: frozenset({"agent"}),
    Kind.ACTIVITY_PROFILE: frozenset({"activityId"}),
}


def _folder(kind: Kind, parameters: Parameters) -> Folder:
    activity = parameters.iri("activityId", required=True) if kind is not Kind.AGENT_PROFILE else None
    agent = parameters.agent("agent", required=True) if kind is not Kind.ACTIVITY_PROFILE else None
    registration = parameters.uuid("registration") if kind is Kind.STATE else None
    return Folder(
        kind=kind,
        activity=activity or "",
        agent=(identifier(agent) or "") if agent is not None else "",
        registration=registration or "",
    )


def _asked(
    call: Call, kind: Kind, *, named: bool, more: frozenset[str] = frozenset()
) -> tuple[Folder, str, Parameters]:
    parameters = Parameters(call.parameters, _PLACES[kind] | {_NAMES[kind]} | more, call.version)
    folder = _folder(kind, parameters)
    name = parameters.text(_NAMES[kind], required=named)
    if not more:
        parameters.finish()
    return folder, name or "", parameters


def _may(call: Call, kind: Kind, *, write: bool) -> None:
    state = kind is Kind.STATE
    opens = call.principal.writes_documents if write else call.principal.reads_documents
    if not opens(state=state):
        raise Forbidden(f"This needs the scope {'state' if state else 'profile'}.")


def _get(kind: Kind) -> Callable[[Call], HttpResponse]:
    def answer(call: Call) -> HttpResponse:
        _may(call, kind, write=False)
        folder, name, parameters = _asked(call, kind, named=False, more=frozenset({"since"}))
        since = parameters.instant("since")
        if name and since is not None:
            parameters.refuse("since", f"The parameter cannot be used together with {_NAMES[kind]}")
        parameters.finish()
        if name:
            return _one(call, folder, name)
        return HttpResponse(
            encoded(document_names(call.principal.organisation, folder, since=since)), content_type="application/json"
        )

    return answer


def _one(call: Call, folder: Folder, name: str) -> HttpResponse:
    found = document(call.principal.organisation, folder, name)
    if found is None:
        body = encoded({"problems": [{"text": "There is no such document."}]})
        return HttpResponse(body, status=404, content_type="application/json")
    response = HttpResponse(bytes(found.content), content_type=found.content_type)
    response["ETag"] = found.etag
    response["Last-Modified"] = format_datetime(moment_of(found.updated), usegmt=True)
    return response


def _put(kind: Kind) -> Callable[[Call], HttpResponse]:
    def answer(call: Call) -> HttpResponse:
        _may(call, kind, write=True)
        folder, name, _ = _asked(call, kind, named=True)
        sent = Document(call.body, call.headers.get("content-type") or "application/octet-stream")
        put_document(call.principal.organisation, folder, name, sent, call.preconditions, call.version)
        return HttpResponse(status=204)

    return answer


def _post(kind: Kind) -> Callable[[Call], HttpResponse]:
    def answer(call: Call) -> HttpResponse:
        _may(call, kind, write=True)
        folder, name, _ = _asked(call, kind, named=True)
        sent = Document(call.body, call.headers.get("content-type") or "application/octet-stream")
        post_document(call.principal.organisation, folder, name, sent, call.preconditions)
        return HttpResponse(status=204)

    return answer


def _delete(kind: Kind) -> Callable[[Call], HttpResponse]:
    def answer(call: Call) -> HttpResponse:
        _may(call, kind, write=True)
        folder, name, _ = _asked(call, kind, named=kind is not Kind.STATE)
        if name:
            delete_document(call.principal.organisation, folder, name, call.preconditions)
        else:
            delete_folder(call.principal.organisation, folder)
        return HttpResponse(status=204)

    return answer


def _resource(kind: Kind) -> Callable[..., HttpResponse]:
    methods = {"GET": _get(kind), "PUT": _put(kind), "POST": _post(kind), "DELETE": _delete(kind)}
    return resource(kind.value, methods)


state = _resource(Kind.STATE)
agent_profile = _resource(Kind.AGENT_PROFILE)
activity_profile = _resource(Kind.ACTIVITY_PROFILE)
