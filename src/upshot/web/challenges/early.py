"""Refuse a request that is too large before a byte of it is read, with a page that says what to do."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_protect

from upshot.web.challenges.files import LARGEST, TOO_LARGE

__all__ = ["at_most"]

View = Callable[..., HttpResponseBase]


def at_most(view: View) -> View:
    """Guard a view that takes a file.

    Django's own check against forged requests reads the whole body before the view is called. Here it is done after
    the size that the request announces was looked at; a body longer than announced is cut off by the server.
    """
    checked = csrf_protect(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        announced = str(request.META.get("CONTENT_LENGTH") or "0")
        if not announced.isdecimal() or int(announced) > TOO_LARGE:
            return _refused(request)
        return checked(request, *args, **kwargs)

    guarded.__dict__["csrf_exempt"] = True
    return guarded


def _refused(request: HttpRequest) -> HttpResponse:
    known = {"largest": LARGEST // 1024**2, "back": request.path.rsplit("/", 1)[0] + "/"}
    return render(request, "challenges/too_large.html", known, status=413)
