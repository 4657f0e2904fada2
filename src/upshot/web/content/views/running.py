"""Addresses of running content: its files, its token, its commits; each guarded by the key in its address alone.

A package's code is a stranger's. Every answer here carries the ``sandbox`` policy, so a browser gives it an origin of
its own: it sees no cookie, no page and no storage of the product, in a window or in a frame.
"""

import json
import mimetypes
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.templatetags.static import static
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from upshot.errors import InputError, RequestError
from upshot.web.content.injection import with_runtime
from upshot.web.content.models import Course, Session
from upshot.web.content.services import scorm
from upshot.web.content.services.gate import fetch_token, session_by_key
from upshot.web.content.services.importing import folder_of
from upshot.web.lrs.store.transactions import StoreBusy
from upshot.xapi.decode import as_object

__all__ = ["commit", "fetch", "file", "open_to_content", "runtime"]

P = ParamSpec("P")
_HTML = ("text/html", "application/xhtml+xml")
_SANDBOX = "sandbox allow-scripts allow-forms allow-modals allow-popups allow-downloads"


def policy(request: HttpRequest, key: str) -> str:
    """What running content may load, and from where: its own files, the runtime, nothing else."""
    origin = request.build_absolute_uri("/").rstrip("/")
    own, runtime_files = f"{origin}/content/{key}/", f"{origin}{static('upshot/scorm/')}"
    rules = {
        "default-src": f"{own} data: blob:",
        "script-src": f"{own} {runtime_files} 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src": f"{own} 'unsafe-inline'",
        "connect-src": f"{own} data: blob:",
        "frame-src": f"{own} data: blob:",
        "object-src": "'none'",
        "base-uri": own,
        "form-action": "'none'",
    }
    return "; ".join([_SANDBOX, *(f"{name} {value}" for name, value in rules.items())])


def open_to_content(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Let any origin read the answer: the key in the address, or the token, is what opens it; cookies never count."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, X-Experience-API-Version"
    if request.method == "OPTIONS":
        response["Access-Control-Allow-Methods"] = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
        asked = "Authorization, Content-Type, If-Match, If-None-Match, Accept-Language, X-Experience-API-Version"
        response["Access-Control-Allow-Headers"] = asked
        response["Access-Control-Max-Age"] = "600"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    # Django logs the path of every answer from 400 on, and the path holds the key.
    response.__dict__["_has_been_logged"] = True
    return response


View = Callable[Concatenate[HttpRequest, Session, str, P], HttpResponseBase]


def _of_session(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Find the session of the key in the address; without one there is nothing here."""

    @csrf_exempt
    @xframe_options_exempt
    @wraps(view)
    def found(request: HttpRequest, key: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return open_to_content(request, HttpResponse(status=204))
        session = session_by_key(key)
        if session is None:
            raise Http404
        response = view(request, session, key, *args, **kwargs)
        response["Content-Security-Policy"] = policy(request, key)
        return open_to_content(request, response)

    return found


@_of_session
def file(request: HttpRequest, session: Session, key: str, path: str) -> HttpResponseBase:
    """A file of the package; pages of a SCORM package get the runtime as their first scripts."""
    course = session.registration.course
    found = _inside(folder_of(course), path)
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    if kind in _HTML and course.kind != Course.Kind.CMI5:
        return HttpResponse(with_runtime(found.read_bytes(), _scripts(course, key)), content_type=kind)
    response = FileResponse(found.open("rb"), content_type=kind)
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _inside(folder: Path, path: str) -> Path:
    try:
        found = (folder / path).resolve()
    except (OSError, ValueError):
        raise Http404 from None
    if not found.is_relative_to(folder.resolve()) or not found.is_file():
        raise Http404
    return found


def _scripts(course: Course, key: str) -> tuple[str, ...]:
    name = "scorm12" if course.kind == Course.Kind.SCORM_12 else "scorm2004"
    return f"/content/{key}/runtime.js", static(f"upshot/scorm/{name}.min.js"), static("upshot/scorm/start.js")


@_of_session
def runtime(request: HttpRequest, session: Session, key: str) -> HttpResponseBase:
    """What the SCORM runtime starts with, as a script, since a unit asks before anything could be fetched."""
    course = session.registration.course
    if course.kind == Course.Kind.CMI5:
        raise Http404
    told = {
        "kind": course.kind,
        "mode": session.mode,
        "commit": request.build_absolute_uri(f"/content/{key}/commit"),
        "cmi": scorm.opening(session),
    }
    text = json.dumps(told).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    response = HttpResponse(f"window.UPSHOT_SCORM = {text};", content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


@_of_session
def fetch(request: HttpRequest, session: Session, key: str) -> HttpResponseBase:
    """Hand out a cmi5 session's token, once; cmi5 wants errors with status 200 too (8.2)."""
    if request.method != "POST":
        return JsonResponse({"error-code": "3", "error-text": "Ask with POST."}, status=405)
    token = fetch_token(session)
    answer: dict[str, Any] = {"auth-token": token}
    if token is None:
        ended = session.ended is not None
        text = "The session has ended." if ended else "The token was handed out already."
        answer = {"error-code": "2" if ended else "1", "error-text": text}
    response = JsonResponse(answer)
    response["Cache-Control"] = "no-store"
    return response


@_of_session
def commit(request: HttpRequest, session: Session, key: str) -> HttpResponseBase:
    """Keep what a SCORM unit reports."""
    if request.method != "POST" or session.registration.course.kind == Course.Kind.CMI5:
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return JsonResponse({"result": "false", "errorCode": 101}, status=413)
    try:
        sent = as_object(request.body, "The report")
        cmi = sent.get("cmi")
        final = bool(sent.get("final"))
        scorm.commit(session, cmi if isinstance(cmi, dict) else sent, final=final)
    except (InputError, RequestError) as error:
        return JsonResponse({"result": "false", "errorCode": 101, "text": str(error.problems[0].text)}, status=409)
    except StoreBusy:
        return JsonResponse({"result": "false", "errorCode": 101}, status=503)
    return JsonResponse({"result": "true", "errorCode": 0})
