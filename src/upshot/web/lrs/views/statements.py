"""The statements resource: PUT, POST and GET."""

from email.utils import format_datetime
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpResponse

from upshot.errors import StatementError
from upshot.web.lrs.services.receiving import Outcome, receive_all, receive_each, receive_one
from upshot.web.lrs.services.refusals import note_refusal
from upshot.web.lrs.store.prepared import moment_of, written_moment
from upshot.web.lrs.store.reading import Page, Row, attachments_for, definitions_for, one_statement, page
from upshot.web.lrs.store.transactions import consistent_through
from upshot.web.lrs.views.call import Call
from upshot.web.lrs.views.resource import Forbidden, resource
from upshot.xapi.attachments import answer_parts, split_request
from upshot.xapi.decode import as_object, encoded
from upshot.xapi.formats import canonical_form, ids_form
from upshot.xapi.languages import preferences
from upshot.xapi.mentions import mentions
from upshot.xapi.multipart import built
from upshot.xapi.parameters import Parameters
from upshot.xapi.query import CURSOR, Form, OneStatement, StatementQuery, statement_query

__all__ = ["statements"]

_JSON = "application/json"
_PARTIAL = "x-upshot-partial"


def _put(call: Call) -> HttpResponse:
    _may_write(call)
    parameters = Parameters(call.parameters, frozenset({"statementId"}), call.version)
    statement = parameters.uuid("statementId")
    if statement is None:
        parameters.refuse("statementId", "The parameter is missing")
    parameters.finish()
    body, attachments = split_request(call.content_type, call.body)
    receive_one(call.principal, call.version, statement or "", body, attachments)
    return HttpResponse(status=204)


def _post(call: Call) -> HttpResponse:
    _may_write(call)
    Parameters(call.parameters, frozenset(), call.version).finish()
    body, attachments = split_request(call.content_type, call.body)
    if call.headers.get(_PARTIAL, "").lower() == "true":
        return _partial(call, receive_each(call.principal, call.version, body, attachments))
    ids = receive_all(call.principal, call.version, body, attachments)
    return HttpResponse(encoded([str(one) for one in ids]), content_type=_JSON)


def _partial(call: Call, outcomes: list[Outcome]) -> HttpResponse:
    """Say for each statement, in the order sent, whether it was stored, and if not why."""
    for one in outcomes:
        if one.problems:
            error = StatementError(one.problems)
            note_refusal(call.principal, resource="statements", method="POST", error=error, statement=one.id)
    answer = [
        {
            "id": None if one.id is None else str(one.id),
            "stored": not one.problems,
            "problems": [
                {"property": problem.column, "code": problem.code, "text": problem.text, "fix": problem.fix}
                for problem in one.problems
            ],
        }
        for one in outcomes
    ]
    response = HttpResponse(encoded(answer), content_type=_JSON)
    response["X-Upshot-Partial"] = f"stored={sum(not one.problems for one in outcomes)}; sent={len(outcomes)}"
    return response


def _may_write(call: Call) -> None:
    if not call.principal.writes_statements:
        raise Forbidden("Sending statements needs the scope statements/write.")


def _get(call: Call) -> HttpResponse:
    principal = call.principal
    if not principal.reads_statements:
        raise Forbidden("Reading statements needs the scope statements/read or statements/read/mine.")
    query = statement_query(call.parameters, call.version)
    through = consistent_through(principal.organisation)
    only = None if principal.reads_all_statements else principal.authority_key
    response = _one(call, query, only) if isinstance(query, OneStatement) else _many(call, query, only)
    response["X-Experience-API-Consistent-Through"] = written_moment(through)
    return response


def _one(call: Call, query: OneStatement, only: str | None) -> HttpResponse:
    row = one_statement(call.principal.organisation, query.id, voided=query.voided, authority=only)
    if row is None:
        body = encoded({"problems": [{"text": "There is no such statement."}]})
        return HttpResponse(body, status=404, content_type=_JSON)
    (shown,) = _shown(call, (row,), query.form)
    response = _with_attachments(call, shown, (row,)) if query.attachments else HttpResponse(shown, content_type=_JSON)
    response["Last-Modified"] = format_datetime(moment_of(row.stored), usegmt=True)
    return response


def _many(call: Call, query: StatementQuery, only: str | None) -> HttpResponse:
    found = page(call.principal.organisation, query, authority=only)
    more = _more(call, found)
    body = b'{"statements":[' + b",".join(_shown(call, found.rows, query.form)) + b'],"more":' + encoded(more) + b"}"
    return _with_attachments(call, body, found.rows) if query.attachments else HttpResponse(body, content_type=_JSON)


def _more(call: Call, found: Page) -> str:
    if found.next is None:
        return ""
    kept = [(name, value) for name, values in call.parameters.items() if name != CURSOR for value in values]
    return f"{call.path}?{urlencode([*kept, (CURSOR, str(found.next))])}"


def _shown(call: Call, rows: tuple[Row, ...], form: Form) -> list[bytes]:
    if form == "exact":
        return [row.payload for row in rows]
    values = [as_object(row.payload, "The statement") for row in rows]
    if form == "ids":
        return [encoded(ids_form(value)) for value in values]
    wanted = preferences(call.headers.get("accept-language", ""))
    iris = [str(activity["id"]) for value in values for activity in mentions(value).activities]
    known = {
        iri: as_object(kept, "The definition")
        for iri, kept in definitions_for(call.principal.organisation, iris).items()
    }
    return [encoded(canonical_form(value, wanted, known.get)) for value in values]


def _with_attachments(call: Call, body: bytes, rows: tuple[Row, ...]) -> HttpResponse:
    boundary = f"upshot-{uuid4().hex}"
    found = attachments_for(call.principal.organisation, [row.stored for row in rows])
    return HttpResponse(
        built(answer_parts(body, found), boundary), content_type=f'multipart/mixed; boundary="{boundary}"'
    )


statements = resource("statements", {"PUT": _put, "POST": _post, "GET": _get})
